/** Each rule of the reading by itself (docs/reading.md). */
import assert from "node:assert/strict";
import { forceSums, sideOfMid, spotAboveMid } from "../../../engine/reading/force_sums.ts";
import { Reader, type ReadGrid } from "../../../engine/reading/reading.ts";
import {
  BID,
  CALM,
  DOWN,
  DOWN_SLIGHTLY,
  type Forces,
  grid,
  STEP,
  UP,
  UP_ABOVE,
  UP_HARDLY,
  UP_SLIGHTLY,
} from "./made_grids.ts";

/** What is said at a time, in seconds. */
function at(reader: Reader, seconds: number) {
  const { state, sinceNs, reason, risk } = reader.read(Math.round(seconds * 1e9));
  return { state, since: sinceNs / 1e9, reason, risk };
}

function stateAt(reader: Reader, seconds: number) {
  return at(reader, seconds).state;
}

/**
 * A reader that has taken grids so far apart that each stands for itself: after 10 s nothing is left of
 * what was before.
 */
function reading(...grids: ReadGrid[]): Reader {
  const reader = new Reader(STEP);
  for (const one of grids) reader.take(one);
  return reader;
}

/** Forces of the buckets of one side, as many as make clarity and drain what they should be. */
function drained(count: number, isAbove: boolean): [string, [number, number]][] {
  return Array.from({ length: count }, (_, i) => [`${isAbove ? i : -1 - i}`, [0, 1]]);
}

Deno.test("the state of the first grid is what its conditions say at once", () => {
  assert.equal(stateAt(reading(grid(10, UP)), 10), "UP BIAS");
  assert.equal(stateAt(reading(grid(10, DOWN)), 10), "DOWN BIAS");
  assert.equal(stateAt(reading(grid(10, UP_SLIGHTLY)), 10), "UP LEAN");
  assert.equal(stateAt(reading(grid(10, DOWN_SLIGHTLY)), 10), "DOWN LEAN");
  assert.equal(stateAt(reading(grid(10, UP_HARDLY)), 10), "CHOP");
  assert.deepEqual(at(reading(grid(10, CALM)), 10), {
    ...{ state: "CHOP", since: 10, reason: null, risk: "BALANCED" },
  });
});

Deno.test("a state is entered when its condition has held for 0.5 s, also where no grid falls", () => {
  const reader = reading(grid(0, CALM), grid(10, UP_SLIGHTLY));
  assert.equal(stateAt(reader, 10.499_999_999), "CHOP");
  assert.deepEqual(at(reader, 10.5), {
    ...{ state: "UP LEAN", since: 10.5, reason: null, risk: "UP ADVANTAGE" },
  });
});

Deno.test("a change has its own time though it is only told by a later grid", () => {
  const reader = reading(grid(0, CALM), grid(10, UP_SLIGHTLY), grid(14, UP_SLIGHTLY));
  assert.deepEqual(at(reader, 14), {
    ...{ state: "UP LEAN", since: 10.5, reason: null, risk: "UP ADVANTAGE" },
  });
});

Deno.test("time passes before a grid is taken: what is due at its instant happens", () => {
  const reader = reading(grid(0, CALM), grid(10, UP_SLIGHTLY), grid(10.5, CALM));
  assert.equal(at(reader, 10.5).since, 10.5);
  assert.equal(stateAt(reader, 10.5), "UP LEAN");
});

Deno.test("a condition that fails in between starts anew", () => {
  const reader = reading(grid(0, CALM), grid(10, UP_SLIGHTLY), grid(10.4, DOWN));
  reader.take(grid(14, UP_SLIGHTLY));
  const before = at(reader, 14.499_999_999);
  assert.deepEqual([before.state, before.since], ["DOWN BIAS", 10.9]);
  assert.deepEqual([at(reader, 14.5).state, at(reader, 14.5).since], ["UP LEAN", 14.5]);
});

Deno.test("a bias is entered from CHOP at once when both it and its lean are due: the stronger goes first", () => {
  const reader = reading(grid(0, CALM), grid(10, UP));
  assert.equal(stateAt(reader, 10.499_999_999), "CHOP");
  assert.equal(stateAt(reader, 10.5), "UP BIAS");
});

