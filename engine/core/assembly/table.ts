// Open-addressing tables from a u64 to a value of 8 bytes that is not 0: orders by their id, fills of
// the event, numbers of odd prices, depth of odd buckets, instruments.

import { HASH_KEY, TABLES } from "../layout";
import { allocateZeros, release } from "./memory";
import { pay } from "./work";

/** How far it is from a slot that is taken to the next to try: past 16 neighbours, and one aside. */
const STEP: usize = 17 * 16;
/** The inverse of 17 modulo 2^32: tells from a distance how many steps it is. */
const STEP_INVERSE: usize = 0xf0f0f0f1;

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
    return 0;
  }

  /** Stores a value that is not 0 under a key that is not there. */
  insert(key: u64, value: u64): void {
    if (this.isFull()) this.grow();
    this.put(key, value);
    this.count += 1;
  }

  /** The same, when nothing was looked for since `find` told that the key is not there. */
  @inline
  insertFound(key: u64, value: u64): void {
    if (this.isFull()) {
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
    assert(slot >= slots && slot - slots <= mask && this.count > 0);
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

  private grow(): void {
    const before = this.slots;
    const bytes = this.mask + 16;
    // Small ones in fewer steps.
    const doublings: u64 = bytes <= SMALL ? 2 : 1;
    this.slots = allocateZeros(bytes << <usize>doublings);
    this.mask = (bytes << <usize>doublings) - 16;
    this.shift -= doublings;
    for (let p = before; p < before + bytes; p += 16) {
      if (load<u64>(p, 8) != 0) this.put(load<u64>(p), load<u64>(p, 8));
    }
    release(before, bytes);
    pay(<i32>(bytes >> 8));
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
  table.least = least;
  table.clear();
}
