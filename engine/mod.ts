/**
 * The engine for programs of one's own: a session's grids and executions from a DBN file. See
 * docs/embedding.md.
 *
 * @module
 */
import { type Misfits, misfitsOf } from "./misfits.ts";
import type { ProductType } from "./instrument.ts";
import { UserError } from "./errors.ts";
import type { Execution, TradeSink } from "./pipeline.ts";
import { nextTurn, turnIsOver } from "./event_loop.ts";
import { EngineRun, type RunRequest } from "./run.ts";
import { parseDate, sessionTimeNs } from "./session.ts";
import { stepInt } from "./step_int.ts";
import { isSymbol } from "./symbol.ts";
import type { SourceCounters } from "./record_source.ts";
import type { Origin } from "./source/origin.ts";
import { BUCKET_FIELDS, type BucketField, type FloatField } from "./wire/fields.ts";

export { TruncatedError, UserError } from "./errors.ts";
export type { Misfits } from "./misfits.ts";
export type { Execution } from "./pipeline.ts";
export type { SourceCounters } from "./record_source.ts";
export {
  BUCKET_FIELDS,
  type BucketField,
  FLOAT_FIELDS,
  type FloatField,
  GRID_ROWS,
  HALF_WIDTH,
} from "./wire/fields.ts";

/** A session: which, from where, and what of it. */
export interface SessionOptions {
  /** A DBN file, plain or Zstandard; either this or `bytes`. */
  path?: string;
  /** The same in memory: read where it is, so that it may not change while a pass goes on. */
  bytes?: Uint8Array;
  /** Default future_mbo. */
  productType?: ProductType;
  /** As the venue writes it, such as MNQH6. */
  symbol: string;
  /** Session date, YYYY-MM-DD. */
  dt: string;
  /** Step of the price raster, dollars. */
  tickSize: number;
  /** First grid and execution, HH:MM or HH:MM:SS America/New_York; left out, the first record's. */
  startTime?: string;
  /** Least event time between grids, milliseconds; default 25; 0 is a grid for every event. */
  throttleMs?: number;
  /** Columns of a grid; default all. */
  fields?: readonly BucketField[];
  /** Whether a file that is cut off counts up to there, instead of being an error. */
  allowTruncated?: boolean;
}

/** A grid, to keep: nothing of it is overwritten. */
export interface SessionGrid {
  /** Event time, UTC nanoseconds since the epoch. */
  tsNs: bigint;
  /** Number of the record that it shows the state after. */
  eventId: number;
  /** False after a Clear and inside a snapshot. */
  bookValid: boolean;
  /** (best bid + best ask) / 2 in dollars; null when a side is missing. */
  mid: number | null;
  /** price_int (1e-9 dollars); null when there is none. */
  bestBid: bigint | null;
  bestAsk: bigint | null;
  spot: bigint | null;
  /** GRID_ROWS values of each column asked for, k = -50 first. */
  columns:
    & Partial<Record<FloatField, Float64Array>>
    & { last_event_id?: BigInt64Array };
}

/** What one pass went through. */
export interface SessionStats {
  /** Which records counted, and why others did not. */
  records: SourceCounters;
  /** What did not fit the book or went back in time. */
  misfits: Misfits;
  /** Grids that were made. */
  grids: number;
  /** Whether the file begins inside the session; null before its first record. */
  beginsInside: boolean | null;
  /** Where and how the file is cut off, when that was allowed and met. */
  truncated: string | null;
}

/** A session of a file. Each pass over it begins at its beginning. */
export interface Session {
  /**
   * Passes over the session.
   *
   * @returns its grids, in order
   * @throws UserError when the file does not serve the session, is damaged, or was changed meanwhile
   */
  grids(): AsyncGenerator<SessionGrid, void>;
  /**
   * Passes over the session.
   *
   * @returns its executions, in order
   * @throws UserError as `grids`
   */
  trades(): AsyncGenerator<Execution, void>;
  /** What the pass begun last went through so far; null before its file is open. */
  stats(): SessionStats | null;
}

