/** What a box holds: against plain sums of what happened in it. */
import assert from "node:assert/strict";
import fc from "fast-check";
import type { Trade } from "../../../engine/wire/messages.ts";
import { momentOf } from "../../../client/format.ts";
import { boxOf, measure } from "../../../client/history/box_figures.ts";
import { History } from "../../../client/history/history.ts";
import { instrumentOf } from "../../../client/stream/instrument.ts";
import { GRID_ROWS, HALF_WIDTH } from "../../../engine/wire/fields.ts";
import { gridHead, MNQ } from "../mnq.ts";

const INSTRUMENT = instrumentOf(MNQ);
/** Between two grids; within a millisecond there may be some. */
const STEPS_NS = [100_000_000n, 300_000n];
const TICK = 250_000_000n;
const SPOT = 100_000;
const PARTS = ["added", "pulled", "filled"] as const;

const isApart = ({ breaks, runs }: { breaks: boolean; runs: boolean }) => breaks || runs;

/** What happened before a grid, all of it at one price. */
const happening = fc.record({
  spotBy: fc.constantFrom(0, 0, 0, 0, 1, -1, 48, -48),
  tick: fc.integer({ min: -4, max: 4 }),
  added: fc.nat(50),
  pulled: fc.nat(50),
  filled: fc.nat(50),
  // Whether grids were left out before it; whether another run counts from it on.
  breaks: fc.nat(12).map((n) => n === 0),
  runs: fc.nat(12).map((n) => n === 0),
});

Deno.test("a box has what happened between the first and the last grid that has a price, and says how much that is", () => {
  fc.assert(fc.property(
    fc.array(happening, { minLength: 2, maxLength: 40 }),
    fc.tuple(fc.nat(), fc.nat(), fc.integer({ min: -5, max: 5 }), fc.integer({ min: -5, max: 5 })),
    fc.constantFrom(...STEPS_NS),
    (happenings, [one, other, low, high], stepNs) => {
      const history = new History(64);
      const spots: number[] = [];
      const totals = new Map<string, number>();
      let spot = SPOT;
      happenings.forEach(({ spotBy, tick, breaks, runs, ...flow }, i) => {
        spot += spotBy;
        spots.push(spot);
        if (breaks) history.breakOff();
        if (runs) {
          history.countsFrom(`${i}`);
          totals.clear();
        }
        for (const part of PARTS) {
          const key = `${part} ${SPOT + tick}`;
          totals.set(key, (totals.get(key) ?? 0) + flow[part]);
        }
        const columns = Object.fromEntries(PARTS.map((part) => [
          `${part}_total`,
          Float64Array.from(
            { length: GRID_ROWS },
            (_, row) => totals.get(`${part} ${spot + row - HALF_WIDTH}`) ?? 0,
          ),
        ]));
        const tsNs = `${stepNs * BigInt(i + 1)}`;
        const trade: Trade = [tsNs, `${BigInt(SPOT + tick) * TICK}`, flow.filled, "A"];
        history.record(
          gridHead(0n, i + 1, {
            ts_ns: tsNs,
            spot_ref_price_int: `${BigInt(spot) * TICK}`,
          }),
          { columns },
          INSTRUMENT,
          [trade],
        );
      });
      const count = happenings.length;
      const corner = (place: number, tick: number) => ({
        timeMs: momentOf(stepNs * BigInt(place % count + 1)),
        tick: SPOT + tick,
      });
      const box = boxOf(corner(one, low), corner(other, high));
      const figures = measure(history, box);
      const stepMs = momentOf(stepNs);
      const [first, last] = [box.fromMs, box.toMs].map((ms) => Math.round(ms / stepMs) - 1) as [
        number,
        number,
      ];
      const sum = { added: 0, pulled: 0, filled: 0 };
      let known = 0;
      const sees = (i: number, tick: number) => Math.abs(tick - spots[i]!) <= HALF_WIDTH;
      for (let tick = box.low; tick <= box.high; tick++) {
        for (let i = first + 1; i <= last; i++) {
          // A step counts where the price is seen before it and after it, with no break between.
          const back = happenings.findLastIndex((one, at) => isApart(one) && at < i);
          const next = happenings.findIndex((one, at) => isApart(one) && at >= i);
          const range = Array.from({ length: count }, (_, at) => at).slice(
            Math.max(first, back, 0),
            Math.min(last + 1, next < 0 ? count : next),
          );
          const isSeen = range.some((at) => at < i && sees(at, tick)) &&
            range.some((at) => at >= i && sees(at, tick));
          if (!isSeen) continue;
          known++;
          const happened = happenings[i]!;
          if (SPOT + happened.tick !== tick) continue;
          for (const part of PARTS) sum[part] += happened[part];
        }
      }
      const { added, pulled, filled } = figures;
      assert.deepEqual({ added, pulled, filled }, sum);
      const cells = (last - first) * (box.high - box.low + 1);
      assert.ok(Math.abs(figures.known - (cells === 0 ? 1 : known / cells)) < 1e-9);
      const traded = happenings.slice(first + 1, last + 1)
        .filter(({ tick }) => SPOT + tick >= box.low && SPOT + tick <= box.high)
        .reduce((total, { filled }) => total + filled, 0);
      assert.equal(figures.traded, traded);
      const isWhole = happenings.slice(first + 1, last + 1).every(({ breaks }) => !breaks);
      assert.equal(figures.tradesKnown, isWhole);
      assert.equal(figures.buckets, Math.abs(low - high));
      assert.ok(Math.abs(figures.ms - (last - first) * stepMs) < 1e-9);
    },
  ));
});

