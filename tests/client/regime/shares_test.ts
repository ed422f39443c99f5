import assert from "node:assert/strict";
import fc from "fast-check";
import type { Events, Ribbon } from "../../../client/regime/model.ts";
import { BIN_COUNTS, eventCounts, sharesOf } from "../../../client/regime/shares.ts";

const FROM = 1000;

const ribbons: fc.Arbitrary<Ribbon> = fc.array(
  fc.tuple(fc.integer({ min: 1, max: 30 }), fc.nat(2)),
  { minLength: 1, maxLength: 40 },
).map((runs) => {
  let at = FROM;
  return {
    bounds: Float64Array.of(at, ...runs.map(([length]) => at += length)),
    states: runs.map(([, state]) => state),
  };
});

Deno.test("sharesOf() gives each state its part of every column's time", () => {
  fc.assert(fc.property(
    ribbons,
    fc.integer({ min: FROM - 20, max: FROM + 600 }),
    fc.integer({ min: 1, max: 500 }),
    fc.integer({ min: 1, max: 20 }),
    (ribbon, from, length, columns) => {
      const span = { from, to: from + length };
      const shares = sharesOf(ribbon, span, columns, 3);
      const width = length / columns;
      for (let column = 0; column < columns; column++) {
        const left = from + column * width;
        for (let state = 0; state < 3; state++) {
          const held = ribbon.states.reduce((sum, other, i) => {
            const start = Math.max(left, ribbon.bounds[i]!);
            const end = Math.min(left + width, ribbon.bounds[i + 1]!);
            return other === state ? sum + Math.max(0, end - start) : sum;
          }, 0);
          assert.ok(Math.abs(shares[column * 3 + state]! - held / width) < 1e-6);
        }
      }
    },
  ));
});

const events: fc.Arbitrary<Events> = fc.array(
  fc.tuple(fc.nat(20), fc.constantFrom(1, -1), fc.nat(2)),
  { maxLength: 60 },
).map((all) => {
  let at = FROM;
  const times = Float64Array.from(all, ([step]) => at += step);
  const none = all.map(() => 0);
  return {
    times,
    ends: times,
    directions: all.map(([, direction]) => direction),
    outcomes: all.map(([, , outcome]) => outcome),
    entries: none,
    exits: none,
  };
});

Deno.test("eventCounts() counts every event in view once, by direction and outcome", () => {
  fc.assert(
    fc.property(
      events,
      fc.integer({ min: FROM - 20, max: FROM + 600 }),
      fc.integer({ min: 1, max: 500 }),
      fc.integer({ min: 1, max: 20 }),
      (all, from, length, columns) => {
        const counts = eventCounts(all, { from, to: from + length }, columns);
        const inView = [...all.times].flatMap((ms, i) =>
          ms >= from && ms <= from + length ? [i] : []
        );
        for (let kind = 0; kind < BIN_COUNTS; kind++) {
          const [direction, outcome] = [kind < 3 ? 1 : -1, kind % 3];
          const expected = inView.filter((i) =>
            all.directions[i] === direction && all.outcomes[i] === outcome
          )
            .length;
          let sum = 0;
          for (let column = 0; column < columns; column++) {
            sum += counts[column * BIN_COUNTS + kind]!;
          }
          assert.equal(sum, expected);
        }
      },
      // Enough for spans that begin and end exactly at an event.
    ),
    { numRuns: 1000 },
  );
});
