/** The order book: the action table, best prices and spot, as the rules are written. */
import { Levels } from "./levels.ts";
import { type MboRecord, UNDEFINED_SIZE } from "./records.ts";

export interface Order {
  readonly side: string;
  readonly price: bigint;
  readonly qty: bigint;
}

export interface Touch {
  readonly price: bigint;
  readonly add: bigint;
  readonly pull: bigint;
  readonly fill: bigint;
}

export interface Book {
  readonly orders: Map<bigint, Order>;
  readonly bids: Levels;
  readonly asks: Levels;
  bestBid: bigint | null;
  bestAsk: bigint | null;
  spot: bigint | null;
  valid: boolean;
  inSnapshot: boolean;
  /** Executed size per order id within the event, less what cancels have accounted for. */
  readonly filled: Map<bigint, bigint>;
  /** Ids whose last change within the event was a Fill that took the order whole. */
  readonly takenWhole: Set<bigint>;
}

export function emptyBook(): Book {
  return {
    orders: new Map(),
    bids: new Levels(),
    asks: new Levels(),
    bestBid: null,
    bestAsk: null,
    spot: null,
    valid: false,
    inSnapshot: false,
    filled: new Map(),
    takenWhole: new Set(),
  };
}

/** What an event remembers ends with it: with F_LAST, at another ts_event, at a Clear. */
export function forgetEvent(book: Book): void {
  book.filled.clear();
  book.takenWhole.clear();
}

/** R: everything that rests goes; spot and best prices wait for the next step 5. */
export function clearBook(book: Book): void {
  book.orders.clear();
  book.bids.clear();
  book.asks.clear();
  book.valid = false;
  // Subtle: an order that a Fill took whole earlier in this event is forgotten too, so an M that
  // follows a Clear is no refresh. The rules say it of `filled` in so many words, of this not.
  forgetEvent(book);
}

/**
 * Step 3.
 * @returns the touches of this record, in order; the book is changed
 */
export function applyAction(book: Book, record: MboRecord): Touch[] {
  switch (record.action) {
    case "A":
      return add(book, record);
    case "C":
      return cancel(book, record);
    case "M":
      return modify(book, record);
    case "F":
      return fill(book, record);
    case "R":
      clearBook(book);
      return [];
    default:
      return [];
  }
}

function add(book: Book, { orderId, side, price, size }: MboRecord): Touch[] {
  book.filled.delete(orderId); // subtle: at any A, also one of size 0 that changes nothing else
  if (size === 0n) return [];
  setOrder(book, orderId, { side, price, qty: size });
  return [touch(price, { add: size })];
}

function cancel(book: Book, { orderId, size }: MboRecord): Touch[] {
  const order = book.orders.get(orderId);
  if (order === undefined) return [];
  const filled = book.filled.get(orderId) ?? 0n;
  const all = size === UNDEFINED_SIZE;
  const cut = all ? order.qty : max(0n, size - filled);
  book.filled.set(orderId, all ? 0n : filled - min(size, filled));
  const removed = min(cut, order.qty);
  if (removed === 0n) return [];
  setOrder(book, orderId, { ...order, qty: order.qty - removed });
  return [touch(order.price, { pull: removed })];
}

function modify(book: Book, { orderId, side, price, size }: MboRecord): Touch[] {
  const order = book.orders.get(orderId);
  const refresh = book.takenWhole.has(orderId);
  book.filled.delete(orderId);
  if (order === undefined) {
    if (size === 0n) return [];
    setOrder(book, orderId, { side, price, qty: size });
    return refresh ? [touch(price, { add: size })] : [];
  }
  setOrder(book, orderId, { side, price, qty: size });
  if (size === 0n) return [touch(order.price, { pull: order.qty })];
  if (price !== order.price || side !== order.side) {
    return [touch(order.price, { pull: order.qty }), touch(price, { add: size })];
  }
  return [touch(price, { add: max(0n, size - order.qty), pull: max(0n, order.qty - size) })];
}

function fill(book: Book, { orderId, size }: MboRecord): Touch[] {
  const order = book.orders.get(orderId);
  if (order === undefined || size === 0n) return [];
  const taken = min(size, order.qty);
  setOrder(book, orderId, { ...order, qty: order.qty - taken });
  book.filled.set(orderId, (book.filled.get(orderId) ?? 0n) + taken);
  if (taken === order.qty) book.takenWhole.add(orderId);
  return [touch(order.price, { fill: size })]; // subtle: the executed size, also beyond the order's
}

/** The one place where orders and depth change; quantity 0 removes the order. */
function setOrder(book: Book, id: bigint, next: Order): void {
  const old = book.orders.get(id);
  if (old !== undefined) sideLevels(book, old.side).change(old.price, -old.qty);
  if (next.qty > 0n) {
    book.orders.set(id, next);
    sideLevels(book, next.side).change(next.price, next.qty);
  } else {
    book.orders.delete(id);
  }
  book.takenWhole.delete(id);
}

function sideLevels(book: Book, side: string): Levels {
  return side === "B" ? book.bids : book.asks;
}

/** Step 5: best prices follow the depth; spot moves only while both sides are there. */
export function updateBest(book: Book, tick: bigint): void {
  book.bestBid = book.bids.highest;
  book.bestAsk = book.asks.lowest;
  if (book.bestBid !== null && book.bestAsk !== null) {
    book.spot = floorDiv(book.bestBid + book.bestAsk + tick, 2n * tick) * tick;
  }
}

/** Integer division that rounds towards minus infinity. */
export function floorDiv(a: bigint, b: bigint): bigint {
  const quotient = a / b;
  return a % b !== 0n && (a < 0n) !== (b < 0n) ? quotient - 1n : quotient;
}

function touch(price: bigint, parts: Partial<Touch>): Touch {
  return { price, add: 0n, pull: 0n, fill: 0n, ...parts };
}

function min(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}

function max(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}
