/** Baselines, against the simplest way to draw them, and where nothing is to be found. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { Random } from "../../../../engine/source/simulator/random.ts";
import { studyDay, type StudyParams } from "../../../../engine/regime/study/day_study.ts";
import { CENSORED, type PriceColumns } from "../../../../engine/regime/study/prices.ts";
import { percentiles } from "../../../../engine/regime/study/intervals.ts";
import { randomSides } from "../../../../engine/regime/study/random_side.ts";
import { drawTimes, randomTimes } from "../../../../engine/regime/study/random_times.ts";
import { StudyPool } from "../../../../engine/regime/study/study_figures.ts";
import { TALLY, tallyOf } from "../../../../engine/regime/study/tally.ts";
import { bothSides, chosen, tradesAt } from "../../../../engine/regime/study/trade_columns.ts";
import { baselineLine, studyTables } from "../../../../engine/wire/study_tables.ts";
import { pricesOf, wander } from "./made_prices.ts";

const PARAMS: StudyParams = {
  tpTicks: 3,
  slTicks: 2,
  maxHoldSnapshots: 40,
  maxHoldMs: null,
  entry: "mid",
  exit: "mid",
  latencyMs: 0,
  slippageTicks: 0,
  feePerSide: 0,
  signalCooldown: 4,
  baselines: ["random-side", "flip", "long", "short", "random-time"],
  baselineRuns: 50,
  seed: 1,
  blockMinutes: 0.1,
};

const termsOf = (prices: PriceColumns) => ({ prices, rule: PARAMS, execution: PARAMS });

function madePrices(seed: number, length: number): PriceColumns {
  const random = new Random(seed);
  return wander(length, () => random.uniform());
}

/** Figures of a day whose events are at some snapshots. */
function figuresOf(
  prices: PriceColumns,
  signals: Int32Array,
  signs: Int8Array,
  params: Partial<StudyParams> = {},
  dt = "2026-02-06",
) {
  const all = { ...PARAMS, ...params };
  const endTs = prices.ts.at(-1)! + 1;
  const pool = new StudyPool(all, 0.5);
  const { study } = studyDay({
    dt,
    prices,
    from: 0,
    end: prices.ts.length,
    evaluated: { startTs: 0, endTs },
    hours: [{ startTs: 0, endTs }],
    signals,
    signs,
    events: tradesAt(termsOf(prices), signals, signs),
    tickValue: 0.5,
  }, all);
  pool.add(study);
  return pool.figures()!;
}

const every = (step: number, length: number) =>
  Int32Array.from({ length: Math.floor(length / step) }, (_, i) => i * step);

Deno.test("randomSides() is a coin for each place: each run as if those sides had been chosen", () => {
  const prices = madePrices(2, 400);
  const signals = every(7, 400);
  const sides = bothSides(termsOf(prices), signals);
  const sums = randomSides(sides, signals, 30, new Random(9), 400);
  const coins = new Random(9);
  for (let run = 0; run < 30; run++) {
    const words = Array.from({ length: Math.ceil(400 / 32) }, () => coins.bits());
    const signs = Int8Array.from(
      signals,
      (place) => (words[Math.floor(place / 32)]! >>> (place % 32)) % 2 === 1 ? 1 : -1,
    );
    const expected = tallyOf(chosen(sides, signs));
    assert.deepEqual(sums.slice(run * TALLY, (run + 1) * TALLY), expected);
  }
  // The same place has the same coin whatever else is entered.
  const some = signals.filter((_, i) => i % 2 === 0);
  const fewer = randomSides(bothSides(termsOf(prices), some), some, 1, new Random(9), 400);
  const words = new Random(9);
  const bits = Array.from({ length: 13 }, () => words.bits());
  const signs = Int8Array.from(
    some,
    (place) => (bits[Math.floor(place / 32)]! >>> (place % 32)) % 2 === 1 ? 1 : -1,
  );
  assert.deepEqual(fewer, tallyOf(tradesAt(termsOf(prices), some, signs)));
});