Deno.test("boxOf() takes two corners in any order", () => {
  const box = { fromMs: 1, toMs: 9, low: 3, high: 7 };
  assert.deepEqual(boxOf({ timeMs: 9, tick: 3 }, { timeMs: 1, tick: 7 }), box);
  assert.deepEqual(boxOf({ timeMs: 1, tick: 3 }, { timeMs: 9, tick: 7 }), box);
});

Deno.test("of a box whose beginning is no longer kept, only the rest is known", () => {
  const history = new History(4);
  const columns = { added_total: new Float64Array(GRID_ROWS) };
  for (let event = 1; event <= 6; event++) {
    columns.added_total.fill(event);
    history.record(gridHead(0n, event), { columns }, INSTRUMENT, []);
  }
  const [spot, toMs] = [history.spotTick(history.now), history.time(history.now)];
  const of = (fromMs: number, toMs: number) => {
    const { added, known } = measure(history, { fromMs, toMs, low: spot, high: spot });
    return [added, known];
  };
  // Grids are 25 ms apart, and the first of four that are kept is 75 ms old.
  assert.deepEqual(of(toMs - 75, toMs), [3, 1]);
  assert.deepEqual(of(toMs - 125, toMs), [3, 75 / 125]);
  assert.deepEqual(of(toMs - 125, toMs - 100), [0, 0]);
});

Deno.test("a box that begins before the first trade that is kept says so", () => {
  const history = new History(8);
  const trade = (ms: number): Trade => [`${ms}000000`, `${BigInt(SPOT) * TICK}`, 1, "B"];
  const record = (event: number, trades: Trade[]) =>
    history.record(gridHead(0n, event), { columns: {} }, INSTRUMENT, trades);
  record(1, [trade(25)]);
  record(2, Array.from({ length: 40_000 }, (_, i) => trade(26 + Math.floor(i / 2_000))));
  record(3, [trade(75)]);
  const isKnown = (fromMs: number) =>
    measure(history, { fromMs, toMs: 75, low: SPOT, high: SPOT }).tradesKnown;
  assert.deepEqual([isKnown(25), isKnown(50)], [false, true]);
});
