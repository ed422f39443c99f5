/** What a chart is given keeps what a chart shows. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { type Columns, reducedLine, runsOf } from "../../../engine/regime/downsample.ts";

const FROM = 1_700_000_000_000;

/** Times from FROM on, whole milliseconds, some of them equal, and a value for each. */
const series = (values: fc.Arbitrary<number>) =>
  fc.array(fc.tuple(fc.nat(40), values), { minLength: 2, maxLength: 400 }).map((steps) => {
    let ms = FROM;
    return {
      times: steps.map(([step], i) => ms += i === 0 ? 0 : step),
      values: steps.map(([, value]) => value),
    };
  });

function columnsOf(times: readonly number[], count: number): Columns {
  return { fromMs: FROM, toMs: Math.max(times.at(-1)!, FROM + 1), count };
}

function columnOf(ms: number, { fromMs, toMs, count }: Columns): number {
  return Math.min(count - 1, Math.floor((ms - fromMs) / (toMs - fromMs) * count));
}

/** Times back from steps. */
function timesOf(steps: readonly number[]): number[] {
  let ms = FROM;
  return steps.map((step) => ms += step);
}

Deno.test("reducedLine() keeps first, least, greatest and last of every column, in order", () => {
  fc.assert(fc.property(series(fc.integer({ min: -99, max: 99 })), fc.integer({ min: 1, max: 9 }), (
    { times, values },
    count,
  ) => {
    const columns = columnsOf(times, count);
    const line = reducedLine(times, values, columns, 0);
    const kept = timesOf(line.steps_ms);
    assert.ok(kept.length <= Math.max(4 * count, 0) || kept.length === values.length);
    assert.ok(line.steps_ms.every((step) => step >= 0));
    for (let column = 0; column < count; column++) {
      const within = (all: readonly number[], of: readonly number[]) =>
        all.filter((_, i) => columnOf(of[i]!, columns) === column);
      const [all, some] = [within(values, times), within(line.values, kept)];
      const shape = (of: readonly number[]) =>
        of.length === 0 ? [] : [of[0], Math.min(...of), Math.max(...of), of.at(-1)];
      assert.deepEqual(shape(some), shape(all));
    }
    // Each point kept is one that was there, at its own time.
    const points = new Set(times.map((ms, i) => `${ms} ${values[i]}`));
    assert.ok(kept.every((ms, i) => points.has(`${ms} ${line.values[i]}`)));
  }));
});

Deno.test("reducedLine() keeps a short line whole", () => {
  const line = reducedLine([FROM, FROM + 5, FROM + 9], [1, 2.126, 3], columnsOf([FROM + 9], 1), 2);
  assert.deepEqual(line, { steps_ms: [0, 5, 4], values: [1, 2.13, 3] });
});

/** Milliseconds in each state, for each column, counted one by one. */
function timeInStates(states: readonly number[], columns: Columns): Map<string, number> {
  const total = columns.toMs - columns.fromMs;
  const ends = Array.from(
    { length: columns.count },
    (_, column) => Math.round((column + 1) / columns.count * total),
  );
  const held = new Map<string, number>();
  states.forEach((state, ms) => {
    const key = `${ends.findIndex((end) => ms < end)} ${state}`;
    held.set(key, (held.get(key) ?? 0) + 1);
  });
  return held;
}

Deno.test("a state does not hold over a stretch without snapshots that is too long", () => {
  const times = [0, 10, 40, 50].map((ms) => FROM + ms);
  for (const count of [1, 9]) {
    const runs = runsOf(times, [0, 1, 1, 2], columnsOf([...times, FROM + 55], count), 20);
    assert.deepEqual(runs, { lengths_ms: [10, 30, 10, 5], states: [0, -1, 1, 2] });
  }
});

Deno.test("runsOf() covers all the time and keeps how long each state held in every column", () => {
  fc.assert(fc.property(series(fc.nat(3)), fc.integer({ min: 1, max: 9 }), (
    { times, values: states },
    count,
  ) => {
    const columns = columnsOf(times, count);
    const runs = runsOf(times, states, columns);
    const total = columns.toMs - FROM;
    assert.equal(runs.lengths_ms.reduce((sum, length) => sum + length, 0), total);
    assert.ok(runs.lengths_ms.every((length) => Number.isInteger(length) && length > 0));
    assert.ok(runs.states.every((state, i) => i === 0 || state !== runs.states[i - 1]));
    const whole = Array.from({ length: total }, (_, ms) => {
      const last = times.findLastIndex((time) => time <= FROM + ms);
      return states[last]!;
    });
    const drawn = runs.states.flatMap((state, i) => Array(runs.lengths_ms[i]).fill(state));
    assert.deepEqual(timeInStates(drawn, columns), timeInStates(whole, columns));
    // Few runs are kept as they were.
    const changes = whole.filter((state, ms) => state !== whole[ms - 1]).length;
    if (changes <= 3 * count) assert.deepEqual(drawn, whole);
    else assert.ok(runs.states.length <= 4 * count);
  }));
});
