import assert from "node:assert/strict";
import { longGuidance, shortGuidance } from "../../client/page/guidance.ts";
import { placeOf, ticksOf } from "../../client/page/place_words.ts";
import { momentWords } from "../../client/page/moment_words.ts";
import { heldFor, isWarning, riskOf, STATE_LOOKS, whyOf } from "../../client/state_words.ts";
import { titleOf } from "../../client/page/title.ts";
import type { ReadingMessage } from "../../engine/wire/messages.ts";

const READING: ReadingMessage = {
  ...{ state: "UP BIAS", since_ts_ns: "10000000000", clarity: 3, risk: "UP ADVANTAGE" },
  ...{ drain_above: 0, drain_below: 0 },
  ...{ vac_above: 0, press_above: 0, press_below: 0, vac_below: 0 },
};
const STATES = ["UP BIAS", "UP LEAN", "CHOP", "DOWN LEAN", "DOWN BIAS"] as const;

Deno.test("guidance: hold in the bias of a side, exit in what is against it, else tighten", () => {
  const long = STATES.map((state) => longGuidance(state)?.word);
  assert.deepEqual(long, ["HOLD", "TIGHTEN", "TIGHTEN", "EXIT", "EXIT"]);
  const short = STATES.map((state) => shortGuidance(state)?.word);
  assert.deepEqual(short, long.toReversed());
  assert.equal(longGuidance("NO READING"), null);
  assert.equal(shortGuidance("NO READING"), null);
});

Deno.test("guidance describes: every reason is about the flow, and about its own side", () => {
  for (const state of STATES) {
    assert.match(longGuidance(state)!.reason, /^Flow .*a long/);
    assert.match(shortGuidance(state)!.reason, /^Flow .*a short/);
  }
});

Deno.test("states are told apart by shape alone, and each has a reason of its own", () => {
  const shapes = Object.values(STATE_LOOKS).map(({ shape }) => shape);
  assert.equal(new Set(shapes).size, shapes.length);
  assert.equal(new Set(STATES.map((state) => whyOf({ ...READING, state }))).size, STATES.length);
});

Deno.test("whyOf() gives the stream's reason why there is no reading", () => {
  const none = { ...READING, state: "NO READING" as const, reason: "the book is crossed" };
  assert.equal(whyOf(none), "The book is crossed.");
});

Deno.test("heldFor() counts from the change, and says so when that is not known", () => {
  assert.equal(heldFor(READING, 12_550, false), "2.5 s");
  assert.equal(heldFor(READING, 85_000, false), "1 min 15 s");
  assert.equal(heldFor(READING, 12_550, true), "at least 2.5 s");
  assert.equal(heldFor(READING, 9_000, false), "0.0 s");
  // What has not gone by.
  const late = { ...READING, since_ts_ns: "10000900000" };
  assert.equal(heldFor(late, 10_100.1, false), "0.0 s");
  assert.equal(heldFor(late, 10_100.9, true), "at least 0.1 s");
});

Deno.test("where there is no reading there is no risk either", () => {
  assert.equal(riskOf({ ...READING, state: "NO READING", risk: "BALANCED" }), null);
  assert.equal(riskOf(null), null);
  assert.equal(riskOf(READING), "UP ADVANTAGE");
});

Deno.test("a place is told in ticks, or in buckets where one has several", () => {
  const future = { tickSize: 0.25, bucketSize: 0.25 };
  const equity = { tickSize: 0.01, bucketSize: 0.5 };
  assert.equal(placeOf(0, equity), "at spot");
  assert.equal(placeOf(1, future), "1 tick above spot");
  assert.equal(placeOf(-3, future), "3 ticks below spot");
  assert.equal(placeOf(-1, equity), "1 bucket below spot");
  assert.equal(placeOf(2, equity), "2 buckets above spot");
  assert.deepEqual([ticksOf(3, future), ticksOf(3, equity)], [3, 150]);
});

Deno.test("isWarning() is for levels that give way", () => {
  assert.ok(isWarning("SUPPORT FAILING") && isWarning("RESISTANCE THINNING"));
  assert.ok(!isWarning("UP ADVANTAGE") && !isWarning("BALANCED") && !isWarning(undefined));
});

Deno.test("momentWords() says which moment is shown, and what chose it", () => {
  assert.equal(momentWords(null, "now"), "Now");
  assert.equal(momentWords(null, "now", "10 s behind"), "10 s behind");
  assert.equal(momentWords(98_000, "view"), "View ends 1 min 38 s ago");
  assert.equal(momentWords(-2_500, "view"), "View ends 2.5 s later");
  assert.equal(momentWords(98_000, "hand"), "1 min 38 s before now");
  assert.equal(momentWords(-2_500, "hand"), "2.5 s after now");
  // Where the newest is not of now, nothing is said to be before now.
  assert.equal(momentWords(98_000, "view", "Last known"), "View ends 1 min 38 s earlier");
  assert.equal(momentWords(98_000, "hand", "Last known"), "1 min 38 s before the newest");
  assert.equal(momentWords(-2_500, "hand", "10 s behind"), "2.5 s after the newest");
});

Deno.test("titleOf() is symbol, mid and state, as far as they are known", () => {
  const of = (mid: number | null, state: string | null, badge: string | null = null) =>
    titleOf({
      playback: {
        instrument: { value: { symbol: "MNQH6", decimals: 2 } },
        freshness: {
          badge: { value: badge },
          isCurrent: { value: badge === null || badge.startsWith("LIVE") },
        },
      },
      summary: { value: mid === null ? null : { mid } },
      state: { value: state },
    } as never);
  assert.equal(of(25000.125, "UP LEAN"), "MNQH6 · 25\u202f000.125 · Up lean");
  assert.equal(of(NaN, "NO READING"), "MNQH6 · No reading");
  assert.equal(of(null, null), "MNQH6");
  // What is not of now says so before it is read.
  assert.equal(of(NaN, "NO READING", "STALE"), "STALE · MNQH6 · No reading");
  assert.equal(of(NaN, "NO READING", "LIVE · QUIET"), "MNQH6 · No reading");
});
