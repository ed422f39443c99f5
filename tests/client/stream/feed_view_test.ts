/** A feed as the page shows it: nothing counts as current but what was heard lately. */
import assert from "node:assert/strict";
import type { RuntimeConfigMessage, SourceMessage } from "../../../engine/wire/messages.ts";
import { behindWords, FeedView } from "../../../client/stream/feed_view.ts";

const MS = 1_000_000n;

function source(changes: Partial<SourceMessage> = {}): SourceMessage {
  return {
    ...{ type: "source", state: "live", message: "", since_ns: "0" },
    ...{ last_ts_ns: null, last_recv_ns: null, latency_ms: 3.4, behind_ms: 0 },
    ...changes,
  };
}

const config = (changes: Partial<RuntimeConfigMessage>) => changes as RuntimeConfigMessage;

function view() {
  let ms = 0;
  const feed = new FeedView(() => ms);
  return { feed, pass: (by: number) => void (ms += by) };
}

Deno.test("a file has no feed", () => {
  const { feed } = view();
  feed.onConfig(config({}));
  feed.onState({ type: "state", paused: false, speed: 1, ts_ns: "0" });
  feed.onLost();
  assert.deepEqual([feed.isFollowed.value, feed.look.value], [false, null]);
});

Deno.test("states of a feed are told in words, and only live and quiet ones are current", () => {
  const { feed } = view();
  feed.onConfig(config({ live: true }));
  assert.deepEqual(feed.look.value, {
    ...{ state: "connecting", words: "connecting to the feed", isCurrent: false },
  });
  const looks = (["live", "quiet", "stale", "reconnecting", "catching_up", "ended"] as const)
    .map((state) => {
      feed.onSource(source({ state, message: state === "stale" ? "no sign of life" : "" }));
      const { words, isCurrent } = feed.look.value!;
      return [words, isCurrent];
    });
  assert.deepEqual(looks, [
    ["", true],
    ["no record for a while, nothing newer is known", true],
    ["feed stale: no sign of life", false],
    ["feed lost, connecting again", false],
    ["catching up with the feed", false],
    ["the recording has ended", false],
  ]);
});

Deno.test("a server that says nothing for a while, or is gone, is not taken for the market", () => {
  const { feed, pass } = view();
  feed.onConfig(config({ live: true }));
  feed.onSource(source());
  pass(4_000);
  feed.attend();
  assert.equal(feed.look.value?.isCurrent, true);
  pass(1);
  feed.attend();
  assert.deepEqual(feed.look.value, {
    ...{ state: "unheard", words: "the server says nothing", isCurrent: false },
  });
  feed.onSource(source());
  assert.equal(feed.look.value?.isCurrent, true);
  feed.onLost();
  assert.equal(feed.look.value?.isCurrent, false);
});

Deno.test("how far behind, and how late the feed is, by the server's word", () => {
  const { feed } = view();
  feed.onConfig(config({ live: true }));
  feed.onState({ type: "state", paused: false, speed: 1, ts_ns: "0", live: true, behind_ms: 0 });
  assert.deepEqual([feed.isLive.value, feed.behindMs.value], [true, 0]);
  feed.onState({ type: "state", paused: true, speed: 1, ts_ns: "0", live: false, behind_ms: 40 });
  feed.onSource(source({ behind_ms: 12_300 }));
  assert.deepEqual([feed.isLive.value, feed.behindMs.value], [false, 12_300]);
  assert.equal(behindWords(12_300), "12 s behind");
  assert.equal(behindWords(300), "not live");
  assert.equal(feed.latency.value, "3 ms");
  feed.onSource(source({ latency_ms: -20 }));
  assert.equal(feed.latency.value, "clock is off");
  feed.onSource(source({ latency_ms: null }));
  assert.equal(feed.latency.value, "");
});

Deno.test("what the source says later than once it came tells how much the link holds back", () => {
  const { feed, pass } = view();
  feed.onConfig(config({ live: true }));
  const heard = (sent_ms: number, after: number) => {
    pass(after);
    feed.onSource(source({ sent_ms }));
    return Math.round(feed.heldBackMs.value / 100) * 100;
  };
  // The server's clock is another, and stands anywhere.
  assert.equal(heard(70_000, 0), 0);
  assert.equal(heard(71_000, 9_000), 8_000);
  assert.equal(heard(72_000, 0), 7_000);
  assert.equal(heard(79_000, 0), 0);
  // One that was late to begin with is known by the first that is not.
  assert.equal(heard(80_000, 500), 0);
  assert.equal(heard(81_000, 3_000), 2_000);
  // Clocks that run apart a little make nothing late.
  let sent = 84_000;
  for (let hour = 0; hour < 8; hour++) heard(sent += 3_600_000, 3_600_000 + 200);
  assert.ok(feed.heldBackMs.value < 1, `${feed.heldBackMs.value}`);
  // Another server's clock says nothing of this one.
  feed.onConfig(config({ live: true }));
  assert.equal(heard(5, 0), 0);
  // A server that does not say when leaves it unknown.
  feed.onSource(source());
  assert.equal(feed.heldBackMs.value, 0);
});

Deno.test("averages settle for a minute of event time after a recording has begun", () => {
  const { feed } = view();
  const from = 1_770_336_000_000;
  feed.onConfig(config({ live: true, recorded_from_ns: `${BigInt(from) * MS}` }));
  assert.deepEqual(
    [0, 59_999, 60_000].map((after) => feed.isSettling(from + after)),
    [true, true, false],
  );
  feed.onConfig(config({ recorded_from_ns: `${BigInt(from) * MS}` }));
  assert.equal(feed.isSettling(from), false);
});
