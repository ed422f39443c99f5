/** Runs the real engine over bytes in memory, cut and paused as a test wants. */
import { createHash } from "node:crypto";
import { EngineCore } from "../engine/core.ts";
import { Decoder, instrumentIds } from "../engine/dbn_input.ts";
import type { GridFrame } from "../engine/grid_frame.ts";
import { Pipeline, type Stop } from "../engine/pipeline.ts";
import type { RunExtras } from "../engine/run.ts";
import { midnightNs, sessionWindow } from "../engine/session.ts";
import { isLiveRecording } from "../engine/source/mapped.ts";
import { RecordSource } from "../engine/record_source.ts";
import type { Session } from "./oracle/arbitrary.ts";

/** How the bytes arrive and how long the engine works at a time. */
export interface Cut {
  /** Bytes given at a time. */
  readonly piece: number;
  /** Records applied at a time. */
  readonly budget: number;
  /** Bytes of the decoder's buffer; default 4,096. */
  readonly capacity?: number;
}

/** What of a session the engine is driven by. */
export type DriveInput = Pick<
  Session,
  "bytes" | "dt" | "productType" | "symbol" | "tickInt" | "startNs" | "throttleNs"
>;

/** An instance of the core for each session; absent: the built-in module's. */
export type MakeCore = () => EngineCore;

/** Which of its grids a pipeline shows. */
export type Shown = Extract<Stop, "grid" | "history" | "settled">;

const WHOLE: Cut = { piece: Infinity, budget: Infinity };

/**
 * @param session a session
 * @param onGrid called with each grid, which the next one overwrites
 * @param cut how the input is cut; default all at once
 * @param makeCore makes the core
 * @param extras what is given besides grids
 * @returns the pipeline at the end of the input
 */
export function drive(
  session: DriveInput,
  onGrid: (frame: GridFrame, pipeline: Pipeline, shown: Shown) => void,
  cut: Cut = WHOLE,
  makeCore: MakeCore = () => new EngineCore("session"),
  extras: RunExtras = {},
): Pipeline {
  const { bytes, dt, productType, symbol, tickInt, startNs, throttleNs } = session;
  let source: RecordSource | null = null;
  const decoder = new Decoder({
    capacity: cut.capacity ?? 4096,
    onAside: (at) => source?.aside(at),
  });
  let given = 0;
  const give = () => {
    const piece = bytes.subarray(given, given + Math.min(cut.piece, bytes.length, decoder.wanted));
    given += decoder.push(piece);
    return piece.length > 0;
  };
  while (decoder.metadata === null) if (!give()) decoder.finish();
  const { metadata } = decoder;
  source = new RecordSource(decoder, {
    ...sessionWindow(productType, dt),
    midnightNs: midnightNs(dt),
    instrumentIds: metadata.mappings.length === 0
      ? null
      : instrumentIds(metadata, dt, "session").get(symbol) ?? [],
    symbol,
    tickInt: Number(tickInt),
    isLive: isLiveRecording(metadata),
    fileStartNs: metadata.start,
    coverageNs: metadata.start,
    name: "session",
  });
  const pipeline = new Pipeline(source, {
    startNs,
    throttleNs: Number(throttleNs),
    ...extras,
  }, makeCore());
  for (;;) {
    const stop = pipeline.run(cut.budget);
    if (stop === "grid" || stop === "history" || stop === "settled") {
      onGrid(pipeline.frame, pipeline, stop);
    }
    if (stop === "input" && !give()) break;
  }
  if (pipeline.settle()) onGrid(pipeline.frame, pipeline, "settled");
  decoder.finish();
  source.finish();
  return pipeline;
}

/**
 * @param frame a grid
 * @returns what heads it: an absent best price is 0, an unknown spot null
 */
export function headOf(frame: GridFrame) {
  return {
    tsNs: frame.tsNs,
    eventId: frame.eventId,
    midPrice: frame.midPrice,
    spot: frame.spotKnown ? frame.spot : null,
    bestBid: frame.bestBid,
    bestAsk: frame.bestAsk,
    bookValid: frame.bookValid,
    lastEventId: Array.from(frame.lastEventId, Number),
  };
}

/**
 * @param frame a grid
 * @returns a digest of every bit that it shows
 */
export function fingerprint(frame: GridFrame): string {
  const { tsNs, eventId, bookValid, spotKnown, spot, bestBid, bestAsk, midPrice } = frame;
  return createHash("sha256")
    .update([tsNs, eventId, bookValid, spotKnown, spot, bestBid, bestAsk, midPrice].join())
    .update(frame.values)
    .update(frame.lastEventId)
    .digest("hex");
}

/** Fingerprints of all grids of a session, in order. */
export function fingerprints(session: Session, cut?: Cut): string[] {
  const grids: string[] = [];
  drive(session, (frame) => grids.push(fingerprint(frame)), cut);
  return grids;
}
