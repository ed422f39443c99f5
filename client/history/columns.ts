import { fadeBins } from "./cell.ts";
import { type GridOrder, NO_GRID } from "./grid_order.ts";

/** What the time axis counts: event time, or grids. */
export const AXES = ["time", "event"] as const;
export type Axis = (typeof AXES)[number];

/** In place of a grid: a column of a break. */
export const BREAK = -2;

/** By event, a grid is as wide as this much time is by time, milliseconds: the usual throttle. */
const GRID_MS = 25;

/** What of a history is looked at. */
export interface ColumnView {
  /** Columns in view: device pixels. */
  readonly width: number;
  /** Event milliseconds a column. */
  readonly msPerColumn: number;
  readonly axis: Axis;
  /** Columns that a break takes, unless less than two are missing: then it takes one. */
  readonly breakWidth: number;
  /** A grid that is kept, and from its column to the right edge of the view, columns. */
  readonly anchor: number;
  readonly offset: number;
}

/** A stretch of ranks without a break, and its columns. */
interface Segment {
  fromRank: number;
  /** Rank after its last. */
  toRank: number;
  /** Its first and last stretch of the axis, counted from the axis' origin. */
  firstBin: number;
  lastBin: number;
  /** Columns of the break before it. */
  breakWidth: number;
  /** Column of the first, on the scale on which columns of the anchor's segment are its bins. */
  left: number;
}

/**
 * Takes a break: its first column in view (or left of it), how many, and between which times it lies,
 * milliseconds since the epoch.
 */
export type BreakVisitor = (x: number, width: number, fromMs: number, toMs: number) => void;

/**
 * Which grid each column of a view shows. A column is a stretch of the axis and shows its last
 * grid; where none fell, the one before is held. Where grids were left out a break stands, one
 * for all that lie within a column.
 *
 * A column of a stretch keeps its place on the scale of `left` while the view moves along a
 * segment, so that what was drawn of it can be kept.
 */
export class Columns {
  #grids = new Int32Array(0);
  #times = new Float64Array(0);
  #ends = new Float64Array(0);
  #order: GridOrder | null = null;
  #axis: Axis = "time";
  #msPerColumn = 1;
  #left = 0;
  #offset = 1;
  readonly #ranks: number[] = [];
  readonly #segments: Segment[] = [];
  #count = 0;

  /** The grid of each column from left to right; `NO_GRID` beyond the history, or `BREAK`. */
  get grids(): Int32Array {
    return this.#grids;
  }

  /**
   * Event time at which each column begins, milliseconds since the epoch: of the first of a segment
   * that of its grid, and so of all by event. NaN where there is no grid.
   */
  get times(): Float64Array {
    return this.#times;
  }

  get width(): number {
    return this.#grids.length;
  }

  /** Where the view's left edge lies on the scale of columns. */
  get left(): number {
    return this.#left;
  }

  /** What the axis counts. */
  get axis(): Axis {
    return this.#axis;
  }

  /** Event milliseconds a column. */
  get msPerColumn(): number {
    return this.#msPerColumn;
  }

  /** The view's offset, as far as the history lets it be. */
  get offset(): number {
    return this.#offset;
  }

