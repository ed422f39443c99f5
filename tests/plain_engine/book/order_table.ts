const WORDS = 4;
const ID_LO = 0;
const ID_HI = 1;
const KEY = 2;
const QTY = 3;

/** Neighbouring ids that lie side by side: 2^4, four cache lines. */
const NEAR_BITS = 4;

/**
 * How far it is from a slot that is taken to the next to try: past the neighbours, and one aside, so
 * that rows of neighbours do not grow together. An odd number of slots: it comes by all of them.
 */
const STEP = ((1 << NEAR_BITS) + 1) * WORDS;
/** The inverse of that number modulo 2^32: tells from a distance how many steps it is. */
const STEP_INVERSE = 0xf0f0f0f1;

/**
 * Order ids to two 32-bit values: an open-addressing table in one Int32Array, 16 bytes a slot.
 *
 * The whole u64 range of ids is a valid key; a slot is free when its `key` word is 0, so a stored
 * key is never 0. Load stays at or below one half, and deletion shifts the followers back, so
 * there are no tombstones and a lookup ends at the first free slot. A slot is told by the index of
 * its first word, which the next `insert` or `removeAt` makes invalid.
 */
export class OrderTable {
  /** Orders stored. */
  size = 0;
  #words: Int32Array;
  /** Leads a word index back to the beginning; its low two bits are 0. */
  #mask: number;

  /** @param capacity slots at the start, a power of two */
  constructor(capacity = 1024) {
    this.#words = new Int32Array(capacity * WORDS);
    this.#mask = (capacity - 1) * WORDS;
  }

  /**
   * Finds an order.
   *
   * @param lo low 32 bits of the id, signed
   * @param hi high 32 bits of the id, signed
   * @returns its slot; when it is not there a negative number, the complement of the free slot
   * where `insert` would put it
   */
  find(lo: number, hi: number): number {
    const words = this.#words;
    const mask = this.#mask;
    let at = home(lo, hi) & mask;
    for (;;) {
      if (words[at + ID_LO] === lo && words[at + ID_HI] === hi && words[at + KEY] !== 0) return at;
      if (words[at + KEY] === 0) return ~at;
      at = (at + STEP) & mask;
    }
  }

  /**
   * Stores an order that is not in the table.
   *
   * @param missing what `find` has just returned for it
   * @param lo low 32 bits of the id, signed
   * @param hi high 32 bits of the id, signed
   * @param key any value but 0
   * @param qty u32
   */
  insert(missing: number, lo: number, hi: number, key: number, qty: number): void {
    let at = ~missing;
    if (2 * WORDS * (this.size + 1) > this.#words.length) {
      this.#resize(2 * this.#words.length);
      at = ~this.find(lo, hi);
    }
    const words = this.#words;
    words[at + ID_LO] = lo;
    words[at + ID_HI] = hi;
    words[at + KEY] = key;
    words[at + QTY] = qty;
    this.size += 1;
  }

  /** The key stored in a slot, signed 32 bits. */
  keyAt(slot: number): number {
    return this.#words[slot + KEY]!;
  }

  /** The quantity stored in a slot, u32. */
  qtyAt(slot: number): number {
    return this.#words[slot + QTY]! >>> 0;
  }

  /** Replaces what a slot holds; `key` is not 0. */
  set(slot: number, key: number, qty: number): void {
    this.#words[slot + KEY] = key;
    this.#words[slot + QTY] = qty;
  }

  /** Frees a slot and closes the gap it leaves. */
  removeAt(slot: number): void {
    const words = this.#words;
    const mask = this.#mask;
    let hole = slot;
    for (let at = (slot + STEP) & mask; words[at + KEY] !== 0; at = (at + STEP) & mask) {
      const wanted = home(words[at + ID_LO]!, words[at + ID_HI]!);
      // The follower may move back unless its home comes after the hole (cyclically).
      if ((steps(wanted, at) & mask) >= (steps(hole, at) & mask)) {
        words[hole + ID_LO] = words[at + ID_LO]!;
        words[hole + ID_HI] = words[at + ID_HI]!;
        words[hole + KEY] = words[at + KEY]!;
        words[hole + QTY] = words[at + QTY]!;
        hole = at;
      }
    }
    words[hole + KEY] = 0;
    this.size -= 1;
  }

  /** Forgets everything; a table that had grown gives its memory back. */
  clear(capacity = 1024): void {
    if (this.#words.length > capacity * WORDS) {
      this.#words = new Int32Array(capacity * WORDS);
      this.#mask = (capacity - 1) * WORDS;
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

  #resize(length: number): void {
    const old = this.#words;
    const words = new Int32Array(length);
    this.#words = words;
    this.#mask = length - WORDS;
    for (let from = 0; from < old.length; from += WORDS) {
      if (old[from + KEY] === 0) continue;
      const at = ~this.find(old[from + ID_LO]!, old[from + ID_HI]!);
      for (let word = 0; word < WORDS; word++) words[at + word] = old[from + word]!;
    }
  }
}

/** How many steps it is from one word index to another, in an endless table, times WORDS. */
function steps(from: number, to: number): number {
  return Math.imul(to - from, STEP_INVERSE);
}

/**
 * Where an order would be if the table were endless, as a word index: a multiplicative hash (Knuth)
 * of both words, the well-mixed high bits folded down. The lowest bits only trade places with each
 * other: a venue gives ids in order, and the youngest orders are the first to go, so most of what is
 * looked for is in the cache still.
 */
function home(lo: number, hi: number): number {
  const h = Math.imul((lo >>> NEAR_BITS) ^ Math.imul(hi, 0x85ebca6b), 0x9e3779b1);
  const near = (lo ^ (h >>> 8)) & ((1 << NEAR_BITS) - 1);
  return (((h ^ (h >>> 15)) << NEAR_BITS) | near) << 2;
}
