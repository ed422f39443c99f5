import { GRID_ROWS } from "../../engine/wire/fields.ts";

/**
 * The columns of the heatmap, oldest overwritten first. Columns are numbered from 0 as they come
 * and keep their number; `first` to `end` are still there. A column holds its cells by bucket and
 * the price tick of its spot, so moving the view never touches it.
 */
export class CellHistory {
  readonly capacity: number;
  /** Grows when the history is cleared: what was drawn of it is void. */
  generation = 0;
  readonly #cells: Uint16Array;
  readonly #spotTicks: Float64Array;
  readonly #times: Float64Array;
  #end = 0;

  /** @param capacity Number of columns kept. */
  constructor(capacity: number) {
    this.capacity = capacity;
    this.#cells = new Uint16Array(capacity * GRID_ROWS);
    this.#spotTicks = new Float64Array(capacity);
    this.#times = new Float64Array(capacity);
  }

  /** Number of the oldest column that is kept. */
  get first(): number {
    return Math.max(0, this.#end - this.capacity);
  }

  /** Number that the next column gets. */
  get end(): number {
    return this.#end;
  }

  /**
   * Adds a column.
   *
   * @param spotTick Price of bucket k = 0 in ticks.
   * @param timeMs Event time, milliseconds since the epoch.
   * @returns Its cells by row (k + HALF_WIDTH), to be filled in.
   */
  append(spotTick: number, timeMs: number): Uint16Array {
    const slot = this.#end % this.capacity;
    this.#spotTicks[slot] = spotTick;
    this.#times[slot] = timeMs;
    this.#end++;
    return this.#cells.subarray(slot * GRID_ROWS, (slot + 1) * GRID_ROWS);
  }

  /** Cells of a column by row (k + HALF_WIDTH), lowest price first. */
  cells(column: number): Uint16Array {
    const slot = column % this.capacity;
    return this.#cells.subarray(slot * GRID_ROWS, (slot + 1) * GRID_ROWS);
  }

  /** Price of a column's spot in ticks. */
  spotTick(column: number): number {
    return this.#spotTicks[column % this.capacity] ?? 0;
  }

  /** Event time of a column, milliseconds since the epoch. */
  time(column: number): number {
    return this.#times[column % this.capacity] ?? 0;
  }

  /** Forgets all columns. */
  clear(): void {
    this.#end = 0;
    this.generation++;
  }
}
