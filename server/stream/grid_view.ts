import { GridEncoder } from "../../engine/encode/arrow.ts";
import type { StreamField } from "../../engine/wire/fields.ts";
import type { Pair } from "../client_socket.ts";
import type { GridKind, RunGrid } from "./run_grid.ts";

/** What of each grid a client wants. */
export interface GridWishes {
  /** Columns besides k. */
  columns: readonly StreamField[];
  /** Whether the balance of forces comes with it. */
  reading: boolean;
  /** Whether the session's trades do. */
  session: boolean;
}

/** How grids are sent to all clients of a run who want the same of them. */
export class GridView {
  readonly #encoder: GridEncoder;

  /** @param wishes what is sent */
  constructor(readonly wishes: GridWishes) {
    this.#encoder = new GridEncoder(wishes.columns);
  }

  /**
   * @param grid a grid
   * @param as what it is to those who get it
   * @returns its two messages; the second is overwritten by the next call
   */
  encode({ head, columns, reading, session }: RunGrid, as: GridKind): Pair {
    const { wishes } = this;
    const more =
      (as === "history" ? ',"history":true' : as === "settled" ? ',"settled":true' : "") +
      (wishes.reading && reading !== null ? `,"reading":${reading}` : "") +
      (wishes.session && session !== null ? `,"session":${session}` : "");
    return {
      head: `{"type":"grid_update",${head}${more}}`,
      rows: this.#encoder.encode(columns),
    };
  }
}