Deno.test("a lean becomes the bias of its side, and a bias does not become its lean by entering it", () => {
  const reader = reading(grid(0, UP_SLIGHTLY), grid(10, UP));
  assert.equal(stateAt(reader, 10.4), "UP LEAN");
  assert.equal(at(reader, 10.5).since, 10.5);
  assert.equal(stateAt(reader, 30), "UP BIAS");
});

Deno.test("the other side is entered after 0.5 s, before what is left is due", () => {
  const reader = reading(grid(0, UP), grid(10, DOWN_SLIGHTLY));
  assert.equal(stateAt(reader, 10.499_999_999), "UP BIAS");
  assert.deepEqual([stateAt(reader, 10.5), at(reader, 10.5).since], ["DOWN LEAN", 10.5]);
});

Deno.test("a lean is left for CHOP when what keeps it has failed for 1.0 s", () => {
  const reader = reading(grid(0, UP_SLIGHTLY), grid(20, CALM));
  assert.equal(stateAt(reader, 20.999_999_999), "UP LEAN");
  assert.deepEqual([stateAt(reader, 21), at(reader, 25).since], ["CHOP", 21]);
});

Deno.test("between what enters and what keeps a lean it stays, and is not entered", () => {
  assert.equal(stateAt(reading(grid(0, UP_SLIGHTLY), grid(20, UP_HARDLY)), 60), "UP LEAN");
  assert.equal(stateAt(reading(grid(0, CALM), grid(20, UP_HARDLY)), 60), "CHOP");
});

Deno.test("a bias becomes the lean of its side when that is kept, after 1.0 s, else CHOP", () => {
  const reader = reading(grid(0, UP), grid(20, UP_HARDLY));
  assert.equal(stateAt(reader, 20.999_999_999), "UP BIAS");
  assert.deepEqual([stateAt(reader, 21), at(reader, 25).since], ["UP LEAN", 21]);
  assert.equal(stateAt(reading(grid(0, UP), grid(20, CALM)), 21), "CHOP");
});

Deno.test("a bias needs both sides: without pressure below it is a lean", () => {
  assert.equal(stateAt(reading(grid(0, UP_ABOVE)), 0), "UP LEAN");
  const reader = reading(grid(0, UP), grid(20, UP_ABOVE));
  assert.deepEqual([stateAt(reader, 20.9), stateAt(reader, 21)], ["UP BIAS", "UP LEAN"]);
});

Deno.test("entering goes before leaving when both are due at one instant", () => {
  // Kept no more from 20 on, so that it is left at 21; the other side from 20.5 on.
  const reader = reading(grid(0, UP_SLIGHTLY), grid(20, CALM), grid(20.5, DOWN));
  const smoothed = reader.read(20.5e9);
  assert.ok(smoothed.clarity < -2.2, `${smoothed.clarity}`);
  assert.deepEqual([stateAt(reader, 20.999_999_999), stateAt(reader, 21)], [
    "UP LEAN",
    "DOWN BIAS",
  ]);
});

Deno.test("sums are smoothed with 0.25 s of event time, the first grid as it is", () => {
  const reader = reading(grid(0, { 3: [0, 8] }));
  assert.equal(reader.read().vacAbove, 8);
  reader.take(grid(0.25, { 3: [0, 4] }));
  assert.equal(reader.read().vacAbove, 8 + (1 - Math.exp(-1)) * (4 - 8));
  // At the same instant, or at one before, a grid has no time to weigh anything.
  const before = reader.read().vacAbove;
  reader.take(grid(0.25, { 3: [0, 100] }));
  reader.take(grid(0.1, { 3: [0, 100] }));
  assert.equal(reader.read().vacAbove, before);
});

Deno.test("one bucket alone has a clarity of at most 1, however large its force", () => {
  for (
    const [k, forces, clarity] of [[5, [0, 1e9], 1], [-5, [0, 1e9], -1], [5, [0, 0], 0]] as const
  ) {
    assert.equal(reading(grid(0, { [k]: forces })).read().clarity, clarity);
  }
});

