/** Sweeps and reserves, held against a plain walk over the records, and against events made by hand. */
import assert from "node:assert/strict";
import { SIDE } from "dbn-ts";
import fc from "fast-check";
import type { BookEvent } from "../../engine/book_events.ts";
import { type Cut, drive, type DriveInput } from "../drive.ts";
import { dbn, type Flow, flow } from "../made_session.ts";
import { sessions } from "../oracle/arbitrary.ts";
import { bookEventsOf } from "../oracle/book_events.ts";
import { DAYS } from "../plain_days.ts";
import { casesOf } from "../proof.ts";

const PRICE = 25_000_000_000_000n;
const TICK = 250_000_000n;
const BEGIN = 3_600_000_000_000n;

/** What the engine tells of a session. */
function eventsOf(session: DriveInput, cut?: Cut): BookEvent[] {
  const events: BookEvent[] = [];
  const sink = { bookEvent: (event: BookEvent) => void events.push(event) };
  drive(session, () => {}, cut, undefined, { events: sink });
  return events;
}

/** A session of a few records. */
function made(records: readonly Flow[], startNs: bigint | null = null): DriveInput {
  return {
    ...{ bytes: dbn(records.map(flow)), dt: "2026-02-06", symbol: "MNQH6", startNs },
    ...{ productType: "future_mbo", tickInt: TICK, throttleNs: 0n },
  };
}

/** Events of few orders at few prices: what follows a fill is often of the filled order. */
const crowded = fc.array(
  fc.record({
    gap: fc.constantFrom(0n, 1n, 1n, 5n, 40_000_000n, -3n),
    last: fc.boolean(),
    records: fc.array(
      fc.record({
        action: fc.constantFrom(..."AATTTFFFMMMC"),
        orderId: fc.bigInt({ min: 1n, max: 4n }),
        size: fc.constantFrom(0, 1, 1, 2, 3, 5, 9),
        price: fc.constantFrom(0n, 0n, 0n, 1n, 2n).map((ticks) => PRICE + ticks * TICK),
        side: fc.constantFrom(..."BBBBBBAN"),
        flags: fc.constantFrom(0, 0, 0, 0, 0, 0, 0, 0, 0, 32, 128, 160),
      }),
      { minLength: 1, maxLength: 10, size: "max" },
    ),
  }),
  { minLength: 1, maxLength: 30, size: "max" },
).map((events) => {
  let at = BEGIN;
  const records: Flow[] = [{ action: "R", at, flags: 128 }];
  for (const { gap, last, records: some } of events) {
    at += gap;
    records.push(...some.map((record) => ({ ...record, at })));
    if (last) records.push({ action: "N", at, flags: 128 });
  }
  return records;
});

Deno.test("sweeps and reserves of crowded events are those of a plain walk over the records", () => {
  const seen = { sweep: 0, reserve: 0 };
  const start = fc.constantFrom(null, 1_770_339_600_000_000_010n);
  fc.assert(
    fc.property(crowded, start, fc.constantFrom(1, 7, Infinity), (records, startNs, budget) => {
      const session = made(records, startNs);
      const events = eventsOf(session, { piece: Infinity, budget });
      assert.deepEqual(events, bookEventsOf(session));
      for (const { kind } of events) seen[kind]++;
    }),
    { numRuns: casesOf(120, 5_000) },
  );
  assert.ok(seen.sweep > 0 && seen.reserve > 0, JSON.stringify(seen));
});

Deno.test("sweeps and reserves of nasty sessions are those of a plain walk over the records", () => {
  fc.assert(
    fc.property(sessions(80), (session) => {
      assert.deepEqual(eventsOf(session), bookEventsOf(session));
    }),
    { numRuns: casesOf(50, 2_000) },
  );
});

const kinds = (events: readonly BookEvent[]) =>
  (["sweep", "reserve"] as const).map((kind) =>
    events.filter((event) => event.kind === kind).length
  );

for (const [name, { absent, input }] of Object.entries(DAYS)) {
  Deno.test({
    name: `sweeps and reserves of ${name} are those of a plain walk over the records`,
    ignore: absent,
    fn() {
      const session = { ...input(), startNs: null };
      const events = eventsOf(session);
      assert.deepEqual(events, bookEventsOf(session));
      assert.deepEqual(kinds(events), name === "ESH4" ? [42, 83] : [kinds(events)[0], 0]);
      assert.ok(kinds(events)[0]! > 10);
    },
  });
}

