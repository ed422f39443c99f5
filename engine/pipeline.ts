import { BookView } from "./book_view.ts";
import { EngineCore } from "./core.ts";
import {
  BIN_COUNT,
  BOOK_ONLY,
  BOUNDARIES,
  CROSSED,
  EMIT_TS,
  EVENTS_WAITING,
  FLOW_TS,
  GAP_BEGIN,
  GAP_END,
  GAP_FROM,
  GRIDS,
  HISTORY_TS,
  LAST_TS,
  OUTLINE_FIRST,
  OUTLINE_LAST,
  PHASE,
  RESUMED_TS,
  SAVED_END,
  SETTLE_TS,
  SETTLES,
  STATE,
  STOP_BUDGET,
  STOP_FEED,
  STOP_FLOW,
  STOP_GAP,
  STOP_GRID,
  STOP_HISTORY,
  STOP_INPUT,
  STOP_INSTRUMENT,
  STOP_LOOK,
  STOP_PRICE,
  STOP_SETTLED,
  STOP_TRADES,
  STOP_WARMUP,
  THROTTLE,
  TRADE_BYTES,
  TRADES,
  TS_BACK,
  TS_BACK_FIRST,
  WANTS_EVENTS,
  WANTS_SIDES,
  WANTS_TOTALS,
  WANTS_TRADES,
  WARMUP_FILLS,
  WARMUP_TS,
} from "./core/layout.ts";
import { type BookEvent, readBookEvents } from "./book_events.ts";
import type { FeedGap } from "./feed_gap.ts";
import { GridFrame } from "./grid_frame.ts";
import { SessionTrades } from "./session_trades.ts";
import type { RecordSource } from "./record_source.ts";

/** What a call of `Pipeline.run` stopped at. */
export type Stop =
  /** A grid is in the frame. */
  | "grid"
  /** A grid of warm-up is in the frame, from `historyNs` before the first emission on. */
  | "history"
  /** A boundary is in the frame that came too soon after a grid, and nothing came since. */
  | "settled"
  /** Bootstrap is over: the source's next record is the first of warm-up. */
  | "warmup"
  /** The budget of work is used up. */
  | "budget"
  /** The source has no more complete record: give it bytes, or end. */
  | "input";

/** Where the pipeline is: 1 book only, 2 full engine without grids, 3 grids. */
export type Phase = 1 | 2 | 3;

/** An execution. */
export interface Execution {
  /** Event time, UTC nanoseconds since the epoch. */
  tsNs: bigint;
  /** price_int. */
  price: bigint;
  /** Contracts. */
  size: number;
  /** Character code of the aggressor's side: A B N. */
  side: number;
}

/** Hears of executions, in file order; each before the grid that shows what it did. */
export interface TradeSink {
  /**
   * An execution: a T record with a size above 0 and a price.
   *
   * @param execution what was traded
   */
  trade(execution: Execution): void;
}

/** Hears of sweeps and reserves, each once its event is over and before the grid that shows it. */
export interface BookEventSink {
  /** @param event what happened */
  bookEvent(event: BookEvent): void;
}

/** When phases begin and how often a grid may be emitted. */
export interface PipelineOptions {
  /** First emission, UTC nanoseconds since the epoch; null emits from the first record. */
  startNs: bigint | null;
  /** Least event time between grids, whole nanoseconds. */
  throttleNs: number;
  /** Hears of executions from the start on; absent: nobody does. */
  trades?: TradeSink | undefined;
  /** Hears of sweeps and reserves from the start on; absent: nobody does. */
  events?: BookEventSink | undefined;
  /** How long before the first emission grids of warm-up are given; default none. */
  historyNs?: number;
  /** Whether a boundary that came too soon to be emitted is given once its time has passed. */
  settles?: boolean;
  /** Whether the depth of each side is in the frame. */
  sides?: boolean;
  /** Whether totals of the buckets are kept, and in the frame. */
  totals?: boolean;
  /** Minutes of an outline: records are counted by the minute, and there is no book. */
  minutes?: number;
}

/** The book bootstrap ends this long before the first emission, nanoseconds. */
export const WARMUP_NS = 30 * 60 * 1e9;

/** Bytes of input there is room for, unless the decoder has more. */
const LEAST_INPUT = 4096;

/** A time after all others. */
const NEVER = -1n;

