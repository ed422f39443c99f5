/** Sessions served to real clients, and what a plain run over the same records gives. */
import assert from "node:assert/strict";
import { ensureBookCache } from "../../engine/cache.ts";
import { type InstrumentConfig, loadInstrument } from "../../engine/instrument.ts";
import { resolveRequest } from "../../engine/request.ts";
import { EngineRun } from "../../engine/run.ts";
import type { ErrorMessage, StateMessage } from "../../engine/wire/messages.ts";
import type { ListenerOptions } from "../../server/listener.ts";
import type { ServerSettings } from "../../server/settings.ts";
import { parseDbn } from "../oracle/records.ts";
import { selectRecords, type Source } from "../oracle/source.ts";
import { projectFile } from "../project.ts";
import { sharedDbn } from "../shared_data.ts";
import { SMALL_DT, smallLake, smallSession } from "../small_session.ts";
import { serveApp, type StreamReader, type TestServer } from "./stream_client.ts";

/** A server over a lake that holds one session. */
export interface ServedSession extends AsyncDisposable {
  readonly server: TestServer;
  readonly instrument: InstrumentConfig;
  readonly lake: string;
  /** The raw file. */
  readonly path: string;
  readonly dt: string;
  /** Its records as the oracle selects them; a grid's event_id counts them from the first. */
  readonly kept: Source["kept"];
}

/** Session date of {@link serveEs}. */
export const ES_DT = "2023-12-25";

/**
 * Serves the small session.
 *
 * @param bytes what its file holds, when it is another
 * @param changes settings that differ from those of serving without flags
 * @param options of the listener that differ
 */
export async function serveSmall(
  bytes?: Uint8Array,
  changes: Partial<ServerSettings> = {},
  options: Partial<ListenerOptions> = {},
): Promise<ServedSession> {
  const small = await smallLake();
  if (bytes !== undefined) await Deno.writeFile(small.path, bytes);
  return serve({
    ...small,
    instrument: loadInstrument(projectFile("instrument.yaml")),
    dt: SMALL_DT,
    bytes: bytes ?? smallSession(),
    changes,
    options,
  });
}

/**
 * A served session for all tests of a file that only watch it: opened when the first wants it, closed
 * after the last.
 *
 * @param serve opens it
 */
export function servedOnce(serve: () => Promise<ServedSession>): () => Promise<ServedSession> {
  let served: Promise<ServedSession> | undefined;
  Deno.test.afterAll(async () => await (await served)?.[Symbol.asyncDispose]());
  return () => served ??= serve();
}

/** Serves the real ESH4 of the shared data. */
export async function serveEs(): Promise<ServedSession> {
  const lake = await Deno.makeTempDir({ prefix: "spymaster_es_" });
  const dir =
    `${lake}/raw/source=databento/product_type=future_mbo/symbol=ES/table=market_by_order_dbn`;
  await Deno.mkdir(dir, { recursive: true });
  const path = `${dir}/esh4_20231225.mbo.dbn`;
  const bytes = sharedDbn("esh4_20231225.mbo.dbn");
  await Deno.writeFile(path, bytes);
  const instrument = {
    ...loadInstrument(projectFile("instrument.yaml")),
    symbol: "ESH4",
    symbol_root: "ES",
    tick_size: 0.25,
    bucket_size_dollars: 0.25,
    contract_multiplier: 50,
  };
  return serve({ lake, path, instrument, dt: ES_DT, bytes, changes: {} });
}

interface Session extends Pick<ServedSession, "lake" | "path" | "instrument" | "dt"> {
  bytes: Uint8Array;
  changes: Partial<ServerSettings>;
  options?: Partial<ListenerOptions>;
}

async function serve(
  { lake, path, instrument, dt, bytes, changes, options }: Session,
): Promise<ServedSession> {
  const { product_type, symbol } = instrument;
  const own = { instrument, productType: product_type, symbol, dt, lake };
  const server = await serveApp({ ...own, ...changes }, options);
  // Few tests look at them.
  let kept: Source["kept"] | undefined;
  return {
    server,
    instrument,
    lake,
    path,
    dt,
    get kept() {
      return kept ??= selectRecords(parseDbn(bytes), product_type, symbol, dt).kept;
    },
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await Deno.remove(lake, { recursive: true });
    },
  };
}

/** Where a grid of a plain run is: time and the count of records behind it. */
export interface GridPlace {
  tsNs: bigint;
  eventId: number;
}

/**
 * The grids of a plain run over a served session.
 *
 * @param served the session
 * @param startTime first grid, HH:MM America/New_York
 */
export async function plainGrids(served: ServedSession, startTime: string): Promise<GridPlace[]> {
  const { instrument, lake, dt } = served;
  const { product_type: productType, symbol } = instrument;
  const request = { productType, symbol, dt, startTime, throttleMs: 25 };
  const run = await EngineRun.open(await resolveRequest(instrument, request, { lake }));
  await ensureBookCache(run, { lake });
  const grids: GridPlace[] = [];
  for (let at = await run.advance(500); at !== "end"; at = await run.advance(500)) {
    const { tsNs, eventId } = run.frame;
    if (at === "grid") grids.push({ tsNs, eventId });
  }
  run.close();
  return grids;
}

/** The answer to a control, passing grids that were on their way. */
export async function answer(stream: StreamReader): Promise<StateMessage | ErrorMessage> {
  for (;;) {
    const message = await stream.next();
    assert.ok(message, "the stream closed");
    if (message instanceof Uint8Array) continue;
    if (message.type === "state" || message.type === "error") return message;
  }
}

/** The answer to a control that is a state. */
export async function stateOf(stream: StreamReader): Promise<StateMessage> {
  const message = await answer(stream);
  assert.equal(message.type, "state");
  return message as StateMessage;
}

/** UTC nanoseconds of a New York time of a date. */
export function nyNs(dt: string, time: string): bigint {
  return Temporal.PlainDateTime.from(`${dt}T${time}`).toZonedDateTime("America/New_York")
    .epochNanoseconds;
}
