import assert from "node:assert/strict";
import fc from "fast-check";
import { timeBreaks, timeTicks } from "../../../client/heatmap/time_axis.ts";

const START = Date.parse("2026-02-06T14:35:00.500Z");

function clocks(from: number, to: number, timeOf: (column: number) => number, room: number) {
  return timeTicks(from, to, timeOf, room)
    .map(({ timeMs }) => new Date(timeMs).toISOString().slice(11, 19));
}

Deno.test("timeTicks() takes the finest round times that have room", () => {
  const every100ms = (column: number) => START + 100 * column;
  assert.deepEqual(clocks(0, 400, every100ms, 90), [
    "14:35:10",
    "14:35:20",
    "14:35:30",
    "14:35:40",
  ]);
  assert.deepEqual(clocks(0, 400, every100ms, 101), ["14:35:30"]);
  assert.equal(clocks(0, 400, every100ms, 10).length, 40);
});

Deno.test("timeTicks() labels the first column at or after the round time", () => {
  const [tick] = timeTicks(0, 20, (column) => START + 300 * column, 3);
  assert.deepEqual(tick, { column: 2, timeMs: START + 500 });
});

Deno.test("timeTicks() gives a burst finer labels than a lull", () => {
  // A grid each 25 ms for a minute, then one a second.
  const timeOf = (column: number) =>
    column < 2400 ? START + 25 * column : START + 60_000 + 1000 * (column - 2400);
  const columns = timeTicks(0, 2700, timeOf, 100).map(({ column }) => column);
  assert.ok(columns.filter((column) => column < 2400).length > 10);
  assert.ok(columns.filter((column) => column >= 2400).length < 4);
});

Deno.test("timeTicks() has nothing to label in a still or empty view", () => {
  assert.deepEqual(timeTicks(0, 0, () => START, 90), []);
  assert.deepEqual(timeTicks(0, 100, () => START, 90), []);
});

Deno.test("timeTicks() labels a time once though time goes back over it", () => {
  const times = [999, 1001, 998, 1002, 1003];
  const ticks = timeTicks(0, 5, (column) => times[column] ?? 0, 1);
  assert.deepEqual(ticks, [{ column: 1, timeMs: 1000 }]);
});

Deno.test("timeTicks() keeps its labels apart and in order", () => {
  const gaps = fc.array(fc.integer({ min: 0, max: 5000 }), { minLength: 1, maxLength: 300 });
  fc.assert(fc.property(gaps, fc.integer({ min: 1, max: 80 }), (steps, room) => {
    let time = START;
    const times = steps.map((step) => time += step);
    const ticks = timeTicks(0, times.length, (column) => times[column] ?? 0, room);
    ticks.slice(1).forEach((tick, i) => {
      assert.ok(tick.column - (ticks[i]?.column ?? 0) >= room);
      assert.ok(tick.timeMs > (ticks[i]?.timeMs ?? 0));
    });
  }));
});

Deno.test("timeBreaks() finds the columns that follow on more than a minute without grids", () => {
  const times = [0, 25, 60_025, 60_050, 120_051, 50, 75];
  assert.deepEqual(timeBreaks(0, times.length, (column) => times[column] ?? 0), [4]);
  assert.deepEqual(timeBreaks(4, times.length, (column) => times[column] ?? 0), []);
});

Deno.test("timeTicks() labels the column behind a break with its own time", () => {
  const times = [0, 500, 1_000, 3_123_456, 3_123_500];
  const ticks = timeTicks(0, times.length, (column) => times[column] ?? 0, 1);
  assert.deepEqual(ticks, [{ column: 2, timeMs: 1_000 }, { column: 3, timeMs: 3_123_000 }]);
});
