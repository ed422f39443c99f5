import { OrderBook } from "./book/book.ts";
import {
  ACTION,
  F_LAST,
  F_SNAPSHOT,
  UNDEF_PRICE_HI,
  UNDEF_PRICE_LO,
  UNDEF_SIZE,
} from "../../engine/dbn/constants.ts";
import type { GridFrame } from "./grid/frame.ts";
import { Grid } from "./grid/grid.ts";
import { joinWords, type MboRecord } from "./record.ts";
import { SessionTrades } from "./session_trades.ts";
import type { RecordSource } from "./record_source.ts";

/** What a call of `Pipeline.run` stopped at. */
export type Stop =
  /** A grid is in the frame. */
  | "grid"
  /** Bootstrap is over: the source's current record is the first of warm-up, not applied yet. */
  | "warmup"
  /** The budget of records is used up. */
  | "budget"
  /** The source has no more complete record: give it bytes, or end. */
  | "input";

/** Where the pipeline is: 1 book only, 2 full engine without grids, 3 grids. */
export type Phase = 1 | 2 | 3;

/** Hears of executions, in file order; each before the grid that shows what it did. */
export interface TradeSink {
  /**
   * An execution: a T record with a size above 0 and a price.
   *
   * @param record the record, overwritten by the next
   */
  trade(record: MboRecord): void;
}

/** When phases begin and how often a grid may be emitted. */
export interface PipelineOptions {
  /** price_int units per tick. */
  tickInt: number;
  /** First emission, nanoseconds since the session's midnight; null emits from the first record. */
  startTs: number | null;
  /** Least event time between grids, whole nanoseconds. */
  throttleNs: number;
  /** Hears of executions from startTs on; absent: nobody does. */
  trades?: TradeSink | undefined;
}

// Constants of this module are compiled in; imported ones are looked up at every use.
const TRADE = ACTION.TRADE;
const LAST = F_LAST;
const SNAPSHOT = F_SNAPSHOT;

/** The book bootstrap ends this long before the first emission, nanoseconds. */
export const WARMUP_NS = 30 * 60 * 1e9;

/** Counts of what went through, for statistics and the cache. */
export interface PipelineCounters {
  /** Records applied book-only. */
  bookOnly: number;
  /** Kept records whose ts is below the previous one's. */
  tsBack: number;
  /** Event id of the first such record; 0 when there is none. */
  tsBackFirst: number;
  /** Event boundaries of phases 2 and 3. */
  boundaries: number;
  /** Those of them at which the book was crossed. */
  crossed: number;
  grids: number;
}

/**
 * Drives one engine over one source: phases, event boundaries, throttle (spec/pipeline.md and the
 * last section of spec/engine.md).
 *
 * It is pulled: `run` works until there is something for the caller to do, so that the same code
 * replays at full speed, in real time, or in slices that leave the event loop room.
 */
export class Pipeline {
  readonly book: OrderBook;
  readonly grid = new Grid();
  /** What was traded so far. */
  readonly sessionTrades = new SessionTrades();
  readonly counters: PipelineCounters = {
    bookOnly: 0,
    tsBack: 0,
    tsBackFirst: 0,
    boundaries: 0,
    crossed: 0,
    grids: 0,
  };
  phase: Phase;

  /** The words of `lastTsNs`, signed. */
  lastTsLo = 0;
  lastTsHi = 0;

  /** An array, because a field would be a new object for every number. */
  readonly #lastTs = new Float64Array([-Infinity]);
  readonly #warmupTs: number;
  readonly #emitTs: number;
  readonly #throttleNs: number;
  readonly #trades: TradeSink | null;
  /** The source's current record was met but not applied. */
  #held = false;
  /** The last record was outside a snapshot and lacked F_LAST: its event may still go on. */
  #eventOpen = false;
  #emitted = false;
  #emittedLo = 0;
  #emittedHi = 0;

  /**
   * @param source the records
   * @param frame receives each grid
   * @param options when and how often
   */
  constructor(
    readonly source: RecordSource,
    readonly frame: GridFrame,
    options: PipelineOptions,
  ) {
    const { tickInt, startTs, throttleNs, trades } = options;
    this.book = new OrderBook(tickInt);
    this.#emitTs = startTs ?? -Infinity;
    this.#warmupTs = startTs === null ? -Infinity : startTs - WARMUP_NS;
    this.#throttleNs = throttleNs;
    this.#trades = trades ?? null;
    this.phase = startTs === null ? 3 : 1;
  }

  /** Time of the record applied last, nanoseconds since the session's midnight. */
  get lastTs(): number {
    return this.#lastTs[0]!;
  }

  /** Time of the record applied last, UTC nanoseconds since the epoch. */
  get lastTsNs(): bigint {
    return joinWords(this.lastTsLo, this.lastTsHi);
  }

  /**
   * Works on records until there is something to do.
   *
   * @param budget most records to apply
   * @returns what it stopped at
   */
  run(budget: number): Stop {
    const { source } = this;
    for (let left = budget; left > 0; left--) {
      if (this.#held) {
        this.#held = false;
      } else {
        if (!source.next()) return "input";
        if (this.phase === 1) {
          if (source.ts >= this.#warmupTs && !source.isEarly) {
            this.phase = 2;
            this.#held = true;
            return "warmup";
          }
        } else if (this.#eventOpen && this.#isNewEvent(source)) {
          this.#eventOpen = false;
          if (this.#boundary()) {
            this.#held = true;
            return "grid";
          }
        }
      }
      if (this.phase === 1 || source.isEarly) {
        this.#applyBookOnly(source);
      } else if (this.#apply(source) && this.#boundary()) {
        return "grid";
      }
    }
    return "budget";
  }

