import type { BookView } from "../engine/book_view.ts";
import { ORDER_BYTES } from "../engine/core/layout.ts";

/** An order that rests. */
export interface RestingOrder {
  id: bigint;
  /** price_int. */
  price: bigint;
  isBid: boolean;
  /** Contracts. */
  qty: number;
}

/**
 * @param book a book
 * @returns its orders, in no particular order
 */
export function ordersOf(book: BookView): RestingOrder[] {
  const orders: RestingOrder[] = [];
  for (const bytes of book.orders()) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    for (let at = 0; at < bytes.length; at += ORDER_BYTES) {
      orders.push({
        id: view.getBigUint64(at, true),
        price: view.getBigInt64(at + 8, true),
        isBid: view.getUint32(at + 20, true) === 1,
        qty: view.getUint32(at + 16, true),
      });
    }
  }
  return orders;
}