Deno.test("drawTimes() keeps the distance, and every choice that does is as likely", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 12 }),
      fc.integer({ min: 0, max: 9 }),
      fc.nat(30),
      fc.nat(),
      (
        count,
        distance,
        extra,
        seed,
      ) => {
        const length = Math.max(1, count) * Math.max(1, distance) + extra;
        const times = [...drawTimes(count, length, distance, new Random(seed))];
        assert.equal(times.length, count);
        times.forEach((time, i) => {
          assert.ok(time >= 0 && time < length);
          if (i > 0) assert.ok(time - times[i - 1]! >= Math.max(1, distance));
        });
      },
    ),
  );
  // Two of five places, two apart at least: 02 03 04 13 14 24.
  const seen = new Map<string, number>();
  const random = new Random(4);
  for (let i = 0; i < 6_000; i++) {
    const key = drawTimes(2, 5, 2, random).join("");
    seen.set(key, (seen.get(key) ?? 0) + 1);
  }
  assert.deepEqual([...seen.keys()].sort(), ["02", "03", "04", "13", "14", "24"]);
  for (const [key, times] of seen) assert.ok(times > 880 && times < 1_120, `${key}: ${times}`);
});

Deno.test("randomTimes() enters where the times are drawn, each event's side in its turn", () => {
  const prices = madePrices(5, 300);
  const signs = Int8Array.from({ length: 12 }, (_, i) => i % 3 === 0 ? -1 : 1);
  const places = { from: 40, end: 260, cooldown: 5 };
  const sums = randomTimes(termsOf(prices), signs, places, 20, new Random(6));
  const random = new Random(6);
  for (let run = 0; run < 20; run++) {
    const times = drawTimes(12, 220, 5, random).map((place) => place + 40);
    const expected = tallyOf(tradesAt(termsOf(prices), times, signs));
    assert.deepEqual(sums.slice(run * TALLY, (run + 1) * TALLY), expected);
  }
});

Deno.test("fixed baselines are what those sides come to, and flipping twice is the signal", () => {
  const prices = madePrices(8, 900);
  const signals = every(9, 900);
  const signs = Int8Array.from(signals, (_, i) => i % 4 === 0 ? -1 : 1);
  const { baselines } = figuresOf(prices, signals, signs);
  const mean = (signs: Int8Array | 1 | -1) => {
    const { outcome, gross } = tradesAt(termsOf(prices), signals, signs);
    const kept = [...gross].filter((_, i) => outcome[i] !== CENSORED);
    return kept.reduce((sum, one) => sum + one, 0) / kept.length;
  };
  assert.equal(baselines.signal.gross_ticks_per_trade, mean(signs));
  assert.equal(baselines.fixed.flip!.gross_ticks_per_trade, mean(signs.map((sign) => -sign)));
  assert.equal(baselines.fixed.long!.gross_ticks_per_trade, mean(1));
  assert.equal(baselines.fixed.short!.gross_ticks_per_trade, mean(-1));
  const { value, low, high } = baselines.fixed.flip!.net_difference;
  assert.equal(value, mean(signs) - mean(signs.map((sign) => -sign)));
  assert.ok(low! <= value! && value! <= high!);
  const flipped = figuresOf(prices, signals, signs.map((sign) => -sign)).baselines;
  assert.deepEqual(
    flipped.fixed.flip!.gross_ticks_per_trade,
    baselines.signal.gross_ticks_per_trade,
  );
});

