/** The core against the plain engine in TypeScript: grids and books at every boundary, bit for bit. */
import assert from "node:assert/strict";
import fc from "fast-check";
import type { BookView } from "../../engine/book_view.ts";
import { UserError } from "../../engine/errors.ts";
import { ordersOf } from "../book_orders.ts";
import { SESSIONS } from "../integrity_sessions.ts";
import { sessions } from "../oracle/arbitrary.ts";
import type { GridFrame as PlainFrame } from "../plain_engine/grid/frame.ts";
import type { OrderBook } from "../plain_engine/book/book.ts";
import { priceInt } from "../plain_engine/book/price.ts";
import { drivePlain } from "../plain_engine/drive.ts";
import type { GridFrame } from "../../engine/grid_frame.ts";
import { drive, type DriveInput } from "./drive.ts";

/** Every bit that a grid shows. */
function bits(frame: GridFrame | PlainFrame): string {
  const { tsNs, eventId, bookValid, maybeBadBook, spotKnown, spot, bestBid, bestAsk, midPrice } =
    frame;
  const head = [tsNs, eventId, bookValid, maybeBadBook, spotKnown, spot, bestBid, bestAsk];
  const values = new BigUint64Array(Float64Array.from(frame.values).buffer);
  return `${head} ${midPrice} ${values} ${Array.from(frame.lastEventId, Number)}`;
}

const resting = (book: BookView) =>
  ordersOf(book).map(({ id, price, isBid, qty }) => `${id} ${price} ${isBid} ${qty}`).sort();

function restingPlain(book: OrderBook): string[] {
  const orders: string[] = [];
  book.forEachOrder((lo, hi, price, isBid, qty) => {
    orders.push(`${(BigInt(hi >>> 0) << 32n) | BigInt(lo >>> 0)} ${price} ${isBid} ${qty}`);
  });
  return orders.sort();
}

function levels(book: BookView): string[] {
  const found: string[] = [];
  for (const isBid of [true, false]) {
    book.forEachLevel(isBid, (price, depth) => found.push(`${isBid} ${price} ${depth}`));
  }
  return found.sort();
}

function levelsPlain(book: OrderBook): string[] {
  const found: string[] = [];
  for (const [isBid, side] of [[true, book.bids], [false, book.asks]] as const) {
    side.forEach((tick, rem, depth) =>
      found.push(`${isBid} ${priceInt(tick, rem, book.tickInt)} ${depth}`)
    );
  }
  return found.sort();
}

/** Runs both; `every` of how many grids the whole book is compared. */
function assertSame(session: DriveInput, every: number): number {
  const expected: string[] = [];
  const books: string[][] = [];
  const message = (run: () => unknown) => {
    try {
      run();
      return null;
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      return error.message;
    }
  };
  let plain: ReturnType<typeof drivePlain> | null = null;
  const plainError = message(() =>
    plain = drivePlain(session, (frame, { book }) => {
      if (expected.length % every === 0) books.push([...restingPlain(book), ...levelsPlain(book)]);
      expected.push(bits(frame));
    })
  );
  let grids = 0;
  let core: ReturnType<typeof drive> | null = null;
  const coreError = message(() =>
    core = drive(session, (frame, { book }) => {
      const same = bits(frame) === expected[grids];
      if (!same) assert.equal(bits(frame), expected[grids], `grid ${grids}`);
      if (grids % every === 0) {
        assert.deepEqual([...resting(book), ...levels(book)], books.shift(), `book ${grids}`);
      }
      grids++;
    })
  );
  assert.equal(coreError, plainError);
  assert.equal(grids, expected.length);
  if (plain === null || core === null) return grids;
  const summary = (
    { book, counters, source, sessionTrades: { high, low, volume, notional }, phase, lastTsNs }:
      | ReturnType<typeof drive>
      | ReturnType<typeof drivePlain>,
  ) => ({
    counters: { ...counters },
    source: { ...source.counters },
    book: { ...book.counters },
    beginsInside: source.beginsInside,
    orders: book.orderCount,
    spot: [book.spotKnown, book.spotTick],
    state: [book.eventId, book.valid, book.maybeBad, book.inSnapshot],
    traded: { high, low, volume, notional },
    phase,
    lastTsNs,
  });
  assert.deepEqual(summary(core), summary(plain));
  return grids;
}

Deno.test("the core and the plain engine are equal bit for bit on generated sessions", () => {
  let grids = 0;
  fc.assert(
    fc.property(sessions(60), (session) => {
      grids += assertSame(session, 1);
    }),
    { numRuns: 500 },
  );
  assert.ok(grids > 1_000, `${grids} grids`);
});

for (const [name, { of, every, ignore }] of Object.entries(SESSIONS)) {
  Deno.test({
    name: `${name}: the core and the plain engine are equal bit for bit`,
    ignore,
    fn() {
      assert.ok(assertSame(of(), every) > 20);
    },
  });
}
