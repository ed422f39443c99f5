/**
 * What a run gives besides grids: boundaries that have settled, grids of warm-up, depth by side. Each
 * against what the oracle says, and none of them changes anything else.
 */
import assert from "node:assert/strict";
import fc from "fast-check";
import { casesOf } from "../proof.ts";
import type { BookView } from "../../engine/book_view.ts";
import type { GridFrame } from "../../engine/grid_frame.ts";
import { EXTRA_FIELDS, type ExtraField, GRID_ROWS, HALF_WIDTH } from "../../engine/wire/fields.ts";
import { ordersOf } from "../book_orders.ts";
import { drive, type DriveInput, fingerprint, type Shown } from "../drive.ts";
import { DAYS } from "../plain_days.ts";
import { type Session, sessions } from "../oracle/arbitrary.ts";
import { bucketOf } from "../oracle/buckets.ts";
import { type OracleGrid, runOracle } from "../oracle/engine.ts";
import type { MboRecord } from "../oracle/records.ts";
import { assertSameGrid } from "../same_grid.ts";

const MS = 1_000_000n;
const MINUTE = 60_000n * MS;

/** Sessions with a throttle that leaves boundaries out. */
const throttled = fc.tuple(
  sessions(60),
  fc.constantFrom(1n, 400n, 25n * MS, 250n * MS, 1_000n * MS, MINUTE),
).map(([session, throttleNs]): Session => ({ ...session, throttleNs }));

/** A column of the extra ones. */
function extra({ extras }: GridFrame, field: ExtraField): number[] {
  const at = EXTRA_FIELDS.indexOf(field) * GRID_ROWS;
  return [...extras.subarray(at, at + GRID_ROWS)];
}

/** Every boundary from the start on, those whose time went back among them. */
function allBoundaries(session: Session) {
  return runOracle({ ...session, throttleNs: -(1n << 70n) });
}

/** What is shown, and which boundary it is. */
type Place = [shown: Shown, grid: OracleGrid];

/** Grids of the throttle, and after each the last boundary before so much time has passed again. */
function withSettled(
  boundaries: readonly OracleGrid[],
  kept: readonly MboRecord[],
  throttleNs: bigint,
): Place[] {
  const places: Place[] = [];
  let emitted: OracleGrid | null = null;
  for (const boundary of boundaries) {
    const since: bigint | null = emitted === null ? null : boundary.tsNs - emitted.tsNs;
    if (since === null || since >= throttleNs) {
      places.push(["grid", boundary]);
      emitted = boundary;
    } else if (since >= 0n) {
      const next = kept[boundary.eventId];
      const isLast = next === undefined || next.ts > emitted!.tsNs + throttleNs;
      if (isLast) places.push(["settled", boundary]);
    }
  }
  return places;
}

/** Which grids a run shows, and their bits. */
function shownBy(session: Session, extras: Parameters<typeof drive>[4]): [Shown, string][] {
  const all: [Shown, string][] = [];
  const cut = { piece: Infinity, budget: Infinity };
  drive(
    session,
    (frame, _on, shown) => all.push([shown, fingerprint(frame)]),
    cut,
    undefined,
    extras,
  );
  return all;
}

Deno.test("what has settled is the last boundary before the throttle's time has passed, and as the oracle's", () => {
  let settled = 0;
  fc.assert(
    fc.property(throttled, (session) => {
      const { grids, kept } = allBoundaries(session);
      const expected = withSettled(grids, kept, session.throttleNs);
      let at = 0;
      const check = (frame: GridFrame, _on: unknown, shown: Shown) => {
        const place = expected[at++];
        assert.ok(place, `a ${shown} that is not expected`);
        assert.equal(shown, place[0]);
        assertSameGrid(frame, place[1]);
        if (shown === "settled") settled++;
      };
      const cut = { piece: Infinity, budget: 7 };
      const { counters } = drive(session, check, cut, undefined, { settles: true });
      assert.equal(at, expected.length);
      assert.equal(counters.grids, expected.filter(([shown]) => shown === "grid").length);
    }),
    { numRuns: casesOf(80, 300) },
  );
  assert.ok(settled > 0, `${settled} settled`);
});

Deno.test("grids of warm-up are those of the oracle, and the first grid after them is always emitted", () => {
  let history = 0;
  fc.assert(
    fc.property(throttled, fc.constantFrom(1n, 5n, 30n, 60n), (session, minutes) => {
      const expected = runOracle({ ...session, historyNs: minutes * MINUTE });
      const shown = { grid: 0, history: 0, settled: 0 };
      const check = (frame: GridFrame, _on: unknown, kind: Shown) => {
        const grids = kind === "history" ? expected.history : expected.grids;
        const grid = grids[shown[kind]++];
        assert.ok(grid, `a ${kind} that is not expected`);
        assertSameGrid(frame, grid);
        if (kind === "history") assert.equal(shown.grid, 0);
      };
      const cut = { piece: Infinity, budget: 13 };
      const extras = { historyNs: Number(minutes * MINUTE) };
      const { counters } = drive(session, check, cut, undefined, extras);
      const { grids, history: { length } } = expected;
      assert.deepEqual(shown, { grid: grids.length, history: length, settled: 0 });
      assert.equal(counters.grids, grids.length);
      history += length;
    }),
    { numRuns: casesOf(80, 300) },
  );
  assert.ok(history > 0, `${history} grids of warm-up`);
});

