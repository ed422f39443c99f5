/** The server as it was at one time. */
export interface Sample {
  /** Minutes since the beginning. */
  minute: number;
  /** Resident memory, MB. */
  rssMb: number;
  /** Open file handles. */
  handles: number;
  streams: number;
  /** Grids sent a second since the sample before. */
  gridsPerSecond: number;
  /** Milliseconds since the sample before: grids late, and the event loop's delay. */
  lateP50: number;
  lateP99: number;
  loopP99: number;
  loopP999: number;
}

/** Samples of `/metrics` by name and labels. */
export type Metrics = ReadonlyMap<string, number>;

/**
 * Reads `/metrics`.
 *
 * @param server any address of the server
 */
export async function readMetrics(server: URL): Promise<Metrics> {
  const text = await (await fetch(new URL("/metrics", server))).text();
  return new Map(
    [...text.matchAll(/^(\w\S*) (\S+)$/gm)].map(([, name, value]) => [name!, Number(value)]),
  );
}

/**
 * What a histogram took in between two readings.
 *
 * @param before the earlier reading
 * @param after the later one
 * @param name of the histogram, in seconds
 * @param share 0.99 for the 99th percentile
 * @returns milliseconds, linear within a bucket; the last bound when it lies beyond; 0 for nothing
 */
export function quantile(before: Metrics, after: Metrics, name: string, share: number): number {
  const buckets = [...after].flatMap(([key, value]) => {
    const bound = new RegExp(`^${name}_bucket{le="([^"]+)"}$`).exec(key)?.[1];
    return bound === undefined
      ? []
      : [{ bound: Number(bound.replace("+Inf", "Infinity")), n: value - (before.get(key) ?? 0) }];
  });
  const total = buckets.at(-1)?.n ?? 0;
  if (total === 0) return 0;
  let lower = { bound: 0, n: 0 };
  for (const bucket of buckets) {
    if (bucket.n >= share * total) {
      if (bucket.bound === Infinity) return lower.bound * 1000;
      const within = (share * total - lower.n) / Math.max(1, bucket.n - lower.n);
      return (lower.bound + within * (bucket.bound - lower.bound)) * 1000;
    }
    lower = bucket;
  }
  return lower.bound * 1000;
}