Deno.test("costs lower net by the same for all, and move no p", () => {
  const prices = madePrices(8, 900);
  const signals = every(9, 900);
  const signs = Int8Array.from(signals, (_, i) => i % 4 === 0 ? -1 : 1);
  const free = figuresOf(prices, signals, signs);
  const dear = figuresOf(prices, signals, signs, { slippageTicks: 0.5, feePerSide: 0.25 });
  assert.equal(dear.returns.cost_ticks_per_trade, 2);
  const [a, b] = [free.baselines, dear.baselines];
  assert.equal(b.signal.net_ticks_per_trade, a.signal.net_ticks_per_trade! - 2);
  assert.equal(b.signal.gross_ticks_per_trade, a.signal.gross_ticks_per_trade);
  assert.equal(b.random["random-side"]!.p, a.random["random-side"]!.p);
  const [low, lower] = [a, b].map((one) => one.random["random-side"]!.net_ticks_per_trade.low!);
  assert.ok(Math.abs(lower! - (low! - 2)) < 1e-9);
});

Deno.test("p of sides that are chosen by luck is as often small as it says; of planted ones it is least", () => {
  // Trades that are apart: each entry waits until the one before must be over.
  const ps = Array.from({ length: 80 }, (_, seed) => {
    const prices = madePrices(seed + 100, 1_230);
    const signals = every(41, 1_200);
    const random = new Random(seed + 500);
    const signs = Int8Array.from(signals, () => random.chance(0.5) ? 1 : -1);
    const params = { baselines: ["random-side"] as const, seed };
    return figuresOf(prices, signals, signs, params).baselines.random["random-side"]!.p!;
  });
  // Of 80 uniform numbers 40 are below a half and 8 below a tenth: 99.9 % lie within these.
  const below = (limit: number) => ps.filter((p) => p <= limit).length;
  assert.ok(below(0.5) >= 25 && below(0.5) <= 55, `${below(0.5)} below a half`);
  assert.ok(below(0.1) <= 18, `${below(0.1)} below a tenth`);

  const prices = madePrices(1, 4_100);
  const signals = every(41, 4_000);
  const { up, down } = bothSides(termsOf(prices), signals);
  const best = Int8Array.from(signals, (_, i) => up.gross[i]! >= down.gross[i]! ? 1 : -1);
  const { baselines } = figuresOf(prices, signals, best, { baselineRuns: 200 });
  assert.equal(baselines.random["random-side"]!.p, 1 / 201);
  assert.match(
    baselineLine(baselines)!,
    /^Signal \d+\.\d %, random side \d+\.\d % \(\d+\.\d to \d+\.\d\), p 0\.005, random time /,
  );
});

Deno.test("mirrored prices and sides have the same random side, up to the coins", () => {
  const prices = madePrices(21, 2_000);
  const mirror = pricesOf([...prices.ts], [...prices.bid].map((bid, i) => [-prices.ask[i]!, -bid]));
  const signals = every(10, 2_000);
  const signs = Int8Array.from(signals, (_, i) => i % 3 === 0 ? -1 : 1);
  const params = { baselineRuns: 2_000, baselines: ["random-side"] as const };
  const plain = figuresOf(prices, signals, signs, params).baselines;
  const other = figuresOf(mirror, signals, signs.map((sign) => -sign), params).baselines;
  assert.deepEqual(other.signal, plain.signal);
  const [a, b] = [plain, other].map((one) => one.random["random-side"]!.tp_before_sl_rate);
  // Coins of one are the other sides of the other: means agree within the error of 2,000 runs.
  assert.ok(Math.abs(a!.mean! - b!.mean!) < 0.005, `${a!.mean} ${b!.mean}`);
});

Deno.test("the same seed says the same, another seed and another day something else", () => {
  const prices = madePrices(30, 600);
  const signals = every(6, 600);
  const signs = Int8Array.from(signals, (_, i) => i % 2 === 0 ? 1 : -1);
  const [one, again, other, nextDay] = [
    figuresOf(prices, signals, signs),
    figuresOf(prices, signals, signs),
    figuresOf(prices, signals, signs, { seed: 2 }),
    figuresOf(prices, signals, signs, {}, "2026-02-09"),
  ];
  assert.deepEqual(one, again);
  for (const { baselines, intervals } of [other, nextDay]) {
    assert.notDeepEqual(baselines.random, one.baselines.random);
    assert.notDeepEqual(intervals.resolved, one.intervals.resolved);
    assert.deepEqual(baselines.signal, one.baselines.signal);
  }
});

