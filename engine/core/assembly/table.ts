// Open-addressing tables from a u64 to a value of 8 bytes that is not 0: orders by their id, fills of
// the event, numbers of odd prices, depth of odd buckets, instruments.

import { HASH_KEY, TABLES } from "../layout";
import { allocateZeros, release } from "./memory";
import { pay } from "./work";

/** How far it is from a slot that is taken to the next to try: past 16 neighbours, and one aside. */
const STEP: usize = 17 * 16;
/** The inverse of 17 modulo 2^32: tells from a distance how many steps it is. */
const STEP_INVERSE: usize = 0xf0f0f0f1;

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

/** Slots of 16 bytes: the key, then the value; 0 there is a free slot. */
@unmanaged
export class Table {
  /** First slot. */
  slots: usize;
  /** Bytes of all slots, less those of one. */
  mask: usize;
  /** 64 less the bits of a slot's number. */
  shift: u64;
  /** Keys stored. */
  count: u32;
  /** Slots at first, as a power of two. */
  least: u32;
  /** First slot of what this has grown out of, while not all of it was moved; 0 when it was. */
  old: usize;
  /** Of that the bytes less a slot, the shift, and the bytes that were moved. */
  oldMask: usize;
  oldShift: u64;
  moved: usize;

  /**
   * The slot of a key, or 0. Ids that differ in their last 4 bits alone lie side by side: venues give
   * them in order, and the youngest are the first to go. The rest is scattered, and multiplied by an odd
   * number that nobody foresees: the top bits of the product are the same for two keys no oftener than
   * twice what chance gives (Dietzfelbinger et al., 1997). Scattered, because numbers in order would
   * stay in order, and crowd for some multipliers.
   */
  @inline
  find(key: u64): usize {
    const mask = this.mask;
    const slots = this.slots;
    let at = this.home(key);
    let p = slots + at;
    let probes = 0;
    while (load<u64>(p, 8) != 0) {
      if (load<u64>(p) == key) {
        if (probes > 0) pay(probes);
        return p;
      }
      at = (at + STEP) & mask;
      p = slots + at;
      probes++;
    }
    if (probes > 0) pay(probes);
    vacant = p;
    return this.old == 0 ? 0 : this.findOld(key);
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
    store<u64>(vacant, value, 8);
    this.count += 1;
  }

  /** Frees a slot, and closes the gap. */
  remove(slot: usize): void {
    const mask = this.mask;
    const slots = this.slots;
    assert(this.count > 0);
    if (slot - slots > mask) {
      // Of what is being moved: no gap is closed there.
      assert(slot >= this.old && slot - this.old <= this.oldMask);
      store<u64>(slot, GONE, 8);
      this.count -= 1;
      return;
    }
    let hole = slot - slots;
    let at = (hole + STEP) & mask;
    let probes = 0;
    while (load<u64>(slots + at, 8) != 0) {
      const wanted = this.home(load<u64>(slots + at));
      // A follower moves back unless its home comes after the hole.
      if ((steps(wanted, at) & mask) >= (steps(hole, at) & mask)) {
        store<u64>(slots + hole, load<u64>(slots + at));
        store<u64>(slots + hole, load<u64>(slots + at, 8), 8);
        hole = at;
      }
      at = (at + STEP) & mask;
      probes++;
    }
    if (probes > 0) pay(probes);
    store<u64>(slots + hole, 0, 8);
    this.count -= 1;
  }

  /** Forgets all keys; a table that had grown gives its memory back. */
  clear(): void {
    if (this.old != 0) release(this.old, this.oldMask + 16);
    this.old = 0;
    const least = <usize>16 << <usize>this.least;
    if (this.slots != 0 && this.mask + 16 == least) {
      if (this.count == 0) return;
      memory.fill(this.slots, 0, least);
    } else {
      if (this.slots != 0) release(this.slots, this.mask + 16);
      this.slots = allocateZeros(least);
      this.mask = least - 16;
      this.shift = 64 - <u64>this.least;
    }
    this.count = 0;
  }

  @inline
  private isFull(): bool {
    return <usize>(this.count + 1) * 64 > 3 * (this.mask + 16);
  }

  @inline
  private home(key: u64): usize {
    return (<usize>(scattered(key >> 4) >> this.shift) ^ (<usize>key & 15)) << 4;
  }

  @inline
  private put(key: u64, value: u64): void {
    const mask = this.mask;
    const slots = this.slots;
    let at = this.home(key);
    while (load<u64>(slots + at, 8) != 0) {
      at = (at + STEP) & mask;
      pay(1);
    }
    store<u64>(slots + at, key);
    store<u64>(slots + at, value, 8);
  }

  /** Moves all that was not moved yet. */
  settle(): void {
    if (this.old != 0) this.move(this.oldMask + 16);
  }

  private grow(): void {
    this.settle();
    this.old = this.slots;
    this.oldMask = this.mask;
    this.oldShift = this.shift;
    this.moved = 0;
    const bytes = this.mask + 16;
    // Small ones in fewer steps.
    const doublings: u64 = bytes <= SMALL ? 2 : 1;
    this.slots = allocateZeros(bytes << <usize>doublings);
    this.mask = (bytes << <usize>doublings) - 16;
    this.shift -= doublings;
    this.move(bytes <= LARGE ? bytes : AT_ONCE);
  }

  /** Moves so many bytes of slots of what this has grown out of: a large table takes its time. */
  private move(bytes: usize): void {
    const old = this.old;
    const end = min(this.oldMask + 16, this.moved + bytes);
    for (let at = this.moved; at < end; at += 16) {
      const value = load<u64>(old + at, 8);
      if (value == 0 || value == GONE) continue;
      this.put(load<u64>(old + at), value);
      store<u64>(old + at, GONE, 8);
    }
    pay(<i32>((end - this.moved) >> 8));
    this.moved = end;
    if (end <= this.oldMask) return;
    release(old, this.oldMask + 16);
    this.old = 0;
  }

  /** The slot of a key in what this has grown out of, or 0. */
  private findOld(key: u64): usize {
    const mask = this.oldMask;
    let at = (<usize>(scattered(key >> 4) >> this.oldShift) ^ (<usize>key & 15)) << 4;
    for (;;) {
      const p = this.old + at;
      const value = load<u64>(p, 8);
      if (value == 0) break;
      if (value != GONE && load<u64>(p) == key) return p;
      at = (at + STEP) & mask;
      pay(1);
    }
    return 0;
  }
}

@inline
function steps(from: usize, to: usize): usize {
  return (to - from) * STEP_INVERSE;
}

/** The n-th table of the core. */
@inline
export function tableAt(n: usize): Table {
  return changetype<Table>(TABLES + n * offsetof<Table>());
}

/** Makes an empty table of a power of two of slots at first, at least 16. */
export function begin(table: Table, least: u32): void {
  table.slots = 0;
  table.old = 0;
  table.least = least;
  table.clear();
}
