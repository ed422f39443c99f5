import { OrderTable } from "./order_table.ts";

const PRESENT = 1;
const TAKEN_WHOLE = 2;
const SLOTS = 64;

/**
 * What Fills did within the event under way, by order id (spec/engine.md, below the touch table).
 * The record that follows a Fill in the same event states the official change; remembering the
 * executed size makes it land on the quantity the venue publishes.
 */
export class EventFills {
  readonly #orders = new OrderTable(SLOTS);

  /** Orders that are remembered. */
  get size(): number {
    return this.#orders.size;
  }

  /** Executed size of an order that no C has used up yet. */
  filled(lo: number, hi: number): number {
    if (this.#orders.size === 0) return 0;
    const slot = this.#orders.find(lo, hi);
    return slot < 0 ? 0 : this.#orders.qtyAt(slot);
  }

  /** Whether the last change of an order in this event was a Fill that took it whole. */
  takenWhole(lo: number, hi: number): boolean {
    if (this.#orders.size === 0) return false;
    const slot = this.#orders.find(lo, hi);
    return slot >= 0 && (this.#orders.keyAt(slot) & TAKEN_WHOLE) !== 0;
  }

  /** Remembers a Fill of `qty` contracts; `whole` when it removed the order. */
  fill(lo: number, hi: number, qty: number, whole: boolean): void {
    const key = whole ? PRESENT | TAKEN_WHOLE : PRESENT;
    const slot = this.#orders.find(lo, hi);
    if (slot < 0) this.#orders.insert(slot, lo, hi, key, qty);
    else this.#orders.set(slot, key, this.#orders.qtyAt(slot) + qty);
  }

  /** Sets what is left of the executed size. */
  setFilled(lo: number, hi: number, qty: number): void {
    if (this.#orders.size === 0) return;
    const slot = this.#orders.find(lo, hi);
    if (slot >= 0) this.#orders.set(slot, this.#orders.keyAt(slot), qty);
  }

  /** Forgets an order: an A or M has changed it. */
  forget(lo: number, hi: number): void {
    if (this.#orders.size === 0) return;
    const slot = this.#orders.find(lo, hi);
    if (slot >= 0) this.#orders.removeAt(slot);
  }

  /** Forgets everything: the event is over, or the book was cleared. */
  clear(): void {
    this.#orders.clear(SLOTS);
  }
}
