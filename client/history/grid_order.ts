import { momentIn } from "../format.ts";

/** No grid. */
export const NO_GRID = -1;

/** Where a grid has been taken in. */
export interface Placed {
  readonly number: number;
  /** Whether it was not there before. */
  readonly isNew: boolean;
  /** The grid that it goes on from, kept; null where it begins anew. */
  readonly before: number | null;
}

const MS_NS = 1_000_000n;

/**
 * Which grids are kept, in order of event time, and where the stream is known to have left some
 * out. A grid gets a number when it comes and keeps it; its rank is its place in event time, which
 * changes as grids come before it. `number % capacity` is its slot in the arrays of whoever keeps
 * something of each grid.
 *
 * Grids that came one after another belong together, whatever the time between them: silence. So do
 * those that come to lie between two such. A grid that came after something was left out begins a
 * segment, until the stretch before it has been played.
 */
export class GridOrder {
  readonly capacity: number;
  /** By slot. Milliseconds since the epoch, and the nanoseconds within. */
  readonly #times: Float64Array;
  readonly #nanos: Int32Array;
  readonly #eventIds: Float64Array;
  readonly #numbers: Int32Array;
  /** Whether a grid begins a segment. */
  readonly #begins: Uint8Array;
  /** Numbers by rank. */
  readonly #order: Int32Array;
  #length = 0;
  #segments = 0;
  /** Slots in use since the last clear; after that slots are taken from the grids that go. */
  #used = 0;
  /** The slot that was freed last. */
  #free = 0;
  #now = NO_GRID;
  /** Whether something was left out before the grid that comes next. */
  #apart = true;
  #gone = 0;

  /** @param capacity number of grids kept, 2 at least */
  constructor(capacity: number) {
    this.capacity = capacity;
    this.#times = new Float64Array(capacity);
    this.#nanos = new Int32Array(capacity);
    this.#eventIds = new Float64Array(capacity);
    this.#numbers = Int32Array.from({ length: capacity }, (_, slot) => slot - capacity);
    this.#begins = new Uint8Array(capacity);
    this.#order = new Int32Array(capacity);
  }

  /** Number of grids kept. */
  get length(): number {
    return this.#length;
  }

  /** The grid that came last, kept or again; `NO_GRID` before there is one. */
  get now(): number {
    return this.#now;
  }

  /** How many grids went from the early end: with it a rank counts grids, not places. */
  get gone(): number {
    return this.#gone;
  }

  /** Whether a grid of this number is kept. */
  has(number: number): boolean {
    return number >= 0 && this.#length > 0 && this.#numbers[number % this.capacity] === number &&
      number % this.capacity < this.#used;
  }

  /** The grid of a rank, 0 the earliest. */
  at(rank: number): number {
    return this.#order[rank] ?? NO_GRID;
  }

  /** Moment of a grid: milliseconds since the epoch with their fraction, as `momentOf` has it. */
  time(number: number): number {
    const slot = number % this.capacity;
    return momentIn(this.#times[slot] ?? 0, this.#nanos[slot] ?? 0);
  }

  /** Rank of a grid that is kept. */
  rankOf(number: number): number {
    const slot = number % this.capacity;
    return this.#lowerBound(
      this.#times[slot] ?? 0,
      this.#nanos[slot] ?? 0,
      this.#eventIds[slot] ?? 0,
    );
  }