/** What fits a whole number of nanoseconds, milliseconds: some hundred days. */
const MOST_THROTTLE_MS = Math.floor(Number.MAX_SAFE_INTEGER / 1e6);
/** Work between two looks whether there were executions. */
const SLICE = 8_192;

/**
 * Opens a session. Nothing is read before a pass.
 *
 * @param options which, from where, and what of it
 * @returns the session
 * @throws UserError when an option is wrong
 */
export function openSession(options: SessionOptions): Session {
  assertOptions(options);
  const fields = fieldsOf(options);
  const request = requestOf(options);
  /** How many passes were begun. */
  let begun = 0;
  let last: EngineRun | null = null;
  let stats: SessionStats | null = null;

  async function* pass<T>(
    own: Partial<RunRequest>,
    sink: TradeSink | undefined,
    drive: (run: EngineRun) => AsyncGenerator<T, void>,
  ): AsyncGenerator<T, void> {
    const number = ++begun;
    last = stats = null;
    const run = await EngineRun.open({ ...request, ...own }, { trades: sink });
    // Files that were opened at once need not be open in that order.
    if (number === begun) last = run;
    try {
      yield* drive(run);
      run.assertUnchanged();
    } catch (error) {
      // Of a file that was written to meanwhile, that is what is wrong.
      run.assertUnchanged();
      throw error;
    } finally {
      if (last === run) {
        stats = statsOf(run);
        last = null;
      }
      run.close();
    }
  }

  return {
    grids: () =>
      pass({}, undefined, async function* (run) {
        for await (const _ of run.grids()) yield gridOf(run, fields);
      }),
    trades() {
      const waiting: Execution[] = [];
      const sink = { trade: (execution: Execution) => void waiting.push(execution) };
      return pass({ throttleMs: MOST_THROTTLE_MS }, sink, async function* (run) {
        try {
          for (let progress = await run.advance(SLICE);; progress = await run.advance(SLICE)) {
            yield* waiting.splice(0);
            if (progress === "end") return;
            if (turnIsOver()) await nextTurn();
          }
        } catch (error) {
          // Those before what is wrong count.
          yield* waiting.splice(0);
          throw error;
        }
      });
    },
    stats: () => last === null ? stats : statsOf(last),
  };
}

/** All there are: one that is misspelt would count as left out. */
const OPTIONS: Readonly<Record<keyof SessionOptions, true>> = {
  path: true,
  bytes: true,
  productType: true,
  symbol: true,
  dt: true,
  tickSize: true,
  startTime: true,
  throttleMs: true,
  fields: true,
  allowTruncated: true,
};

function assertOptions(options: SessionOptions): void {
  if (typeof options !== "object" || options === null) {
    throw new UserError("openSession() takes an object of options; see docs/embedding.md");
  }
  const unknown = Object.keys(options).find((name) => !Object.hasOwn(OPTIONS, name));
  if (unknown !== undefined) {
    throw new UserError(
      `${unknown}: there is no such option; there are ${Object.keys(OPTIONS).join(", ")}`,
    );
  }
}

