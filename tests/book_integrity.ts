/** What must be true of a book at every event boundary, told from its orders alone. */
import type { OrderBook } from "../engine/book/book.ts";
import { priceInt } from "../engine/book/price.ts";
import type { BookSide } from "../engine/book/side.ts";

/**
 * Holds levels and best prices of a book against its resting orders.
 *
 * @param book the book
 * @returns what is wrong with it; empty when nothing is
 */
export function bookProblems(book: OrderBook): string[] {
  const problems: string[] = [];
  const bids = new Map<bigint, number>();
  const asks = new Map<bigint, number>();
  let orders = 0;
  book.forEachOrder((_lo, _hi, price, isBid, qty) => {
    orders++;
    if (!(qty > 0)) problems.push(`an order of ${qty} contracts at ${price}`);
    const side = isBid ? bids : asks;
    side.set(price, (side.get(price) ?? 0) + qty);
  });
  if (orders !== book.orderCount) problems.push(`${book.orderCount} orders, but ${orders} rest`);
  compareSide(problems, "bid", book.bids, bids, book.tickInt);
  compareSide(problems, "ask", book.asks, asks, book.tickInt);
  return problems;
}

function compareSide(
  problems: string[],
  name: string,
  side: BookSide,
  expected: Map<bigint, number>,
  tickInt: number,
): void {
  let levels = 0;
  side.forEach((tick, rem, depth) => {
    levels++;
    const price = priceInt(tick, rem, tickInt);
    const resting = expected.get(price);
    if (resting !== depth) problems.push(`${name} ${price}: depth ${depth}, orders ${resting}`);
  });
  if (levels !== expected.size) {
    problems.push(`${name}: ${levels} levels, orders at ${expected.size} prices`);
  }
  let best: bigint | null = null;
  for (const price of expected.keys()) {
    if (best === null || (side.isBid ? price > best : price < best)) best = price;
  }
  const shown = side.present ? priceInt(side.bestTick, side.bestRem, tickInt) : null;
  if (shown !== best) problems.push(`best ${name} ${shown}, orders' best ${best}`);
}
