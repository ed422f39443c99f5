/** Half-width of the grid in buckets: k runs from -HALF_WIDTH to +HALF_WIDTH. */
export const HALF_WIDTH = 50;

/** Number of buckets, and so of rows, in a grid. */
export const GRID_ROWS = 2 * HALF_WIDTH + 1;

/**
 * The float64 columns of a grid row, in the one order that every sink uses.
 * `k` comes before them and `last_event_id` after them.
 */
export const FLOAT_FIELDS = [
  "pressure_variant",
  "vacuum_variant",
  "add_mass",
  "pull_mass",
  "fill_mass",
  "rest_depth",
  "v_add",
  "v_pull",
  "v_fill",
  "v_rest_depth",
  "a_add",
  "a_pull",
  "a_fill",
  "a_rest_depth",
  "j_add",
  "j_pull",
  "j_fill",
  "j_rest_depth",
] as const;

/** Name of a float64 grid column. */
export type FloatField = (typeof FLOAT_FIELDS)[number];

/** The columns of a bucket after `k`: the order of capture rows, and of the wire. */
export const BUCKET_FIELDS = [...FLOAT_FIELDS, "last_event_id"] as const;

/** Name of a bucket column after `k`. */
export type BucketField = (typeof BUCKET_FIELDS)[number];

/** Columns that a stream sends to those alone who name them, after all others; float64. */
export const EXTRA_FIELDS = [
  /** Contracts of either side, and the orders of both, that rest there. */
  "bid_depth",
  "ask_depth",
  "order_count",
  /** Contracts since the first record of warm-up, or of the file. */
  "added_total",
  "pulled_total",
  "filled_total",
] as const;

/** Those of them that are depth by side; the others are totals, which are kept for who asks for them. */
export const SIDE_FIELDS = 2;

/** Name of such a column. */
export type ExtraField = (typeof EXTRA_FIELDS)[number];

/** Name of a column that a stream can send besides `k`. */
export type StreamField = BucketField | ExtraField;

/** Columns that a stream can send besides `k`, in the order of the wire. */
export const STREAM_FIELDS: readonly StreamField[] = [...BUCKET_FIELDS, ...EXTRA_FIELDS];

/** @param field name of a column */
export function isExtra(field: StreamField): field is ExtraField {
  return (EXTRA_FIELDS as readonly StreamField[]).includes(field);
}

/**
 * @param fields columns wanted
 * @returns what of the extra ones has to be worked out for them
 */
export function extrasOf(fields: readonly StreamField[]): { sides: boolean; totals: boolean } {
  const wanted = (some: readonly ExtraField[]) => some.some((field) => fields.includes(field));
  return {
    sides: wanted(EXTRA_FIELDS.slice(0, SIDE_FIELDS)),
    totals: wanted(EXTRA_FIELDS.slice(SIDE_FIELDS)),
  };
}
