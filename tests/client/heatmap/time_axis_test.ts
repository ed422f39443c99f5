import assert from "node:assert/strict";
import fc from "fast-check";
import { timeTicks } from "../../../client/heatmap/time_axis.ts";

const START = Date.parse("2026-02-06T14:35:00.500Z");

function timesOf(columns: number, timeOf: (column: number) => number): Float64Array {
  return Float64Array.from({ length: columns }, (_, column) => timeOf(column));
}

function clocks(times: Float64Array, room: number, leastMs = 0) {
  return timeTicks(times, room, leastMs)
    .map(({ timeMs }) => new Date(timeMs).toISOString().slice(11, 19));
}

Deno.test("timeTicks() takes the finest round times that have room", () => {
  const every100ms = timesOf(400, (column) => START + 100 * column);
  const tens = ["14:35:10", "14:35:20", "14:35:30", "14:35:40"];
  assert.deepEqual(clocks(every100ms, 90), tens);
  assert.deepEqual(clocks(every100ms, 90, 9_000), tens);
  assert.deepEqual(clocks(every100ms, 101), ["14:35:30"]);
  assert.equal(clocks(every100ms, 10).length, 40);
});

Deno.test("timeTicks() has round times for the widest view there is", () => {
  const minutes = timesOf(1000, (column) => START + 60_000 * column);
  const threes = ["15", "18", "21", "00", "03", "06"].map((hour) => `${hour}:00:00`);
  assert.deepEqual(clocks(minutes, 96, 96 * 60_000), threes);
});

Deno.test("timeTicks() has round times for the narrowest view there is", () => {
  const millis = timesOf(700, (column) => START + 40 + column);
  const times = timeTicks(millis, 96, 96).map(({ timeMs }) => timeMs - START);
  assert.deepEqual(times, [100, 200, 300, 400, 500, 600, 700]);
});

Deno.test("timeTicks() labels the first column at or after the round time", () => {
  const [tick] = timeTicks(timesOf(20, (column) => START + 300 * column), 3, 0);
  assert.deepEqual(tick, { column: 2, timeMs: START + 500 });
});

Deno.test("timeTicks() gives a burst finer labels than a lull", () => {
  // A grid each 25 ms for a minute, then one a second.
  const times = timesOf(
    2700,
    (column) => column < 2400 ? START + 25 * column : START + 60_000 + 1000 * (column - 2400),
  );
  const columns = timeTicks(times, 100, 0).map(({ column }) => column);
  assert.ok(columns.filter((column) => column < 2400).length > 10);
  assert.ok(columns.filter((column) => column >= 2400).length < 4);
});

Deno.test("timeTicks() has nothing to label in a still or empty view", () => {
  assert.deepEqual(timeTicks(new Float64Array(0), 90, 0), []);
  assert.deepEqual(timeTicks(timesOf(100, () => START), 90, 0), []);
  assert.deepEqual(timeTicks(timesOf(100, () => NaN), 90, 0), []);
});

Deno.test("timeTicks() keeps its labels apart and in order", () => {
  const gaps = fc.array(fc.integer({ min: 0, max: 5000 }), { minLength: 1, maxLength: 300 });
  fc.assert(fc.property(gaps, fc.integer({ min: 1, max: 80 }), (steps, room) => {
    let time = START;
    const ticks = timeTicks(Float64Array.from(steps, (step) => time += step), room, 0);
    ticks.slice(1).forEach((tick, i) => {
      assert.ok(tick.column - (ticks[i]?.column ?? 0) >= room);
      assert.ok(tick.timeMs > (ticks[i]?.timeMs ?? 0));
    });
  }));
});

Deno.test("timeTicks() labels the column behind a break with its own time", () => {
  const times = Float64Array.from([0, 500, 1_000, NaN, NaN, 3_123_456, 3_123_500]);
  const ticks = timeTicks(times, 1, 1_000);
  assert.deepEqual(ticks, [{ column: 2, timeMs: 1_000 }, { column: 5, timeMs: 3_123_000 }]);
  // What is left out may be less than a second.
  const short = timeTicks(Float64Array.from([3_123_180, 3_123_200, NaN, 3_123_456]), 1, 100);
  assert.deepEqual(short, [{ column: 1, timeMs: 3_123_200 }, { column: 3, timeMs: 3_123_400 }]);
});