function requestOf(options: SessionOptions): RunRequest {
  const { productType = "future_mbo", symbol, dt, tickSize, startTime, throttleMs = 25 } = options;
  const { allowTruncated = false } = options;
  if (productType !== "future_mbo" && productType !== "equity_mbo") {
    throw new UserError(`productType: ${shown(productType)} is neither future_mbo nor equity_mbo`);
  }
  if (typeof symbol !== "string" || !isSymbol(symbol)) {
    throw new UserError(
      `symbol: ${shown(symbol)} is no symbol; write it as the venue does, such as MNQH6`,
    );
  }
  assertDate(dt);
  const tickInt = typeof tickSize === "number" ? stepInt(tickSize) : null;
  if (tickInt === null) {
    throw new UserError(
      `tickSize: ${shown(tickSize)} is no step in dollars; give a multiple of 1e-9, up to 9000000`,
    );
  }
  if (!(typeof throttleMs === "number" && throttleMs >= 0 && throttleMs <= MOST_THROTTLE_MS)) {
    throw new UserError(
      `throttleMs: ${
        shown(throttleMs)
      } is no time; give milliseconds from 0 to ${MOST_THROTTLE_MS}`,
    );
  }
  if (typeof allowTruncated !== "boolean") {
    throw new UserError(`allowTruncated: ${shown(allowTruncated)} is neither true nor false`);
  }
  const startNs = startTime === undefined ? null : startOf(productType, dt, startTime);
  const origin = originOf(options);
  return { origin, productType, symbol, dt, tickInt, startNs, throttleMs, allowTruncated };
}

function assertDate(dt: unknown): asserts dt is string {
  if (typeof dt !== "string") {
    throw new UserError(`dt: ${shown(dt)} is not a date; write YYYY-MM-DD, such as 2026-02-06`);
  }
  try {
    parseDate(dt);
  } catch (error) {
    throw new UserError(`dt: ${(error as Error).message}`);
  }
}

function startOf(productType: ProductType, dt: string, text: unknown): bigint {
  if (typeof text !== "string") {
    throw new UserError(
      `startTime: ${shown(text)} is not a time of day; give HH:MM or HH:MM:SS of New York`,
    );
  }
  return sessionTimeNs(productType, dt, { name: "startTime", text });
}

function fieldsOf({ fields = BUCKET_FIELDS }: SessionOptions): readonly BucketField[] {
  const columns: readonly string[] = BUCKET_FIELDS;
  if (!Array.isArray(fields)) throw new UserError("fields: give an array of columns");
  const wrong = fields.findIndex((field) => !columns.includes(field));
  // A copy: what is checked here is what is read.
  if (wrong < 0) return [...fields];
  throw new UserError(
    `fields: ${shown(fields[wrong])} is no column; there are ${columns.join(", ")}`,
  );
}

function originOf({ path, bytes }: SessionOptions): Origin {
  if ((path === undefined) === (bytes === undefined)) {
    throw new UserError("give either path or bytes");
  }
  if (bytes !== undefined) {
    if (!(bytes instanceof Uint8Array)) throw new UserError("bytes: give a Uint8Array");
    if (bytes.length > 0) return { bytes, name: "bytes" };
    throw new UserError("bytes: there are none: the array is empty, or its buffer was transferred");
  }
  if (typeof path === "string" && path !== "") return { path };
  throw new UserError(`path: ${shown(path)} is no path; name a .dbn or .dbn.zst file`);
}

/** A value as it is written in messages. */
function shown(value: unknown): string {
  return typeof value === "string" ? JSON.stringify(value) : String(value);
}

function gridOf({ frame }: EngineRun, fields: readonly BucketField[]): SessionGrid {
  const columns: SessionGrid["columns"] = {};
  for (const field of fields) {
    if (field === "last_event_id") columns.last_event_id = frame.lastEventId.slice();
    else columns[field] = frame.column(field).slice();
  }
  const isTwoSided = frame.bidPresent && frame.askPresent;
  return {
    tsNs: frame.tsNs,
    eventId: frame.eventId,
    bookValid: frame.bookValid,
    mid: isTwoSided ? frame.midPrice : null,
    bestBid: frame.bidPresent ? frame.bestBid : null,
    bestAsk: frame.askPresent ? frame.bestAsk : null,
    spot: frame.spotKnown ? frame.spot : null,
    columns,
  };
}

function statsOf(run: EngineRun): SessionStats {
  return {
    records: run.session.records.counters,
    misfits: misfitsOf(run),
    grids: run.pipeline.counters.grids,
    beginsInside: run.beginsInside,
    truncated: run.truncated,
  };
}
