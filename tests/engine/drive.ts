/** Runs the real engine over bytes in memory, cut and paused as a test wants. */
import { createHash } from "node:crypto";
import { DbnDecoder } from "../../engine/dbn/decoder.ts";
import { instrumentIds } from "../../engine/dbn/metadata.ts";
import { GridFrame } from "../../engine/grid/frame.ts";
import { Pipeline } from "../../engine/pipeline.ts";
import { midnightNs, sessionWindow } from "../../engine/session.ts";
import { RecordSource } from "../../engine/source/record_source.ts";
import type { Session } from "../oracle/arbitrary.ts";

/** How the bytes arrive and how long the engine works at a time. */
export interface Cut {
  /** Bytes given at a time. */
  readonly piece: number;
  /** Records applied at a time. */
  readonly budget: number;
}

/** What of a session the engine is driven by. */
export type DriveInput = Pick<
  Session,
  "bytes" | "dt" | "productType" | "symbol" | "tickInt" | "startNs" | "throttleNs"
>;

const WHOLE: Cut = { piece: Infinity, budget: Infinity };

/**
 * @param session a session
 * @param onGrid called with each grid, which the next one overwrites
 * @param cut how the input is cut; default all at once
 * @returns the pipeline at the end of the input
 */
export function drive(
  session: DriveInput,
  onGrid: (frame: GridFrame, pipeline: Pipeline) => void,
  cut: Cut = WHOLE,
): Pipeline {
  const { bytes, dt, productType, symbol, tickInt, startNs, throttleNs } = session;
  const decoder = new DbnDecoder({ capacity: 4096 });
  let given = 0;
  const give = () => {
    const piece = bytes.subarray(given, given + Math.min(cut.piece, bytes.length));
    given += decoder.push(piece);
    return piece.length > 0;
  };
  while (decoder.metadata === null) give();
  const window = sessionWindow(productType, dt);
  const source = new RecordSource(decoder, {
    ...window,
    midnightNs: midnightNs(dt),
    instrumentIds: instrumentIds(decoder.metadata, dt, "session").get(symbol)!,
    symbol,
    tickInt: Number(tickInt),
    isLive: false,
    fileStartNs: decoder.metadata.start,
    name: "session",
  });
  const pipeline = new Pipeline(source, new GridFrame(Number(tickInt)), {
    tickInt: Number(tickInt),
    startTs: startNs === null ? null : Number(startNs - midnightNs(dt)),
    throttleNs: Number(throttleNs),
  });
  for (;;) {
    const stop = pipeline.run(cut.budget);
    if (stop === "grid") onGrid(pipeline.frame, pipeline);
    if (stop === "input" && !give()) break;
  }
  decoder.finish();
  return pipeline;
}

/**
 * @param frame a grid
 * @returns a digest of every bit that it shows
 */
export function fingerprint(frame: GridFrame): string {
  const { tsNs, eventId, bookValid, spotKnown, spot, bestBid, bestAsk, midPrice } = frame;
  return createHash("sha256")
    .update([tsNs, eventId, bookValid, spotKnown, spot, bestBid, bestAsk, midPrice].join())
    .update(new Uint8Array(frame.values.buffer))
    .update(new Uint8Array(frame.lastEventId.buffer))
    .digest("hex");
}

/** Fingerprints of all grids of a session, in order. */
export function fingerprints(session: Session, cut?: Cut): string[] {
  const grids: string[] = [];
  drive(session, (frame) => grids.push(fingerprint(frame)), cut);
  return grids;
}
