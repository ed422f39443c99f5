/** Why a cell is what it is: against plain sums of what happened at its price. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { History } from "../../../client/history/history.ts";
import { leftWords, pulledShare, recentWords, whyOf } from "../../../client/history/why.ts";
import { GRID_ROWS, HALF_WIDTH } from "../../../engine/wire/fields.ts";
import { gridHead, MNQ } from "../mnq.ts";
import { instrumentOf } from "../../../client/stream/instrument.ts";

const INSTRUMENT = instrumentOf(MNQ);
const STEP_MS = 400;
const TICK = 250_000_000n;
const SPOT = 100_000;

/** What happened before a grid: spot moves, contracts come to a price and leave it. */
interface Happening {
  spotBy: number;
  tick: number;
  added: number;
  pulled: number;
  filled: number;
  /** Whether grids were left out before it; whether another run counts from it on. */
  breaks: boolean;
  runs: boolean;
}

const happening: fc.Arbitrary<Happening> = fc.record({
  spotBy: fc.constantFrom(0, 0, 0, 1, -1, 30, -30),
  tick: fc.integer({ min: -3, max: 3 }),
  added: fc.nat(50),
  pulled: fc.nat(50),
  filled: fc.nat(50),
  breaks: fc.integer({ max: 9, min: 0 }).map((n) => n === 0),
  runs: fc.integer({ max: 14, min: 0 }).map((n) => n === 0),
});

/** One moment, and what has happened up to it since the run began. */
interface Moment {
  timeMs: number;
  spot: number;
  segment: number;
  totals: Map<number, [number, number, number]>;
}

Deno.test("the figures of a cell are those of a plain sum over what happened there", () => {
  let told = 0;
  fc.assert(
    fc.property(fc.array(happening, { minLength: 2, maxLength: 80 }), (happenings) => {
      const history = new History(128);
      const moments: Moment[] = [];
      let [spot, segment] = [SPOT, 0];
      let totals = new Map<number, [number, number, number]>();
      happenings.forEach(({ spotBy, tick, added, pulled, filled, breaks, runs }, i) => {
        spot += spotBy;
        if (breaks) history.breakOff();
        if (runs) {
          history.countsFrom(`run ${i}`);
          totals = new Map();
        }
        if (breaks || runs) segment++;
        const [a, p, f] = totals.get(SPOT + tick) ?? [0, 0, 0];
        totals = new Map(totals).set(SPOT + tick, [a + added, p + pulled, f + filled]);
        moments.push({ timeMs: STEP_MS * i, spot, segment, totals });
        const column = (part: 0 | 1 | 2) =>
          Float64Array.from(
            { length: GRID_ROWS },
            (_, row) => totals.get(spot + row - HALF_WIDTH)?.[part] ?? 0,
          );
        history.record(
          gridHead(0n, i + 1, {
            ts_ns: `${BigInt(STEP_MS * i) * 1_000_000n}`,
            spot_ref_price_int: `${BigInt(spot) * TICK}`,
          }),
          {
            columns: {
              order_count: Float64Array.from({ length: GRID_ROWS }, (_, row) => row),
              added_total: column(0),
              pulled_total: column(1),
              filled_total: column(2),
            },
          },
          INSTRUMENT,
          [],
        );
      });
      const last = moments.length - 1;
      const { order } = history;
      for (let tick = -3; tick <= 3; tick++) {
        const price = SPOT + tick;
        const sees = ({ spot }: Moment) => Math.abs(price - spot) <= HALF_WIDTH;
        const why = whyOf(history, order.at(last), price);
        const now = moments[last]!;
        if (!sees(now)) {
          assert.equal(why, null);
          continue;
        }
        let first = last;
        while (
          first > 0 && sees(moments[first - 1]!) && moments[first - 1]!.segment === now.segment
        ) first--;
        // The last at or before ten seconds ago.
        const recent = Math.max(first, last - 25);
        const flow = (from: number) =>
          ([0, 1, 2] as const).map((part) =>
            (now.totals.get(price)?.[part] ?? 0) -
            (moments[from]!.totals.get(price)?.[part] ?? 0)
          );
        assert.deepEqual([why!.since.added, why!.since.pulled, why!.since.filled], flow(first));
        assert.deepEqual([why!.recent.added, why!.recent.pulled, why!.recent.filled], flow(recent));
        assert.equal(why!.recentMs, now.timeMs - moments[recent]!.timeMs);
        assert.equal(why!.steps.length, last - recent + 1);
        assert.deepEqual(why!.steps.at(-1)!.added, why!.recent.added);
        assert.equal(why!.orders, price - now.spot + HALF_WIDTH);
        told++;
      }
    }),
    { numRuns: 200 },
  );
  assert.ok(told > 0);
});

