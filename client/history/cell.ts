/**
 * A cell of the heatmap in 16 bits, independent of any palette: the high byte is the net force
 * (128 none, 255 all pressure, 1 all vacuum), the low byte the rest depth on a log scale
 * (0 none, 255 the deepest). 0 is a cell that shows nothing.
 */
export const EMPTY_CELL = 0;

/** Number of different cells. */
export const CELL_VALUES = 1 << 16;

const NET_ZERO = 128;
const NET_SPAN = 127;
const DEPTH_SPAN = 255;

/**
 * Encodes one bucket.
 *
 * The net force goes by its square root, so that the many small forces are told from none.
 *
 * @param net Pressure minus vacuum.
 * @param depth Rest depth in contracts or shares.
 * @param netScale Largest |net| expected; more is shown as that much.
 * @param depthScale Largest depth expected.
 * @returns The cell.
 */
export function encodeCell(
  net: number,
  depth: number,
  netScale: number,
  depthScale: number,
): number {
  if (net === 0 && depth <= 0) return EMPTY_CELL;
  const force = Math.sqrt(Math.min(1, Math.abs(net) / netScale)) * Math.sign(net);
  const fill = depth > 0 ? Math.min(1, Math.log1p(depth) / Math.log1p(depthScale)) : 0;
  const high = NET_ZERO + Math.round(force * NET_SPAN);
  return (high << 8) | Math.round(fill * DEPTH_SPAN);
}

/** Net force of a cell, -1 (vacuum) to 1 (pressure). */
export function netOfCell(cell: number): number {
  return cell === EMPTY_CELL ? 0 : ((cell >> 8) - NET_ZERO) / NET_SPAN;
}

/** Depth of a cell, 0 to 1 on the log scale. */
export function depthOfCell(cell: number): number {
  return (cell & 0xff) / DEPTH_SPAN;
}
