/** A raster shows of each cell the last grid alone, whenever the clock moves between two looks at it. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { GridCursor } from "../../server/stream/grid_cursor.ts";
import { Playhead } from "../../server/stream/playhead.ts";
import type { Raster } from "../../server/stream/raster.ts";
import type { RunGrid } from "../../server/stream/run_grid.ts";

const START_MS = 1_000;

/** Longer than this without a grid is a silence, milliseconds. */
const SILENCE_MS = 60_000;

/** Grids at times, each with when the last silence before it was over. */
function gridsAt(times: readonly number[]): RunGrid[] {
  let resumedMs = -Infinity;
  return times.map((ms, i) => {
    if (i > 0 && ms - times[i - 1]! > SILENCE_MS) resumedMs = ms;
    return { kind: "grid", ms, dueMs: ms, resumedMs } as RunGrid;
  });
}

/**
 * What a client gets of grids that are all there.
 *
 * @param times of the grids, event milliseconds
 * @param rasterMs width of its raster
 * @param speed event seconds per wall second
 * @param moved how far the wall clock goes on with each look at it, one after the other
 */
function shownOf(
  times: readonly number[],
  raster: Raster,
  speed: number,
  moved: readonly number[],
): number[] {
  let [wallMs, looks, position] = [0, 0, 0];
  const wall = () => wallMs += moved[looks++ % moved.length]!;
  const playhead = new Playhead(speed, START_MS, 0, wall);
  const cursor = new GridCursor(playhead, false);
  const grids = gridsAt(times);
  const ring = { at: (number: number) => grids[number] };
  const shared = { ring, hasEnded: true, isAtEdge: false, reachedMs: Infinity };
  const shown: number[] = [];
  for (;;) {
    const next = cursor.next({ position, shared }, raster);
    if (next === null) return shown;
    if (next.what === "wait") wallMs += next.ms;
    else if (next.what !== "show") position++;
    else {
      const decision = playhead.decide(next.dueMs, true, next.grid.resumedMs);
      if (typeof decision === "number") wallMs += decision;
      else shown.push(times[position++]!);
    }
  }
}

Deno.test("of each cell of a raster the last grid comes, however the clock moves meanwhile", () => {
  const gaps = fc.array(fc.constantFrom(0, 1, 5, 25, 100, 100_000), {
    minLength: 1,
    maxLength: 60,
  });
  const moves = fc.array(fc.constantFrom(0, 0.01, 0.2, 3), { minLength: 1, maxLength: 9 });
  fc.assert(
    fc.property(gaps, fc.constantFrom(30, 200, 4_000), fc.constantFrom(1, 50, 1_000), moves, (
      gaps,
      rasterMs,
      speed,
      moved,
    ) => {
      let ms = START_MS;
      const times = gaps.map((gap) => ms += gap);
      const [first, ...rest] = shownOf(times, { ms: rasterMs, cells: 1 }, speed, moved);
      const cellOf = (time: number) => Math.floor(time / rasterMs);
      const lasts = times.filter((time, i) =>
        i + 1 === times.length || cellOf(times[i + 1]!) !== cellOf(time)
      );
      assert.equal(first, times[0]);
      // The first grid comes at once; where it is the last of its cell that is all of the cell.
      assert.deepEqual(
        rest,
        times.length === 1 || cellOf(times[1]!) !== cellOf(first!) ? lasts.slice(1) : lasts,
      );
    }),
  );
});

Deno.test("a grid at the edge of two cells is in the second, also where a width is no double", () => {
  // Of each raster how far apart edges lie that fall on a whole millisecond.
  for (const [speed, rate, everyMs] of [[1, 60, 50], [1, 30, 100], [1, 55, 200], [20, 60, 1_000]]) {
    const raster = { ms: speed! * 1e3, cells: rate! };
    for (let edgeMs = 60_000_000; edgeMs < 60_060_000; edgeMs += everyMs!) {
      const before = edgeMs - speed! * 400 / rate!;
      const shown = shownOf([START_MS, before, edgeMs, edgeMs + 1e-6], raster, speed!, [0.01]);
      // The first comes at once, and is all of its cell.
      assert.deepEqual(shown, [START_MS, before, edgeMs + 1e-6], `${speed} ${rate} ${edgeMs}`);
    }
  }
});
