/** The volume at each price, whatever is played again and whatever is kept no longer. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { momentOf } from "../../../client/format.ts";
import type { Trade } from "../../../engine/wire/messages.ts";
import { TradeHistory } from "../../../client/history/trade_history.ts";
import { rowOf, VolumeAtPrice } from "../../../client/history/volume_at_price.ts";

const TICK = 250_000_000;
const GRID_MS = 10;
const GRIDS = 40;

interface Told {
  ms: number;
  tick: number;
  size: number;
}

const told: fc.Arbitrary<Told> = fc.record({
  ms: fc.integer({ min: 1, max: GRIDS * GRID_MS }),
  tick: fc.integer({ min: -1, max: 1 }),
  size: fc.integer({ min: 1, max: 9 }),
});

/** A stretch that is played: so many grids from one on. */
const stretch = fc.record({
  from: fc.integer({ min: 1, max: GRIDS }),
  grids: fc.integer({ min: 1, max: 15 }),
});

/** What `ms` counts: milliseconds, or of those so little that some grids lie within one. */
const unit = fc.constantFrom(1_000_000n, 50_000n);

function counters(capacity: number, unitNs = 1_000_000n) {
  const nsOf = (units: number) => BigInt(units) * unitNs;
  const trades: TradeHistory = new TradeHistory(
    capacity,
    (ms, tick, size) => volumes.takeBack(ms, tick, size),
  );
  const volumes: VolumeAtPrice = new VolumeAtPrice(trades);
  const play = (session: readonly Told[], from: number, grids: number): number => {
    trades.breakOff();
    const last = Math.min(GRIDS, from + grids - 1);
    for (let grid = from; grid <= last; grid++) {
      const since = (grid - 1) * GRID_MS;
      const batch = session.filter(({ ms }) => ms > since && ms <= since + GRID_MS)
        .map(({ ms, tick, size }): Trade => [`${nsOf(ms)}`, `${tick * TICK}`, size, "B"]);
      const before = grid === from ? null : nsOf(since);
      trades.add(batch, TICK);
      volumes.add(batch, before, nsOf(grid * GRID_MS), TICK);
    }
    return last;
  };
  return { volumes, play, momentOf: (units: number) => momentOf(nsOf(units)) };
}

Deno.test("VolumeAtPrice counts each trade told of once, up to any moment", () => {
  fc.assert(fc.property(
    fc.array(told, { maxLength: 60 }),
    fc.array(stretch, { minLength: 1, maxLength: 6 }),
    unit,
    (all, stretches, unitNs) => {
      const session = all.toSorted((a, b) => a.ms - b.ms);
      const { volumes, play, momentOf } = counters(1_000, unitNs);
      const played = new Set<number>();
      for (const { from, grids } of stretches) {
        const last = play(session, from, grids);
        for (let grid = from; grid <= last; grid++) played.add(grid);
        for (const grid of played) {
          const traded = volumes.upTo(momentOf(grid * GRID_MS))!;
          for (const tick of [-1, 0, 1]) {
            const plain: number = session
              .filter(({ ms, tick: at }) => at === tick && ms <= grid * GRID_MS)
              .filter(({ ms }) => played.has(Math.ceil(ms / GRID_MS)))
              .reduce((sum, { size }) => sum + size, 0);
            assert.equal(traded.at(tick), plain, `${tick} at grid ${grid}`);
          }
        }
      }
    },
  ));
});

Deno.test("VolumeAtPrice says nothing rather than too little when single trades have gone", () => {
  fc.assert(
    fc.property(
      fc.array(told, { maxLength: 60 }),
      fc.array(stretch, { minLength: 1, maxLength: 8 }),
      fc.integer({ min: 4, max: 20 }),
      unit,
      (all, stretches, capacity, unitNs) => {
        const session = all.toSorted((a, b) => a.ms - b.ms);
        const { volumes, play, momentOf } = counters(capacity, unitNs);
        for (const { from, grids } of stretches) {
          play(session, from, grids);
          for (let grid = 1; grid <= GRIDS; grid++) {
            const traded = volumes.upTo(momentOf(grid * GRID_MS));
            if (traded === null || traded.hasHoles) continue;
            for (const tick of [-1, 0, 1]) {
              const plain: number = session
                .filter(({ ms, tick: at }) =>
                  at === tick && momentOf(ms) > traded.fromMs && ms <= grid * GRID_MS
                )
                .reduce((sum, { size }) => sum + size, 0);
              assert.equal(traded.at(tick), plain, `${tick} at grid ${grid}`);
            }
          }
        }
      },
    ),
    { numRuns: 1000 },
  );
});

