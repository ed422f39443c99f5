const WORDS = 4;
const ID_LO = 0;
const ID_HI = 1;
const KEY = 2;
const QTY = 3;

/**
 * Order ids to two 32-bit values: an open-addressing table in one Int32Array, 16 bytes a slot.
 *
 * The whole u64 range of ids is a valid key; a slot is free when its `key` word is 0, so a stored
 * key is never 0. Load stays at or below one half, and deletion shifts the followers back, so
 * there are no tombstones and a lookup ends at the first free slot.
 */
export class OrderTable {
  /** Orders stored. */
  size = 0;
  #words: Int32Array;
  #mask: number;

  /** @param capacity slots at the start, a power of two */
  constructor(capacity = 1024) {
    this.#words = new Int32Array(capacity * WORDS);
    this.#mask = capacity - 1;
  }

  /**
   * Finds an order.
   *
   * @param lo low 32 bits of the id, signed
   * @param hi high 32 bits of the id, signed
   * @returns its slot, or -1
   */
  find(lo: number, hi: number): number {
    const words = this.#words;
    const mask = this.#mask;
    let slot = home(lo, hi) & mask;
    for (;;) {
      const at = slot * WORDS;
      if (words[at + KEY] === 0) return -1;
      if (words[at + ID_LO] === lo && words[at + ID_HI] === hi) return slot;
      slot = (slot + 1) & mask;
    }
  }

  /**
   * Stores an order that is not in the table.
   *
   * @param lo low 32 bits of the id, signed
   * @param hi high 32 bits of the id, signed
   * @param key any value but 0
   * @param qty u32
   */
  insert(lo: number, hi: number, key: number, qty: number): void {
    if (2 * (this.size + 1) > this.#mask + 1) this.#resize(2 * (this.#mask + 1));
    this.#place(lo, hi, key, qty);
    this.size += 1;
  }

  /** The key stored in a slot, signed 32 bits. */
  keyAt(slot: number): number {
    return this.#words[slot * WORDS + KEY]!;
  }

  /** The quantity stored in a slot, u32. */
  qtyAt(slot: number): number {
    return this.#words[slot * WORDS + QTY]! >>> 0;
  }

  /** Replaces what a slot holds; `key` is not 0. */
  set(slot: number, key: number, qty: number): void {
    this.#words[slot * WORDS + KEY] = key;
    this.#words[slot * WORDS + QTY] = qty;
  }

  /** Frees a slot and closes the gap it leaves. */
  removeAt(slot: number): void {
    const words = this.#words;
    const mask = this.#mask;
    let hole = slot;
    let next = (slot + 1) & mask;
    for (;;) {
      const at = next * WORDS;
      if (words[at + KEY] === 0) break;
      const wanted = home(words[at + ID_LO]!, words[at + ID_HI]!) & mask;
      // The follower may move back unless its home lies after the hole (cyclically).
      if (((next - wanted) & mask) >= ((next - hole) & mask)) {
        words.copyWithin(hole * WORDS, at, at + WORDS);
        hole = next;
      }
      next = (next + 1) & mask;
    }
    words[hole * WORDS + KEY] = 0;
    this.size -= 1;
  }

  /** Forgets everything; a table that had grown gives its memory back. */
  clear(capacity = 1024): void {
    if (this.#mask + 1 > capacity) {
      this.#words = new Int32Array(capacity * WORDS);
      this.#mask = capacity - 1;
    } else if (this.size > 0) {
      this.#words.fill(0);
    }
    this.size = 0;
  }

  /**
   * Visits every order, in no particular order.
   *
   * @param visit called with id words (signed), key and quantity (u32)
   */
  forEach(visit: (lo: number, hi: number, key: number, qty: number) => void): void {
    const words = this.#words;
    for (let at = 0; at < words.length; at += WORDS) {
      const key = words[at + KEY]!;
      if (key !== 0) visit(words[at + ID_LO]!, words[at + ID_HI]!, key, words[at + QTY]! >>> 0);
    }
  }

  #place(lo: number, hi: number, key: number, qty: number): void {
    const words = this.#words;
    const mask = this.#mask;
    let slot = home(lo, hi) & mask;
    while (words[slot * WORDS + KEY] !== 0) slot = (slot + 1) & mask;
    const at = slot * WORDS;
    words[at + ID_LO] = lo;
    words[at + ID_HI] = hi;
    words[at + KEY] = key;
    words[at + QTY] = qty;
  }

  #resize(capacity: number): void {
    const old = this.#words;
    this.#words = new Int32Array(capacity * WORDS);
    this.#mask = capacity - 1;
    for (let at = 0; at < old.length; at += WORDS) {
      if (old[at + KEY] !== 0) {
        this.#place(old[at + ID_LO]!, old[at + ID_HI]!, old[at + KEY]!, old[at + QTY]!);
      }
    }
  }
}

/** Multiplicative hash (Knuth) of both words, the well-mixed high bits folded down. */
function home(lo: number, hi: number): number {
  const h = Math.imul(lo ^ Math.imul(hi, 0x85ebca6b), 0x9e3779b1);
  return h ^ (h >>> 15);
}
