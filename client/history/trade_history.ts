import type { Trade } from "../../engine/wire/messages.ts";
import { momentOf } from "../format.ts";

/** Who took liquidity, as a number: the index in "NBA". */
export const NOBODY = 0;
export const BUYER = 1;
export const SELLER = 2;

/** Takes an execution: its moment in milliseconds with their fraction, price in ticks, contracts or shares, and side. */
export type TradeVisitor = (timeMs: number, tick: number, size: number, side: number) => void;

/** A single execution. */
export interface Execution {
  /** Tells it from all others, however often it is asked for. */
  readonly serial: number;
  /** Its moment, milliseconds since the epoch with their fraction. */
  readonly timeMs: number;
  /** Price in ticks. */
  readonly tick: number;
  readonly size: number;
  /** `BUYER`, `SELLER` or `NOBODY`. */
  readonly side: number;
}

interface Sum {
  timeMs: number;
  readonly tick: number;
  readonly side: number;
  size: number;
}

/** Executions in order of event time. When there are too many, those farthest from the new ones go. */
export class TradeHistory {
  readonly capacity: number;
  readonly #times: Float64Array;
  readonly #ticks: Float64Array;
  readonly #sizes: Float64Array;
  readonly #sides: Uint8Array;
  /** The playing that each came with. */
  readonly #passes: Int32Array;
  readonly #serials: Float64Array;
  /** Executions of the block that is being visited. */
  readonly #sums: Sum[] = [];
  #length = 0;
  #pass = 0;
  #serial = 0;
  /** Moment of the last execution that went from the early end, or with others of its millisecond. */
  #goneMs = -Infinity;
  readonly #onLateGone: TradeVisitor | null;

  /**
   * @param capacity number of executions kept, 4 at least
   * @param onLateGone is given each execution that goes from the late end, earliest first, but
   * those of a millisecond up to which some went from the early end; never a part of a millisecond
   */
  constructor(capacity: number, onLateGone: TradeVisitor | null = null) {
    this.capacity = capacity;
    this.#onLateGone = onLateGone;
    this.#times = new Float64Array(capacity);
    this.#ticks = new Float64Array(capacity);
    this.#sizes = new Float64Array(capacity);
    this.#sides = new Uint8Array(capacity);
    this.#passes = new Int32Array(capacity);
    this.#serials = new Float64Array(capacity);
  }

  /** Number of executions kept. */
  get length(): number {
    return this.#length;
  }

  /** Moment of the latest execution kept. */
  get lastMs(): number {
    return this.#times[this.#length - 1] ?? -Infinity;
  }

  /** After this moment none went from the early end. */
  get wholeFromMs(): number {
    return this.#goneMs;
  }

  /** Notes that the stream went elsewhere: what comes next may have come before. */
  breakOff(): void {
    this.#pass++;
  }

