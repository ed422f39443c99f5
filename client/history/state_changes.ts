import type { ReadingMessage } from "../../engine/wire/messages.ts";
import type { MarketState } from "../state_words.ts";
import type { StateBegin } from "./flow_history.ts";
import type { History } from "./history.ts";
import { BOOK_CROSSED, BOOK_IN_DOUBT, BOOK_INVALID, IS_SETTLED } from "./reading_history.ts";

/**
 * What the state became between a grid and the next, which tells it.
 *
 * @param grid number of a grid that is kept
 * @param untilMs up to where, milliseconds since the epoch, not part of it
 * @returns null where it is still what the grid tells, or nothing more is known
 */
export function becameAfter(history: History, grid: number, untilMs: number): StateBegin | null {
  const next = nextOf(history, grid);
  if (next === null || !tellsOfBetween(history, grid, next)) return null;
  const fromMs = history.time(grid);
  return history.flows.told(next).findLast(({ sinceMs }) =>
    sinceMs >= fromMs && sinceMs < untilMs
  ) ?? null;
}

/** The grid that goes on from another; null where there is none. */
export function nextOf({ order }: History, grid: number): number | null {
  const rank = order.rankOf(grid) + 1;
  return rank === order.length || order.begins(rank) ? null : order.at(rank);
}

/** Whether a grid tells of a state that began after the one before it. For ribbons: no object is made. */
export function tellsOfBetween({ flows, order }: History, grid: number, next: number): boolean {
  return flows.state(next) !== null && flows.sinceMs(next) >= order.time(grid);
}

/**
 * The reading at a moment: that of its grid, with the state that has come since.
 *
 * @param grid number of a grid that is kept
 * @param untilMs end of the moment, milliseconds since the epoch; null is all that the stream has told
 * since it came, and nothing of what was played before
 */
export function readingAt(
  history: History,
  grid: number,
  untilMs: number | null,
): ReadingMessage | null {
  const told = history.flows.became(grid);
  const newest = told.findLast(({ ms }) => untilMs === null || ms < untilMs);
  if (newest !== undefined) return newest.reading;
  const reading = history.flows.reading(grid);
  if (untilMs === null) return reading;
  const became = reading && becameAfter(history, grid, untilMs);
  if (!became || became.sinceNs === reading.since_ts_ns) return reading;
  const { reason: _, ...rest } = reading;
  const { state, sinceNs } = became;
  return { ...rest, state, since_ts_ns: sinceNs, risk: riskIn(state, reading.risk) };
}

/**
 * Why the book of a grid cannot be read.
 *
 * @param grid number of a grid that is kept
 * @returns null where it can be read
 */
function whyUnread({ readings }: History, grid: number): string | null {
  const book = readings.book(grid);
  if (book & BOOK_INVALID) return "the book is being rebuilt";
  if (book & BOOK_IN_DOUBT) return "the book is in doubt: the source lost records";
  const noBid = Number.isNaN(readings.bestBid(grid));
  const noAsk = Number.isNaN(readings.bestAsk(grid));
  if (noBid && noAsk) return "the book is empty";
  if (noBid || noAsk) return "the book has one side alone";
  return book & BOOK_CROSSED ? "the book is crossed" : null;
}

/**
 * A reading as it is shown with a grid: none with a boundary that has settled and whose book cannot be
 * read, of which the stream's knows nothing.
 *
 * @param reading what the stream says at that moment; null where it says nothing
 * @param grid number of the grid, kept
 */
export function readingOfBook(
  history: History,
  grid: number,
  reading: ReadingMessage | null,
): ReadingMessage | null {
  if (reading === null || reading.state === "NO READING") return reading;
  if (!(history.readings.book(grid) & IS_SETTLED)) return reading;
  const reason = whyUnread(history, grid);
  if (reason === null) return reading;
  const tsNs = history.readings.tsNs(grid);
  // What the next grid tells of may be of grids that were left out between the two.
  if (BigInt(reading.since_ts_ns) > tsNs && nextOf(history, grid) !== null) return reading;
  const since_ts_ns = `${tsNs}`;
  return { ...reading, state: "NO READING", reason, since_ts_ns, risk: "BALANCED" };
}

/** What a risk is in a state: an advantage goes with it, what fails or thins stays. */
function riskIn(state: MarketState, risk: ReadingMessage["risk"]): ReadingMessage["risk"] {
  if (risk === "SUPPORT FAILING" || risk === "RESISTANCE THINNING") return risk;
  if (state.startsWith("UP")) return "UP ADVANTAGE";
  return state.startsWith("DOWN") ? "DOWN ADVANTAGE" : "BALANCED";
}

/** A state that began. */
export interface Change {
  readonly state: MarketState;
  /** When, milliseconds since the epoch. */
  readonly timeMs: number;
}

/**
 * The changes of the state over all that is kept, in order, each at the instant at which it happened;
 * where grids were left out, at the first grid after them.
 */
export function stateChanges(history: History): Change[] {
  const { order, flows } = history;
  const changes: Change[] = [];
  let state: MarketState | null = null;
  for (let rank = 0; rank < order.length; rank++) {
    const grid = order.at(rank);
    const own = flows.state(grid);
    const became = (next: MarketState, timeMs: number) => {
      if (next !== state && rank > 0) changes.push({ state: next, timeMs });
      state = next;
    };
    if (own === null) state = null;
    else {
      const before = order.begins(rank) ? null : order.at(rank - 1);
      if (before !== null && state !== null && tellsOfBetween(history, before, grid)) {
        const fromMs = order.time(before);
        for (const told of flows.told(grid)) {
          if (told.sinceMs >= fromMs) became(told.state, told.sinceMs);
        }
      }
      // Of what was left out, or another run told, the instant is not of this stretch.
      became(own, order.time(grid));
    }
  }
  // After the last of them nothing tells but the stream itself.
  for (const { ms, reading } of flows.became(order.at(order.length - 1))) {
    if (reading.state !== state) changes.push({ state: reading.state, timeMs: ms });
    state = reading.state;
  }
  return changes;
}

/**
 * The change before or after a moment.
 *
 * @param changes in order
 * @param timeMs the moment, milliseconds since the epoch
 * @param by 1 for after, -1 for before
 * @returns null where there is none
 */
export function changeFrom(changes: readonly Change[], timeMs: number, by: 1 | -1): Change | null {
  const found = by > 0
    ? changes.find((change) => change.timeMs > timeMs)
    : changes.findLast((change) => change.timeMs < timeMs);
  return found ?? null;
}
