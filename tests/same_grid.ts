/** Whether a grid of the engine is what the oracle says. */
import assert from "node:assert/strict";
import type { GridFrame } from "../engine/grid_frame.ts";
import { FLOAT_FIELDS } from "../engine/wire/fields.ts";
import { headOf } from "./drive.ts";
import type { OracleGrid } from "./oracle/engine.ts";

/**
 * Holds a grid against the oracle's: integers are exact; what `exp` feeds may differ in the last bits
 * between implementations.
 *
 * @param frame the grid
 * @param grid the oracle's
 */
export function assertSameGrid(frame: GridFrame, grid: OracleGrid): void {
  assert.deepEqual(
    { ...headOf(frame), restDepth: [...frame.column("rest_depth")] },
    {
      tsNs: grid.tsNs,
      eventId: grid.eventId,
      midPrice: grid.midPrice,
      spot: grid.spot,
      bestBid: grid.bestBid,
      bestAsk: grid.bestAsk,
      bookValid: grid.bookValid,
      lastEventId: grid.lastEventId,
      restDepth: grid.column("rest_depth"),
    },
  );
  for (const field of FLOAT_FIELDS) {
    const actual = frame.column(field);
    grid.column(field).forEach((value, i) => {
      const scale = field.endsWith("_mass") ? 1e-4 * Math.abs(value) : Math.max(1, Math.abs(value));
      const difference = Math.abs(actual[i]! - value);
      // Doubles next to 0 have fewer digits.
      assert.ok(
        difference <= Math.max(1e-300, 1e-8 * scale),
        `${field} row ${i}: ${actual[i]}, expected ${value}`,
      );
    });
  }
}
