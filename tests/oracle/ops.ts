/** What may happen to the book in a generated sequence, as small shrinkable descriptions. */
import fc from "fast-check";

/** A price: whole ticks from the centre plus a rest, or one of the extremes. */
export interface Place {
  readonly ticks: number;
  /** Part of a tick beyond `ticks`, in thousandths. */
  readonly rest: number;
  /** Index into the list of extreme prices, or null. */
  readonly extreme: number | null;
  /** Puts the order on the side that crosses the book. */
  readonly crossing: boolean;
}

/** A size, as a number or in terms of what the order has left. */
export type Size = number | "own" | "part" | "over";

/** One record of an event; all records of an event name the same order. */
export interface Step {
  readonly action: string;
  readonly size: Size;
  /** Null: the price the order has. */
  readonly place: Place | null;
  /** Overrides the side that fits. */
  readonly side: string | null;
  /** Whether the event goes on, ends with F_LAST here, or the next step has another ts. */
  readonly end: "no" | "last" | "ts";
}

/** Which order: one that rests (by how recent it is) or any of the pool. */
export interface Pick {
  readonly resting: boolean;
  readonly index: number;
}

export type Op =
  /** Records of one order with one ts; `rolled` under the symbol's second instrument id. */
  | {
    kind: "event";
    gap: bigint;
    pick: Pick;
    steps: Step[];
    last: boolean;
    noise: number;
    rolled: boolean;
  }
  /** A snapshot run; `clear` says where a Clear is in it. */
  | {
    kind: "snapshot";
    gap: bigint;
    clear: "none" | "first" | "middle" | "last";
    clearAge: bigint;
    ages: bigint[];
    orders: { index: number; place: Place; size: number }[];
    last: boolean;
    /** Action of its records but for Clears; real files only have A. */
    action: string;
  }
  /** A Clear outside any snapshot. */
  | { kind: "clear"; gap: bigint; last: boolean; age: bigint }
  /** The market moves: the touch is cancelled away and rebuilt this many ticks from here. */
  | { kind: "jump"; gap: bigint; ticks: number }
  /** A record that is not of the instrument, or not MBO. */
  | { kind: "foreign"; what: "unmapped" | "other" | "rtype"; flags: number; back: bigint };

const MS = 1_000_000n;
const SECOND = 1000n * MS;
const MINUTE = 60n * SECOND;

const between = (low: bigint, high: bigint) => fc.bigInt({ min: low, max: high });

/** Time to the event before: nanoseconds to minutes, and back. */
const gap: fc.Arbitrary<bigint> = fc.oneof(
  { weight: 6, arbitrary: fc.constant(0n) },
  { weight: 8, arbitrary: between(1n, 2000n) },
  { weight: 10, arbitrary: between(1n, 40n * MS) },
  { weight: 4, arbitrary: fc.constantFrom(25n * MS, 500n * MS, 500n * MS + 1n, SECOND) },
  { weight: 4, arbitrary: between(100n * MS, 5n * SECOND) },
  { weight: 2, arbitrary: between(5n * SECOND, 3n * MINUTE) },
  { weight: 2, arbitrary: between(3n * MINUTE, 40n * MINUTE) },
  { weight: 3, arbitrary: between(-2000n, -1n) },
  { weight: 1, arbitrary: between(-20n * MINUTE, -1n * MS) },
);

/** How long before now a snapshot's order was entered; some are later than now. */
const age: fc.Arbitrary<bigint> = fc.oneof(
  { weight: 4, arbitrary: fc.constant(0n) },
  { weight: 3, arbitrary: between(0n, 2n * SECOND) },
  { weight: 3, arbitrary: between(0n, 20n * 60n * MINUTE) },
  { weight: 2, arbitrary: between(0n, 500n * 24n * 60n * MINUTE) },
  { weight: 1, arbitrary: between(-MINUTE, 0n) },
);

/** Where a Clear lies: nearly always now, sometimes before the window, sometimes after it. */
const clearAge: fc.Arbitrary<bigint> = fc.oneof(
  { weight: 8, arbitrary: fc.constant(0n) },
  { weight: 2, arbitrary: between(0n, 30n * 60n * MINUTE) },
  { weight: 1, arbitrary: between(-20n * 60n * MINUTE, 0n) },
);

const place: fc.Arbitrary<Place> = fc.record({
  ticks: fc.oneof(
    { weight: 10, arbitrary: fc.integer({ min: -3, max: 3 }) },
    { weight: 4, arbitrary: fc.integer({ min: -55, max: 55 }) },
    { weight: 1, arbitrary: fc.integer({ min: -40_000, max: 40_000 }) },
  ),
  rest: fc.oneof(
    { weight: 8, arbitrary: fc.constant(0) },
    { weight: 2, arbitrary: fc.constant(500) },
    { weight: 1, arbitrary: fc.integer({ min: 1, max: 999 }) },
  ),
  extreme: seldom(24, fc.nat({ max: 20 })),
  crossing: weighted(9, false, true),
});

