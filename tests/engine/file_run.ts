/** Runs the engine over a file as the commands do: opened, its book from the cache, then its grids. */
import { type BookCacheResult, ensureBookCache } from "../../engine/cache.ts";
import { EngineRun } from "../../engine/run.ts";
import { sessionTimeNs } from "../../engine/session.ts";
import type { SourceCounters } from "../../engine/record_source.ts";
import { FLOAT_FIELDS } from "../../engine/wire/fields.ts";
import { fingerprint } from "../drive.ts";

/** What to run, besides the file. */
export interface FileRunOptions {
  symbol?: string;
  /** First grid, HH:MM New York. */
  startTime?: string;
  /** Least event time between grids, milliseconds; default 0. */
  throttleMs?: number;
  /** Folder of the lake; needed with a start time. */
  lake?: string;
}

/** A grid, copied. */
export interface CopiedGrid {
  tsNs: bigint;
  eventId: number;
  bestBid: bigint | null;
  bestAsk: bigint | null;
  doubted: boolean;
  valid: boolean;
  /** Every float of every bucket. */
  columns: Record<string, Float64Array>;
  fingerprint: string;
}

/** What a run came to. */
export interface FileRun {
  grids: CopiedGrid[];
  cache: BookCacheResult | null;
  counters: SourceCounters;
  beginsInside: boolean | null;
  trades: SessionTradesFigures;
  /** Gaps of the feed: from when to when, UTC nanoseconds since the epoch. */
  gaps: [bigint, bigint][];
}

/** What a session traded. */
export interface SessionTradesFigures {
  high: bigint | null;
  low: bigint | null;
  volume: bigint;
  notional: bigint;
}

/** @param run a run */
export function tradesOf({ pipeline: { sessionTrades } }: EngineRun): SessionTradesFigures {
  const { high, low, volume, notional } = sessionTrades;
  return { high, low, volume, notional };
}

/**
 * @param run a run
 * @returns of each of its grids a line that tells every bit of it
 */
export function bitsOf({ grids }: FileRun): string[] {
  return grids.map(({ fingerprint, bestBid, bestAsk, doubted }) =>
    `${fingerprint} ${bestBid} ${bestAsk} ${doubted}`
  );
}

/**
 * @param path a DBN file
 * @param options what to run
 * @returns all its grids, and what was counted
 */
export async function runFile(path: string, options: FileRunOptions = {}): Promise<FileRun> {
  const { symbol = "MNQH6", startTime, throttleMs = 0, lake = "" } = options;
  const dt = "2026-02-06";
  const run = await EngineRun.open({
    origin: { path },
    productType: "future_mbo",
    symbol,
    dt,
    tickInt: 250_000_000,
    startNs: startTime === undefined
      ? null
      : sessionTimeNs("future_mbo", dt, { name: "start", text: startTime }),
    throttleMs,
  });
  try {
    const cache = await ensureBookCache(run, { lake });
    const grids: CopiedGrid[] = [];
    for (;;) {
      const progress = await run.advance(1_000);
      if (progress === "end") break;
      if (progress !== "grid") continue;
      const { frame } = run;
      grids.push({
        tsNs: frame.tsNs,
        eventId: frame.eventId,
        bestBid: frame.bidPresent ? frame.bestBid : null,
        bestAsk: frame.askPresent ? frame.bestAsk : null,
        doubted: frame.maybeBadBook,
        valid: frame.bookValid,
        columns: Object.fromEntries(FLOAT_FIELDS.map((name) => [name, frame.column(name).slice()])),
        fingerprint: fingerprint(frame),
      });
    }
    return {
      grids,
      cache,
      counters: { ...run.session.records.counters },
      beginsInside: run.beginsInside,
      trades: tradesOf(run),
      gaps: run.pipeline.takeGaps().map(({ fromNs, toNs }) => [fromNs, toNs]),
    };
  } finally {
    run.close();
  }
}
