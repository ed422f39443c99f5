import { REACH, TYPICAL_QUEUE } from "./intensities.ts";
import { LEVELS, type LimitBook } from "./limit_book.ts";
import type { Random } from "./random.ts";
import { drawOrderSize } from "./sizes.ts";
import type { Venue } from "./venue.ts";

/** Ticks from the touch up to which every price has orders. */
const DEPTH = 400;
/** Orders at a price beyond what the model reaches, on average. */
const FAR_QUEUE = 12;
/** Orders of each side that somebody left at a price that will not come: stubs. */
const STUBS = 8;
const HOUR_NS = 3600e9;

/** An order as the snapshot has it. */
interface Opening {
  isBid: boolean;
  level: number;
}

/**
 * Fills the book with what rests at midnight and writes the snapshot: a Clear, then adds whose event
 * times are hours and days back, the last of them marked.
 *
 * @param book an empty book
 * @param instrument its number, the tick of the book's level 0, the lowest level that may hold an
 * order, and number of its first order
 */
export function openBook(
  book: LimitBook,
  venue: Venue,
  random: Random,
  instrument: { instrumentId: number; baseTick: number; lowestLevel: number; firstId: number },
): void {
  const { instrumentId, baseTick, lowestLevel, firstId } = instrument;
  const orders = [true, false].flatMap((isBid) => sideOrders(isBid, lowestLevel, random));
  venue.clear(instrumentId);
  let enteredTs = 0;
  orders.forEach(({ isBid, level }, i) => {
    const isFirst = book.count[level] === 0;
    // Within a queue the oldest order is first.
    enteredTs = isFirst
      ? -HOUR_NS - random.exponential(20 * HOUR_NS)
      : enteredTs * random.uniform();
    const size = drawOrderSize(random);
    const id = firstId + i;
    book.add(level, isBid, size, id);
    venue.snapshotOrder(
      { isBid, tick: baseTick + level, size, id, enteredTs: Math.floor(enteredTs) },
      instrumentId,
      i === orders.length - 1,
    );
  });
}

/** Orders of one side, from the best price outwards, the stubs last. */
function sideOrders(isBid: boolean, lowestLevel: number, random: Random): Opening[] {
  const orders: Opening[] = [];
  const levelAt = (distance: number) =>
    Math.max(lowestLevel, LEVELS / 2 + (isBid ? 1 - distance : distance));
  for (let distance = 1; distance <= DEPTH; distance++) {
    const typical = distance <= REACH ? TYPICAL_QUEUE[distance]! : FAR_QUEUE;
    const count = Math.max(1, Math.round(typical * (0.6 + 0.8 * random.uniform())));
    for (let i = 0; i < count; i++) orders.push({ isBid, level: levelAt(distance) });
  }
  for (let i = 0; i < STUBS; i++) {
    orders.push({ isBid, level: levelAt(DEPTH + 100 * (1 + random.below(35))) });
  }
  return orders;
}