Deno.test("runs that are exactly as good count as good", () => {
  const flat = pricesOf(
    Array.from({ length: 200 }, (_, i) => i * 1e8),
    Array.from({ length: 200 }, () => [10, 11]),
  );
  const signals = every(10, 150);
  const signs = new Int8Array(signals.length).fill(1);
  const { random } = figuresOf(flat, signals, signs).baselines;
  assert.deepEqual([random["random-side"]!.p, random["random-time"]!.p], [1, 1]);
});

Deno.test("what comes before the evaluation moves no coin and no time", () => {
  const whole = madePrices(40, 700);
  const late = pricesOf(
    [...whole.ts.slice(100)],
    [...whole.bid.slice(100)].map((bid, i) => [bid, whole.ask[i + 100]!]),
  );
  const signals = every(11, 600);
  const signs = Int8Array.from(signals, (_, i) => i % 2 === 0 ? 1 : -1);
  const evaluated = { startTs: late.ts[0]!, endTs: late.ts.at(-1)! + 1 };
  const studied = (prices: PriceColumns, from: number) => {
    const at = signals.map((signal) => signal + from);
    return studyDay({
      dt: "2026-02-06",
      prices,
      from,
      end: prices.ts.length,
      evaluated,
      hours: [evaluated],
      signals: at,
      signs,
      events: tradesAt(termsOf(prices), at, signs),
      tickValue: 0.5,
    }, PARAMS).study;
  };
  assert.deepEqual(studied(whole, 100), studied(late, 0));
});

Deno.test("run i of several days is run i of each, and so is resample i", () => {
  const studies = [50, 51].map((seed) => {
    const prices = madePrices(seed, 500);
    const signals = every(12, 500);
    const signs = Int8Array.from(signals, (_, i) => i % 3 === 0 ? 1 : -1);
    const evaluated = { startTs: 0, endTs: prices.ts.at(-1)! + 1 };
    const of = { from: 0, end: 500, evaluated, hours: [evaluated], tickValue: 0.5 };
    const events = tradesAt(termsOf(prices), signals, signs);
    return studyDay({ dt: `${seed}`, prices, signals, signs, events, ...of }, PARAMS).study;
  });
  const [a, b] = studies;
  const pool = new StudyPool(PARAMS, 0.5);
  for (const study of studies) pool.add(study);
  const { baselines, intervals, returns } = pool.figures()!;
  const rates = (one: Float64Array, other: Float64Array, width: number, at: number) =>
    Array.from({ length: one.length / width }, (_, i) => {
      const sum = (field: number) => one[i * width + at + field]! + other[i * width + at + field]!;
      return sum(1) / sum(0);
    });
  for (const name of ["random-side", "random-time"] as const) {
    const runs = rates(a!.random[name]!, b!.random[name]!, TALLY, 0);
    const { mean, low, high } = baselines.random[name]!.tp_before_sl_rate;
    assert.ok(Math.abs(mean! - runs.reduce((sum, rate) => sum + rate) / runs.length) < 1e-12);
    assert.deepEqual({ low, high }, percentiles(runs));
  }
  const width = a!.sets.length * TALLY;
  const resolved = rates(a!.resamples, b!.resamples, width, TALLY);
  assert.deepEqual(intervals.resolved.tp_before_sl_rate, percentiles(resolved));
  assert.equal(returns.all.n_trades, a!.all.trades + b!.all.trades);
  assert.equal(
    returns.all.gross_ticks_per_trade,
    (a!.all.gross + b!.all.gross) / returns.all.n_trades,
  );
});

Deno.test("without a baseline it is said that nothing tells the figures from luck", () => {
  const signals = every(6, 600);
  const signs = new Int8Array(signals.length).fill(1);
  const study = figuresOf(madePrices(30, 600), signals, signs, { baselines: [] });
  assert.equal(baselineLine(study.baselines), null);
  assert.match(studyTables(study)[0]!.notes[0]!, /^No baseline was asked for/);
});

