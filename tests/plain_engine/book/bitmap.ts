/** A fixed set of small integers with fast neighbours: which levels of a window hold depth. */
export class Bitmap {
  readonly #words: Int32Array;

  /** @param length members are 0 to length - 1; a multiple of 32 */
  constructor(length: number) {
    this.#words = new Int32Array(length >>> 5);
  }

  /** Adds a member. */
  set(i: number): void {
    this.#words[i >>> 5]! |= 1 << (i & 31);
  }

  /** Removes a member. */
  unset(i: number): void {
    this.#words[i >>> 5]! &= ~(1 << (i & 31));
  }

  /** Removes all members. */
  clear(): void {
    this.#words.fill(0);
  }

  /** The greatest member at or below `i`, or -1. */
  atOrBelow(i: number): number {
    if (i < 0) return -1;
    let w = i >>> 5;
    let bits = this.#words[w]! & (0xffffffff >>> (31 - (i & 31)));
    while (bits === 0) {
      if (--w < 0) return -1;
      bits = this.#words[w]!;
    }
    return (w << 5) + 31 - Math.clz32(bits);
  }

  /** The least member at or above `i`, or -1. */
  atOrAbove(i: number): number {
    let w = i >>> 5;
    if (w >= this.#words.length) return -1;
    let bits = this.#words[w]! & (-1 << (i & 31));
    while (bits === 0) {
      if (++w >= this.#words.length) return -1;
      bits = this.#words[w]!;
    }
    return (w << 5) + 31 - Math.clz32(bits & -bits);
  }
}
