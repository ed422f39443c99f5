import type {
  BookEventMessage,
  GridUpdateMessage,
  ReadingMessage,
  Trade,
} from "../../engine/wire/messages.ts";
import { momentOf } from "../format.ts";
import type { Grid } from "../stream/grid.ts";
import { CellHistory } from "./cell_history.ts";
import { bucketIntOf, bucketsOf, type Instrument } from "../stream/instrument.ts";
import { EventHistory } from "./event_history.ts";
import { GridOrder, NO_GRID } from "./grid_order.ts";
import { beginsOf, FlowHistory, type SessionPrice } from "./flow_history.ts";
import { ReadingHistory } from "./reading_history.ts";
import { TradeHistory } from "./trade_history.ts";
import { rowOf, VolumeAtPrice } from "./volume_at_price.ts";

/** Ten minutes at 40 grids a second: all of it within 256 MB. */
export const HISTORY_GRIDS = 24_000;
/** What a phone has the memory for. */
const NARROW_GRIDS = 6_000;
/** CSS pixels below which a screen is a phone's. */
const NARROW = 600;
/** Executions kept: more than a busy ten minutes have. */
const EXECUTIONS = 65_536;

/** Sweeps and reserves kept. */
const EVENTS = 4_096;

/** Number of grids to keep on a screen of a width in CSS pixels. */
export function gridsFor(width: number): number {
  return width < NARROW ? NARROW_GRIDS : HISTORY_GRIDS;
}

/** Gaps of the feed that are remembered, the last ones. */
const MOST_GAPS = 256;

/** Of a bucket: what a price in dollars may be short of one that it is. */
const ROUNDING = 1e-6;

/** Price integers count billionths of a dollar. */
const PRICE_SCALE = 1e-9;

/**
 * What a stream has shown, in order of event time: of each grid its colours and what the panels
 * show, and executions. Playing a stretch again, from wherever, changes nothing of it and fills in
 * what was left out. All of it lies in typed arrays that are allocated once.
 */
export class History {
  readonly order: GridOrder;
  readonly cells: CellHistory;
  readonly readings: ReadingHistory;
  readonly flows: FlowHistory;
  /** Dollars. */
  #bucketSize = 1;
  /** The run that counts, and where it began to. */
  #run = 0;
  #beginning: string | null = null;
  readonly trades: TradeHistory;
  readonly volumes: VolumeAtPrice;
  readonly events: EventHistory = new EventHistory(EVENTS);
  /** The grid that came with its trades last. */
  #lastTold = NO_GRID;
  /**
   * From when on the stream begins to read the balance anew, milliseconds since the epoch: after a gap, and
   * wherever it went elsewhere. Null when it has begun.
   */
  #readsAnewFromMs: number | null = -Infinity;
  /** What the feed never brought, milliseconds since the epoch. */
  readonly #gaps: { readonly fromMs: number; readonly toMs: number }[] = [];

  /**
   * @param grids number of grids kept
   * @param executions number of executions kept
   */
  constructor(grids: number = HISTORY_GRIDS, executions: number = EXECUTIONS) {
    this.trades = new TradeHistory(
      executions,
      (timeMs, tick, size) => this.volumes.takeBack(timeMs, tick, size),
    );
    this.volumes = new VolumeAtPrice(this.trades);
    this.order = new GridOrder(grids);
    this.cells = new CellHistory(grids);
    this.readings = new ReadingHistory(grids);
    this.flows = new FlowHistory(grids);
  }

  /** Whether there is nothing in it. */
  get isEmpty(): boolean {
    return this.order.length === 0;
  }

  /** The grid that came last; -1 before there is one. */
  get now(): number {
    return this.order.now;
  }

  /** Price of a grid's spot in ticks. */
  spotTick(grid: number): number {
    return this.cells.spotTick(grid);
  }

  /** Rows of a grid's best bid and best ask, where the engine has what rests there; NaN where there is none. */
  bidTick(grid: number): number {
    return this.#rowOf(this.readings.bestBid(grid));
  }

  askTick(grid: number): number {
    return this.#rowOf(this.readings.bestAsk(grid));
  }

  /** The middle of best bid and best ask in ticks; spot where one is missing. */
  touchTick(grid: number): number {
    const middle = (this.bidTick(grid) + this.askTick(grid)) / 2;
    return Number.isNaN(middle) ? this.spotTick(grid) : middle;
  }

  /**
   * A price of the session's trades up to a grid, in ticks.
   *
   * @returns NaN where it is not known; the mean lies between ticks
   */
  sessionTick(grid: number, price: SessionPrice): number {
    return this.flows.sessionPrice(grid, price) * PRICE_SCALE / this.#bucketSize;
  }

  /**
   * Whether a state may be older than its reading says: it is that of the earliest grid that is kept, or
   * of one with which the balance began to be read anew.
   */
  mayBeOlder({ since_ts_ns }: ReadingMessage): boolean {
    if (this.flows.wasReadAnew(since_ts_ns)) return true;
    return this.isEmpty || momentOf(since_ts_ns) <= this.time(this.order.at(0));
  }