Deno.test("grids are the same bit for bit, whatever is given besides", () => {
  fc.assert(
    fc.property(throttled, (session) => {
      const plain = shownBy(session, {});
      const extras = {
        ...{ settles: true, sides: true, totals: true, historyNs: Number(30n * MINUTE) },
        events: { bookEvent() {} },
      };
      const grids = shownBy(session, extras).filter(([shown]) => shown === "grid");
      assert.deepEqual(grids, plain);
    }),
    { numRuns: casesOf(50, 150) },
  );
});

Deno.test("depth by side is the book's own, and its sum is rest_depth", () => {
  let odd = 0, grids = 0;
  fc.assert(
    fc.property(throttled, (session) => {
      const { tickInt } = session;
      drive(
        session,
        (frame, { book }) => {
          const bids = new Array<number>(GRID_ROWS).fill(0), asks = [...bids];
          for (const { price, qty, isBid } of frame.spotKnown ? ordersOf(book) : []) {
            const k = bucketOf(price, frame.spot, tickInt);
            if (k < -HALF_WIDTH || k > HALF_WIDTH) continue;
            (isBid ? bids : asks)[Number(k) + HALF_WIDTH]! += qty;
            if (price % tickInt !== 0n) odd++;
          }
          assert.deepEqual(extra(frame, "bid_depth"), bids, "bids");
          assert.deepEqual(extra(frame, "ask_depth"), asks, "asks");
          const sums = bids.map((depth, row) => depth + asks[row]!);
          assert.deepEqual([...frame.column("rest_depth")], sums, "both");
          grids++;
        },
        undefined,
        undefined,
        {
          ...{ settles: true, sides: true, historyNs: Number(30n * MINUTE) },
        },
      );
    }),
    { numRuns: casesOf(60, 200) },
  );
  assert.ok(odd > 0 && grids > 0, `${odd} off the raster, ${grids} grids`);
});

/** What was touched, by bucket, and when. */
type Touched = [eventId: number, tick: bigint, added: number, pulled: number, filled: number];

/** The touches of a session, counted plainly. */
function touchesOf(session: DriveInput): Touched[] {
  const all: Touched[] = [];
  runOracle({
    ...session,
    onTouches: (touches, eventId) => {
      for (const { price, add, pull, fill } of touches) {
        const tick = bucketOf(price, 0n, session.tickInt);
        all.push([eventId, tick, Number(add), Number(pull), Number(fill)]);
      }
    },
  });
  return all;
}

/** Sums of touches as they go on, by bucket. */
class PlainTotals {
  readonly #sums = new Map<bigint, [number, number, number]>();
  #at = 0;

  constructor(readonly touches: readonly Touched[]) {}

  /** Goes on to the state after a record. */
  upTo(eventId: number): void {
    for (; this.#at < this.touches.length && this.touches[this.#at]![0] <= eventId; this.#at++) {
      const [, tick, ...amounts] = this.touches[this.#at]!;
      const sums = this.#sums.get(tick) ?? [0, 0, 0];
      this.#sums.set(tick, sums.map((sum, i) => sum + amounts[i]!) as [number, number, number]);
    }
  }

  of(tick: bigint): readonly [number, number, number] {
    return this.#sums.get(tick) ?? [0, 0, 0];
  }
}

/** Compares the totals of a grid with a plain count. */
function assertTotals(frame: GridFrame, book: BookView, plain: PlainTotals): void {
  plain.upTo(frame.eventId);
  const { tickInt } = frame;
  const counts = new Array<number>(GRID_ROWS).fill(0);
  for (const { price } of frame.spotKnown ? ordersOf(book) : []) {
    const k = bucketOf(price, frame.spot, BigInt(tickInt));
    if (k >= -HALF_WIDTH && k <= HALF_WIDTH) counts[Number(k) + HALF_WIDTH]!++;
  }
  assert.deepEqual(extra(frame, "order_count"), counts);
  const first = frame.spot / BigInt(tickInt) - BigInt(HALF_WIDTH);
  (["added_total", "pulled_total", "filled_total"] as const).forEach((field, i) => {
    const sums = counts.map((_, row) => frame.spotKnown ? plain.of(first + BigInt(row))[i] : 0);
    assert.deepEqual(extra(frame, field), sums, field);
  });
}

Deno.test("orders and totals of buckets are those of a plain count over the records", () => {
  let grids = 0, filled = 0;
  fc.assert(
    fc.property(throttled, (session) => {
      const plain = new PlainTotals(touchesOf(session));
      drive(
        session,
        (frame, { book }) => {
          assertTotals(frame, book, plain);
          grids++;
          filled += Math.max(...extra(frame, "filled_total"));
        },
        undefined,
        undefined,
        { ...{ settles: true, totals: true, historyNs: Number(30n * MINUTE) } },
      );
    }),
    { numRuns: casesOf(60, 1_000) },
  );
  assert.ok(grids > 0 && filled > 0, `${grids} grids, ${filled} filled`);
});

for (const [name, { absent, input }] of Object.entries(DAYS)) {
  Deno.test({
    name: `orders and totals at ten moments of ${name} are those of a plain count`,
    ignore: absent,
    fn() {
      const session = input();
      const plain = new PlainTotals(touchesOf(session));
      let grids = 0;
      const check = (frame: GridFrame, { book }: { book: BookView }) => {
        assertTotals(frame, book, plain);
        grids++;
      };
      drive(session, check, undefined, undefined, { totals: true });
      assert.ok(grids >= 10, `${grids} grids`);
    },
  });
}
