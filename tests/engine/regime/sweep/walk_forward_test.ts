/** Walking forward: what is picked is known by then, and reported on days that were not looked at. */
import assert from "node:assert/strict";
import fc from "fast-check";
import {
  SWEEP_FIGURES,
  type SweepDay,
  type SweepSums,
} from "../../../../engine/regime/sweep/sweep_day.ts";
import { picksOf } from "../../../../engine/regime/sweep/walk_forward.ts";

/** A day on which combinations earn what is said. */
function dayOf(net: readonly number[], day: number): SweepDay {
  return {
    dt: new Date(Date.UTC(2026, 0, 1 + day)).toISOString().slice(0, 10),
    sums: net.map((ticks) =>
      Object.fromEntries(
        SWEEP_FIGURES.map((name) => [name, name === "net_ticks" ? ticks : 1]),
      ) as SweepSums
    ),
    lead: [],
    warnings: [],
    snapshots_sha256: `${day}`,
  };
}

const nets = fc.array(
  fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 3, maxLength: 3 }),
  { minLength: 1, maxLength: 14 },
);
const lengths = fc.record({
  train: fc.integer({ min: 1, max: 6 }),
  test: fc.integer({ min: 1, max: 4 }),
});

Deno.test("each pick is the best of the days before it, and is reported on the days after them", () => {
  fc.assert(fc.property(nets, lengths, (net, { train, test }) => {
    const days = net.map(dayOf);
    const picks = picksOf(days, { train, test });
    // Every day from the first that has enough before it is reported on, once.
    assert.deepEqual(picks.flatMap((pick) => pick.test), days.slice(train).map(({ dt }) => dt));
    for (const pick of picks) {
      const first = days.findIndex(({ dt }) => dt === pick.test[0]);
      const past = days.slice(first - train, first);
      assert.deepEqual(pick.train, past.map(({ dt }) => dt));
      const earned = [0, 1, 2].map((i) =>
        net.slice(first - train, first).reduce((sum, day) => sum + day[i]!, 0)
      );
      assert.equal(pick.trainNetTicks, Math.max(...earned));
      assert.equal(pick.combination, earned.indexOf(pick.trainNetTicks));
    }
  }));
});

Deno.test("days to come, whatever they are, change no pick that was made before them", () => {
  fc.assert(fc.property(nets, nets, lengths, fc.nat(13), (net, other, walk, from) => {
    const known = Math.min(from, net.length);
    const changed = [...net.slice(0, known), ...other];
    const madeBy = (all: number[][]) =>
      picksOf(all.map(dayOf), walk).filter((_, i) => walk.train + i * walk.test <= known)
        .map(({ train, combination, trainNetTicks }) => ({ train, combination, trainNetTicks }));
    const [before, after] = [madeBy(net), madeBy(changed)];
    const both = Math.min(before.length, after.length);
    assert.deepEqual(after.slice(0, both), before.slice(0, both));
  }));
});
