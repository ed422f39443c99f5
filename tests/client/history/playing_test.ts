/** What a history tells of trades and counts, however a session is played, against the session itself. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { momentOf } from "../../../client/format.ts";
import { measure } from "../../../client/history/box_figures.ts";
import { History } from "../../../client/history/history.ts";
import { whyOf } from "../../../client/history/why.ts";
import { instrumentOf } from "../../../client/stream/instrument.ts";
import { GRID_ROWS, HALF_WIDTH } from "../../../engine/wire/fields.ts";
import type { Trade } from "../../../engine/wire/messages.ts";
import { gridHead, MNQ } from "../mnq.ts";

const INSTRUMENT = instrumentOf(MNQ);
const SPOT = 100_000;
const START_NS = 1_770_388_867_325_000_000n;
/** Some of a session's instants lie within a millisecond. */
const STEP_NS = 150_001n;
const INSTANTS = 120;

interface Session {
  /** Of each instant: what was traded at spot or a tick above, contracts; whether a grid ends it. */
  readonly instants: readonly { trades: [tick: number, size: number][]; hasGrid: boolean }[];
}

const SESSION: fc.Arbitrary<Session> = fc.record({
  instants: fc.array(
    fc.record({
      trades: fc.array(fc.tuple(fc.nat(1), fc.integer({ min: 1, max: 9 })), { maxLength: 2 }),
      hasGrid: fc.boolean(),
    }),
    { minLength: INSTANTS, maxLength: INSTANTS },
  ),
});

/** A stretch that is played: from a grid on, some of which are left out as a raster or a lag does. */
const PLAYS = fc.array(
  fc.record({
    from: fc.nat(INSTANTS - 1),
    history: fc.nat(4),
    leaves: fc.array(fc.constantFrom("shown", "shown", "raster", "lag"), {
      minLength: 1,
      maxLength: 40,
    }),
  }),
  { minLength: 1, maxLength: 6 },
);

const nsAt = (instant: number) => START_NS + BigInt(instant) * STEP_NS;

Deno.test("trades and counts are those of the session, however it is played", () => {
  let told = 0;
  fc.assert(
    fc.property(SESSION, PLAYS, fc.integer({ min: 4, max: 60 }), (session, plays, capacity) => {
      const history = new History(capacity);
      const grids = session.instants.flatMap(({ hasGrid }, i) => hasGrid ? [i] : []);
      const instantOf = new Map<bigint, number>();
      const record = (instant: number, trades: readonly Trade[], isHistory: boolean) => {
        const filled_total = new Float64Array(GRID_ROWS);
        for (const { trades } of session.instants.slice(0, instant + 1)) {
          for (const [tick, size] of trades) filled_total[HALF_WIDTH + tick]! += size;
        }
        instantOf.set(nsAt(instant), instant);
        const head = { ts_ns: `${nsAt(instant)}`, ...(isHistory && { history: true as const }) };
        history.record(
          gridHead(0n, instant, head),
          { columns: { filled_total } },
          INSTRUMENT,
          trades,
        );
      };
      for (const { from, history: before, leaves } of plays) {
        history.breakOff();
        const first = grids.findIndex((instant) => instant >= from);
        if (first < 0) continue;
        for (let i = Math.max(0, first - before); i < first; i++) record(grids[i]!, [], true);
        let carried: Trade[] = [];
        leaves.forEach((how, i) => {
          const instant = grids[first + i];
          if (instant === undefined) return;
          for (let j = (grids[first + i - 1] ?? -1) + 1; j <= instant; j++) {
            for (const [tick, size] of session.instants[j]!.trades) {
              carried.push([`${nsAt(j)}`, `${BigInt(SPOT + tick) * 250_000_000n}`, size, "B"]);
            }
          }
          if (how === "lag") history.breakOff("lag");
          if (how !== "shown" && i > 0) return;
          record(instant, carried, false);
          carried = [];
        });
      }
      const { order, readings, volumes, trades } = history;
      const plain = session.instants.flatMap(({ trades }, i) =>
        trades.map(([tick, size]) => ({ ms: momentOf(nsAt(i)), tick: SPOT + tick, size }))
      );
      const sum = (tick: number, afterMs: number, toMs: number) =>
        plain.filter((one) => one.tick === tick && one.ms > afterMs && one.ms <= toMs)
          .reduce((all, { size }) => all + size, 0);
      for (let rank = 0; rank < order.length; rank++) {
        const grid = order.at(rank);
        const ms = history.time(grid);
        assert.equal(ms, momentOf(nsAt(instantOf.get(readings.tsNs(grid))!)));
        const traded = volumes.upTo(ms);
        const sinceMs = volumes.toldSince(ms);
        for (const tick of [SPOT, SPOT + 1]) {
          if (traded !== null && !traded.hasHoles) {
            told++;
            // Just before a trade is the same moment as the trade.
            const { fromMs } = traded;
            const either = [sum(tick, fromMs, ms), sum(tick, fromMs - 1e-3, ms)];
            assert.ok(either.includes(traded.at(tick)), `${traded.at(tick)} of ${either}`);
          }
          const why = whyOf(history, grid, tick)!;
          assert.equal(why.since.filled, sum(tick, why.sinceMs, ms));
        }
        if (sinceMs !== null) {
          const listed = trades.upTo(ms, 1, Infinity).filter(({ timeMs }) => timeMs > sinceMs);
          const wanted = plain.filter((one) => one.ms > sinceMs && one.ms <= ms).reverse();
          assert.deepEqual(
            listed.map(({ timeMs, tick, size }) => ({ ms: timeMs, tick, size })),
            wanted,
          );
        }
        for (let later = rank; later < order.length; later += 3) {
          const toMs = history.time(order.at(later));
          const box = measure(history, { fromMs: ms, toMs, low: SPOT, high: SPOT });
          if (box.tradesKnown) assert.equal(box.traded, sum(SPOT, ms, toMs));
          if (box.known === 1) assert.equal(box.filled, sum(SPOT, ms, toMs));
        }
      }
    }),
    { numRuns: 300 },
  );
  assert.ok(told > 1_000, `${told}`);
});