  /**
   * Goes on with a book that a cache gave back: what comes next is warm-up.
   *
   * @param lastTsNs time of the record applied last, UTC nanoseconds since the epoch
   * @param counters as they were then
   */
  resumeAtWarmup(lastTsNs: bigint, counters: PipelineCounters): void {
    this.lastTsLo = Number(BigInt.asIntN(32, lastTsNs));
    this.lastTsHi = Number(BigInt.asIntN(32, lastTsNs >> 32n));
    Object.assign(this.counters, counters);
    this.phase = 2;
  }

  #applyBookOnly(record: RecordSource): void {
    if (this.book.inSnapshot && (record.flags & SNAPSHOT) === 0) this.book.endSnapshot();
    if (record.afterGap) this.book.maybeBad = true;
    this.#noteTime(record);
    this.book.apply(record);
    if (record.action === TRADE && !record.isEarly) this.#trade(record, null);
    this.counters.bookOnly++;
  }

  /** Applies a record with the full engine; whether an event ends with it. */
  #apply(record: RecordSource): boolean {
    const { book, grid } = this;
    const inSnapshot = (record.flags & SNAPSHOT) !== 0;
    const isLast = (record.flags & LAST) !== 0;
    if (book.inSnapshot && !inSnapshot) {
      book.endSnapshot();
      this.#followSnapshot();
    }
    if (record.afterGap) book.maybeBad = true;
    this.#noteTime(record);
    book.apply(record);
    if (record.action === TRADE) this.#trade(record, this.#trades);
    if (inSnapshot) {
      this.#eventOpen = false;
      if (isLast) this.#followSnapshot();
      return isLast;
    }
    if (book.spotKnown) grid.shiftTo(book.spotTick);
    for (let i = 0; i < book.touchCount; i++) {
      grid.touch(book.touches[i as 0 | 1], record, book);
    }
    this.#eventOpen = !isLast;
    return isLast;
  }

  #trade(record: MboRecord, sink: TradeSink | null): void {
    const { size, priceLo, priceHi } = record;
    const priced = priceLo >>> 0 !== UNDEF_PRICE_LO || priceHi !== UNDEF_PRICE_HI;
    if (size === 0 || size === UNDEF_SIZE || !priced) return;
    this.sessionTrades.add(priceLo, priceHi, size);
    // The event that the first grid shows is still warm-up's, and its executions count.
    if (this.phase === 2 && record.ts < this.#emitTs) return;
    sink?.trade(record);
  }

  #followSnapshot(): void {
    if (this.book.spotKnown) this.grid.shiftTo(this.book.spotTick);
    this.grid.rememberDepth(this.book);
  }

  #noteTime(record: MboRecord): void {
    if (this.#before(record)) {
      this.counters.tsBack++;
      if (this.counters.tsBackFirst === 0) this.counters.tsBackFirst = this.book.eventId + 1;
    }
    this.#lastTs[0] = record.ts;
    this.lastTsLo = record.tsLo;
    this.lastTsHi = record.tsHi;
  }

  #before({ tsLo, tsHi }: MboRecord): boolean {
    return tsHi === this.lastTsHi
      ? tsLo >>> 0 < this.lastTsLo >>> 0
      : tsHi >>> 0 < this.lastTsHi >>> 0;
  }

  #isNewEvent({ tsLo, tsHi }: MboRecord): boolean {
    return tsLo !== this.lastTsLo || tsHi !== this.lastTsHi;
  }

  /** Passes an event boundary after the last record; whether it emits a grid. */
  #boundary(): boolean {
    this.counters.boundaries++;
    if (this.book.crossed) this.counters.crossed++;
    if (this.phase === 2) {
      if (this.lastTs < this.#emitTs) return false;
      this.phase = 3;
    }
    if (this.#emitted) {
      const since = ((this.lastTsHi >>> 0) - (this.#emittedHi >>> 0)) * 4294967296 +
        ((this.lastTsLo >>> 0) - (this.#emittedLo >>> 0));
      if (since < this.#throttleNs) return false;
    }
    this.#emitted = true;
    this.#emittedLo = this.lastTsLo;
    this.#emittedHi = this.lastTsHi;
    this.counters.grids++;
    this.#writeFrame();
    return true;
  }

  #writeFrame(): void {
    const { frame, book } = this;
    const { bids, asks } = book;
    frame.tsLo = this.lastTsLo;
    frame.tsHi = this.lastTsHi;
    frame.ts = this.lastTs;
    frame.eventId = book.eventId;
    frame.bookValid = book.valid;
    frame.maybeBadBook = book.maybeBad;
    frame.spotKnown = book.spotKnown;
    frame.spotTick = book.spotTick;
    frame.bidPresent = bids.present;
    frame.bidTick = bids.bestTick;
    frame.bidRem = bids.bestRem;
    frame.askPresent = asks.present;
    frame.askTick = asks.bestTick;
    frame.askRem = asks.bestRem;
    this.grid.write(frame, this.lastTs, book);
  }
}
