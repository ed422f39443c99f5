/** One damaged file through decoder, source, book and grid. */
import { Decoder, instrumentIds } from "../../engine/dbn_input.ts";
import { UserError } from "../../engine/errors.ts";
import type { GridFrame } from "../../engine/grid_frame.ts";
import type { ProductType } from "../../engine/instrument.ts";
import { Pipeline } from "../../engine/pipeline.ts";
import { midnightNs, sessionWindow } from "../../engine/session.ts";
import { RecordSource } from "../../engine/record_source.ts";
import { bookProblems } from "../book_integrity.ts";

/** A sound file, and what is asked of it. */
export interface FuzzSeed {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly dt: string;
  readonly symbol: string;
  readonly productType: ProductType;
  readonly tickInt: number;
}

/** What became of a case. */
export interface Outcome {
  /** Records of any type read. */
  records: number;
  grids: number;
  /** Why it ended early; null when it did not. */
  error: UserError | null;
}

/**
 * Reads a damaged file to its end or its error.
 *
 * @param seed what is asked of it
 * @param bytes the damaged file
 * @param piece bytes given at a time
 * @returns what became of it
 * @throws Error when a grid or the book is invalid, when it does not come to an end, and whatever
 * else than a UserError the engine throws
 */
export function runCase(seed: FuzzSeed, bytes: Uint8Array, piece: number): Outcome {
  let source: RecordSource | null = null;
  const decoder = new Decoder({
    capacity: 4096,
    name: "fuzz",
    onAside: (at) => source?.aside(at),
  });
  const outcome: Outcome = { records: 0, grids: 0, error: null };
  let pipeline: Pipeline | null = null;
  let given = 0;
  const give = (): boolean => {
    const n = Math.min(piece, bytes.length - given, decoder.wanted);
    given += decoder.push(bytes.subarray(given, given + n));
    return n > 0;
  };
  try {
    while (decoder.metadata === null) if (!give()) decoder.finish();
    pipeline = pipelineOver(decoder, seed);
    source = pipeline.source;
    // Each turn gives a byte, emits a grid or ends: a case that needs more than that is stuck.
    for (let turns = 2 * bytes.length + 10;; turns--) {
      if (turns === 0) throw new Error("it does not come to an end");
      const stop = pipeline.run(Infinity);
      if (stop === "grid") {
        outcome.grids++;
        checkGrid(pipeline.frame);
      } else if (!give()) break;
    }
    decoder.finish();
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    outcome.error = error;
  }
  outcome.records = decoder.recordsRead;
  const problems = pipeline === null ? [] : bookProblems(pipeline.book);
  if (problems.length > 0) throw new Error(`book: ${problems.join("; ")}`);
  return outcome;
}

function pipelineOver(decoder: Decoder, seed: FuzzSeed): Pipeline {
  const { dt, symbol, productType, tickInt } = seed;
  const metadata = decoder.metadata!;
  const ids = metadata.mappings.length === 0
    ? null
    : instrumentIds(metadata, dt, "fuzz").get(symbol);
  if (ids === undefined) throw new UserError(`fuzz: symbol ${symbol} is not in its mapping`);
  const source = new RecordSource(decoder, {
    ...sessionWindow(productType, dt),
    midnightNs: midnightNs(dt),
    instrumentIds: ids,
    symbol,
    tickInt,
    isLive: false,
    fileStartNs: metadata.start,
    coverageNs: metadata.start,
    name: "fuzz",
  });
  return new Pipeline(source, { startNs: null, throttleNs: 0 });
}

function checkGrid(frame: GridFrame): void {
  const { values, lastEventId, eventId } = frame;
  for (let i = 0; i < values.length; i++) {
    if (!Number.isFinite(values[i]!)) throw new Error(`grid ${eventId}: ${values[i]} at ${i}`);
  }
  for (const field of ["rest_depth", "add_mass", "pull_mass", "fill_mass"] as const) {
    if (frame.column(field).some((value) => value < 0)) {
      throw new Error(`grid ${eventId}: a ${field} below 0`);
    }
  }
  if (lastEventId.some((id) => !(id >= 0n && id <= eventId))) {
    throw new Error(`grid ${eventId}: last_event_id of a record to come`);
  }
}
