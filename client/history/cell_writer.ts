import { GRID_ROWS } from "../../engine/wire/fields.ts";
import { columnOf, type Grid } from "../stream/grid.ts";
import { encodeCell } from "./cell.ts";
import type { CellHistory } from "./cell_history.ts";
import { AdaptiveScale } from "./scale.ts";

/** Forces and depths below these are noise: a quiet market must not glow. */
const LEAST_FORCE = 2;
const LEAST_DEPTH = 10;

/**
 * Turns grids into cells. A bucket that no record touched since the grid before keeps its colour at
 * its price, however the forces fade and the scales move; a depth that changed without a touch (a
 * snapshot, a clear, a stay outside the grid) does not.
 */
export class CellWriter {
  readonly #history: CellHistory;
  readonly #netScale = new AdaptiveScale(LEAST_FORCE);
  readonly #depthScale = new AdaptiveScale(LEAST_DEPTH);
  readonly #lastEvents = new Float64Array(GRID_ROWS);
  readonly #lastDepths = new Float64Array(GRID_ROWS);

  constructor(history: CellHistory) {
    this.#history = history;
  }

  /**
   * Colours a grid.
   *
   * @param number its number in the history
   * @param grid the grid; without `last_event_id` every cell is coloured anew
   * @param spotTick its spot in ticks
   * @param timeMs its event time, milliseconds since the epoch
   * @param before number of the grid before it in the stream, still kept; null where there is none
   */
  record(
    number: number,
    grid: Grid,
    spotTick: number,
    timeMs: number,
    before: number | null,
  ): void {
    const pressure = columnOf(grid, "pressure_variant");
    const vacuum = columnOf(grid, "vacuum_variant");
    const depths = columnOf(grid, "rest_depth");
    const events = grid.columns.last_event_id;
    this.#observe(pressure, vacuum, depths, timeMs);

    const known = events !== undefined && before !== null;
    const old = known ? this.#history.cells(before) : undefined;
    const shift = known ? spotTick - this.#history.spotTick(before) : 0;
    const cells = this.#history.open(number, spotTick);
    const netScale = this.#netScale.value;
    const depthScale = this.#depthScale.value;
    for (let row = 0; row < GRID_ROWS; row++) {
      const oldRow = row + shift;
      const kept = events !== undefined && events[row] === this.#lastEvents[oldRow] &&
          depths[row] === this.#lastDepths[oldRow]
        ? old?.[oldRow]
        : undefined;
      const net = (pressure[row] ?? 0) - (vacuum[row] ?? 0);
      cells[row] = kept ?? encodeCell(net, depths[row] ?? 0, netScale, depthScale);
    }
    this.pass(grid);
  }

  /** Takes note of a grid that has its colours: the one after it goes on from it. */
  pass(grid: Grid): void {
    const events = grid.columns.last_event_id;
    if (events !== undefined) this.#lastEvents.set(events);
    this.#lastDepths.set(columnOf(grid, "rest_depth"));
  }

  /** Largest |pressure - vacuum| that the colours expect now. */
  get netScale(): number {
    return this.#netScale.value;
  }

  /** Largest rest depth that the colours expect now. */
  get depthScale(): number {
    return this.#depthScale.value;
  }

  /** Forgets its scales, for another session. */
  clear(): void {
    this.#netScale.reset();
    this.#depthScale.reset();
  }

  #observe(
    pressure: Float64Array,
    vacuum: Float64Array,
    depths: Float64Array,
    timeMs: number,
  ): void {
    let net = 0, depth = 0;
    for (let row = 0; row < GRID_ROWS; row++) {
      net = Math.max(net, Math.abs((pressure[row] ?? 0) - (vacuum[row] ?? 0)));
      depth = Math.max(depth, depths[row] ?? 0);
    }
    this.#netScale.observe(net, timeMs);
    this.#depthScale.observe(depth, timeMs);
  }
}
