/** Intervals, resamples and permutations, against published values and the simplest way to make them. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { Random } from "../../../../engine/source/simulator/random.ts";
import { blocksOf } from "../../../../engine/regime/study/blocks.ts";
import { binned, stationaryBootstrap } from "../../../../engine/regime/study/bootstrap.ts";
import { driftOf, driftTests } from "../../../../engine/regime/study/drift.ts";
import {
  percentiles,
  quantile,
  tInterval,
  tQuantile,
  wilson,
} from "../../../../engine/regime/study/intervals.ts";

Deno.test("tQuantile() gives the values of printed tables", () => {
  // R. A. Fisher and F. Yates, "Statistical Tables", table III: two-sided 5 %, and 1 %.
  const TABLE = [
    [1, 12.706, 63.657],
    [2, 4.303, 9.925],
    [4, 2.776, 4.604],
    [9, 2.262, 3.250],
    [30, 2.042, 2.750],
    [120, 1.980, 2.617],
  ] as const;
  for (const [freedom, five, one] of TABLE) {
    assert.equal(tQuantile(0.975, freedom).toFixed(3), five.toFixed(3), `${freedom}`);
    assert.equal(tQuantile(0.995, freedom).toFixed(3), one.toFixed(3), `${freedom}`);
    assert.ok(Math.abs(tQuantile(0.025, freedom) + tQuantile(0.975, freedom)) < 1e-6);
  }
});

Deno.test("tInterval() of Student's own example, and of too few values", () => {
  // Extra hours of sleep by the second drug: "The Probable Error of a Mean" (1908).
  const sleep = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4];
  const { mean, low, high } = tInterval(sleep);
  // As R's t.test() has it.
  assert.ok(Math.abs(mean! - 2.33) < 1e-12);
  assert.deepEqual([low!.toFixed(4), high!.toFixed(4)], ["0.8977", "3.7623"]);
  assert.deepEqual(tInterval([1, null]), { mean: null, low: null, high: null });
});

Deno.test("wilson() solves the equation that defines it: (p - rate)² = z² p(1-p)/n", () => {
  const z = 1.959963984540054;
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2_000 }), fc.nat(2_000), (n, some) => {
      const hits = some % (n + 1);
      const { rate, low, high } = wilson(hits, n);
      assert.equal(rate, hits / n);
      for (const p of [low!, high!]) {
        assert.ok(p >= 0 && p <= 1);
        const gap = (p - rate!) ** 2 - z * z * p * (1 - p) / n;
        assert.ok(Math.abs(gap) < 1e-8, `${p} of ${n}`);
      }
      assert.ok(low! <= rate! && rate! <= high!);
    }),
  );
  assert.deepEqual(wilson(0, 0), { rate: null, low: null, high: null });
});

Deno.test("quantiles lie on the line between values, and what is undefined does not count", () => {
  assert.equal(quantile(Float64Array.of(1, 2, 4, 8), 0.5), 3);
  assert.equal(quantile(Float64Array.of(7), 0.9), 7);
  const values = [null, ...Array.from({ length: 41 }, (_, i) => i)].reverse();
  assert.deepEqual(percentiles(values), { low: 1, high: 39 });
  assert.deepEqual(percentiles([null]), { low: null, high: null });
});

/** The stationary bootstrap as its paper says it: value after value. */
function slowly(values: readonly number[], p: number, resamples: number, random: Random): number[] {
  const n = values.length;
  return Array.from({ length: resamples }, () => {
    let sum = 0;
    for (let drawn = 0; drawn < n;) {
      const from = random.below(n);
      const length = 1 + Math.floor(Math.log(1 - random.uniform()) / Math.log(1 - p));
      for (let i = 0; i < length && drawn < n; i++, drawn++) sum += values[(from + i) % n]!;
    }
    return sum;
  });
}

Deno.test("stationaryBootstrap() sums what goes on from random places, around the end, value by value", () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 1, maxLength: 40 }),
      fc.integer({ min: 1, max: 12 }),
      fc.integer({ min: 1, max: 1e6 }),
      (values, block, seed) => {
        const sums = Float64Array.from(values.flatMap((value) => [value, 1]));
        const found = stationaryBootstrap({ sums, width: 2 }, block, 20, new Random(seed));
        const expected = slowly(values, 1 / block, 20, new Random(seed));
        expected.forEach((sum, i) => {
          assert.equal(found[2 * i], sum);
          // As many as there were.
          assert.equal(found[2 * i + 1], values.length);
        });
      },
    ),
  );
});

