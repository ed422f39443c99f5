/** Cells of event time, from midnight UTC on, all of one width: so many of them in a number of milliseconds. */
export interface Raster {
  /** Event milliseconds. */
  ms: number;
  /** Cells in them. */
  cells: number;
}

const NS_PER_MS = 1e6;

/**
 * The cell of an instant. A width such as 1/60 s is no double: so nothing is divided by it, and an instant
 * at an edge is in the cell that begins there.
 *
 * @param raster the cells
 * @param ms the instant, milliseconds since midnight UTC
 */
export function cellOf({ ms: width, cells }: Raster, ms: number): number {
  return Math.floor(Math.round(ms * NS_PER_MS) * cells / (width * NS_PER_MS));
}

/**
 * Where a cell ends and the next begins, milliseconds since midnight UTC.
 *
 * @param raster the cells
 * @param cell the cell
 */
export function endOf({ ms, cells }: Raster, cell: number): number {
  return (cell + 1) * ms / cells;
}
