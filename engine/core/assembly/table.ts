// Tables from a u64 to a value of 8 bytes that is not 0: orders by their id, fills of the event, numbers
// of odd prices, depth of odd buckets, instruments. Each cache line is a bucket of four slots, which are
// compared all at once; what finds its bucket full goes to the next one.

import { HASH_KEY, TABLES } from "../layout";
import { allocateZeros, release } from "./memory";
import { pay } from "./work";

/** Bytes of a bucket: four keys, then their values. */
const BUCKET: usize = 64;
/** Their number as a power of two. */
const BUCKET_SHIFT: usize = 6;
/** Slots of a bucket as a power of two. */
const SLOTS_SHIFT: usize = 2;

/** From a slot, where the key is, to its value; 0 there is a free slot. */
export const VALUE: usize = 32;

/** In place of a value: it was moved, or removed while others are being moved. No value is this. */
const GONE: u64 = u64.MAX_VALUE;
/** Bytes of a table above which it is moved bit by bit, and how many then with each key. */
const LARGE: usize = 1 << 20;
const AT_ONCE: usize = 512;

/** Bytes of a table that grows fourfold. */
const SMALL: usize = 1 << 18;

/** 2^64 by the golden ratio. */
const GOLDEN: u64 = 0x9e3779b97f4a7c15;

/** A number whose top bits nobody foresees. */
@inline
export function scattered(key: u64): u64 {
  const h = key * GOLDEN;
  return (h ^ (h >> 32)) * load<u64>(HASH_KEY);
}

/** The free slot at which the last search in vain ended. */
let vacant: usize = 0;

/** Whichever slots of 16 bytes are taken, at most three of four. */
@unmanaged
export class Table {
  /** First bucket. */
  buckets: usize;
  /** Bytes of all buckets, less those of one. */
  mask: usize;
  /** 64 less the bits of a bucket's number. */
  shift: u64;
  /** Keys stored. */
  count: u32;
  /** Slots at first, as a power of two. */
  least: u32;
  /** First bucket of what this has grown out of, while not all of it was moved; 0 when it was. */
  old: usize;
  /** Of that the bytes less a bucket, the shift, and the bytes that were moved. */
  oldMask: usize;
  oldShift: u64;
  moved: usize;

  /** The slot of a key, or 0. */
  @inline
  find(key: u64): usize {
    const home = this.home(key);
    return this.findFrom(key, home, this.matches(key, home));
  }

  /**
   * Bytes from the first bucket to the one where a key is looked for first. Keys are scattered, and
   * multiplied by an odd number that nobody foresees: the top bits of the product are the same for two
   * keys no oftener than twice what chance gives (Dietzfelbinger et al., 1997). Scattered, because
   * numbers in order would stay in order, and crowd for some multipliers.
   */
  @inline
  home(key: u64): usize {
    return <usize>(scattered(key) >> this.shift) << BUCKET_SHIFT;
  }

  /** Which slots of a bucket that is so many bytes from the first hold a key, a bit each. */
  @inline
  matches(key: u64, at: usize): u32 {
    return equal(this.buckets + at, i64x2.splat(key));
  }

  /**
   * The same as `find`, from what `home` and `matches` told. These have no branch: whoever is about to
   * take one that cannot be foretold begins with them, and the bucket is on its way meanwhile.
   */
  @inline
  findFrom(key: u64, home: usize, matching: u32): usize {
    const mask = this.mask, buckets = this.buckets;
    let at = home, are = matching;
    while (true) {
      const bucket = buckets + at;
      // Free slots hold 0 too.
      if (key == 0) are &= ~freeSlots(bucket);
      if (are != 0) return slotAt(bucket, are);
      const free = freeSlots(bucket);
      if (free != 0) {
        vacant = slotAt(bucket, free);
        return this.old == 0 ? 0 : this.findOld(key);
      }
      at = (at + BUCKET) & mask;
      are = this.matches(key, at);
      pay(1);
    }
  }

  /** Stores a value that is not 0 under a key that is not there. */
  insert(key: u64, value: u64): void {
    if (this.isFull()) this.grow();
    else if (this.old != 0) this.move(AT_ONCE);
    this.put(key, value);
    this.count += 1;
  }

  /** The same, when nothing was looked for since `find` told that the key is not there. */
  @inline
  insertFound(key: u64, value: u64): void {
    if (this.isFull() || this.old != 0) {
      this.insert(key, value);
      return;
    }
    store<u64>(vacant, key);
    store<u64>(vacant, value, VALUE);
    this.count += 1;
  }

  /** Frees a slot. */
  remove(slot: usize): void {
    assert(this.count > 0);
    this.count -= 1;
    const buckets = this.buckets;
    const at = (slot - buckets) & ~(BUCKET - 1);
    if (at > this.mask) {
      // Of what is being moved: no gap is closed there.
      assert(slot >= this.old && slot - this.old < this.oldMask + BUCKET);
      store<u64>(slot, GONE, VALUE);
      return;
    }
    const wasFull = freeSlots(buckets + at) == 0;
    free(slot);
    if (wasFull) this.bringBack(slot, at);
  }

  /** Forgets all keys; a table that had grown gives its memory back. */
  clear(): void {
    if (this.old != 0) release(this.old, this.oldMask + BUCKET);
    this.old = 0;
    const least = <usize>16 << <usize>this.least;
    if (this.buckets != 0 && this.mask + BUCKET == least) {
      if (this.count == 0) return;
      memory.fill(this.buckets, 0, least);
    } else {
      if (this.buckets != 0) release(this.buckets, this.mask + BUCKET);
      this.buckets = allocateZeros(least);
      this.mask = least - BUCKET;
      this.shift = 64 - (<u64>this.least - SLOTS_SHIFT);
    }
    this.count = 0;
  }