Deno.test("there is no reading at once when the book cannot be read, and why is said", () => {
  const bad: [Partial<ReadGrid>, RegExp][] = [
    [{ bookValid: false }, /rebuilt/],
    [{ maybeBadBook: true }, /doubt/],
    [{ bidPresent: false, bestBid: 0n }, /one side/],
    [{ askPresent: false, bestAsk: 0n }, /one side/],
    [{ bidPresent: false, bestBid: 0n, askPresent: false, bestAsk: 0n }, /empty/],
    [{ bestBid: BID + 2n * BigInt(STEP) }, /crossed/],
  ];
  for (const [more, why] of bad) {
    const reader = reading(grid(0, UP), grid(10, UP, more));
    const { state, since, reason, risk } = at(reader, 30);
    assert.deepEqual([state, since, risk], ["NO READING", 10, "BALANCED"]);
    assert.match(reason!, why);
  }
});

Deno.test("a locked book is read", () => {
  const locked = grid(0, UP, { bestBid: BID + BigInt(STEP) });
  assert.equal(reading(locked).read().reason, null);
});

Deno.test("a reading comes back 0.5 s after the last grid that could not be read, and starts afresh", () => {
  const bad = { bookValid: false };
  const reader = reading(grid(0, UP), grid(10, UP, bad), grid(11, DOWN), grid(11.4, DOWN, bad));
  assert.deepEqual([stateAt(reader, 11.9), at(reader, 11.9).since], ["NO READING", 10]);
  reader.take(grid(12, UP_SLIGHTLY));
  reader.take(grid(12.2, UP_SLIGHTLY));
  assert.equal(stateAt(reader, 12.499_999_999), "NO READING");
  assert.deepEqual(at(reader, 12.5), {
    ...{ state: "UP LEAN", since: 12.5, reason: null, risk: "UP ADVANTAGE" },
  });
  // Of what was before the break nothing is left.
  assert.equal(reader.read().clarity, 2);
});

Deno.test("after a reset the next grid is the first", () => {
  const reader = reading(grid(10, UP));
  reader.reset();
  reader.take(grid(3, DOWN));
  assert.deepEqual([stateAt(reader, 3), at(reader, 3).since], ["DOWN BIAS", 3]);
});

Deno.test("after a break the state is what its conditions say at once; what had changed before is told", () => {
  const reader = reading(grid(0, UP), grid(10, CALM));
  reader.take(grid(30, DOWN), true);
  assert.deepEqual(at(reader, 30), {
    ...{ state: "DOWN BIAS", since: 30, reason: null, risk: "SUPPORT FAILING" },
  });
  assert.deepEqual(reader.takeChanges().map(({ state, sinceNs }) => [state, sinceNs / 1e9]), [
    ...[["UP BIAS", 0], ["CHOP", 11], ["DOWN BIAS", 30]],
  ]);
  // The same state is another one, of which it is not known since when it is.
  reader.take(grid(50, DOWN), true);
  assert.equal(at(reader, 50).since, 50);
});

Deno.test("a break ends no time without a reading: that needs 0.5 s of grids that can be read", () => {
  const reader = reading(grid(0, UP), grid(10, UP, { bookValid: false }), grid(10.4, UP));
  reader.take(grid(10.45, DOWN), true);
  assert.deepEqual(at(reader, 10.949), {
    ...{ state: "NO READING", since: 10, reason: "the book is being rebuilt", risk: "BALANCED" },
  });
  assert.deepEqual([stateAt(reader, 10.95), at(reader, 10.95).since], ["DOWN BIAS", 10.95]);
});

Deno.test("risk comes after 0.5 s of drain and goes after 1.0 s without", () => {
  const below: Forces = Object.fromEntries(drained(4, false));
  const reader = reading(grid(0, CALM), grid(20, below));
  const seen = [20.4, 20.5].map((seconds) => at(reader, seconds).risk);
  assert.deepEqual(seen, ["BALANCED", "SUPPORT FAILING"]);
  reader.take(grid(40, { [-1]: [0, 1] }));
  assert.equal(at(reader, 50).risk, "SUPPORT FAILING", "a drain of 1 keeps it");
  reader.take(grid(60, CALM));
  assert.deepEqual([at(reader, 60.9).risk, at(reader, 61).risk], ["SUPPORT FAILING", "BALANCED"]);
});