  /**
   * Rank of the last grid at or before a moment: of grids within one millisecond no later one.
   *
   * @param timeMs milliseconds since the epoch with their fraction
   * @returns -1 where there is none
   */
  rankAt(timeMs: number): number {
    let low = 0;
    let high = this.#length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.time(this.at(middle)) > timeMs) high = middle;
      else low = middle + 1;
    }
    return low - 1;
  }

  /** Rank of the first grid at or after a moment; the number of grids where there is none. */
  rankFrom(timeMs: number): number {
    let rank = this.rankAt(timeMs);
    while (rank >= 0 && this.time(this.at(rank)) === timeMs) rank--;
    return rank + 1;
  }

  /** Whether the grid of a rank begins a segment: before it grids were left out, or there is none. */
  begins(rank: number): boolean {
    return this.#begins[this.at(rank) % this.capacity] === 1;
  }

  /**
   * Ranks at which segments begin, earliest first.
   *
   * @param into where they are put, from its beginning on
   */
  segments(into: number[]): void {
    into.length = 0;
    for (let rank = 0; into.length < this.#segments; rank++) if (this.begins(rank)) into.push(rank);
  }

  /** Notes that grids were left out before the one that comes next. */
  breakOff(): void {
    this.#apart = true;
  }

  /**
   * Takes in a grid. When all places are taken, the earliest or the latest gives way: the one
   * farther from it in time.
   *
   * @param tsNs event time, UTC nanoseconds since the epoch
   * @returns its number: that of the grid that is there already with this time and event id, if any
   */
  place(tsNs: bigint, eventId: number): Placed {
    const timeMs = Number(tsNs / MS_NS);
    const nanos = Number(tsNs % MS_NS);
    const goesOn = !this.#apart && this.#now !== NO_GRID &&
      this.#isBefore(this.#now, timeMs, nanos, eventId);
    let rank = this.#lowerBound(timeMs, nanos, eventId);
    const isNew = !this.#isAt(rank, timeMs, nanos, eventId);
    if (isNew) {
      if (this.#length === this.capacity) {
        this.#giveWay(timeMs, goesOn);
        rank = this.#lowerBound(timeMs, nanos, eventId);
      }
      const covered = rank > 0 && rank < this.#length && !this.begins(rank);
      this.#order.copyWithin(rank + 1, rank, this.#length++);
      const slot = this.#freeSlot();
      const number = this.#numbers[slot]! + this.capacity;
      this.#numbers[slot] = number;
      this.#times[slot] = timeMs;
      this.#nanos[slot] = nanos;
      this.#eventIds[slot] = eventId;
      this.#begins[slot] = 0;
      this.#order[rank] = number;
      if (!covered) this.#setBegins(rank, 1);
    }
    // What lies between it and the grid before it in the stream is all that there is.
    if (goesOn) {
      for (let r = this.rankOf(this.#now) + 1; r <= rank; r++) this.#setBegins(r, 0);
    }
    const before = goesOn ? this.#now : null;
    this.#apart = false;
    this.#now = this.at(rank);
    return { number: this.#now, isNew, before };
  }

  /** Forgets all grids. Their numbers are not given again. */
  clear(): void {
    this.#length = 0;
    this.#segments = 0;
    this.#used = 0;
    this.#gone = 0;
    this.#now = NO_GRID;
    this.#apart = true;
  }

  #setBegins(rank: number, begins: 0 | 1): void {
    const slot = this.at(rank) % this.capacity;
    this.#segments += begins - this.#begins[slot]!;
    this.#begins[slot] = begins;
  }

  #freeSlot(): number {
    return this.#used < this.capacity ? this.#used++ : this.#free;
  }

  #giveWay(timeMs: number, goesOn: boolean): void {
    const [early, late] = [this.at(0), this.at(this.#length - 1)];
    const fromStart = Math.abs(timeMs - this.#times[early % this.capacity]!);
    const fromEnd = Math.abs(this.#times[late % this.capacity]! - timeMs);
    // What the stream goes on from stays: it tells that nothing was left out.
    const earlyGoes = goesOn && early === this.#now
      ? false
      : goesOn && late === this.#now
      ? true
      : fromStart >= fromEnd;
    this.#setBegins(earlyGoes ? 0 : this.#length - 1, 0);
    this.#length--;
    if (earlyGoes) {
      this.#order.copyWithin(0, 1, this.#length + 1);
      this.#setBegins(0, 1);
      this.#gone++;
    }
    const gone = earlyGoes ? early : late;
    if (gone === this.#now) this.#now = NO_GRID;
    this.#free = gone % this.capacity;
  }

  #isAt(rank: number, timeMs: number, nanos: number, eventId: number): boolean {
    if (rank >= this.#length) return false;
    const slot = this.at(rank) % this.capacity;
    return this.#times[slot] === timeMs && this.#nanos[slot] === nanos &&
      this.#eventIds[slot] === eventId;
  }

  #isBefore(number: number, timeMs: number, nanos: number, eventId: number): boolean {
    const slot = number % this.capacity;
    const byTime = this.#times[slot]! - timeMs || this.#nanos[slot]! - nanos;
    return (byTime || this.#eventIds[slot]! - eventId) < 0;
  }

  /** Rank of the first grid that is not before a place in the order. */
  #lowerBound(timeMs: number, nanos: number, eventId: number): number {
    let low = 0;
    let high = this.#length;
    // What comes mostly comes last.
    if (high > 0 && this.#isBefore(this.at(high - 1), timeMs, nanos, eventId)) return high;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#isBefore(this.at(middle), timeMs, nanos, eventId)) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
