import type { Trade } from "../../engine/wire/messages.ts";
import { momentOf } from "../format.ts";
import type { TradeHistory } from "./trade_history.ts";

const MS_NS = 1_000_000n;

/** Stretches that are remembered; of more than that the two earliest are joined, with a hole. */
const MOST_STRETCHES = 256;

/** Event time that was told of, UTC nanoseconds since the epoch: after `fromNs`, up to `toNs`. */
interface Stretch {
  fromNs: bigint;
  toNs: bigint;
}

/** What was traded at each price up to a moment. */
export interface TradedAtPrice {
  /** Contracts or shares at a price tick. */
  at(tick: number): number;
  /** Event time from which on it is known, milliseconds since the epoch. */
  readonly fromMs: number;
  /** Whether trades between then and the moment were left out. */
  readonly hasHoles: boolean;
}

/**
 * The volume traded at each price since the stream's beginning. A stretch of event time counts once,
 * however often it is played, and what no longer is kept of single trades counts on.
 */
export class VolumeAtPrice {
  readonly #trades: TradeHistory;
  readonly #total = new Map<number, number>();
  /** In order of time, none touching another. */
  readonly #stretches: Stretch[] = [];
  /** Of the earliest, where others were joined to it: the end of its first part, the beginning of its last. */
  #joined: { readonly toNs: bigint; readonly fromNs: bigint } | null = null;
  /** Of the moment looked back at, and which that is. */
  readonly #past = new Map<number, number>();
  #pastMs = NaN;
  #version = 0;
  #pastVersion = -1;

  /** @param trades the single trades, as far as they are kept */
  constructor(trades: TradeHistory) {
    this.#trades = trades;
  }

  /**
   * Counts the trades before a grid, those of stretches that were not told of before. The single trades
   * are to have them already: what went there to make room for them was taken back by then.
   *
   * @param trades in order of event time
   * @param beforeNs time of the grid before it, UTC nanoseconds; null where something was left out
   * @param gridNs time of the grid
   * @param bucketInt size of a bucket in billionths of a dollar
   */
  add(
    trades: readonly Trade[],
    beforeNs: bigint | null,
    gridNs: bigint,
    bucketInt: number,
  ): void {
    const first = trades[0];
    const fromNs = beforeNs ?? (first === undefined ? gridNs : BigInt(first[0]) - 1n);
    for (const [tsNs, priceInt, size] of trades) {
      if (!this.#covers(BigInt(tsNs))) this.#count(tickOf(priceInt, bucketInt), size);
    }
    this.#cover(fromNs, gridNs);
    if (trades.length > 0) this.#version++;
  }

  /**
   * Takes a trade back that is kept no longer though later ones may be looked for: it, and what
   * followed, counts when it comes again.
   *
   * @param timeMs its moment; no trade of that millisecond is kept
   * @param tick its price in ticks
   */
  takeBack(timeMs: number, tick: number, size: number): void {
    this.#count(rowOf(tick), -size);
    this.#version++;
    const endNs = BigInt(Math.floor(timeMs)) * MS_NS - 1n;
    const stretches = this.#stretches;
    while (stretches.length > 0 && stretches.at(-1)!.fromNs >= endNs) stretches.pop();
    const last = stretches.at(-1);
    if (last === undefined) this.#joined = null;
    else if (last.toNs > endNs) last.toNs = endNs;
  }

  /**
   * What was traded up to a moment.
   *
   * @param timeMs milliseconds since the epoch with their fraction
   * @returns null before anything was told, and where the trades of that time are no longer told apart
   */
  upTo(timeMs: number): TradedAtPrice | null {
    const first = this.#stretches[0];
    if (first === undefined) return null;
    const trades = this.#trades;
    const fromMs = momentOf(first.fromNs);
    if (timeMs < fromMs) return null;
    if (timeMs < trades.wholeFromMs) return null;
    const hasHoles = !this.#isWhole(timeMs);
    if (timeMs >= trades.lastMs) {
      return { at: (tick) => this.#total.get(tick) ?? 0, fromMs, hasHoles };
    }
    if (timeMs !== this.#pastMs || this.#version !== this.#pastVersion) {
      this.#pastMs = timeMs;
      this.#pastVersion = this.#version;
      this.#past.clear();
      trades.visitEach(timeMs, Infinity, (_ms, tick, size) => {
        const row = rowOf(tick);
        this.#past.set(row, (this.#past.get(row) ?? 0) + size);
      });
    }
    const at = (tick: number) => (this.#total.get(tick) ?? 0) - (this.#past.get(tick) ?? 0);
    return { at, fromMs, hasHoles };
  }

  /**
   * Since when all was told of up to a moment.
   *
   * @param timeMs milliseconds since the epoch with their fraction
   * @returns the same; null where nothing was told of the moment
   */
  toldSince(timeMs: number): number | null {
    for (let i = this.#stretches.length - 1; i >= 0; i--) {
      const { fromNs, toNs } = this.#stretches[i]!;
      const fromMs = momentOf(i === 0 ? this.#joined?.fromNs ?? fromNs : fromNs);
      if (fromMs <= timeMs) return momentOf(toNs) >= timeMs ? fromMs : null;
    }
    return null;
  }

  /** Forgets everything, for another session. */
  clear(): void {
    this.#total.clear();
    this.#stretches.length = 0;
    this.#joined = null;
    this.#version++;
  }

  #count(tick: number, size: number): void {
    this.#total.set(tick, (this.#total.get(tick) ?? 0) + size);
  }

  /** Whether all is told of from the beginning up to a moment. */
  #isWhole(timeMs: number): boolean {
    const first = this.#stretches[0];
    return first !== undefined && momentOf(this.#joined?.toNs ?? first.toNs) >= timeMs;
  }

  #covers(tsNs: bigint): boolean {
    // What comes mostly comes last.
    for (let i = this.#stretches.length - 1; i >= 0; i--) {
      const { fromNs, toNs } = this.#stretches[i]!;
      if (tsNs > toNs) return false;
      if (tsNs > fromNs) return true;
    }
    return false;
  }

  #cover(fromNs: bigint, toNs: bigint): void {
    const stretches = this.#stretches;
    let from = fromNs;
    let to = toNs;
    let at = stretches.length;
    while (at > 0 && stretches[at - 1]!.fromNs > toNs) at--;
    let count = 0;
    while (at > 0 && stretches[at - 1]!.toNs >= fromNs) {
      const known = stretches[--at]!;
      if (known.fromNs < from) from = known.fromNs;
      if (known.toNs > to) to = known.toNs;
      count++;
    }
    // One that goes on from the last is lengthened, which is nearly always so.
    if (count === 1) {
      const known = stretches[at]!;
      known.fromNs = from;
      known.toNs = to;
      return;
    }
    stretches.splice(at, count, { fromNs: from, toNs: to });
    if (stretches.length <= MOST_STRETCHES) return;
    const [first, second] = stretches.splice(0, 2);
    stretches.unshift({ fromNs: first!.fromNs, toNs: second!.toNs });
    this.#joined = { toNs: this.#joined?.toNs ?? first!.toNs, fromNs: second!.fromNs };
  }
}

/** Row of a price in ticks, as the engine has it: the nearest, half a tick rounds up. */
export function rowOf(tick: number): number {
  return Math.floor(tick + 0.5);
}

function tickOf(priceInt: string, bucketInt: number): number {
  return rowOf(Number(priceInt) / bucketInt);
}
