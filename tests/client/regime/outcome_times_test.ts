import assert from "node:assert/strict";
import fc from "fast-check";
import { boundText, timeClasses } from "../../../client/regime/outcome_times.ts";

function eventsWith(times: readonly number[], outcomes: readonly number[]) {
  const none = times.map(() => 0);
  return {
    steps_ms: none,
    directions: none,
    outcomes,
    entry_prices: none,
    exit_prices: none,
    times_to_outcome_ms: times,
  };
}

Deno.test("timeClasses() puts every event into the one class that holds its time", () => {
  const times = fc.array(
    fc.tuple(fc.oneof(fc.constant(0), fc.double({ min: 0.1, max: 1e7, noNaN: true })), fc.nat(2)),
    { minLength: 1, maxLength: 80 },
  );
  fc.assert(fc.property(times, (all) => {
    const classes = timeClasses(
      eventsWith(all.map(([time]) => time), all.map(([, outcome]) => outcome)),
    );
    for (const [i, { from, to, counts }] of classes.entries()) {
      assert.ok(i === 0 || classes[i - 1]!.to === from);
      for (const outcome of [0, 1, 2]) {
        const expected = all.filter(([time, other]) =>
          other === outcome && time >= from && time < to
        ).length;
        assert.equal(counts[outcome], expected);
      }
    }
    const counted = classes.flatMap(({ counts }) => counts).reduce((sum, n) => sum + n, 0);
    assert.equal(counted, all.length);
    for (const end of [classes[0]!, classes.at(-1)!]) assert.ok(end.counts.some((n) => n > 0));
  }));
});

Deno.test("timeClasses() of no event is no class", () => {
  assert.deepEqual(timeClasses(eventsWith([], [])), []);
});

Deno.test("boundText() says a bound in the unit one thinks in", () => {
  assert.deepEqual([250, 2500, 100_000, 200_000, 600_000].map(boundText), [
    "250 ms",
    "2.5 s",
    "100 s",
    "3.3 min",
    "10 min",
  ]);
});
