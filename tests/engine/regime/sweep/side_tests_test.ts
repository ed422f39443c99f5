/** The test of sides, against all coins there are. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { Random } from "../../../../engine/source/simulator/random.ts";
import type { Execution } from "../../../../engine/regime/study/prices.ts";
import { bothSides } from "../../../../engine/regime/study/trade_columns.ts";
import { type SideTest, SideTests } from "../../../../engine/regime/sweep/side_tests.ts";
import { pricesOf } from "../study/made_prices.ts";

/** A day's leads: of each set, in each block. */
type Lead = readonly (readonly number[])[];

const dtOf = (day: number) => `2026-02-${`${day + 1}`.padStart(2, "0")}`;

function tested(days: readonly Lead[], runs: number, seed = 1): SideTest[] {
  const tests = new SideTests(days[0]!.length, runs, seed);
  days.forEach((lead, day) => tests.add(dtOf(day), lead));
  return tests.results();
}

/** Shares of all ways that coins can fall, 2^blocks of them. */
function overAllCoins(days: readonly Lead[]): { t: number; p: number; pAdjusted: number }[] {
  const sets = days[0]!.map((_, set) => days.flatMap((lead) => lead[set]!));
  const blocks = sets[0]!.length;
  const tOf = (lead: readonly number[], coins: number) => {
    const sum = lead.reduce((sum, ticks, b) => sum + (coins >> b & 1 ? -ticks : ticks), 0);
    const squares = lead.reduce((sum, ticks) => sum + ticks ** 2, 0);
    return squares === 0 ? 0 : sum / Math.sqrt(squares);
  };
  const all = Array.from(
    { length: 2 ** blocks },
    (_, coins) => sets.map((lead) => tOf(lead, coins)),
  );
  const share = (is: (run: number[]) => boolean) => all.filter(is).length / all.length;
  return sets.map((lead, set) => {
    const t = tOf(lead, 0);
    return {
      t,
      p: share((run) => run[set]! >= t),
      pAdjusted: share((run) => Math.max(...run) >= t),
    };
  });
}

Deno.test("p and adjusted p are the shares of all coins there are, as near as runs tell", () => {
  const random = new Random(5);
  const runs = 10_000;
  for (let round = 0; round < 5; round++) {
    // Three days of different lengths, five sets: one of them shares half of its leads with another.
    const days = [4, 3, 5].map((blocks): Lead => {
      const lead = Array.from(
        { length: 4 },
        () => Array.from({ length: blocks }, () => random.below(21) - 8),
      );
      return [...lead, lead[0]!.map((ticks, b) => b % 2 === 0 ? ticks : random.below(21) - 8)];
    });
    overAllCoins(days).forEach((exact, set) => {
      const found = tested(days, runs)[set]!;
      assert.equal(found.t, exact.t);
      for (const name of ["p", "pAdjusted"] as const) {
        const error = 5 * Math.sqrt(exact[name] * (1 - exact[name]) / runs) + 1 / runs;
        assert.ok(Math.abs(found[name] - exact[name]) <= error, `${found[name]} ${exact[name]}`);
      }
    });
  }
});

const leads = fc.array(
  fc.integer({ min: 1, max: 4 }).chain((blocks) =>
    fc.array(
      fc.array(fc.integer({ min: -40, max: 40 }), { minLength: blocks, maxLength: blocks }),
      { minLength: 3, maxLength: 3 },
    )
  ),
  { minLength: 1, maxLength: 4 },
);

Deno.test("who tries more finds less: another set never makes an adjusted p smaller, the same one leaves it", () => {
  fc.assert(fc.property(leads, (days) => {
    const few = tested(days.map(([a, b]) => [a!, b!]), 200);
    const more = tested(days, 200);
    const same = tested(days.map(([a, b]) => [a!, b!, a!]), 200);
    few.forEach(({ t, p, pAdjusted }, set) => {
      assert.ok(pAdjusted >= p);
      assert.deepEqual([more[set]!.t, more[set]!.p], [t, p]);
      assert.ok(more[set]!.pAdjusted >= pAdjusted);
      assert.deepEqual(same[set], { t, p, pAdjusted });
    });
    assert.deepEqual(same[2], same[0]);
    // Leads four times as large are as large in units of their spread.
    const scaled = tested(days.map((lead) => lead.map((ofSet) => ofSet.map((x) => 4 * x))), 200);
    assert.deepEqual(scaled, more);
  }));
});