Deno.test("an aggressor that takes three prices is one sweep, told before the next event's grid", () => {
  const trade = (ticks: bigint, size: number) => (
    { action: "T", side: "B", price: PRICE + ticks * TICK, size, at: BEGIN, flags: 0 }
  );
  const last = { action: "N", at: BEGIN, flags: 128 };
  const records = [trade(0n, 2), trade(0n, 1), trade(1n, 4), trade(2n, 1), last];
  const common = { tsNs: 1_770_339_600_000_000_000n, side: SIDE.BID };
  assert.deepEqual(eventsOf(made(records)), [{
    ...{ kind: "sweep", ...common, eventId: 4, price: PRICE + 2n * TICK, from: PRICE },
    ...{ prices: 3, size: 8 },
  }]);
  // One price is none; neither are executions of two events, of both aggressors, or of nobody.
  assert.deepEqual(eventsOf(made([trade(0n, 2), trade(0n, 1), last])), []);
  assert.deepEqual(eventsOf(made([trade(0n, 2), last, trade(1n, 1), last])), []);
  assert.deepEqual(eventsOf(made([trade(0n, 2), { ...trade(1n, 1), side: "A" }, last])), []);
  const ofNobody = [trade(0n, 2), trade(1n, 1)].map((record) => ({ ...record, side: "N" }));
  assert.deepEqual(eventsOf(made([...ofNobody, last])), []);
  // What the file's end cuts off may not be whole.
  assert.deepEqual(eventsOf(made([trade(0n, 2), trade(1n, 1)])), []);
});

Deno.test("a reserve order tells what it shows again, and what was filled of it so far", () => {
  const order = { orderId: 7n, side: "A", price: PRICE };
  const fill = (size: number, at: bigint) => ({ ...order, action: "F", size, at, flags: 0 });
  const shows = (size: number, at: bigint) => ({ ...order, action: "M", size, at, flags: 128 });
  const records = [
    { ...order, action: "A", size: 5, at: BEGIN },
    // Taken whole, and shown again.
    fill(5, BEGIN + 1n),
    shows(5, BEGIN + 1n),
    // A partial fill, its official size, and no more.
    fill(2, BEGIN + 2n),
    shows(3, BEGIN + 2n),
    // A partial fill, and more than was left.
    fill(1, BEGIN + 3n),
    shows(6, BEGIN + 3n),
    // More, but not after a fill of its event.
    shows(9, BEGIN + 4n),
    // More elsewhere.
    fill(1, BEGIN + 5n),
    { ...shows(20, BEGIN + 5n), price: PRICE + TICK },
    // Pulled: another order of that id is another order.
    { ...order, action: "C", size: 20, at: BEGIN + 6n },
    { ...order, action: "A", size: 4, at: BEGIN + 7n },
    fill(4, BEGIN + 8n),
    shows(4, BEGIN + 8n),
  ];
  const at = (ns: bigint) => 1_770_339_600_000_000_000n + ns;
  const reserve = { kind: "reserve", price: PRICE, side: SIDE.ASK, orderId: 7n };
  const first = { ...reserve, sinceNs: at(1n) };
  assert.deepEqual(eventsOf(made(records)), [
    { ...first, tsNs: at(1n), eventId: 3, size: 5, shown: 5, filled: 5, refills: 1 },
    { ...first, tsNs: at(3n), eventId: 7, size: 4, shown: 6, filled: 8, refills: 2 },
    {
      ...{ ...reserve, sinceNs: at(8n), tsNs: at(8n), eventId: 14 },
      ...{ size: 4, shown: 4, filled: 4, refills: 1 },
    },
  ]);
});

Deno.test("as many events as do not fit at once come all, in order", () => {
  const records: Flow[] = [{
    action: "A",
    orderId: 7n,
    side: "A",
    price: PRICE,
    size: 1,
    at: BEGIN,
  }];
  for (let i = 0; i < 1_000; i++) {
    const order = { orderId: 7n, side: "A", price: PRICE, size: 1, at: BEGIN + 1n, flags: 0 };
    records.push({ ...order, action: "F" }, { ...order, action: "M" });
  }
  const events = eventsOf(made(records));
  assert.deepEqual(
    events.map((event) => event.kind === "reserve" && [event.refills, event.filled]),
    Array.from({ length: 1_000 }, (_, i) => [i + 1, i + 1]),
  );
});
