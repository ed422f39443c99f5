/** What must be true of a book at every event boundary, told from its orders alone. */
import type { BookView } from "../engine/book_view.ts";
import { ordersOf } from "./book_orders.ts";

/**
 * Holds levels and best prices of a book against its resting orders.
 *
 * @param book the book
 * @returns what is wrong with it; empty when nothing is
 */
export function bookProblems(book: BookView): string[] {
  const problems: string[] = [];
  const bids = new Map<bigint, bigint>();
  const asks = new Map<bigint, bigint>();
  const orders = ordersOf(book);
  for (const { price, isBid, qty } of orders) {
    if (!(qty > 0)) problems.push(`an order of ${qty} contracts at ${price}`);
    const side = isBid ? bids : asks;
    side.set(price, (side.get(price) ?? 0n) + BigInt(qty));
  }
  if (new Set(orders.map(({ id }) => id)).size !== book.orderCount) {
    problems.push(`${book.orderCount} orders, but ${orders.length} rest`);
  }
  compareSide(problems, book, true, bids);
  compareSide(problems, book, false, asks);
  return problems;
}

function compareSide(
  problems: string[],
  book: BookView,
  isBid: boolean,
  expected: Map<bigint, bigint>,
): void {
  const name = isBid ? "bid" : "ask";
  let levels = 0;
  book.forEachLevel(isBid, (price, depth) => {
    levels++;
    const resting = expected.get(price);
    if (resting !== depth) problems.push(`${name} ${price}: depth ${depth}, orders ${resting}`);
  });
  if (levels !== expected.size) {
    problems.push(`${name}: ${levels} levels, orders at ${expected.size} prices`);
  }
  let best: bigint | null = null;
  for (const price of expected.keys()) {
    if (best === null || (isBid ? price > best : price < best)) best = price;
  }
  const shown = isBid ? book.bestBid : book.bestAsk;
  if (shown !== best) problems.push(`best ${name} ${shown}, orders' best ${best}`);
}
