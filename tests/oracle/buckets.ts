/** The 101 buckets around spot: what a touch does to one, how they shift, what a grid shows. */
import { type Book, floorDiv, type Touch } from "./book.ts";
import type { Levels } from "./levels.ts";

export const K = 50;
const N = 2 * K + 1;

const CHAINS = ["add", "pull", "fill", "rest_depth"] as const;
const MASSES = ["add", "pull", "fill"] as const;

interface Chain {
  readonly v: number;
  readonly a: number;
  readonly j: number;
}

/** The state of one bucket; numbers as the grid's fields name them. */
export interface Bucket {
  readonly mass: Readonly<Record<(typeof MASSES)[number], number>>;
  readonly chain: Readonly<Record<(typeof CHAINS)[number], Chain>>;
  readonly pressure: number;
  readonly vacuum: number;
  readonly lastTs: bigint | null;
  readonly lastEventId: number;
  /** The bucket's depth at its last touch or at the last snapshot's end. */
  readonly restMemory: number;
}

const STILL: Chain = { v: 0, a: 0, j: 0 };
const ZERO: Bucket = {
  mass: { add: 0, pull: 0, fill: 0 },
  chain: { add: STILL, pull: STILL, fill: STILL, rest_depth: STILL },
  pressure: 0,
  vacuum: 0,
  lastTs: null,
  lastEventId: 0,
  restMemory: 0,
};

/** @returns 101 untouched buckets; index i is bucket k = i - 50 */
export function zeroBuckets(): Bucket[] {
  return Array.from({ length: N }, () => ZERO);
}

/** Bucket k of a price; any integer, also far outside the grid. */
export function bucketOf(price: bigint, spot: bigint, tick: bigint): bigint {
  return floorDiv(2n * (price - spot) + tick, 2n * tick);
}

/** The book's own depth in each of the 101 buckets, both sides. */
export function bucketDepths(book: Book, spot: bigint, tick: bigint): number[] {
  return Array.from(range(book, spot, tick, BigInt(-K), BigInt(K)), Number);
}

function range(book: Book, spot: bigint, tick: bigint, from: bigint, to: bigint): bigint[] {
  const sums = new Array<bigint>(Number(to - from) + 1).fill(0n);
  const addSide = (levels: Levels) => {
    for (const [price, qty] of levels.from((p) => bucketOf(p, spot, tick) >= from)) {
      const k = bucketOf(price, spot, tick);
      if (k > to) break;
      sums[Number(k - from)]! += qty;
    }
  };
  addSide(book.bids);
  addSide(book.asks);
  return sums;
}

/** Step 6: bucket k takes old bucket k + shift; what comes in from outside starts at zero. */
export function shiftBuckets(buckets: readonly Bucket[], shift: bigint): Bucket[] {
  return buckets.map((_, i) => {
    const from = BigInt(i) + shift;
    return from >= 0n && from < N ? buckets[Number(from)]! : ZERO;
  });
}

/** At a snapshot's end: every bucket remembers the depth that the book has there now. */
export function rememberDepths(buckets: readonly Bucket[], depths: readonly number[]): Bucket[] {
  return buckets.map((bucket, i) => ({ ...bucket, restMemory: depths[i]! }));
}

/** Step 7 for one touch: the bucket that it reaches is replaced in `buckets`. */
export function applyTouch(
  buckets: Bucket[],
  touch: Touch,
  book: Book,
  spot: bigint,
  tick: bigint,
  ts: bigint,
  eventId: number,
): void {
  const k = bucketOf(touch.price, spot, tick);
  if (k < -K || k > K) return;
  const rest = Number(range(book, spot, tick, k, k)[0]!);
  const index = Number(k) + K;
  buckets[index] = updateBucket(buckets[index]!, touch, rest, ts, eventId);
}

function updateBucket(
  old: Bucket,
  touch: Touch,
  rest: number,
  ts: bigint,
  eventId: number,
): Bucket {
  const dt = old.lastTs !== null && ts > old.lastTs ? seconds(ts - old.lastTs) : 0;
  const delta = { add: Number(touch.add), pull: Number(touch.pull), fill: Number(touch.fill) };
  const mass = (name: (typeof MASSES)[number]) => old.mass[name] * Math.exp(-dt / 30) + delta[name];
  const chain = (name: (typeof CHAINS)[number], change: number) =>
    dt > 0 ? advance(old.chain[name], change / dt, dt) : old.chain[name];
  const [add, pull, fill, depth] = [
    chain("add", delta.add),
    chain("pull", delta.pull),
    chain("fill", delta.fill),
    chain("rest_depth", rest - old.restMemory),
  ];
  return {
    mass: { add: mass("add"), pull: mass("pull"), fill: mass("fill") },
    chain: { add, pull, fill, rest_depth: depth },
    pressure: 1.0 * add.v + 0.5 * Math.max(depth.v, 0) + 0.3 * Math.max(add.a, 0),
    vacuum: 1.0 * pull.v + 1.5 * fill.v + 0.5 * Math.max(-depth.v, 0) + 0.3 * Math.max(pull.a, 0),
    lastTs: ts,
    lastEventId: eventId,
    restMemory: rest,
  };
}

function advance(old: Chain, rate: number, dt: number): Chain {
  const alpha = (tau: number) => -Math.expm1(-dt / tau);
  const v = alpha(2) * rate + (1 - alpha(2)) * old.v;
  const a = alpha(5) * (v - old.v) / dt + (1 - alpha(5)) * old.a;
  const j = alpha(10) * (a - old.a) / dt + (1 - alpha(10)) * old.j;
  return [v, a, j].every(Number.isFinite) ? { v, a, j } : old;
}

/**
 * What a grid at `ts` shows of a bucket.
 * @param depth the book's own depth there
 * @returns the 19 fields by name
 */
export function shown(bucket: Bucket, depth: number, ts: bigint): Record<string, number> {
  const age = bucket.lastTs === null ? 0n : ts - bucket.lastTs;
  const old = age > 500_000_000n;
  const chainFade = old ? Math.exp(-seconds(age) / 10) : 1;
  const massFade = old ? Math.exp(-seconds(age) / 30) : 1;
  const row: Record<string, number> = {
    pressure_variant: bucket.pressure * chainFade,
    vacuum_variant: bucket.vacuum * chainFade,
    rest_depth: depth,
    last_event_id: bucket.lastEventId,
  };
  for (const name of MASSES) row[`${name}_mass`] = bucket.mass[name] * massFade;
  for (const name of CHAINS) {
    row[`v_${name}`] = bucket.chain[name].v * chainFade;
    row[`a_${name}`] = bucket.chain[name].a * chainFade;
    row[`j_${name}`] = bucket.chain[name].j * chainFade;
  }
  return row;
}

function seconds(ns: bigint): number {
  return Number(ns) / 1e9;
}