Deno.test("what left is told apart: taken off, or traded away", () => {
  assert.equal(pulledShare({ added: 9, pulled: 30, filled: 10 }), 0.75);
  assert.equal(pulledShare({ added: 9, pulled: 0, filled: 0 }), null);
});

Deno.test("how what left a price left it is told in shares of 100", () => {
  const words = (pulled: number, filled: number, recentMs = 1) =>
    leftWords({ recent: { added: 0, pulled, filled }, recentMs }).replaceAll("\u202f", " ");
  assert.equal(words(1, 7), "left by cancelling 13 %, by trading 87 %");
  assert.equal(words(0, 0), "nothing left it");
  assert.equal(words(1, 7, 0), "what left it is not known yet");
  fc.assert(fc.property(fc.nat(300), fc.integer({ min: 1, max: 300 }), (pulled, filled) => {
    const [one = 0, other = 0] = words(pulled, filled).match(/\d+/g)!.map(Number);
    assert.equal(one + other, 100);
    assert.ok(Math.abs(one - 100 * pulled / (pulled + filled)) <= 0.5 + 1e-9);
  }));
});

Deno.test("one contract is told of a price that has seen more than a float32 can count", () => {
  const history = new History(4);
  const seen = 2 ** 32;
  for (let i = 0; i < 2; i++) {
    const total = (by: number) => new Float64Array(GRID_ROWS).fill(seen + i * by);
    const columns = { added_total: total(3), pulled_total: total(2), filled_total: total(1) };
    const head = gridHead(BigInt(i) * BigInt(STEP_MS) * 1_000_000n, i + 1);
    history.record(head, { columns }, INSTRUMENT, []);
  }
  const why = whyOf(history, history.now, history.spotTick(history.now));
  assert.deepEqual(why?.recent, { added: 3, pulled: 2, filled: 1 });
});

/** Grids at some milliseconds, each with what happened at every price since the run began. */
function toldAt(...grids: readonly (readonly [ms: number, added: number, filled: number])[]) {
  const history = new History(16);
  grids.forEach(([ms, added, filled], i) => {
    const total = (count: number) => new Float64Array(GRID_ROWS).fill(count);
    const columns = {
      added_total: total(added),
      pulled_total: total(0),
      filled_total: total(filled),
    };
    const head = gridHead(0n, i + 1, { ts_ns: `${BigInt(ms * 1e6)}` });
    history.record(head, { columns }, INSTRUMENT, []);
  });
  const why = (heldMs = 0) => whyOf(history, history.now, history.spotTick(history.now), heldMs)!;
  return { history, why };
}

Deno.test("what happened between grids that lie further apart than ten seconds is told", () => {
  const { why } = toldAt([0, 100, 10], [12_000, 150, 40]);
  assert.deepEqual(why().recent, { added: 50, pulled: 0, filled: 30 });
  assert.equal(why().recentMs, 12_000);
  assert.deepEqual(why().steps.map(({ timeMs }) => timeMs), [0, 12_000]);
});

Deno.test("the last ten seconds begin at the last grid at or before them", () => {
  const { why } = toldAt([0, 1, 0], [4_000, 7, 0], [12_000, 20, 0], [15_000, 22, 0]);
  assert.deepEqual([why().recent.added, why().recentMs], [15, 11_000]);
  // One within the same millisecond is not before it.
  const { why: close } = toldAt([0, 1, 0], [4_999, 7, 0], [5_000.75, 9, 0], [15_000.5, 22, 0]);
  assert.deepEqual([close().recent.added, close().recentMs], [15, 10_001.5]);
  const { why: first } = toldAt([5_000.25, 9, 0], [5_000.75, 12, 0]);
  assert.deepEqual([first().recent.added, first().recentMs], [3, 0.5]);
});

Deno.test("where a grid is held the last ten seconds are those before the moment pointed at", () => {
  const { why } = toldAt([0, 1, 0], [4_000, 7, 0], [12_000, 20, 0]);
  assert.deepEqual([why().recent.added, why().recentMs], [19, 12_000]);
  assert.deepEqual([why(3_000).recent.added, why(3_000).recentMs], [13, 11_000]);
  // Nothing fell since.
  assert.deepEqual([why(10_000).recent.added, why(10_000).recentMs], [0, 10_000]);
  assert.deepEqual(why(3_000).steps.map(({ timeMs }) => timeMs), [4_000, 12_000, 15_000]);
});

Deno.test("the past of a cell has its span in words, and none where nothing is known before it", () => {
  const { why } = toldAt([0, 1, 0], [12_400, 7, 0]);
  assert.equal(recentWords(why().recentMs), "last 12 s");
  assert.equal(recentWords(400), "last 0.40 s");
  assert.equal(recentWords(0), null);
  const { why: first } = toldAt([5_000, 9, 3]);
  assert.equal(first().recentMs, 0);
});