  /** Moves all that was not moved yet. */
  settle(): void {
    if (this.old != 0) this.move(this.oldMask + BUCKET);
  }

  /** How many slots there are. */
  @inline
  get slots(): u32 {
    return <u32>((this.mask + BUCKET) >> 4);
  }

  /** The n-th slot, or 0 when it is free. */
  slot(n: u32): usize {
    const slot = this.buckets + (<usize>(n >> SLOTS_SHIFT) << BUCKET_SHIFT) + (<usize>(n & 3) << 3);
    return load<u64>(slot, VALUE) == 0 ? 0 : slot;
  }

  @inline
  private isFull(): bool {
    return <usize>(this.count + 1) * 64 > 3 * (this.mask + BUCKET);
  }

  /**
   * Fills the free slot of a bucket that was full, which is `home` bytes from the first, with a key that
   * found it full, if there is one; and then that one's.
   */
  private bringBack(slot: usize, home: usize): void {
    const mask = this.mask, buckets = this.buckets;
    let hole = slot;
    let at = home;
    while (true) {
      at = (at + BUCKET) & mask;
      pay(1);
      const bucket = buckets + at;
      const isFull = freeSlots(bucket) == 0;
      for (let i: usize = 0; i < VALUE; i += 8) {
        const from = bucket + i;
        if (load<u64>(from, VALUE) == 0) continue;
        // One that stays is nearer to its home than the hole is.
        if (((at - this.home(load<u64>(from))) & mask) < ((at - home) & mask)) continue;
        store<u64>(hole, load<u64>(from));
        store<u64>(hole, load<u64>(from, VALUE), VALUE);
        free(from);
        hole = from;
        home = at;
        break;
      }
      // Nothing has gone past a bucket that has room.
      if (!isFull) return;
    }
  }

  @inline
  private put(key: u64, value: u64): void {
    const mask = this.mask, buckets = this.buckets;
    let at = this.home(key);
    let free = freeSlots(buckets + at);
    while (free == 0) {
      at = (at + BUCKET) & mask;
      free = freeSlots(buckets + at);
      pay(1);
    }
    const slot = slotAt(buckets + at, free);
    store<u64>(slot, key);
    store<u64>(slot, value, VALUE);
  }

  private grow(): void {
    this.settle();
    this.old = this.buckets;
    this.oldMask = this.mask;
    this.oldShift = this.shift;
    this.moved = 0;
    const bytes = this.mask + BUCKET;
    // Small ones in fewer steps.
    const doublings: u64 = bytes <= SMALL ? 2 : 1;
    this.buckets = allocateZeros(bytes << <usize>doublings);
    this.mask = (bytes << <usize>doublings) - BUCKET;
    this.shift -= doublings;
    this.move(bytes <= LARGE ? bytes : AT_ONCE);
  }

  /** Moves so many bytes of buckets of what this has grown out of: a large table takes its time. */
  private move(bytes: usize): void {
    const old = this.old;
    const end = min(this.oldMask + BUCKET, this.moved + bytes);
    for (let at = this.moved; at < end; at += BUCKET) {
      for (let i: usize = 0; i < VALUE; i += 8) {
        const slot = old + at + i;
        const value = load<u64>(slot, VALUE);
        if (value == 0 || value == GONE) continue;
        this.put(load<u64>(slot), value);
        store<u64>(slot, GONE, VALUE);
      }
    }
    pay(<i32>((end - this.moved) >> 8));
    this.moved = end;
    if (end <= this.oldMask) return;
    release(old, this.oldMask + BUCKET);
    this.old = 0;
  }

  /** The slot of a key in what this has grown out of, or 0. */
  private findOld(key: u64): usize {
    let at = <usize>(scattered(key) >> this.oldShift) << BUCKET_SHIFT;
    let bucket = this.old + at;
    let slot = slotOf(bucket, key);
    while (slot == 0 && freeSlots(bucket) == 0) {
      at = (at + BUCKET) & this.oldMask;
      bucket = this.old + at;
      slot = slotOf(bucket, key);
      pay(1);
    }
    return slot == 0 || load<u64>(slot, VALUE) == GONE ? 0 : slot;
  }
}

/** The slot of a bucket in which a key is, or 0. */
@inline
function slotOf(bucket: usize, key: u64): usize {
  let are = equal(bucket, i64x2.splat(key));
  // Free slots hold 0 too.
  if (key == 0) are &= ~freeSlots(bucket);
  return are == 0 ? 0 : slotAt(bucket, are);
}

/** Which slots of a bucket are free, a bit each. */
@inline
function freeSlots(bucket: usize): u32 {
  return equal(bucket + VALUE, i64x2.splat(0));
}

/** Which of four words are some number, a bit each. */
@inline
function equal(at: usize, number: v128): u32 {
  const first = i64x2.bitmask(i64x2.eq(v128.load(at), number));
  const last = i64x2.bitmask(i64x2.eq(v128.load(at, 16), number));
  return <u32>(first | (last << 2));
}

/** The first of the slots of a bucket that are told by a bit each, which are not none. */
@inline
function slotAt(bucket: usize, are: u32): usize {
  return bucket + (<usize>ctz(are) << 3);
}

@inline
function free(slot: usize): void {
  store<u64>(slot, 0);
  store<u64>(slot, 0, VALUE);
}

/** The n-th table of the core. */
@inline
export function tableAt(n: usize): Table {
  return changetype<Table>(TABLES + n * offsetof<Table>());
}

/** Makes an empty table of a power of two of slots at first, at least 16. */
export function begin(table: Table, least: u32): void {
  table.buckets = 0;
  table.old = 0;
  table.least = least;
  table.clear();
}
