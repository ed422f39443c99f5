import { simulatedPath, writeSimulated } from "../engine/source/simulator/simulated_file.ts";
import { DEFAULT_DT } from "../cli/defaults.ts";
import { defaultSettings } from "../server/settings.ts";
import { SharedRuns } from "../server/stream/shared_runs.ts";
import { Outbox } from "../server/stream/outbox.ts";
import { readStreamRequest } from "../server/stream/stream_request.ts";
import { StreamSession } from "../server/stream/stream_session.ts";
import { BENCH_DIR } from "./dense_day.ts";

/** A stream as it was sent: text messages, and lengths of binary ones that lie in `rows`. */
export interface Recorded {
  messages: (string | number)[];
  /** The binary messages, one after another. */
  rows: Uint8Array<ArrayBuffer>;
}

/** A few minutes of MNQH6 as busy as an opening: a grid nearly every 25 ms. */
const BUSY = { symbol: "MNQH6", seed: 1, from: "09:24", to: "09:28", eventsPerSecond: 1000 };

/**
 * Records what the server sends of a busy simulated session, from 09:25 on, and serves that session
 * from then on.
 *
 * @param grids how many
 * @param fields what of each grid the page asks for
 */
export async function recordGrids(grids: number, fields: readonly string[]): Promise<Recorded> {
  const lake = `${BENCH_DIR}/page`;
  await writeSimulated(
    { ...BUSY, dt: DEFAULT_DT },
    simulatedPath({ lake, symbol: BUSY.symbol, dt: DEFAULT_DT }),
  );
  const query = new URLSearchParams({ start_time: "09:25", speed: "1000" });
  query.set("fields", fields.join(","));
  const serving = { ...defaultSettings(), symbol: BUSY.symbol, dt: DEFAULT_DT, lake };
  const messages: (string | number)[] = [];
  const rows: Uint8Array[] = [];
  const session = new StreamSession(
    readStreamRequest(query, serving),
    serving,
    new Outbox({
      bufferedAmount: 0,
      readyState: WebSocket.OPEN,
      send(text) {
        if (rows.length < grids) messages.push(text);
      },
      sendPair(pair) {
        if (rows.length === grids) return;
        messages.push(pair.head, pair.rows.length);
        rows.push(pair.rows);
        if (rows.length === grids) session.stop();
      },
      together: (send) => send(),
    }),
    new SharedRuns(),
  );
  await session.run();
  return { messages, rows: new Uint8Array(await new Blob(rows as BlobPart[]).arrayBuffer()) };
}
