import assert from "node:assert/strict";
import fc from "fast-check";
import { stateRuns } from "../../../client/charts/ribbon.ts";
import {
  decimalsOf,
  forceLabel,
  mirroredScale,
  valueScale,
} from "../../../client/charts/value_scale.ts";
import { Columns } from "../../../client/history/columns.ts";
import { History } from "../../../client/history/history.ts";
import { tell } from "../told_states.ts";

/** The states of a history's columns of 10 ms, run by run, as text; the view ends with its last grid. */
function runsOf(history: History, width: number): string[] {
  const columns = new Columns();
  columns.layOut(history.order, {
    ...{ width, msPerColumn: 10, axis: "time", breakWidth: 2, offset: 1 },
    anchor: history.now,
  });
  return stateRuns(history, columns).map(({ from, to, state }) => `${from} ${to} ${state}`);
}

Deno.test("the ribbon runs over grids with one state, and ends at breaks and where nothing is", () => {
  const history = new History(16);
  tell(history, 100, { state: "CHOP", sinceMs: 40 });
  tell(history, 120, { state: "CHOP", sinceMs: 40 });
  history.breakOff();
  tell(history, 300, { state: "CHOP", sinceMs: 40 });
  tell(history, 310, { state: "UP LEAN", sinceMs: 310 });
  tell(history, 320, null);
  assert.deepEqual(runsOf(history, 10), ["2 5 CHOP", "7 8 CHOP", "8 9 UP LEAN"]);
});

Deno.test("in the ribbon a state begins in the column of its instant, wherever the next grid falls", () => {
  const history = new History(16);
  tell(history, 100, { state: "CHOP", sinceMs: 40 });
  tell(history, 200, { state: "UP LEAN", sinceMs: 134 });
  assert.deepEqual(runsOf(history, 11), ["0 3 CHOP", "3 11 UP LEAN"]);
  // Of several between two grids each has its own.
  const over = [["UP LEAN", 223], ["UP BIAS", 241.5], ["UP LEAN", 265]] as const;
  tell(history, 300, { state: "DOWN LEAN", sinceMs: 289 }, over);
  assert.deepEqual(runsOf(history, 11), [
    ...["0 4 UP LEAN", "4 6 UP BIAS", "6 8 UP LEAN", "8 11 DOWN LEAN"],
  ]);
  // In a break nothing is known of when.
  history.breakOff("lag");
  tell(history, 400, { state: "CHOP", sinceMs: 350 }, [["UP LEAN", 330]]);
  assert.deepEqual(runsOf(history, 5), ["0 2 DOWN LEAN", "4 5 CHOP"]);
});

Deno.test("valueScale() of prices keeps to whole ticks, of a dollar too, so that labels say where they stand", () => {
  const ticks = fc.constantFrom(0.0000005, 0.015625, 0.01, 0.25, 1, 5);
  fc.assert(fc.property(ticks, fc.integer(), fc.nat(5_000), (tick, low, height) => {
    const scale = valueScale(low * tick, (low + height / 2) * tick, 3, tick, tick);
    assert.ok(Math.abs(scale.step / tick - Math.round(scale.step / tick)) < 1e-6);
  }));
  const { step } = valueScale(40_000, 40_007.5, 3, 1, 1);
  assert.equal(step, 5);
});

Deno.test("valueScale() of prices keeps to whole ticks", () => {
  for (const [min, max] of [[24994.375, 24994.625], [100, 101.3], [7, 7]] as const) {
    const scale = valueScale(min, max, 3, 0.25, 0.25);
    for (const value of [scale.min, scale.max, scale.step]) assert.equal(value % 0.25, 0);
    assert.ok(scale.min <= min && scale.max >= max && scale.step > 0);
  }
});

Deno.test("mirroredScale() has 0 in the middle and holds what it is to hold", () => {
  assert.deepEqual(mirroredScale(37, 1), { min: -50, max: 50, step: 50 });
  assert.deepEqual(mirroredScale(0, 1), { min: -1, max: 1, step: 1 });
});

Deno.test("decimalsOf() tells the multiples of a step apart", () => {
  assert.deepEqual([1, 50, 0.5, 0.25, 0.005].map(decimalsOf), [0, 0, 1, 2, 3]);
  // The yen has the finest tick of all.
  assert.deepEqual([0.0078125, 0.00005, 0.000005, 0.0000005, 1e-9].map(decimalsOf), [
    ...[7, 5, 6, 7, 9],
  ]);
});

Deno.test("the label of a force is whole, however large it is", () => {
  const labels = [0, -25, 0.5, -5_000_000, 50_000_000, -500_000_000, 2.5e12];
  assert.deepEqual(labels.map((force) => forceLabel(force, force === 0.5 ? 1 : 0).trimStart()), [
    ...["0", "−25", "0.5", "−5000000", "50000000", "−500M", "2.5T"],
  ]);
});
