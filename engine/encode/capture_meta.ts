/** What grids come from: JSON under the key `meta` of a file that has a place for it. */
export type CaptureMeta = Readonly<Record<string, unknown>>;

/** The key. */
export const META_KEY = "meta";

/** Who wrote a Parquet file, as its end says. */
export const PARQUET_WRITER = "spymaster";