/** Work in one call of the core: one that goes on for long stays in code that is not optimized. */
const MOST_WORK = 50_000;

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
  /** Those of them at which the book was locked or crossed. */
  crossed: number;
  grids: number;
}

/**
 * Drives one engine over one source: phases, event boundaries, throttle (docs/pipeline.md, "Phases").
 * The work is the core's; this tells it what to do, and does what it stops for.
 *
 * It is pulled: `run` works until there is something for the caller to do, so that the same code
 * replays at full speed, in real time, or in slices that leave the event loop room.
 */
export class Pipeline {
  readonly book: BookView;
  /** What was traded so far. */
  readonly sessionTrades: SessionTrades;
  readonly core: EngineCore;
  /** The last grid. */
  readonly frame: GridFrame;
  readonly #trades: TradeSink | null;
  readonly #events: BookEventSink | null;
  readonly #midnightNs: bigint;
  readonly #gaps: FeedGap[] = [];
  #gapsMet = 0;

  /**
   * @param source the records
   * @param options when and how often
   * @param core an instance of the core; default a new one
   */
  constructor(
    readonly source: RecordSource,
    { startNs, throttleNs, trades, events, historyNs = 0, settles, sides, totals, minutes }:
      PipelineOptions,
    core: EngineCore = new EngineCore(source.filter.name),
  ) {
    const { decoder, filter: { tickInt, midnightNs } } = source;
    this.core = core;
    this.#trades = trades ?? null;
    this.#events = events ?? null;
    this.#midnightNs = midnightNs;
    source.attach(core);
    core.set(PHASE, minutes !== undefined ? 0n : startNs === null ? 3n : 1n);
    core.set(BIN_COUNT, BigInt(minutes ?? 0));
    core.set(OUTLINE_FIRST, -1n);
    core.set(OUTLINE_LAST, -1n);
    core.set(EMIT_TS, startNs ?? 0n);
    core.set(WARMUP_TS, startNs === null ? 0n : startNs - BigInt(WARMUP_NS));
    core.set(THROTTLE, BigInt(throttleNs));
    core.set(WANTS_TRADES, trades === undefined ? 0n : 1n);
    core.set(WANTS_EVENTS, events === undefined ? 0n : 1n);
    core.set(HISTORY_TS, startNs === null || historyNs <= 0 ? NEVER : startNs - BigInt(historyNs));
    core.set(SETTLES, settles ? 1n : 0n);
    core.set(SETTLE_TS, NEVER);
    core.set(FLOW_TS, NEVER);
    core.set(GAP_FROM, NEVER);
    core.set(WANTS_SIDES, sides ? 1n : 0n);
    core.set(WANTS_TOTALS, totals ? 1n : 0n);
    core.start();
    source.tellInstrument();
    decoder.moveTo(core.reserveInput(Math.max(decoder.u8.length, LEAST_INPUT)));
    this.frame = new GridFrame(core.views, tickInt, midnightNs);
    this.book = new BookView(core, tickInt);
    this.sessionTrades = new SessionTrades(core);
  }

  /** Where it is. */
  get phase(): Phase {
    return this.core.number(PHASE) as Phase;
  }

  /** Counts so far. */
  get counters(): PipelineCounters {
    const { core } = this;
    return {
      bookOnly: core.number(BOOK_ONLY),
      tsBack: core.number(TS_BACK),
      tsBackFirst: core.number(TS_BACK_FIRST),
      boundaries: core.number(BOUNDARIES),
      crossed: core.number(CROSSED),
      grids: core.number(GRIDS),
    };
  }

  /** Time of the record applied last, UTC nanoseconds since the epoch; 0 before there is one. */
  get lastTsNs(): bigint {
    return this.core.unsigned(LAST_TS);
  }

