import {
  DEPTH_BINS,
  depthBinOfCell,
  depthOfBin,
  fadedCell,
  NET_BINS,
  netBinOfCell,
  netOfBin,
} from "../history/cell.ts";
import type { CellHistory } from "../history/cell_history.ts";
import { type Columns, fadeOfColumn } from "../history/columns.ts";
import { GRID_ROWS, HALF_WIDTH } from "../../engine/wire/fields.ts";
import { rowsInView, topTick, type Viewport } from "./viewport.ts";

/** The ends of the colour scales. */
export interface ScaleEnds {
  /** |pressure - vacuum| at which the hue is full. */
  readonly net: number;
  /** Rest depth at which the brightness begins, and at which it is full. */
  readonly shallow: number;
  readonly deep: number;
}

/** How often what is in view is looked at, milliseconds. */
export const LOOK_MS = 250;
/** Shares of what is above 0 in view. */
const NET_SHARE = 0.98;
const SHALLOW_SHARE = 0.05;
const DEEP_SHARE = 0.99;
/** An end that moves by less leaves the colours as they are. */
const LEAST_MOVE = 0.1;
/** Forces below this are noise: a quiet market must not glow. */
const LEAST_NET = 2;

/** The ends that suit what is in view: they follow it, but colours do not change all the time. */
export class ViewScales {
  #ends: ScaleEnds = { net: LEAST_NET, shallow: 1, deep: 10 };
  #lookedAt = -Infinity;
  #due = false;
  readonly #nets = new Uint32Array(NET_BINS);
  readonly #depths = new Uint32Array(DEPTH_BINS);

  /** The ends in force. */
  get ends(): ScaleEnds {
    return this.#ends;
  }

  /** Whether what is in view has not been looked at yet, because it was not time to. */
  get due(): boolean {
    return this.#due;
  }

  /**
   * Looks at what is in view, four times a second.
   *
   * @param nowMs time that runs evenly, milliseconds
   */
  look(cells: CellHistory, columns: Columns, view: Viewport, nowMs: number): void {
    this.#due = nowMs - this.#lookedAt < LOOK_MS;
    if (this.#due) return;
    this.#nets.fill(0);
    this.#depths.fill(0);
    if (!this.#count(cells, columns, view)) return;
    this.#lookedAt = nowMs;
    const net = Math.max(LEAST_NET, percentile(this.#nets, NET_SHARE, netOfBin));
    const shallow = percentile(this.#depths, SHALLOW_SHARE, depthOfBin);
    const deep = Math.max(shallow, percentile(this.#depths, DEEP_SHARE, depthOfBin));
    const ends = { net, shallow, deep };
    if (deep > 0 && hasMoved(this.#ends, ends)) this.#ends = ends;
  }

  /** @returns whether there was anything */
  #count(cells: CellHistory, columns: Columns, view: Viewport): boolean {
    const { grids } = columns;
    const high = topTick(view);
    const low = high - rowsInView(view) + 1;
    let any = false;
    for (let x = 0; x < grids.length; x++) {
      const grid = grids[x]!;
      if (grid < 0) continue;
      any = true;
      const column = cells.cells(grid);
      const lowest = cells.spotTick(grid) - HALF_WIDTH;
      const fade = fadeOfColumn(columns, x);
      const end = Math.min(GRID_ROWS, high - lowest + 1);
      for (let row = Math.max(0, low - lowest); row < end; row++) {
        const cell = fadedCell(column[row]!, fade);
        this.#nets[Math.abs(netBinOfCell(cell))]!++;
        this.#depths[depthBinOfCell(cell)]!++;
      }
    }
    return any;
  }
}

/** Whether an end has moved by more than a tenth. */
export function hasMoved(from: ScaleEnds, to: ScaleEnds): boolean {
  const moved = (a: number, b: number) => Math.abs(b - a) > LEAST_MOVE * a;
  return moved(from.net, to.net) || moved(from.shallow, to.shallow) || moved(from.deep, to.deep);
}

/**
 * The value below which a share of what is counted lies; what is in bin 0 does not count.
 *
 * @param counts by bin
 * @param share 0 to 1
 * @param valueOf value at a part of a bin, 0 to 1
 * @returns 0 where nothing is counted
 */
export function percentile(
  counts: Uint32Array,
  share: number,
  valueOf: (bin: number, part: number) => number,
): number {
  let total = 0;
  for (let bin = 1; bin < counts.length; bin++) total += counts[bin]!;
  if (total === 0) return 0;
  let left = share * total;
  let bin = 1;
  while (bin < counts.length - 1 && left > counts[bin]!) left -= counts[bin++]!;
  return valueOf(bin, Math.min(1, left / Math.max(1, counts[bin]!)));
}