Deno.test("resamples of blocks vary as a series with memory does, those of single values too little", () => {
  // Runs of 20 equal values: the mean of 50 runs varies 20 times as much as that of 1000 single ones.
  const random = new Random(11);
  const sums = new Float64Array(1_000);
  for (let run = 0; run < 50; run++) {
    sums.fill(random.chance(0.5) ? 1 : -1, run * 20, run * 20 + 20);
  }
  const variance = (block: number) => {
    const found = stationaryBootstrap({ sums, width: 1 }, block, 2_000, new Random(5));
    const mean = found.reduce((all, sum) => all + sum, 0) / found.length;
    return found.reduce((all, sum) => all + (sum - mean) ** 2, 0) / found.length;
  };
  const single = variance(1);
  assert.ok(single > 900 && single < 1_100, `${single}`);
  const blocks = variance(100);
  assert.ok(blocks > 8 * single && blocks < 40 * single, `${blocks}`);
});

Deno.test("binned() adds rows up within their stretch of time", () => {
  const rows = Float64Array.of(1, 10, 2, 20, 4, 40);
  const span = { start: 100, end: 130, step: 10 };
  const { sums } = binned([100, 109, 120], rows, 2, span);
  assert.deepEqual([...sums], [3, 30, 0, 0, 4, 40]);
});

Deno.test("blocksOf() cuts a stretch from its start, and counts the events and targets of each block", () => {
  const stretch = { startTs: 0, endTs: 2.5 * 3600e9 };
  const times = Float64Array.of(-1, 0, 1, 3600e9, 2.4 * 3600e9, 2.5 * 3600e9);
  const outcome = Int8Array.of(0, 0, 1, 2, 0, 0);
  assert.deepEqual(blocksOf(stretch, 3600e9, times, outcome), [
    { events: 2, targets: 1, hours: 1 },
    { events: 1, targets: 0, hours: 1 },
    { events: 1, targets: 1, hours: 0.5 },
  ]);
});

Deno.test("driftTests() finds hours that differ, and lets pass hours that differ by luck", () => {
  const random = new Random(3);
  const block = (share: number) => {
    const targets = Array.from({ length: 40 }, () => random.chance(share)).filter(Boolean).length;
    return { events: 40, targets, hours: 1 / 12 };
  };
  const hours = (...shares: number[]) =>
    shares.map((share) => Array.from({ length: 12 }, () => block(share)));
  const apart = driftTests(hours(0.3, 0.3, 0.6), new Random(1)).tp_before_sl_rate;
  assert.equal(apart.p, 1 / 2_001);
  assert.ok(apart.drift! > apart.by_luck!);
  // Events an hour are the same in each: any permutation drifts as much.
  const { events_per_hour: same } = driftTests(hours(0.3, 0.4), new Random(1));
  assert.deepEqual(same, { drift: 0, p: 1, by_luck: 0 });
  const alone = driftTests(hours(0.3), new Random(1));
  assert.deepEqual(alone.tp_before_sl_rate, { drift: null, p: null, by_luck: null });
});

Deno.test("a drift that every permutation comes to has p 1, in whatever order it is added up", () => {
  // A block each: shuffled, the stretches change places and nothing else. The means of these differ in
  // their last bit by the order of summation.
  const days = [[84, 83], [115, 44], [77, 1], [139, 94], [68, 34]]
    .map(([events, targets]) => [{ events: events!, targets: targets!, hours: 1 / 3 }]);
  for (let seed = 0; seed < 8; seed++) {
    const random = new Random(seed);
    const shifted = days.map((blocks) =>
      blocks.map((block) => ({ ...block, events: block.events + seed }))
    );
    const { tp_before_sl_rate: rate, events_per_hour: perHour } = driftTests(shifted, random);
    assert.equal(rate.p, 1, `${seed}`);
    assert.equal(perHour.p, 1, `${seed}`);
  }
});

Deno.test("p of a drift by luck is as often small as it says", () => {
  const random = new Random(17);
  const ps = Array.from({ length: 60 }, (_, i) => {
    const hours = Array.from({ length: 3 }, () =>
      Array.from({ length: 6 }, () => {
        const events = 20 + random.below(20);
        const targets = Array.from({ length: events }, () => random.chance(0.4)).filter(Boolean);
        return { events, targets: targets.length, hours: 1 / 6 };
      }));
    return driftTests(hours, new Random(i)).tp_before_sl_rate.p!;
  });
  // Of 60 uniform numbers 30 are below a half: 99.9 % lie within 17 and 43.
  const low = ps.filter((p) => p <= 0.5).length;
  assert.ok(low >= 17 && low <= 43, `${low}`);
});

Deno.test("driftOf() is the greatest difference beside the mean", () => {
  assert.equal(driftOf([0.5, null, 0, 0.25]), 0.5 / 0.25);
  assert.equal(driftOf([1, null]), null);
});