Deno.test("of two risks the one that was there first is told, of two at once the larger", () => {
  const above: Forces = Object.fromEntries(drained(4, true));
  const both = (aboves: number, belows: number): Forces =>
    Object.fromEntries([...drained(aboves, true), ...drained(belows, false)]);
  const reader = reading(grid(0, CALM), grid(20, above), grid(40, both(4, 9)));
  assert.equal(at(reader, 60).risk, "RESISTANCE THINNING");
  assert.equal(at(reading(grid(0, both(4, 9))), 0).risk, "SUPPORT FAILING");
  assert.equal(at(reading(grid(0, both(9, 4))), 0).risk, "RESISTANCE THINNING");
  assert.equal(at(reading(grid(0, CALM), grid(20, both(9, 4))), 21).risk, "RESISTANCE THINNING");
});

/** The sums of a grid. */
function sums(forces: Forces, more: Partial<ReadGrid> = {}) {
  const one = grid(0, forces, more);
  return forceSums(one.pressure, one.vacuum, one, STEP);
}

Deno.test("k = 0 is above the mid when spot is the best ask", () => {
  const { vacAbove, pressAbove, pressBelow, vacBelow } = sums({ 0: [3, 5], [-1]: [7, 11] });
  assert.deepEqual([vacAbove, pressAbove, pressBelow, vacBelow], [5, 3, 7, 11]);
});

Deno.test("a bucket at the mid counts half on each side, and in no noise and no drain", () => {
  // A book two ticks wide around spot.
  const at0 = sums({ 0: [6, 2], 1: [0, 3] }, { bestAsk: BID + 2n * BigInt(STEP) });
  assert.deepEqual(at0, {
    ...{ vacAbove: 4, pressAbove: 3, pressBelow: 3, vacBelow: 1 },
    ...{ noise2Above: 9, noise2Below: 0, drainAbove: 3, drainBelow: 0 },
  });
});

Deno.test("buckets more than 40 steps from the mid count in no sum", () => {
  // The mid is half a step below spot: k = 39 is 39.5 steps above, k = -40 is 39.5 below.
  const forces = { 39: [0, 1], 40: [0, 10], [-40]: [1, 0], [-41]: [10, 0] } as const;
  const { vacAbove, pressBelow } = sums(forces);
  assert.deepEqual([vacAbove, pressBelow], [1, 1]);
  // With the mid at spot exactly 40 counts, on both sides.
  const centred = sums(
    { 40: [0, 1], 41: [0, 10], [-40]: [1, 0], [-41]: [10, 0] },
    { bestAsk: BID + 2n * BigInt(STEP) },
  );
  assert.deepEqual([centred.vacAbove, centred.pressBelow], [1, 1]);
});

Deno.test("of a book with one side the mid is taken to be at spot", () => {
  for (const more of [{ bidPresent: false, bestBid: 0n }, { askPresent: false, bestAsk: 0n }]) {
    const { vacAbove, vacBelow } = sums({ 0: [0, 2], 1: [0, 1], [-1]: [0, 5] }, more);
    assert.deepEqual([vacAbove, vacBelow], [2, 6]);
  }
});

Deno.test("the side of the mid is exact at the ends of prices, and where the mid is far from spot", () => {
  const spot = 9_223_372_036_750_000_000n;
  const far = { spot, bestBid: spot - 1n, bestAsk: spot, bidPresent: true, askPresent: true };
  assert.equal(spotAboveMid(far), 1);
  assert.deepEqual([1, 0, -1].map((k) => sideOfMid(1, k, STEP)), [1, 1, -1]);
  const nowhere = spotAboveMid({ ...far, bestBid: -spot, bestAsk: -spot });
  assert.deepEqual([-50, 0, 50].map((k) => sideOfMid(nowhere, k, STEP)), [null, null, null]);
});