const size: fc.Arbitrary<Size> = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 1, max: 12 }) },
  { weight: 10, arbitrary: fc.constantFrom<Size[]>("own", "part", "over") },
  { weight: 2, arbitrary: fc.constant(0) },
  { weight: 1, arbitrary: fc.constantFrom(4294967294, 4294967295) },
);

const side: fc.Arbitrary<string | null> = fc.oneof(
  { weight: 20, arbitrary: fc.constant(null) },
  { weight: 1, arbitrary: fc.constantFrom("A", "B", "N", "\0") },
);

const end = fc.oneof(
  { weight: 8, arbitrary: fc.constant("no" as const) },
  { weight: 1, arbitrary: fc.constantFrom("last" as const, "ts" as const) },
);

/** A step: an A or M anywhere, any other action at the order's own price now and then elsewhere. */
function step(actions: string[]): fc.Arbitrary<Step> {
  return fc.constantFrom(...actions).chain((action) =>
    fc.record({
      action: fc.constant(action),
      size,
      place: action === "A" ? place : seldom(action === "M" ? 1 : 5, place),
      side,
      end,
    })
  );
}

const pick: fc.Arbitrary<Pick> = fc.record({
  resting: weighted(5, true, false),
  index: fc.nat({ max: 11 }),
});

const noise = fc.constantFrom(0, 2, 2, 8, 4);

function event(steps: fc.Arbitrary<Step[]>): fc.Arbitrary<Op> {
  const kind = fc.constant("event" as const);
  const rolled = weighted(30, false, true);
  return fc.record({ kind, gap, pick, steps, last: weighted(5, true, false), noise, rolled });
}

const single = event(
  fc.array(step(["A", "A", "A", "A", "M", "M", "M", "C", "C", "F", "T", "N", "X"]), {
    minLength: 1,
    maxLength: 1,
  }),
);

/** A trade as venues send it, and as they should not: fills with what follows in the event. */
const trade = event(
  fc.tuple(
    fc.array(step(["T", "F", "A"]), { maxLength: 1 }),
    fc.array(step(["F"]), { minLength: 1, maxLength: 2 }),
    fc.array(
      fc.oneof(
        { weight: 24, arbitrary: step(["C", "C", "M", "M", "A", "F"]) },
        { weight: 1, arbitrary: step(["R"]) },
      ),
      { minLength: 1, maxLength: 3 },
    ),
  ).map((groups) => groups.flat()),
);

/** Fills of parts that cancels of parts account for, one after another, as on Nasdaq. */
const parts = event(
  fc.tuple(fc.integer({ min: 10, max: 30 }), place, fc.array(fc.nat({ max: 9 }), { maxLength: 6 }))
    .map(([whole, place, sizes]) => [
      { action: "A", size: whole, place, side: null, end: "no" as const },
      ...sizes.map((size, i) => (
        { action: i < 2 ? "F" : "C", size, place: null, side: null, end: "no" as const }
      )),
    ]),
);

const snapshot: fc.Arbitrary<Op> = fc.record({
  kind: fc.constant("snapshot" as const),
  gap,
  clear: fc.constantFrom("none", "none", "first", "first", "first", "middle", "last"),
  clearAge,
  ages: fc.array(age, { minLength: 1, maxLength: 4 }),
  orders: fc.array(
    fc.record({ index: fc.nat({ max: 11 }), place, size: fc.integer({ min: 0, max: 30 }) }),
    { maxLength: 8 },
  ),
  last: weighted(2, true, false),
  action: fc.constantFrom("A", "A", "A", "A", "M", "C", "F", "T"),
});

const clear: fc.Arbitrary<Op> = fc.record({
  kind: fc.constant("clear" as const),
  gap,
  last: weighted(3, true, false),
  age: clearAge,
});

const jump: fc.Arbitrary<Op> = fc.record({
  kind: fc.constant("jump" as const),
  gap,
  ticks: fc.oneof(
    fc.integer({ min: -6, max: 6 }),
    fc.integer({ min: -130, max: 130 }),
    fc.integer({ min: -50_000, max: 50_000 }),
  ),
});

const foreign: fc.Arbitrary<Op> = fc.record({
  kind: fc.constant("foreign" as const),
  what: fc.constantFrom("unmapped", "other", "rtype"),
  flags: fc.constantFrom(0, 2, 130, 32, 168),
  back: between(-MINUTE, MINUTE),
});

/** One thing that happens; a sequence of these is a session. */
export const op: fc.Arbitrary<Op> = fc.oneof(
  { weight: 24, arbitrary: single },
  { weight: 12, arbitrary: trade },
  { weight: 2, arbitrary: parts },
  { weight: 3, arbitrary: jump },
  { weight: 3, arbitrary: foreign },
  { weight: 2, arbitrary: snapshot },
  { weight: 1, arbitrary: clear },
);

/** Null `weight` times as often as a value. */
function seldom<T>(weight: number, value: fc.Arbitrary<T>): fc.Arbitrary<T | null> {
  return fc.oneof({ weight, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: value });
}

function weighted<T>(weight: number, often: T, seldom: T): fc.Arbitrary<T> {
  return fc.oneof(
    { weight, arbitrary: fc.constant(often) },
    { weight: 1, arbitrary: fc.constant(seldom) },
  );
}
