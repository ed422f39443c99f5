/** Length of a block: a power of two. Moving half of it is cheaper than any tree's walk. */
const BLOCK = 512;
/** Values in one block: what is left after them is infinite, and there is always one of those. */
const MOST = BLOCK - 1;

/**
 * A multiset of numbers in ascending order, with access by rank.
 *
 * It is kept in blocks of at most 511 values, above which a Fenwick tree counts. Finding a place or
 * a rank takes O(log n) steps; inserting and removing move values of one block alone, however many
 * there are. A window of up to 511 values is one block, whose ranks are places in an array.
 */
export class SortedWindow {
  size = 0;
  #blocks: Float64Array[] = [emptyBlock()];
  #counts: number[] = [0];
  /** The first block while it is the only one, else null. */
  #sole: Float64Array | null = this.#blocks[0]!;
  /** Fenwick tree over the counts; not looked at while there is one block. */
  #tree: number[] = [0, 0];
  /** Insertions left until the blocks are packed anew, so that thin ones cannot pile up. */
  #untilPacked = BLOCK;

  /** @param value finite, not -0 */
  insert(value: number): void {
    let b = this.#blockOf(value);
    if (this.#counts[b] === MOST) {
      this.#split(b);
      if (value > this.#blocks[b]![this.#counts[b]! - 1]!) b++;
    }
    const block = this.#blocks[b]!;
    const place = firstNotBelow(block, value);
    block.copyWithin(place + 1, place, this.#counts[b]!);
    block[place] = value;
    this.#count(b, 1);
    if (--this.#untilPacked === 0) this.#pack();
  }

  /** @param value one that is there */
  remove(value: number): void {
    const b = this.#blockOf(value);
    const block = this.#blocks[b]!;
    const count = this.#counts[b]!;
    const place = firstNotBelow(block, value);
    block.copyWithin(place, place + 1, count);
    block[count - 1] = Infinity;
    this.#count(b, -1);
    if (count === 1 && this.#blocks.length > 1) this.#drop(b);
  }

  /** Removes one value and inserts another: what a full window does at every step. */
  replace(old: number, value: number): void {
    const block = this.#sole;
    if (block === null) {
      this.remove(old);
      this.insert(value);
      return;
    }
    // firstNotBelow of both: neither has to wait for the other.
    let from = 0;
    let to = 0;
    for (let step = BLOCK / 2; step > 0; step >>= 1) {
      from += step & -Number(block[from + step - 1]! < old);
      to += step & -Number(block[to + step - 1]! < value);
    }
    if (to > from) {
      block.copyWithin(from, from + 1, to);
      block[to - 1] = value;
    } else {
      block.copyWithin(to + 1, to, from);
      block[to] = value;
    }
  }

  /**
   * @param rank 0 for the least value, below `size`
   * @returns the value of that rank
   */
  at(rank: number): number {
    if (this.#sole !== null) return this.#sole[rank]!;
    const tree = this.#tree;
    let b = 0;
    let left = rank;
    for (let step = highestBit(tree.length - 1); step > 0; step >>= 1) {
      const next = b + step;
      if (next < tree.length && tree[next]! <= left) {
        b = next;
        left -= tree[next]!;
      }
    }
    return this.#blocks[b]![left]!;
  }

  /** The first block whose greatest value is not below a value, else the last. */
  #blockOf(value: number): number {
    let low = 0;
    let high = this.#blocks.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#blocks[middle]![this.#counts[middle]! - 1]! < value) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #count(b: number, change: 1 | -1): void {
    this.size += change;
    this.#counts[b] = this.#counts[b]! + change;
    const tree = this.#tree;
    for (let i = b + 1; i < tree.length; i += i & -i) tree[i] = tree[i]! + change;
  }

  #split(b: number): void {
    const lower = this.#blocks[b]!;
    const upper = emptyBlock();
    upper.set(lower.subarray(BLOCK / 2));
    lower.fill(Infinity, BLOCK / 2);
    this.#blocks.splice(b + 1, 0, upper);
    this.#counts.splice(b, 1, BLOCK / 2, MOST - BLOCK / 2);
    this.#countAnew();
  }

  #drop(b: number): void {
    this.#blocks.splice(b, 1);
    this.#counts.splice(b, 1);
    this.#countAnew();
  }

  /** Lays all values out in half-full blocks; once in `size` insertions, so O(1) for each. */
  #pack(): void {
    this.#untilPacked = Math.max(this.size, BLOCK);
    if (this.#blocks.length === 1) return;
    const all = new Float64Array(this.size);
    let at = 0;
    for (const [b, block] of this.#blocks.entries()) {
      all.set(block.subarray(0, this.#counts[b]!), at);
      at += this.#counts[b]!;
    }
    this.#blocks = [];
    this.#counts = [];
    for (let from = 0; from < all.length; from += BLOCK / 2) {
      const part = all.subarray(from, from + BLOCK / 2);
      const block = emptyBlock();
      block.set(part);
      this.#blocks.push(block);
      this.#counts.push(part.length);
    }
    this.#countAnew();
  }

  #countAnew(): void {
    const tree = [0, ...this.#counts];
    for (let i = 1; i < tree.length; i++) {
      const above = i + (i & -i);
      if (above < tree.length) tree[above] = tree[above]! + tree[i]!;
    }
    this.#tree = tree;
    this.#sole = this.#blocks.length === 1 ? this.#blocks[0]! : null;
  }
}

function emptyBlock(): Float64Array {
  return new Float64Array(BLOCK).fill(Infinity);
}

/**
 * The first place of a block whose value is not below a value: by sums, since what a branch here
 * would do cannot be foretold.
 */
function firstNotBelow(block: Float64Array, value: number): number {
  let place = 0;
  for (let step = BLOCK / 2; step > 0; step >>= 1) {
    place += step & -Number(block[place + step - 1]! < value);
  }
  return place;
}

function highestBit(n: number): number {
  return n === 0 ? 0 : 1 << (31 - Math.clz32(n));
}
