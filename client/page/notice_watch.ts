import { GRID_ROWS, HALF_WIDTH } from "../../engine/wire/fields.ts";
import type {
  BookEventMessage,
  ReadingMessage,
  StateChangeMessage,
} from "../../engine/wire/messages.ts";
import { formatCount, formatPrice, momentOf, sentenceCase } from "../format.ts";
import { beginsOf, type StateBegin } from "../history/flow_history.ts";
import type { History } from "../history/history.ts";
import { eventWords } from "./event_words.ts";
import type { NoticeRules } from "./notice_rules.ts";
import type { MarketState } from "../state_words.ts";

/** Something that happened and that was asked for. */
export interface Notice {
  /** Goes up by 1 with each. */
  readonly serial: number;
  /** When it happened: of the grid that showed it, or the state's own instant, UTC nanoseconds since the epoch. */
  readonly tsNs: string;
  readonly words: string;
}

/** What prices are written with. */
export interface Prices {
  /** Dollars. */
  readonly bucketSize: number;
  readonly tickSize: number;
  readonly decimals: number;
}

/** A wall that stands: the most there was, and what had left it when there was still enough. */
interface Wall {
  readonly most: number;
  /** Totals of a run. */
  readonly pulled: number;
  readonly filled: number;
  readonly run: number;
}

const SIDES = ["bid", "ask"] as const;
/** Share of a wall's least size below which it is gone. */
const GONE = 0.5;

/**
 * Tells of what happens to the book from grid to grid, as it was asked for. It describes what happened;
 * what to make of it is the reader's.
 */
export class NoticeWatch {
  #serial = 0;
  /** Whether the spread was wide; null before one was seen. */
  #wasWide: boolean | null = null;
  #state: MarketState | null = null;
  /** When the last state began that was told ahead of its grid, UTC nanoseconds since the epoch. */
  #aheadNs = 0n;
  /** By side and price tick. */
  readonly #walls = new Map<string, Wall>();
  /** What the feed left out before the grid that comes next, milliseconds since the epoch; null for nothing. */
  #gap: { readonly fromMs: number; readonly toMs: number } | null = null;

  /**
   * What comes next does not follow what came last.
   *
   * @param why after a lag the states of what was left out are told still
   */
  breakOff(why: "jump" | "lag" = "jump"): void {
    this.#wasWide = null;
    if (why === "jump") {
      this.#state = null;
      this.#aheadNs = 0n;
      this.#gap = null;
    }
    this.#walls.clear();
  }

  /**
   * The feed left something out before what comes next: nothing after it follows what was before.
   *
   * @param fromMs milliseconds since the epoch
   * @param toMs milliseconds since the epoch
   */
  noteGap(fromMs: number, toMs: number): void {
    this.#wasWide = null;
    this.#walls.clear();
    this.#gap = { fromMs, toMs };
  }

