/**
 * A cell of the heatmap in 16 bits: net force and rest depth, each in bins of its logarithm, so that
 * no scale is needed to keep one. The upper 9 bits are the net force (256 none, more pressure, less
 * vacuum), the lower 7 the depth (0 none). 0 is a cell that shows nothing.
 */
export const EMPTY_CELL = 0;

/** Number of different cells. */
export const CELL_VALUES = 1 << 16;

/** Bins of depth, none included. */
export const DEPTH_BINS = 128;
/** Bins of |net force|, none included. */
export const NET_BINS = 256;

const NET_ZERO = NET_BINS;
const DEPTH_BITS = 7;
/** What the first and the last bin hold: less is none, more is as much. */
const LEAST_NET = 0.01;
const MOST_NET = 1e6;
const MOST_DEPTH = 1e6;
const NET_STEP = Math.log(MOST_NET / LEAST_NET) / (NET_BINS - 1);
const DEPTH_STEP = Math.log(MOST_DEPTH) / (DEPTH_BINS - 1);

/** Time in which a force falls to 1/e while no record touches its bucket (docs/engine.md). */
const FADE_MS = 10_000;

/**
 * Encodes one bucket.
 *
 * @param net pressure minus vacuum
 * @param depth rest depth in contracts or shares
 */
export function encodeCell(net: number, depth: number): number {
  const force = netBinOf(Math.abs(net));
  const fill = depthBinOf(depth);
  if (force === 0 && fill === 0) return EMPTY_CELL;
  return ((NET_ZERO + (net < 0 ? -force : force)) << DEPTH_BITS) | fill;
}

/** Bin of a net force without its sign. */
export function netBinOf(net: number): number {
  if (!(net >= LEAST_NET)) return 0;
  return Math.min(NET_BINS - 1, 1 + Math.floor(Math.log(net / LEAST_NET) / NET_STEP));
}

/** Bin of a depth. */
export function depthBinOf(depth: number): number {
  if (!(depth > 0)) return 0;
  return Math.min(DEPTH_BINS - 1, 1 + Math.floor(Math.log(Math.max(1, depth)) / DEPTH_STEP));
}

/** Net force of a bin, in its middle or, with `part`, that share into it. */
export function netOfBin(bin: number, part = 0.5): number {
  return bin === 0 ? 0 : LEAST_NET * Math.exp((bin - 1 + part) * NET_STEP);
}

/** Depth of a bin, in its middle or, with `part`, that share into it. */
export function depthOfBin(bin: number, part = 0.5): number {
  return bin === 0 ? 0 : Math.exp((bin - 1 + part) * DEPTH_STEP);
}

/** Bin of a cell's net force, below 0 where vacuum outweighs. */
export function netBinOfCell(cell: number): number {
  return cell === EMPTY_CELL ? 0 : (cell >> DEPTH_BITS) - NET_ZERO;
}

/** Bin of a cell's depth. */
export function depthBinOfCell(cell: number): number {
  return cell & (DEPTH_BINS - 1);
}

/** What a force is multiplied by when nothing has touched it for so long, milliseconds. */
export function fadeAfter(ageMs: number): number {
  return Math.exp(-Math.max(0, ageMs) / FADE_MS);
}

/** The same in bins: how many the force falls by. */
export function fadeBins(ageMs: number): number {
  return ageMs > 0 ? Math.min(NET_BINS, Math.round(ageMs / (FADE_MS * NET_STEP))) : 0;
}

/** A cell after its force has faded by some bins. */
export function fadedCell(cell: number, bins: number): number {
  if (bins === 0 || cell === EMPTY_CELL) return cell;
  const net = (cell >> DEPTH_BITS) - NET_ZERO;
  const left = net > 0 ? Math.max(0, net - bins) : Math.min(0, net + bins);
  const depth = cell & (DEPTH_BINS - 1);
  return left === 0 && depth === 0 ? EMPTY_CELL : ((NET_ZERO + left) << DEPTH_BITS) | depth;
}