Deno.test("VolumeAtPrice counts none twice where single trades have gone at both ends", () => {
  const { volumes, play } = counters(4);
  const session = [1, 1, 201, 201, 201, 211].map((ms) => ({ ms, tick: 0, size: 1 }));
  // Of the three of an instant two are kept; then those go too, for earlier ones.
  play(session, 13, 10);
  play(session, 1, 1);
  assert.equal(volumes.upTo(10), null);
  play(session, 2, 21);
  assert.deepEqual([volumes.upTo(210)?.at(0), volumes.upTo(220)?.at(0)], [5, 6]);
});

Deno.test("VolumeAtPrice says nothing of a moment whose millisecond went without being taken back", () => {
  const { volumes, play, momentOf } = counters(4, 50_000n);
  const session = [1, 1, 240, 240, 240, 241].map((ms) => ({ ms, tick: 0, size: 1 }));
  play(session, 15, 11);
  assert.equal(volumes.upTo(momentOf(240))?.at(0), 3);
  play(session, 2, 14);
  play(session, 1, 2);
  assert.equal(volumes.upTo(momentOf(240)), null);
  assert.equal(volumes.upTo(momentOf(250))?.at(0), 6);
});

Deno.test("VolumeAtPrice counts once what comes in the millisecond that goes to make room for it", () => {
  const { volumes, play, momentOf } = counters(7, 50_000n);
  const session = [1, 1, 1, 260, 261, 261, 261, 271].map((ms) => ({ ms, tick: 0, size: 1 }));
  play(session, 1, 1);
  play(session, 27, 2);
  // For that of 260 those after it go, which are of its millisecond.
  play(session, 14, 13);
  play(session, 19, 8);
  assert.equal(volumes.upTo(momentOf(260))?.at(0), 4);
});

Deno.test("VolumeAtPrice still has the whole of what went on, when the single trades have gone", () => {
  const { volumes, play } = counters(4);
  const session = Array.from({ length: 40 }, (_, i) => ({ ms: 10 * i + 5, tick: 0, size: 1 }));
  play(session, 1, GRIDS);
  assert.equal(volumes.upTo(GRIDS * GRID_MS)?.at(0), 40);
  assert.equal(volumes.upTo(100), null);
  volumes.clear();
  assert.equal(volumes.upTo(GRIDS * GRID_MS), null);
});

Deno.test("VolumeAtPrice looks back at the same moment, whatever comes meanwhile", () => {
  const { volumes, play } = counters(100);
  const session = [5, 95, 195, 295].map((ms) => ({ ms, tick: 0, size: 1 }));
  play(session, 1, 20);
  assert.equal(volumes.upTo(100)?.at(0), 2);
  play(session, 21, 19);
  assert.equal(volumes.upTo(100)?.at(0), 2);
});

Deno.test("VolumeAtPrice counts again what gave way to something earlier, once it comes again", () => {
  const { volumes, play } = counters(4);
  const session = [1, 2, 3, 4, 15, 16, 17].map((grid) => ({ ms: 10 * grid, tick: 0, size: 1 }));
  play(session, 10, 8);
  assert.equal(volumes.upTo(170)?.at(0), 3);
  play(session, 1, 17);
  const traded = volumes.upTo(170);
  assert.deepEqual([traded?.at(0), traded?.hasHoles], [7, false]);
});

Deno.test("VolumeAtPrice tells of holes however many there are", () => {
  const volumes = new VolumeAtPrice(new TradeHistory(4));
  const told = (stretch: number) => volumes.toldSince(momentOf(BigInt(stretch) * 20_000_000n));
  for (let i = 1; i <= 600; i++) {
    const toNs = BigInt(i) * 20_000_000n;
    volumes.add([], toNs - 10_000_000n, toNs, TICK);
    assert.equal(volumes.upTo(momentOf(toNs))?.hasHoles, i > 1);
    assert.equal(told(i), 20 * i - 10);
  }
  // What lies before the last of those that were joined is not told apart any more.
  assert.equal(told(1), null);
  assert.deepEqual([volumes.upTo(15)?.hasHoles, volumes.upTo(41)?.hasHoles], [false, true]);
});

Deno.test("VolumeAtPrice tells of holes in what it was told", () => {
  const { volumes, play } = counters(100);
  play([{ ms: 5, tick: 0, size: 1 }], 1, 3);
  play([], 9, 3);
  assert.equal(volumes.upTo(30)?.hasHoles, false);
  assert.equal(volumes.upTo(110)?.hasHoles, true);
  play([], 3, 7);
  assert.equal(volumes.upTo(110)?.hasHoles, false);
});

Deno.test("rowOf() is the nearest tick, half a tick rounds up", () => {
  assert.deepEqual([100, 100.49, 100.5, -0.5, -0.51].map(rowOf), [100, 100, 101, 0, -1]);
});