  /**
   * Looks at a grid.
   *
   * @param history what is kept
   * @param grid number of a grid that is kept, the next that came
   * @param reading what came with it: what is kept of it may be of another playing
   * @param events sweeps and reserves since the one before
   * @param rules what is asked for
   */
  look(
    history: History,
    grid: number,
    reading: ReadingMessage | undefined,
    events: readonly BookEventMessage[],
    rules: NoticeRules,
    prices: Prices,
  ): Notice[] {
    const states = reading === undefined ? [] : beginsOf(reading);
    if (states.length === 0) this.#state = null;
    // What was told ahead is not told again; the grid's own state is what it is.
    const news = states.filter(({ sinceNs }, i) =>
      i === states.length - 1 || BigInt(sinceNs) > this.#aheadNs
    );
    const found = rules.state ? this.#ofState(news) : [];
    this.#gap = null;
    const words: string[] = [];
    if (rules.spread !== null) words.push(...this.#ofSpread(history, grid, rules.spread, prices));
    if (rules.sweep !== null) {
      for (const event of events) {
        if (event.event === "sweep" && event.size >= rules.sweep) {
          words.push(sentenceCase(eventWords(event, prices)));
        }
      }
    }
    if (rules.wall !== null) words.push(...this.#ofWalls(history, grid, rules.wall, prices));
    else this.#walls.clear();
    const tsNs = `${history.readings.tsNs(grid)}`;
    return this.#numbered([...found, ...words.map((words) => ({ tsNs, words }))]);
  }

  /**
   * Hears of a state that began after the grid that came last.
   *
   * @param change the state
   * @param rules what is asked for
   */
  hear(change: StateChangeMessage, rules: NoticeRules): Notice[] {
    if (!rules.state) return [];
    const { state, since_ts_ns: sinceNs } = change;
    this.#aheadNs = BigInt(sinceNs);
    return this.#numbered(this.#ofState([{ state, sinceNs, sinceMs: momentOf(sinceNs) }]));
  }

  #numbered(told: readonly Omit<Notice, "serial">[]): Notice[] {
    return told.map((one) => ({ serial: ++this.#serial, ...one }));
  }

  #ofState(told: readonly StateBegin[]): Omit<Notice, "serial">[] {
    const found: Omit<Notice, "serial">[] = [];
    let gap = this.#gap;
    for (const { state, sinceNs, sinceMs } of told) {
      if (gap !== null && sinceMs >= gap.fromMs) {
        // Nobody knows what it was in a gap, nor what it was before the first that came after.
        this.#state = null;
        if (sinceMs < gap.toMs) continue;
        gap = null;
      }
      const before = this.#state;
      this.#state = state;
      if (before === null || state === before) continue;
      const words = `State is ${sentenceCase(state)}, was ${sentenceCase(before)}`;
      found.push({ tsNs: sinceNs, words });
    }
    return found;
  }

  #ofSpread(history: History, grid: number, least: number, prices: Prices): string[] {
    const bid = history.readings.bestBid(grid);
    const ask = history.readings.bestAsk(grid);
    // A bucket may have several ticks.
    const ticks = Math.round((ask - bid) / prices.tickSize);
    const isWide = ticks >= least;
    const isNew = isWide && this.#wasWide === false;
    // A book without one of its sides has no spread, and says nothing of the one before.
    if (!Number.isNaN(ticks)) this.#wasWide = isWide;
    if (!isNew) return [];
    const price = (dollars: number) => formatPrice(dollars, prices.decimals);
    return [
      `Spread is ${ticks} ${ticks === 1 ? "tick" : "ticks"}: ${price(bid)} × ${price(ask)}`,
    ];
  }

  #ofWalls(history: History, grid: number, least: number, prices: Prices): string[] {
    const { readings } = history;
    const words: string[] = [];
    const lowest = history.spotTick(grid) - HALF_WIDTH;
    const run = readings.run(grid);
    for (const key of this.#walls.keys()) {
      const row = Number(key.slice(4)) - lowest;
      // What goes out of the grid is not seen any more.
      if (row < 0 || row >= GRID_ROWS) this.#walls.delete(key);
    }
    for (let row = 0; row < GRID_ROWS; row++) {
      for (const side of SIDES) {
        const depth = readings.cell(grid, row, `${side}_depth`);
        const key = `${side} ${lowest + row}`;
        const wall = this.#walls.get(key);
        if (depth < least && wall === undefined) continue;
        const pulled = readings.cell(grid, row, "pulled_total");
        const filled = readings.cell(grid, row, "filled_total");
        if (depth >= least) {
          this.#walls.set(key, { most: Math.max(depth, wall?.most ?? 0), pulled, filled, run });
        } else if (wall !== undefined && depth < GONE * least) {
          this.#walls.delete(key);
          const price = formatPrice((lowest + row) * prices.bucketSize, prices.decimals);
          const left = pulled - wall.pulled;
          const traded = filled - wall.filled;
          // Totals of two runs are not of one beginning.
          const how = wall.run !== run
            ? "how is not known"
            : left + traded > 0
            ? `pulled ${formatCount(left)}, filled ${formatCount(traded)}`
            : "the book was cleared";
          words.push(
            `Wall of ${formatCount(wall.most)} gone, ${side} ${price}: ${
              formatCount(depth)
            } left; ` +
              how,
          );
        }
      }
    }
    return words;
  }
}
