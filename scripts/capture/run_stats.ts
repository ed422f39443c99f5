import type { BookCacheResult } from "../../engine/cache.ts";
import { misfitsOf } from "../../engine/misfits.ts";
import type { EngineRun } from "../../engine/run.ts";
import type { DataSource } from "../../engine/source/data_source.ts";
import { GRID_ROWS } from "../../engine/wire/fields.ts";

/** Wall seconds that the parts of a run took. */
export interface RunSeconds {
  /** Opening, and the book from cache or bootstrap. */
  bootstrap: number;
  /** Warm-up and emission, the output included. */
  engine: number;
}

/** What of a run was written: grids, or in their place sweeps and reserves. */
export interface Written {
  grids: number;
  events?: number;
}

/** What of a finished run is told as a JSON line. */
export type CaptureStats = ReturnType<typeof runStats>;

/**
 * What a finished run read, kept, dropped and emitted.
 *
 * @param run the run
 * @param source where its records come from
 * @param cache how its book was obtained; null without a bootstrap
 * @param written how much of it was written
 * @param seconds wall time of its parts
 * @returns one flat object for a JSON line; a rate over no records is null
 */
export function runStats(
  run: EngineRun,
  source: DataSource,
  cache: BookCacheResult | null,
  written: Written,
  seconds: RunSeconds,
) {
  const { session: { decoder, records }, pipeline: { book, counters } } = run;
  const { mbo, kept, ...dropped } = records.counters;
  const engineRecords = kept - counters.bookOnly;
  const built = cache !== null && !cache.hit;
  return {
    dt: run.request.dt,
    symbol: run.request.symbol,
    data_source: source,
    records_read: decoder.recordsRead,
    records_kept: kept,
    records_book_only: counters.bookOnly,
    dropped: {
      other_type: decoder.recordsRead - mbo,
      other_instrument: dropped.otherInstrument,
      before_window: dropped.beforeWindow,
      after_window: dropped.afterWindow,
      undefined_price: dropped.undefinedPrice,
      undefined_size: dropped.undefinedSize,
      bad_side: dropped.badSide,
    },
    ...misfitsOf(run),
    ts_back_first_event_id: counters.tsBackFirst || null,
    boundaries: counters.boundaries,
    ...written,
    rows: written.grids * GRID_ROWS,
    begins_inside: run.beginsInside,
    truncated: run.truncated,
    orders: book.orderCount,
    book_cache: cache === null ? null : cache.hit ? "hit" : "built",
    seconds: Number((seconds.bootstrap + seconds.engine).toFixed(3)),
    bootstrap_records_per_second: built ? rate(counters.bookOnly, seconds.bootstrap) : null,
    engine_records_per_second: rate(engineRecords, seconds.engine),
    records_per_second: rate(built ? kept : engineRecords, seconds.bootstrap + seconds.engine),
  };
}

function rate(records: number, seconds: number): number | null {
  return records === 0 ? null : Math.round(records / seconds);
}