  /** The same in nanoseconds since the session's midnight; -Infinity before there is one. */
  get lastTs(): number {
    return this.book.eventId === 0 ? -Infinity : Number(this.lastTsNs - this.#midnightNs);
  }

  /** When the last minute without a record was over, as `lastTs`; -Infinity before the first record. */
  get resumedTs(): number {
    const ns = this.core.unsigned(RESUMED_TS);
    return ns === 0n ? -Infinity : Number(ns - this.#midnightNs);
  }

  /**
   * Works on records until there is something to do.
   *
   * @param budget most work, a record counting 1
   * @returns what it stopped at
   * @throws UserError on a damaged record; on a second instrument where none is mapped; on a second
   * publisher or a record of a feed that is no full book; where the session has no book at its
   * beginning; TruncatedError where another file begins
   */
  run(budget: number): Stop {
    const { core, source } = this;
    const { decoder } = source;
    for (let left = budget; left > 0;) {
      if (decoder.u8.length === 0) decoder.moveTo(core.input());
      const work = Math.min(left, MOST_WORK);
      const stop = core.run(decoder.position, decoder.filled, work);
      const { passed } = core;
      decoder.passed(core.at, passed);
      if (decoder.u8.length === 0) decoder.moveTo(core.input());
      this.#followMemory();
      if (this.#trades !== null) this.#tellTrades(this.#trades);
      if (this.#events !== null) this.#tellEvents(this.#events);
      left -= stop === STOP_BUDGET ? work : passed;
      switch (stop) {
        case STOP_GRID:
        case STOP_HISTORY:
        case STOP_SETTLED:
          return shown(stop);
        case STOP_WARMUP:
          return "warmup";
        case STOP_INPUT:
          return "input";
        case STOP_LOOK:
          if (!decoder.pass()) return "input";
          left--;
          break;
        case STOP_INSTRUMENT:
          source.meetInstrument();
          break;
        case STOP_FEED:
          source.lookAtFeed();
          break;
        case STOP_FLOW:
          source.lookForBook();
          break;
        case STOP_PRICE:
          source.refuseFarPrice();
          break;
        case STOP_GAP:
          source.missTrades();
          this.#gaps.push({ fromNs: core.unsigned(GAP_BEGIN), toNs: core.unsigned(GAP_END) });
          this.#gapsMet++;
          break;
        case STOP_BUDGET:
        case STOP_TRADES:
          break;
        default:
          throw new Error(`the core stopped at ${stop}`);
      }
    }
    return "budget";
  }

  /**
   * Shows the boundary that came too soon to be emitted, if nothing came since: at the end of the
   * input, or when time has passed without more of it.
   *
   * @returns whether it is in the frame
   */
  settle(): boolean {
    if (this.core.exports.settle() === 0) return false;
    this.#followMemory();
    return true;
  }

  /** How many gaps of the feed were met, taken or not. */
  get gapsMet(): number {
    return this.#gapsMet;
  }

  /** Gaps of the feed met since they were last taken, in file order. */
  takeGaps(): FeedGap[] {
    return this.#gaps.splice(0);
  }

  /**
   * Sets the least event time between grids.
   *
   * @param ns whole nanoseconds
   */
  throttle(ns: number): void {
    this.core.set(THROTTLE, BigInt(ns));
  }

  /** Whether what `saved` gives and the orders are all there is to warm-up's first record. */
  get isSavable(): boolean {
    return !this.core.is(WARMUP_FILLS);
  }

  /** What a book cache keeps besides the orders; to be called at the first record of warm-up. */
  get saved(): bigint[] {
    return [...this.core.views.state.subarray(0, (SAVED_END - STATE) / 8)];
  }

  /**
   * Takes up what `saved` gave, the orders being there: what comes next is warm-up.
   *
   * @param values the values
   */
  restore(values: readonly bigint[]): void {
    this.core.views.state.set(values);
    this.core.set(PHASE, 2n);
    this.book.restoreSpot();
  }

  /** The frame is read between grids too: memory that has grown is another buffer. */
  #followMemory(): void {
    if (this.frame.values.length === 0) this.frame.look(this.core.views);
  }

  #tellEvents(sink: BookEventSink): void {
    const count = this.core.number(EVENTS_WAITING);
    if (count === 0) return;
    this.core.set(EVENTS_WAITING, 0n);
    for (const event of readBookEvents(this.core.bookEvents(), count)) sink.bookEvent(event);
  }

  #tellTrades(sink: TradeSink): void {
    const count = this.core.number(TRADES);
    if (count === 0) return;
    const view = this.core.exchange();
    this.core.set(TRADES, 0n);
    for (let at = 0; at < count * TRADE_BYTES; at += TRADE_BYTES) {
      sink.trade({
        tsNs: view.getBigUint64(at, true),
        price: view.getBigInt64(at + 8, true),
        size: view.getUint32(at + 16, true),
        side: view.getUint32(at + 20, true),
      });
    }
  }
}

function shown(stop: number): "grid" | "history" | "settled" {
  if (stop === STOP_GRID) return "grid";
  return stop === STOP_HISTORY ? "history" : "settled";
}