Deno.test("dollars have the digits that a tick needs, and none of the zero has a sign", () => {
  const study = figuresOf(madePrices(30, 100), new Int32Array(0), new Int8Array(0));
  const toldOf = (tick_value_dollars: number, gained: number) => {
    const { returns } = study;
    const all = { ...returns.all, gross_dollars_per_trade: gained, net_dollars_per_trade: -gained };
    const told = studyTables({ ...study, returns: { ...returns, tick_value_dollars, all } })
      .find(({ key }) => key === "returns")!;
    return [/^A tick is ([^ ]*)\. /.exec(told.notes[0]!)![1], ...told.rows[0]!.slice(5, 7)];
  };
  assert.deepEqual(toldOf(0.5, -1.236), ["$0.50", "-$1.24", "$1.24"]);
  assert.deepEqual(toldOf(5, 0.004), ["$5.00", "$0.00", "$0.00"]);
  // Notes of ten and of five years, a stock below a dollar, and a sum of doubles.
  assert.deepEqual(toldOf(15.625, -15.625), ["$15.625", "-$15.625", "$15.625"]);
  assert.deepEqual(toldOf(7.8125, 2), ["$7.8125", "$2.0000", "-$2.0000"]);
  assert.deepEqual(toldOf(0.0001, -0.0002), ["$0.0001", "-$0.0002", "$0.0002"]);
  assert.deepEqual(toldOf(0.1 + 0.2, 1), ["$0.30", "$1.00", "-$1.00"]);
});

Deno.test("a day without an event has no figure, and no error", () => {
  const study = figuresOf(madePrices(30, 100), new Int32Array(0), new Int8Array(0));
  assert.equal(study.baselines.signal.tp_before_sl_rate, null);
  assert.equal(study.baselines.random["random-side"]!.p, null);
  assert.equal(study.returns.all.profit_factor, null);
  assert.equal(study.intervals.mean_concurrency, null);
  for (const { rows } of studyTables(study)) assert.ok(!rows.flat().join(" ").includes("NaN"));
});

Deno.test("p counts runs that come to the same, though their sums are rounded: in quarters as in cents", () => {
  const random = new Random(3);
  const uniform = () => random.uniform();
  const cents = wander(3_000, uniform);
  const touch = [...cents.bid].map((bid, i) => [bid / 25, cents.ask[i]! / 25] as const);
  const quarters = pricesOf([...cents.ts], touch, 250_000_000);
  const names = ["random-side", "random-time"] as const;
  for (const step of [60, 90, 130, 170, 230, 310, 430]) {
    const signals = every(step, 3_000);
    const signs = Int8Array.from(signals, () => uniform() < 0.5 ? 1 : -1);
    const psOf = (prices: PriceColumns, ticks: number) => {
      const terms = { tpTicks: ticks, slTicks: ticks, baselineRuns: 400 };
      const { random } = figuresOf(prices, signals, signs, terms).baselines;
      return names.map((name) => random[name]!.p);
    };
    assert.deepEqual(psOf(quarters, 1), psOf({ ...cents, tickInt: 10_000_000 }, 25), `${step}`);
  }
});

Deno.test("one trade has no interval by blocks of time: it is the same in every resample", () => {
  const prices = madePrices(2, 400);
  const none = { low: null, high: null };
  const of = (signals: number[]) => {
    const { intervals, baselines } = figuresOf(
      ...[prices, Int32Array.from(signals), new Int8Array(signals.length).fill(1)] as const,
    );
    const { value: _, ...difference } = baselines.fixed.flip!.net_difference;
    const { trade_metrics, resolved } = intervals;
    return [difference, ...Object.values(trade_metrics), ...Object.values(resolved)];
  };
  for (const interval of of([100])) assert.deepEqual(interval, none);
  for (const interval of of([100, 200])) assert.notDeepEqual(interval, none);
});
