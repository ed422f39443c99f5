import type { Instrument } from "../stream/instrument.ts";

/** What prices of an instrument are counted in: a bucket is a tick of futures, and several of equities. */
type Steps = Pick<Instrument, "tickSize" | "bucketSize">;

/**
 * Where a bucket lies, in words.
 *
 * @param k buckets from spot
 */
export function placeOf(k: number, { tickSize, bucketSize }: Steps): string {
  if (k === 0) return "at spot";
  const count = Math.abs(k);
  const unit = tickSize === bucketSize ? "tick" : "bucket";
  return `${count} ${unit}${count === 1 ? "" : "s"} ${k > 0 ? "above" : "below"} spot`;
}

/** How many price ticks lie between the prices of buckets. */
export function ticksOf(buckets: number, { tickSize, bucketSize }: Steps): number {
  return Math.round(buckets * bucketSize / tickSize);
}