  #rowOf(dollars: number): number {
    return rowOf(dollars / this.#bucketSize + ROUNDING);
  }

  /** Moment of a grid, milliseconds since the epoch with their fraction. */
  time(grid: number): number {
    return this.order.time(grid);
  }

  /**
   * Notes that the feed left out what happened between two times, before the next grid.
   *
   * @param fromMs milliseconds since the epoch
   * @param toMs milliseconds since the epoch
   */
  noteGap(fromMs: number, toMs: number): void {
    // Where the stream went elsewhere it begins anew from the first on, whenever the gap was.
    const isElsewhere = this.#readsAnewFromMs === -Infinity;
    this.breakOff();
    // A snapshot may have been taken before the last record that came.
    if (!isElsewhere) this.#readsAnewFromMs = Math.max(fromMs, toMs);
    if (this.#gaps.some((gap) => gap.fromMs === fromMs && gap.toMs === toMs)) return;
    this.#gaps.push({ fromMs, toMs });
    if (this.#gaps.length > MOST_GAPS) this.#gaps.shift();
  }

  /**
   * Whether the feed left something out between two times: what is not there was not left out by the
   * stream alone.
   *
   * @param fromMs milliseconds since the epoch
   * @param toMs milliseconds since the epoch
   */
  hasGap(fromMs: number, toMs: number): boolean {
    return this.#gaps.some((gap) => gap.fromMs < toMs && gap.toMs > fromMs);
  }

  /**
   * Notes that another run counts from now on, unless it began to where the last one did: then it has
   * counted the same.
   *
   * @param beginning where it began to
   */
  countsFrom(beginning: string): void {
    if (beginning === this.#beginning) return;
    this.#beginning = beginning;
    this.#run++;
  }

  /**
   * Notes that the stream left grids out before the next.
   *
   * @param why it went elsewhere, or this page lagged: then the trades come with the next grid
   */
  breakOff(why: "jump" | "lag" = "jump"): void {
    this.order.breakOff();
    if (why === "lag") return;
    this.#lastTold = NO_GRID;
    this.#readsAnewFromMs = -Infinity;
  }

  /**
   * Takes in a grid, where it belongs in time. One that is there already stays as it is.
   *
   * @param trades executions since the grid before
   * @param events sweeps and reserves since then
   * @param lost executions that came before `trades` and were not told
   */
  record(
    head: GridUpdateMessage,
    grid: Grid,
    instrument: Instrument,
    trades: readonly Trade[],
    events: readonly BookEventMessage[] = [],
    lost = 0,
  ): void {
    const { order } = this;
    const { number, isNew, before } = order.place(BigInt(head.ts_ns), head.event_id);
    this.flows.comes(number);
    if (this.#readsAnewFromMs !== null && head.reading !== undefined) {
      this.flows.readsAnew(head.reading, this.#readsAnewFromMs);
      this.#readsAnewFromMs = null;
    }
    if (before === null) this.trades.breakOff();
    const bucketInt = bucketIntOf(instrument);
    // Before the volumes, from which is taken back what goes to make room for them.
    this.trades.add(trades, bucketInt);
    // Grids of history come without their trades.
    if (head.history !== true) {
      // Before it nothing was left out but, in a lag, grids.
      const told = this.#lastTold;
      const hasTold = order.has(told) && (before === null || before === told);
      const toldNs = hasTold && lost === 0 ? this.readings.tsNs(told) : null;
      const beforeNs = toldNs !== null && toldNs <= BigInt(head.ts_ns) ? toldNs : null;
      this.volumes.add(trades, beforeNs, BigInt(head.ts_ns), bucketInt);
      this.#lastTold = number;
    }
    this.events.add(events, bucketInt);
    if (isNew) {
      this.#bucketSize = instrument.bucketSize;
      this.cells.write(number, grid, bucketsOf(head.spot_ref_price_int, instrument));
      this.readings.write(number, grid, head, bucketInt, this.#run);
      this.flows.write(number, head);
    }
    this.#placeOver(number, head);
  }

  /**
   * A state that was over belongs to the first grid behind its beginning, whichever of those that were
   * played around it told of it.
   */
  #placeOver(number: number, { reading }: GridUpdateMessage): void {
    const { order, flows } = this;
    const over = reading?.changes === undefined ? [] : beginsOf(reading).slice(0, -1);
    for (const begin of over) flows.addOver(order.at(order.rankFrom(begin.sinceMs)), begin);
    const behind = order.rankOf(number) + 1;
    if (behind === order.length) return;
    for (const begin of flows.over(order.at(behind))) {
      if (begin.sinceMs <= order.time(number)) flows.addOver(number, begin);
    }
  }

  /** Forgets everything, for another session. */
  clear(): void {
    this.order.clear();
    this.trades.clear();
    this.events.clear();
    this.volumes.clear();
    this.#lastTold = NO_GRID;
    this.#gaps.length = 0;
  }
}