  /**
   * Adds the executions before a grid. Those of the same stretch that came another time, when it was
   * played before, give way to them.
   *
   * @param trades in order of event time
   * @param bucketInt size of a bucket in billionths of a dollar
   */
  add(trades: readonly Trade[], bucketInt: number): void {
    const kept = trades.slice(-Math.floor(this.capacity / 2));
    const [first] = kept;
    if (first === undefined) return;
    if (kept.length < trades.length) {
      this.#goneMs = Math.max(this.#goneMs, momentOf(trades.at(-kept.length - 1)![0]));
    }
    const firstMs = momentOf(first[0]);
    const lastMs = Math.max(firstMs, momentOf(kept.at(-1)![0]));
    // Room first: what gives way to these stays where it is until then, so that whoever takes back
    // what goes hears of it too.
    const others = this.#others(firstMs, lastMs);
    if (this.#length - others + kept.length > this.capacity) this.#makeRoom(firstMs);
    this.#forgetOthers(firstMs, lastMs);
    const at = this.#firstAfter(lastMs);
    this.#move(at, at + kept.length, this.#length - at);
    this.#length += kept.length;
    kept.forEach(([tsNs, priceInt, size, side], i) => {
      this.#times[at + i] = momentOf(tsNs);
      this.#ticks[at + i] = Number(priceInt) / bucketInt;
      this.#sizes[at + i] = size;
      this.#sides[at + i] = Math.max(NOBODY, "NBA".indexOf(side));
      this.#passes[at + i] = this.#pass;
      this.#serials[at + i] = this.#serial++;
    });
  }

  /**
   * Gives the executions of a stretch of event time, earliest first. Those on one side at one price
   * within a block count as one, at the last of them.
   *
   * @param fromMs milliseconds since the epoch
   * @param toMs end of the stretch, not part of it
   * @param blockMs length of a block; blocks are counted from the epoch
   * @param least smallest execution that counts
   */
  visit(fromMs: number, toMs: number, blockMs: number, least: number, visitor: TradeVisitor): void {
    // From the beginning of the first block on, so that a sum does not change as it leaves the view.
    const startMs = Math.floor(fromMs / blockMs) * blockMs;
    const sums = this.#sums;
    sums.length = 0;
    let blockEndMs = startMs + blockMs;
    for (let i = this.#firstAt(startMs); i < this.#length; i++) {
      const timeMs = this.#times[i] ?? 0;
      if (timeMs >= toMs) break;
      if (timeMs >= blockEndMs) {
        give(sums, visitor);
        blockEndMs = (Math.floor(timeMs / blockMs) + 1) * blockMs;
      }
      const size = this.#sizes[i] ?? 0;
      if (size < least) continue;
      const tick = this.#ticks[i] ?? 0;
      const side = this.#sides[i] ?? NOBODY;
      const sum = sums.find((known) => known.tick === tick && known.side === side);
      if (sum === undefined) sums.push({ timeMs, tick, side, size });
      else {
        sum.timeMs = timeMs;
        sum.size += size;
      }
    }
    give(sums, visitor);
  }

  /**
   * Gives each execution between two moments, earliest first.
   *
   * @param afterMs the one moment, after which it begins
   * @param toMs the other, up to which it goes
   */
  visitEach(afterMs: number, toMs: number, visitor: TradeVisitor): void {
    for (let i = this.#firstAfter(afterMs); i < this.#length && this.#times[i]! <= toMs; i++) {
      visitor(this.#times[i]!, this.#ticks[i]!, this.#sizes[i]!, this.#sides[i]!);
    }
  }

  /** How many executions there are after a moment up to another. */
  count(afterMs: number, toMs: number): number {
    return Math.max(0, this.#firstAfter(toMs) - this.#firstAfter(afterMs));
  }

  /**
   * The executions up to a moment, latest first.
   *
   * @param timeMs milliseconds since the epoch with their fraction
   * @param least smallest execution that counts
   * @param most how many at most
   */
  upTo(timeMs: number, least: number, most: number): Execution[] {
    const found: Execution[] = [];
    for (let i = this.#firstAfter(timeMs) - 1; i >= 0 && found.length < most; i--) {
      if (this.#sizes[i]! < least) continue;
      found.push({
        serial: this.#serials[i]!,
        timeMs: this.#times[i]!,
        tick: this.#ticks[i]!,
        size: this.#sizes[i]!,
        side: this.#sides[i]!,
      });
    }
    return found;
  }

  /** Forgets all executions, for another session. */
  clear(): void {
    this.#length = 0;
    this.#goneMs = -Infinity;
  }

  /** How many came in another pass. */
  #others(fromMs: number, toMs: number): number {
    let count = 0;
    const to = this.#firstAfter(toMs);
    for (let i = this.#firstAt(fromMs); i < to; i++) {
      if (this.#passes[i] !== this.#pass) count++;
    }
    return count;
  }

  /** Takes away what came in another pass. */
  #forgetOthers(fromMs: number, toMs: number): void {
    const from = this.#firstAt(fromMs);
    const to = this.#firstAfter(toMs);
    let end = from;
    for (let i = from; i < to; i++) {
      if (this.#passes[i] !== this.#pass) continue;
      if (i !== end) this.#move(i, end, 1);
      end++;
    }
    if (end === to) return;
    this.#move(to, end, this.#length - to);
    this.#length -= to - end;
  }

  /** Lets the half go that is farther from a time. */
  #makeRoom(timeMs: number): void {
    const half = Math.ceil(this.#length / 2);
    if (this.#firstAt(timeMs) >= half) {
      this.#goneMs = Math.max(this.#goneMs, this.#times[half - 1]!);
      this.#move(half, 0, this.#length - half);
      this.#length -= half;
      return;
    }
    const keep = this.#length - half;
    const from = this.#onLateGone === null ? keep : this.#firstAt(Math.floor(this.#times[keep]!));
    // Of the millisecond up to which some went before, the others are not told apart from them any more.
    const first = Math.max(from, this.#firstAt(Math.floor(this.#goneMs) + 1));
    if (first > from) this.#goneMs = Math.max(this.#goneMs, this.#times[first - 1]!);
    for (let i = first; i < this.#length; i++) {
      this.#onLateGone?.(this.#times[i]!, this.#ticks[i]!, this.#sizes[i]!, this.#sides[i]!);
    }
    this.#length = from;
  }

  #move(from: number, to: number, count: number): void {
    if (count === 0) return;
    for (const column of [this.#times, this.#ticks, this.#sizes, this.#serials]) {
      column.copyWithin(to, from, from + count);
    }
    for (const column of [this.#sides, this.#passes]) column.copyWithin(to, from, from + count);
  }

  /** Index of the first execution at a time or after it. */
  #firstAt(timeMs: number): number {
    let low = 0;
    let high = this.#length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#times[middle] ?? 0) < timeMs) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Index of the first execution after a time. */
  #firstAfter(timeMs: number): number {
    let at = this.#firstAt(timeMs);
    while (at < this.#length && this.#times[at] === timeMs) at++;
    return at;
  }
}

function give(sums: Sum[], visitor: TradeVisitor): void {
  for (const { timeMs, tick, size, side } of sums) visitor(timeMs, tick, size, side);
  sums.length = 0;
}
