import type { Columns } from "../history/columns.ts";
import type { ReadingHistory } from "../history/reading_history.ts";

/** The lines of the charts; what pulls down or lies below is drawn downward. */
export const LINES = [
  "net",
  "bull",
  "bear",
  "vacuum_above",
  "pressure_above",
  "pressure_below",
  "vacuum_below",
  "mid",
] as const;

/** Name of a line. */
export type Line = (typeof LINES)[number];

/** Points across the widest screen there is. */
const MOST_POINTS = 8_192;

/**
 * What the charts show of a history: a point for each column in view, of the grid that the heatmap
 * paints there. The arrays are allocated once and written over.
 */
export class ChartData {
  readonly #xs = new Float64Array(MOST_POINTS);
  readonly #lines: Readonly<Record<Line, Float64Array>> = lineArrays();
  #length = 0;

  /** Number of points. */
  get length(): number {
    return this.#length;
  }

  /** Middle of each point's column, from the left edge. */
  get xs(): Float64Array {
    return this.#xs.subarray(0, this.#length);
  }

  /** Values of a line; NaN where it has none, as in a break. */
  line(name: Line): Float64Array {
    return this.#lines[name].subarray(0, this.#length);
  }

  /** Least and largest value of some lines, or null when none has one. */
  extent(names: readonly Line[]): { min: number; max: number } | null {
    let min = Infinity, max = -Infinity;
    for (const name of names) {
      const values = this.#lines[name];
      for (let i = 0; i < this.#length; i++) {
        const value = values[i] ?? NaN;
        if (value < min) min = value;
        if (value > max) max = value;
      }
    }
    return min <= max ? { min, max } : null;
  }

  /** Reads what is in view. */
  fill(readings: ReadingHistory, { grids }: Columns): void {
    const lines = this.#lines;
    const length = Math.min(MOST_POINTS, grids.length);
    for (let x = 0; x < length; x++) {
      this.#xs[x] = x + 0.5;
      const grid = grids[x]!;
      if (x > 0 && grid === grids[x - 1]) {
        for (const name of LINES) lines[name][x] = lines[name][x - 1]!;
        continue;
      }
      const vacuumAbove = grid < 0 ? NaN : readings.force(grid, 0);
      const pressureAbove = grid < 0 ? NaN : readings.force(grid, 1);
      const pressureBelow = grid < 0 ? NaN : readings.force(grid, 2);
      const vacuumBelow = grid < 0 ? NaN : readings.force(grid, 3);
      // The edges of history/edge.ts, without an object for each point.
      const bull = pressureBelow + vacuumAbove;
      const bear = pressureAbove + vacuumBelow;
      lines.net[x] = bull - bear;
      lines.bull[x] = bull;
      lines.bear[x] = -bear;
      lines.vacuum_above[x] = vacuumAbove;
      lines.pressure_above[x] = pressureAbove;
      lines.pressure_below[x] = -pressureBelow;
      lines.vacuum_below[x] = -vacuumBelow;
      lines.mid[x] = grid < 0 ? NaN : readings.mid(grid);
    }
    this.#length = length;
  }
}

function lineArrays(): Record<Line, Float64Array> {
  const entries = LINES.map((name) => [name, new Float64Array(MOST_POINTS)] as const);
  return Object.fromEntries(entries) as Record<Line, Float64Array>;
}
