/** What a history tells of the state, however a session is played, against the session itself. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { stateRuns } from "../../../client/charts/ribbon.ts";
import { momentOf } from "../../../client/format.ts";
import { Columns } from "../../../client/history/columns.ts";
import { History } from "../../../client/history/history.ts";
import { readingAt, stateChanges } from "../../../client/history/state_changes.ts";
import type { MarketState } from "../../../client/state_words.ts";
import { instrumentOf } from "../../../client/stream/instrument.ts";
import { GRID_ROWS } from "../../../engine/wire/fields.ts";
import type { ReadingMessage } from "../../../engine/wire/messages.ts";
import { gridHead, MNQ } from "../mnq.ts";
import { readingOf } from "../told_states.ts";

const INSTRUMENT = instrumentOf(MNQ);
const GRID = { columns: { rest_depth: new Float64Array(GRID_ROWS) } };
const STATES = ["CHOP", "UP LEAN", "UP BIAS", "DOWN LEAN"] as const;
const START_NS = 1_770_388_867_325_000_000n;
const INSTANTS = 100;
const WIDTH = 80;

/** Of each instant: what the state becomes, where it does, and whether the throttle has a grid. */
const SESSION = fc.array(
  fc.record({ state: fc.option(fc.constantFrom(...STATES), { freq: 2 }), hasGrid: fc.boolean() }),
  { minLength: INSTANTS, maxLength: INSTANTS },
);

/** Stretches that are played: from a grid on, some of which are left out as a raster or a lag does. */
const PLAYS = fc.array(
  fc.record({
    from: fc.nat(INSTANTS - 1),
    leaves: fc.array(fc.constantFrom("shown", "shown", "raster", "lag"), {
      minLength: 1,
      maxLength: 50,
    }),
  }),
  { minLength: 1, maxLength: 5 },
);

const KEPT = fc.record({
  capacity: fc.integer({ min: 4, max: 60 }),
  stepNs: fc.constantFrom(150_001n, 1_000_000n, 20_000_000n),
  msPerColumn: fc.double({ min: 0.5, max: 40, noNaN: true }),
});

Deno.test("the state is that of the session at each instant, however it is played", () => {
  fc.assert(
    fc.property(SESSION, PLAYS, KEPT, (session, plays, { capacity, stepNs, msPerColumn }) => {
      const nsAt = (instant: number) => START_NS + BigInt(instant) * stepNs;
      const msAt = (instant: number) => momentOf(nsAt(instant));
      const begins: { at: number; state: MarketState }[] = [{ at: -1, state: "CHOP" }];
      session.forEach(({ state }, at) => {
        if (state !== null && state !== begins.at(-1)!.state) begins.push({ at, state });
      });
      const stateAt = (instant: number) => begins.findLast(({ at }) => at <= instant)!;
      const between = (from: number, to: number) =>
        begins.filter(({ at }) => at > from && at <= to);

      const history = new History(capacity);
      const { order, readings } = history;
      const grids = session.flatMap(({ hasGrid }, instant) => hasGrid ? [instant] : []);
      for (const { from, leaves } of plays) {
        history.breakOff();
        const first = grids.findIndex((instant) => instant >= from);
        let before = Infinity;
        leaves.forEach((how, i) => {
          const instant = first < 0 ? undefined : grids[first + i];
          if (instant === undefined) return;
          if (how === "lag") history.breakOff("lag");
          if (how !== "shown" && i > 0) return;
          const own = stateAt(instant);
          const changes = between(before, own.at - 1)
            .map(({ state, at }) => ({ state, since_ts_ns: `${nsAt(at)}` }));
          const reading: ReadingMessage = {
            ...readingOf({ state: own.state, sinceMs: 0 }),
            since_ts_ns: `${nsAt(own.at)}`,
            ...(changes.length > 0 && { changes }),
          };
          const head = gridHead(0n, instant, { ts_ns: `${nsAt(instant)}`, reading });
          history.record(head, GRID, INSTRUMENT, []);
          before = instant;
        });
      }
      if (order.length === 0) return;
      const instantOf = (rank: number) =>
        Number((readings.tsNs(order.at(rank)) - START_NS) / stepNs);
      const goesOn = (rank: number) => rank + 1 < order.length && !order.begins(rank + 1);

      const wanted: string[] = [];
      for (let rank = 1; rank < order.length; rank++) {
        const [from, to] = [instantOf(rank - 1), instantOf(rank)];
        const isOther = stateAt(from).state !== stateAt(to).state;
        const told = goesOn(rank - 1)
          ? between(from, to)
          : isOther
          ? [{ at: to, state: stateAt(to).state }]
          : [];
        wanted.push(...told.map(({ state, at }) => `${state} ${msAt(at)}`));
      }
      const changes = stateChanges(history).map(({ state, timeMs }) => `${state} ${timeMs}`);
      assert.deepEqual(changes, wanted);

      for (let rank = 0; rank + 1 < order.length; rank++) {
        if (!goesOn(rank)) continue;
        for (let instant = instantOf(rank); instant < instantOf(rank + 1); instant++) {
          const reading = readingAt(history, order.at(rank), msAt(instant) + 1e-3);
          const { state, at } = stateAt(instant);
          assert.deepEqual([reading?.state, reading?.since_ts_ns], [state, `${nsAt(at)}`]);
        }
      }

      const columns = new Columns();
      columns.layOut(order, {
        ...{ width: WIDTH, msPerColumn, axis: "time", breakWidth: 3, offset: 1 },
        anchor: order.at(order.length - 1),
      });
      const shown = Array<MarketState | null>(WIDTH).fill(null);
      for (const { from, to, state } of stateRuns(history, columns)) shown.fill(state, from, to);
      const ribbon = Array.from(columns.grids, (grid, x) => {
        if (grid < 0) return null;
        const rank = order.rankOf(grid);
        const last = goesOn(rank) ? instantOf(rank + 1) : instantOf(rank);
        const later = between(instantOf(rank), last).filter(({ at }) =>
          msAt(at) < columns.endMs(x)
        );
        return later.at(-1)?.state ?? stateAt(instantOf(rank)).state;
      });
      assert.deepEqual(shown, ribbon);
    }),
    { numRuns: 500 },
  );
});
