import type { GridFrame } from "../grid_frame.ts";

/** Turns grids into the bytes of a file, bit by bit. */
export interface GridWriter {
  /**
   * Takes a grid.
   *
   * @param frame the grid; it may change afterwards
   * @returns bytes to write, or none yet
   */
  add(frame: GridFrame): Uint8Array | null;
  /**
   * Ends the file.
   *
   * @returns the bytes that are left to write
   */
  end(): Uint8Array;
}