Deno.test("a set without trades is no finding, whatever the others are", () => {
  const [none, some] = tested([[[0, 0, 0, 0, 0], [5, 7, 6, 5, 8]]], 500);
  assert.deepEqual([none!.t, none!.p, none!.pAdjusted], [0, 1, 1]);
  assert.ok(some!.pAdjusted < 0.1);
});

Deno.test("another seed tosses other coins, and a day has its coins beside whichever days", () => {
  const lead: Lead = [[3, -1, 4, 1, -5, 9]];
  const [one] = tested([lead], 1_000);
  assert.deepEqual(tested([lead], 1_000)[0], one);
  assert.notEqual(tested([lead], 1_000, 2)[0]!.p, one!.p);
  // Two days have coins of their own: with the same ones these leads would always be level.
  const [{ p }] = tested([[[1]], [[-1]]], 1_000) as [SideTest];
  assert.ok(p > 0.7 && p < 0.8, `${p}`);
  // A day on which nothing was traded changes nothing.
  const tests = new SideTests(1, 1_000, 1);
  tests.add("2025-12-31", [[0, 0, 0]]);
  tests.add(dtOf(0), lead);
  assert.deepEqual(tests.results()[0], one);
});

Deno.test("sides that persist while trades overlap are found by luck alone, by coins of blocks and not of trades", () => {
  const random = new Random(11);
  const rule = { tpTicks: 4, slTicks: 4, maxHoldSnapshots: 200, maxHoldMs: null };
  const execution: Execution = {
    ...{ entry: "mid", exit: "mid", latencyMs: 0, slippageTicks: 0, feePerSide: 0 },
  };
  const [days, snapshots, block] = [120, 6_000, 300];
  const found = { byBlocks: 0, byTrades: 0 };
  for (let day = 0; day < days; day++) {
    // A price that goes up or down by a tick each time, entries every other time, and a side that is
    // kept for a hundred times.
    let bid = 1_000;
    const touch = Array.from({ length: snapshots }, () => {
      bid += random.chance(0.5) ? 1 : -1;
      return [bid, bid + 1] as const;
    });
    const prices = pricesOf(touch.map((_, i) => i * 1e9), touch);
    const signals = Int32Array.from({ length: snapshots / 2 - 150 }, (_, i) => 2 * i);
    const sides = Array.from({ length: snapshots / 100 }, () => random.chance(0.5) ? 1 : -1);
    const { up, down } = bothSides({ prices, rule, execution }, signals);
    const leadBy = (length: number) => {
      const lead = new Array<number>(snapshots / length).fill(0);
      signals.forEach((signal, i) => {
        const side = sides[Math.floor(signal / 100)]!;
        lead[Math.floor(signal / length)]! += side * (up.gross[i]! - down.gross[i]!);
      });
      return tested([[lead]], 200, day)[0]!.p <= 0.05;
    };
    if (leadBy(block)) found.byBlocks++;
    if (leadBy(2)) found.byTrades++;
  }
  // Six are to be expected, and 12 at most in 99 cases of 100.
  assert.ok(found.byBlocks <= 12, `${found.byBlocks}`);
  assert.ok(found.byTrades > 18, `${found.byTrades}`);
});

Deno.test("p counts coins that come to the same, though their sums are rounded", () => {
  const random = new Random(8);
  const cents = Array.from({ length: 6 }, (_, day): Lead => {
    const ofDay = Array.from({ length: 3 }, () => random.below(7) - 3);
    // Three times as much each: the same in standard deviations.
    return [ofDay, ofDay.map((lead) => 3 * lead), ofDay.map((_, b) => (day + b) % 3)];
  });
  const quarters = cents.map((day) => day.map((lead) => lead.map((ticks) => ticks / 25)));
  const ps = (days: readonly Lead[]) =>
    tested(days, 2_000).map(({ p, pAdjusted }) => [p, pAdjusted]);
  assert.deepEqual(ps(quarters), ps(cents));
  const [once, thrice] = ps(cents);
  assert.deepEqual(once, thrice);
});
