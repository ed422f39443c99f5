import { columnsInView, type Viewport } from "../heatmap/viewport.ts";
import type { ReadingHistory } from "../history/reading_history.ts";

/** The lines of the charts, in the order of their columns. */
export const LINES = [
  "net",
  "bull",
  "bear",
  "vacuum_above",
  "pressure_below",
  "pressure_above",
  "vacuum_below",
  "mid",
] as const;

/** Name of a line. */
export type Line = (typeof LINES)[number];

/** Points across the widest screen there is. */
const MOST_POINTS = 8_192;

/**
 * What the charts show of a history: a point for each group of columns in view, the same that the
 * heatmap paints. The arrays are allocated once and written over.
 */
export class ChartData {
  readonly #xs = new Float64Array(MOST_POINTS);
  readonly #lines: Readonly<Record<Line, Float64Array>> = lineArrays();
  #length = 0;

  /** Number of points. */
  get length(): number {
    return this.#length;
  }

  /** Middle of each point's group, in columns. */
  get xs(): Float64Array {
    return this.#xs.subarray(0, this.#length);
  }

  /** Values of a line; NaN where it has none. */
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

  /**
   * Reads what is in view.
   *
   * @param first oldest column there is
   */
  fill(readings: ReadingHistory, view: Viewport, first: number): void {
    const { from, to } = columnsInView(view, first);
    const { stride } = view;
    const lines = this.#lines;
    let i = 0;
    for (let group = Math.floor(from / stride); group * stride < to && i < MOST_POINTS; group++) {
      const column = Math.min(to, (group + 1) * stride) - 1;
      const pressureAbove = readings.force(column, 0);
      const pressureBelow = readings.force(column, 1);
      const vacuumAbove = readings.force(column, 2);
      const vacuumBelow = readings.force(column, 3);
      // The edges of history/edge.ts, without an object for each point.
      const bull = pressureBelow + vacuumAbove;
      const bear = pressureAbove + vacuumBelow;
      this.#xs[i] = (group + 0.5) * stride;
      lines.net[i] = bull - bear;
      lines.bull[i] = bull;
      lines.bear[i] = bear;
      lines.vacuum_above[i] = vacuumAbove;
      lines.pressure_below[i] = pressureBelow;
      lines.pressure_above[i] = pressureAbove;
      lines.vacuum_below[i] = vacuumBelow;
      lines.mid[i] = readings.mid(column);
      i++;
    }
    this.#length = i;
  }
}

function lineArrays(): Record<Line, Float64Array> {
  const entries = LINES.map((name) => [name, new Float64Array(MOST_POINTS)] as const);
  return Object.fromEntries(entries) as Record<Line, Float64Array>;
}