  /**
   * Lays out a view. One that lies beyond the history is moved to its end.
   *
   * @param view its anchor is a grid that is kept, where there is any
   */
  layOut(order: GridOrder, view: ColumnView): void {
    const { width, anchor } = view;
    if (this.#grids.length !== width) {
      this.#grids = new Int32Array(width);
      this.#times = new Float64Array(width);
      this.#ends = new Float64Array(width);
    }
    this.#order = order;
    this.#axis = view.axis;
    this.#msPerColumn = view.msPerColumn;
    this.#grids.fill(NO_GRID);
    this.#times.fill(NaN);
    this.#ends.fill(NaN);
    this.#count = 0;
    this.#offset = 1;
    if (order.length === 0) return;
    this.#cut(order, view);
    const first = this.#segments[0]!;
    const last = this.#segments[this.#count - 1]!;
    const anchorBin = this.#bin(order.rankOf(anchor));
    const right = Math.min(
      last.left + last.lastBin - last.firstBin + 1,
      Math.max(first.left + 1, anchorBin + view.offset),
    );
    this.#offset = right - anchorBin;
    this.#left = right - width;
    for (let i = 0; i < this.#count; i++) this.#fill(order, this.#segments[i]!);
    for (let i = 1; i < this.#count; i++) {
      const { left, breakWidth } = this.#segments[i]!;
      const x = left - breakWidth - this.#left;
      if (x < width && x + breakWidth > 0) {
        this.#grids.fill(BREAK, Math.max(0, x), x + breakWidth);
      }
    }
  }

  /** How long a column holds a grid that fell before it, milliseconds; by event nothing is held. */
  heldMs(x: number): number {
    const grid = this.#grids[x] ?? NO_GRID;
    if (grid < 0 || this.#order === null || this.#axis === "event") return 0;
    return Math.max(0, this.#times[x]! - this.#order.time(grid));
  }

  /** Event time at which a column ends, milliseconds since the epoch; by event that of its grid. */
  endMs(x: number): number {
    return this.#ends[x] ?? NaN;
  }

  /**
   * The grid at a place.
   *
   * @param x columns from the left edge
   * @returns null where there is none
   */
  gridAt(x: number): number | null {
    const grid = x >= 0 ? this.#grids[Math.floor(x)] ?? NO_GRID : NO_GRID;
    return grid >= 0 ? grid : null;
  }

  /** Column of a grid that is kept, in view or not, from the left edge. */
  xOf(grid: number): number {
    const rank = this.#order?.rankOf(grid) ?? 0;
    const segment = this.#segmentOfRank(rank);
    return segment === null ? 0 : segment.left + this.#bin(rank) - segment.firstBin - this.#left;
  }

  /**
   * Column of an instant, in view or not, from the left edge.
   *
   * @param timeMs milliseconds since the epoch
   * @returns null where nothing is known of it: in a break, or beyond the history
   */
  xOfTime(timeMs: number): number | null {
    const order = this.#order;
    if (order === null || this.#count === 0) return null;
    if (this.#axis === "event") {
      // What happens between two grids shows in the one behind it.
      const rank = order.rankFrom(timeMs);
      return rank === order.length || order.begins(rank) && order.time(order.at(rank)) > timeMs
        ? null
        : this.xOf(order.at(rank));
    }
    const bin = Math.floor(timeMs / this.#msPerColumn);
    for (let i = this.#count - 1; i >= 0; i--) {
      const { firstBin, lastBin, left, fromRank } = this.#segments[i]!;
      // A break within a column leaves some of it to each side.
      const isBefore = bin === firstBin && this.#segments[i - 1]?.lastBin === bin &&
        timeMs < order.time(order.at(fromRank));
      if (bin >= firstBin && !isBefore) {
        return bin <= lastBin ? left + bin - firstBin - this.#left : null;
      }
    }
    return null;
  }

  /** Event time in view, milliseconds since the epoch: from its first column up to after its last. */
  get fromMs(): number {
    return this.#times.find((time) => !Number.isNaN(time)) ?? 0;
  }

  get toMs(): number {
    const last = this.#times.findLast((time) => !Number.isNaN(time)) ?? 0;
    return this.#axis === "time" ? last + this.#msPerColumn : last + 1;
  }

  /** Rank of the first grid in view; what a column shows besides its last grid counts too. */
  get fromRank(): number {
    const first = this.#grids.find((grid) => grid >= 0);
    if (first === undefined || this.#order === null) return 0;
    let rank = this.#order.rankOf(first);
    const bin = this.#bin(rank);
    while (rank > 0 && !this.#order.begins(rank) && this.#bin(rank - 1) === bin) rank--;
    return rank;
  }

  /** Rank after that of the last grid in view. */
  get toRank(): number {
    const last = this.#grids.findLast((grid) => grid >= 0);
    return last === undefined || this.#order === null ? 0 : this.#order.rankOf(last) + 1;
  }

  /** Gives the breaks in view. */
  visitBreaks(visitor: BreakVisitor): void {
    const order = this.#order;
    for (let i = 1; i < this.#count && order !== null; i++) {
      const before = this.#segments[i - 1]!;
      const after = this.#segments[i]!;
      const x = before.left + before.lastBin - before.firstBin + 1 - this.#left;
      const end = after.left - this.#left;
      if (x >= this.width || end <= 0) continue;
      const fromMs = order.time(order.at(before.toRank - 1));
      visitor(x, end - x, fromMs, order.time(order.at(after.fromRank)));
    }
  }

  /** Cuts the history at its breaks and places the parts around that of the anchor. */
  #cut(order: GridOrder, { anchor, breakWidth }: ColumnView): void {
    order.segments(this.#ranks);
    const least = 2 * this.#msPerColumn;
    let count = 0;
    for (const rank of this.#ranks) {
      const bin = this.#bin(rank);
      const missingMs = rank > 0 ? order.time(order.at(rank)) - order.time(order.at(rank - 1)) : 0;
      const isWide = missingMs >= least;
      // All since the break before lies in its column: that one stands for both.
      if (count > 1 && !isWide && this.#segments[count - 1]!.firstBin === bin) continue;
      const segment = this.#segments[count] ??= {
        ...{ fromRank: 0, toRank: 0, firstBin: 0, lastBin: 0, breakWidth: 0, left: 0 },
      };
      segment.fromRank = rank;
      segment.firstBin = bin;
      segment.breakWidth = isWide ? breakWidth : 1;
      if (count > 0) this.#end(this.#segments[count - 1]!, rank);
      count++;
    }
    this.#end(this.#segments[count - 1]!, order.length);
    this.#count = count;
    const own = this.#indexOfRank(order.rankOf(anchor));
    this.#segments[own]!.left = this.#segments[own]!.firstBin;
    for (let i = own + 1; i < count; i++) {
      const { left, firstBin, lastBin } = this.#segments[i - 1]!;
      const segment = this.#segments[i]!;
      segment.left = left + lastBin - firstBin + 1 + segment.breakWidth;
    }
    for (let i = own - 1; i >= 0; i--) {
      const segment = this.#segments[i]!;
      const after = this.#segments[i + 1]!;
      segment.left = after.left - after.breakWidth -
        (segment.lastBin - segment.firstBin + 1);
    }
  }

  #end(segment: Segment, toRank: number): void {
    segment.toRank = toRank;
    segment.lastBin = this.#bin(toRank - 1);
  }

  #fill(order: GridOrder, segment: Segment): void {
    const { left, firstBin, lastBin, fromRank, toRank } = segment;
    const from = Math.max(0, left - this.#left);
    const to = Math.min(this.width, left + lastBin - firstBin + 1 - this.#left);
    let rank = fromRank;
    for (let x = from; x < to; x++) {
      const bin = firstBin + this.#left + x - left;
      rank = this.#lastUpTo(bin, rank, toRank);
      const grid = order.at(rank);
      this.#grids[x] = grid;
      const timeMs = order.time(grid);
      const isTime = this.#axis === "time";
      this.#times[x] = isTime && bin > firstBin ? bin * this.#msPerColumn : timeMs;
      this.#ends[x] = isTime ? (bin + 1) * this.#msPerColumn : timeMs;
    }
  }

  /** The last rank of a bin or before it, from a rank on that is. */
  #lastUpTo(bin: number, from: number, toRank: number): number {
    let low = from;
    let step = 1;
    while (low + step < toRank && this.#bin(low + step) <= bin) {
      low += step;
      step *= 2;
    }
    let high = Math.min(toRank, low + step);
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if (this.#bin(middle) <= bin) low = middle;
      else high = middle;
    }
    return low;
  }

  #bin(rank: number): number {
    const order = this.#order!;
    const value = this.#axis === "time"
      ? order.time(order.at(rank))
      : (order.gone + rank) * GRID_MS;
    return Math.floor(value / this.#msPerColumn);
  }

  #segmentOfRank(rank: number): Segment | null {
    return this.#count === 0 ? null : this.#segments[this.#indexOfRank(rank)]!;
  }

  #indexOfRank(rank: number): number {
    let low = 0;
    let high = this.#count;
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if (this.#segments[middle]!.fromRank <= rank) low = middle;
      else high = middle;
    }
    return low;
  }
}

/** By how many bins the forces of a column have faded since its grid (cell.ts). */
export function fadeOfColumn(columns: Columns, x: number): number {
  return fadeBins(columns.heldMs(x));
}
