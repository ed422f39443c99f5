/**
 * Where a bucket lies, in words.
 *
 * @param k buckets from spot
 */
export function placeOf(k: number): string {
  if (k === 0) return "at spot";
  const ticks = Math.abs(k);
  return `${ticks} ${ticks === 1 ? "tick" : "ticks"} ${k > 0 ? "above" : "below"} spot`;
}
