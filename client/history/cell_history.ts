import { GRID_ROWS } from "../../engine/wire/fields.ts";
import { columnOf, type Grid } from "../stream/grid.ts";
import { encodeCell } from "./cell.ts";

/**
 * The cells of the grids kept, by slot (grid_order.ts). A grid holds its cells by bucket and the
 * price tick of its spot, so moving the view never touches it.
 */
export class CellHistory {
  readonly capacity: number;
  readonly #cells: Uint16Array;
  /** 1 where more is traded than pulled. */
  readonly #traded: Uint8Array;
  readonly #spotTicks: Float64Array;

  /** @param capacity number of grids kept */
  constructor(capacity: number) {
    this.capacity = capacity;
    this.#cells = new Uint16Array(capacity * GRID_ROWS);
    this.#traded = new Uint8Array(capacity * GRID_ROWS);
    this.#spotTicks = new Float64Array(capacity);
  }

  /** Memory that a grid takes, bytes. */
  get bytesPerGrid(): number {
    return (this.#cells.byteLength + this.#traded.byteLength + this.#spotTicks.byteLength) /
      this.capacity;
  }

  /**
   * Makes room for a grid in the place of the one that had its slot.
   *
   * @param spotTick price of bucket k = 0 in ticks
   * @returns its cells by row (k + HALF_WIDTH), to be filled in
   */
  open(number: number, spotTick: number): Uint16Array {
    this.#spotTicks[number % this.capacity] = spotTick;
    return this.cells(number);
  }

  /**
   * Keeps a grid in the place of the one that had its slot.
   *
   * @param spotTick price of bucket k = 0 in ticks
   */
  write(number: number, grid: Grid, spotTick: number): void {
    const pressure = columnOf(grid, "pressure_variant");
    const vacuum = columnOf(grid, "vacuum_variant");
    const depths = columnOf(grid, "rest_depth");
    const pulls = columnOf(grid, "v_pull");
    const fills = columnOf(grid, "v_fill");
    const cells = this.open(number, spotTick);
    const traded = this.traded(number);
    for (let row = 0; row < GRID_ROWS; row++) {
      traded[row] = fills[row]! > pulls[row]! ? 1 : 0;
      cells[row] = encodeCell(pressure[row]! - vacuum[row]!, depths[row]!);
    }
  }

  /** Cells of a grid by row (k + HALF_WIDTH), lowest price first. */
  cells(number: number): Uint16Array {
    const slot = number % this.capacity;
    return this.#cells.subarray(slot * GRID_ROWS, (slot + 1) * GRID_ROWS);
  }

  /** By row, whether what leaves a bucket is traded faster than it is pulled: 1, else 0. */
  traded(number: number): Uint8Array {
    const slot = number % this.capacity;
    return this.#traded.subarray(slot * GRID_ROWS, (slot + 1) * GRID_ROWS);
  }

  /** Price of a grid's spot in ticks. */
  spotTick(number: number): number {
    return this.#spotTicks[number % this.capacity] ?? 0;
  }
}
