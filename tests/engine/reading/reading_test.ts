/** The reading equals a plain second one, on sequences of grids that are as bad as can be. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { casesOf } from "../../proof.ts";
import {
  Reader,
  type ReadGrid,
  type Reading,
  type ReadingAhead,
  type StateChange,
} from "../../../engine/reading/reading.ts";
import { BID, type Forces, grid, STEP } from "./made_grids.ts";
import { PlainReader } from "./plain_reading.ts";

/** The force of a few buckets, which lean to one side as the regime does. */
const forces = (lean: number): fc.Arbitrary<Forces> =>
  fc.array(
    fc.tuple(fc.integer({ min: -50, max: 50 }), fc.nat(9), fc.nat(9), fc.nat(9)),
    { maxLength: 14 },
  ).map((buckets) =>
    Object.fromEntries(buckets.map(([k, small, large, chance]) => {
      const pulls = k >= 0 ? lean > 0 : lean < 0;
      const isTrue = lean !== 0 && chance < 8;
      const [weak, strong] = small < large ? [small, large] : [large, small];
      return [k, (isTrue ? pulls : chance % 2 === 0) ? [weak, strong] : [strong, weak]];
    }))
  );

const tick = BigInt(STEP);

/** What a book may be besides good. */
const book: fc.Arbitrary<Partial<ReadGrid>> = fc.oneof(
  { weight: 60, arbitrary: fc.constant({}) },
  {
    weight: 6,
    arbitrary: fc.constantFrom(0n, tick, 2n * tick, 3n * tick, 30n * tick, 1n)
      .map((width) => ({ bestAsk: BID + width })),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      { bookValid: false },
      { maybeBadBook: true as const },
      { bidPresent: false, bestBid: 0n },
      { askPresent: false, bestAsk: 0n },
      { bidPresent: false, askPresent: false, bestBid: 0n, bestAsk: 0n },
      { bestAsk: BID - tick },
    ),
  },
);

/** From a grid to the next, milliseconds; 0 and less are what a ts that went back makes. */
const gap = fc.oneof(
  { weight: 5, arbitrary: fc.integer({ min: 1, max: 60 }) },
  { weight: 5, arbitrary: fc.constantFrom(100, 250, 400, 500, 600, 1_000) },
  { weight: 2, arbitrary: fc.integer({ min: 60, max: 10_000 }) },
  { weight: 1, arbitrary: fc.constantFrom(0, -1, -700) },
);

/** Whether the feed had a gap before a grid. */
const breaks = fc.nat(19).map((chance) => chance === 0);

/** Some grids of one lean, and how often it is looked at between two of them. */
const regime = fc.constantFrom(-1, 0, 1).chain((lean) =>
  fc.array(fc.record({ forces: forces(lean), gap, book, looks: fc.nat(2), breaks }), {
    ...{ minLength: 1, maxLength: 12, size: "max" },
  })
);

const sequence = fc.array(regime, { minLength: 1, maxLength: 6, size: "max" })
  .map((regimes) => regimes.flat());

const FIGURES = [
  ...["clarity", "drainAbove", "drainBelow", "vacAbove", "pressAbove", "pressBelow", "vacBelow"],
] as const;

function assertSame(reading: Reading, plain: Partial<Reading>): void {
  const { state, sinceNs, risk } = reading;
  assert.deepEqual({ state, sinceNs, risk }, {
    ...{ state: plain.state, sinceNs: plain.sinceNs, risk: plain.risk },
  });
  for (const name of FIGURES as unknown as (keyof Reading)[]) {
    const value = reading[name] as number, other = plain[name] as number;
    // What has faded to next to nothing has lost most of its digits.
    assert.ok(Math.abs(value - other) <= 1e-6 * Math.max(1, Math.abs(other)), `${name} ${value}`);
  }
}

Deno.test("the reading equals a plain one, at every grid and between grids", () => {
  const met = new Map<string, number>();
  let changesBetween = 0, foreseen = 0;
  fc.assert(
    fc.property(sequence, (steps) => {
      const reader = new Reader(STEP), plain = new PlainReader(STEP), unwatched = new Reader(STEP);
      const changes: StateChange[] = [];
      const look = (reading: Reading) => {
        changes.push(...reader.takeChanges());
        const { state, sinceNs } = reading;
        assert.deepEqual(changes.at(-1), { state, sinceNs });
      };
      let ms = 1_000;
      let ahead: ReadingAhead[] = [];
      for (const [i, { forces, gap, book, looks, breaks }] of steps.entries()) {
        const begunNs = Math.round(ms * 1e6), endNs = Math.round((ms + gap) * 1e6);
        const times = i === 0 ? [] : Array.from(
          { length: looks },
          (_, nth) => Math.round((ms + gap * (nth + 1) / (looks + 1)) * 1e6),
        );
        // What is due is looked at in its instant, and just before.
        const due = ahead.map(({ ns }) => ns).filter((ns) => ns > begunNs && ns < endNs);
        times.push(...due, ...due.map((ns) => ns - 1));
        foreseen += due.length;
        const taken = i === 0 ? null : reader.read();
        for (const ns of times.sort((a, b) => a - b)) {
          const before = reader.read().state;
          const reading = reader.read(ns);
          assertSame(reading, plain.read(ns));
          look(reading);
          if (ns > begunNs) {
            assert.deepEqual(reading, ahead.findLast((due) => due.ns <= ns)?.reading ?? taken);
          }
          if (reading.state !== before) changesBetween++;
        }
        ms += gap;
        const next = grid(ms / 1e3, forces, book);
        for (const one of [reader, plain, unwatched]) one.take(next, breaks);
        const reading = reader.read();
        assertSame(reading, plain.read());
        look(reading);
        ahead = reader.ahead();
        for (const name of [reading.state, reading.risk]) met.set(name, (met.get(name) ?? 0) + 1);
      }
      assertSame(reader.read((ms + 5_000) * 1e6), plain.read((ms + 5_000) * 1e6));
      look(reader.read());
      // However often it is looked at, it tells the same changes.
      unwatched.read((ms + 5_000) * 1e6);
      assert.deepEqual(unwatched.takeChanges(), changes);
      assert.deepEqual(unwatched.takeChanges(), []);
    }),
    { numRuns: casesOf(300, 1_500) },
  );
  assert.equal(met.size, 11, `only ${[...met.keys()]}`);
  for (const [name, count] of met) assert.ok(count > 50, `${name} ${count} times`);
  assert.ok(changesBetween > 100, `${changesBetween} changes between grids`);
  assert.ok(foreseen > 100, `${foreseen} changes told ahead`);
});
