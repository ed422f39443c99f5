/** What is told of a feed, from its recording alone. */
import assert from "node:assert/strict";
import { utimesSync } from "node:fs";
import {
  hasRecordingEnded,
  type RecordingState,
  statePathOf,
} from "../../engine/source/recording.ts";
import { Feed, Feeds, sourceMessage } from "../../server/live/feed.ts";
import { SilenceWatch, tellSilence } from "../../server/live/silence.ts";
import { GrowingRecording } from "../growing_recording.ts";

/** A feed whose time passes when a test says so. */
function timed({ path }: GrowingRecording) {
  let ms = 1_000_000;
  const feed = new Feed(path, { now: () => ms, monotonic: () => ms });
  return {
    feed,
    pass: (by: number) => void (ms += by),
    state: async () => (await feed.look()).state,
  };
}

Deno.test("a feed is live, quiet without records, stale without bytes, and live again", async () => {
  await using recording = await GrowingRecording.begin();
  const { pass, state, feed } = timed(recording);
  recording.say({ state: "connecting" });
  assert.equal(await state(), "connecting");
  recording.say({ state: "live", lastEventNs: 5n, lastRecvNs: 6n });
  recording.write(new Uint8Array(56));
  assert.equal(await state(), "live");
  const { sinceMs } = feed.news;
  pass(4_000);
  // A heartbeat: bytes, and no record.
  recording.write(new Uint8Array(320));
  assert.equal(await state(), "live");
  assert.equal(feed.news.sinceMs, sinceMs);
  pass(1_000);
  assert.equal(await state(), "quiet");
  pass(5_999);
  assert.equal(await state(), "quiet");
  pass(1);
  assert.equal(await state(), "stale");
  assert.equal(feed.news.message, "no sign of life from the feed");
  recording.write(new Uint8Array(320));
  assert.equal(await state(), "quiet");
  recording.say({ state: "live", lastEventNs: 7n, lastRecvNs: 8n });
  assert.equal(await state(), "live");
});

Deno.test("a feed that is looked at now and then is as stale as its last byte is old, not as the last look", async () => {
  await using recording = await GrowingRecording.begin();
  const { pass, state } = timed(recording);
  const written = (ms: number) => utimesSync(recording.path, ms / 1e3, ms / 1e3);
  recording.say({ state: "live", lastRecvNs: 1_000_000_000_000n });
  recording.write(new Uint8Array(56));
  written(1_000_000);
  assert.equal(await state(), "live");
  recording.write(new Uint8Array(56));
  written(1_001_000);
  pass(60_000);
  assert.equal(await state(), "stale");
  // Whatever the clocks say, what was not there at the last look came after it.
  recording.write(new Uint8Array(56));
  written(1_000);
  pass(6_000);
  recording.say({ state: "live", lastEventNs: 7n, lastRecvNs: 8n });
  assert.equal(await state(), "live");
});

Deno.test("a feed that nobody records is stale, however live its recorder said it was", async () => {
  await using recording = await GrowingRecording.begin();
  const { state, feed } = timed(recording);
  recording.write(new Uint8Array(56));
  recording.say({ state: "live", lastEventNs: 5n });
  assert.equal(await state(), "live");
  recording.release();
  assert.equal(await state(), "stale");
  assert.equal(feed.news.message, "nobody records it now");
  recording.open();
  recording.say({ state: "reconnecting", message: "the gateway closed the connection" });
  assert.equal(await state(), "reconnecting");
  assert.equal(feed.news.message, "the gateway closed the connection");
  recording.say({ state: "catching_up" });
  assert.equal(await state(), "catching_up");
  recording.say({ state: "ended" });
  assert.equal(await state(), "ended");
});

Deno.test("a recorder that says nothing, or nothing that can be read, is no reason to stop", async () => {
  await using recording = await GrowingRecording.prepare();
  const { state, feed } = timed(recording);
  assert.equal(await state(), "connecting");
  assert.equal(feed.news.message, "no recorder has begun");
  recording.open();
  assert.equal(await state(), "connecting");
  const path = statePathOf(recording.path);
  await Deno.writeTextFile(path, "{ half");
  assert.equal(await state(), "connecting");
  assert.equal(feed.news.message, "the recorder's state cannot be read");
  // As one of another user that this one may not read: a link in a circle, whoever runs this.
  await Deno.remove(path);
  await Deno.symlink(path, path);
  assert.equal(await state(), "connecting");
  assert.equal(feed.news.message, "the recorder's state cannot be read");
  assert.equal(hasRecordingEnded(recording.path, Infinity), false);
  recording.release();
  assert.equal(hasRecordingEnded(recording.path, 0), true);
});

Deno.test("who follows a recording is told once that nothing comes, and once that it goes on", async () => {
  await using recording = await GrowingRecording.begin();
  const { pass, feed } = timed(recording);
  const said: string[] = [];
  const watch = new SilenceWatch(feed, (line) => void said.push(line));
  const after = async (ms: number) => {
    pass(ms);
    await watch.look();
    return said.splice(0);
  };
  recording.say({ state: "live", lastEventNs: 5n });
  recording.write(new Uint8Array(56));
  assert.deepEqual(await after(0), []);
  assert.deepEqual(await after(6_999), []);
  const silent = (why: string) => [
    `${recording.path}: nothing has come for 7 s (${why}); still waiting`,
  ];
  assert.deepEqual(await after(1), silent("no sign of life from the feed"));
  // Whatever becomes of its recorder meanwhile.
  recording.release();
  assert.deepEqual(await after(60_000), []);
  recording.open();
  recording.say({ state: "reconnecting", message: "the gateway closed the connection" });
  assert.deepEqual(await after(1_000), []);
  recording.write(new Uint8Array(320));
  assert.deepEqual(await after(1_000), [`${recording.path}: it goes on`]);
  assert.deepEqual(await after(7_000), silent("the gateway closed the connection"));
  recording.say({ state: "ended" });
  assert.deepEqual(await after(1_000), []);
});

Deno.test("who begins to follow what nobody records is told so at the first look", async () => {
  await using recording = await GrowingRecording.begin();
  recording.write(new Uint8Array(56));
  recording.say({ state: "stopped" });
  recording.release();
  const recordedMs = (await Deno.stat(recording.path)).mtime!.getTime();
  const feed = new Feed(recording.path, { now: () => recordedMs + 3_600_000, monotonic: () => 5 });
  const said: string[] = [];
  await new SilenceWatch(feed, (line) => void said.push(line)).look();
  assert.deepEqual(said, [
    `${recording.path}: nothing has come for 7 s (nobody records it now); still waiting`,
  ]);
});

Deno.test("who has ended is told nothing by a look that was under way", async () => {
  await using recording = await GrowingRecording.begin();
  await Deno.utime(recording.path, 1_000_000_000, 1_000_000_000);
  const request = {
    origin: { path: recording.path, recording: { follow: true, windowEndMs: Infinity } },
  };
  const { promise: told, resolve } = Promise.withResolvers<string>();
  {
    using _first = tellSilence([request], () => assert.fail("it has ended"));
  }
  // Its look begins after the other one's, and ends after it.
  using _second = tellSilence([request], resolve);
  assert.match(await told, /nothing has come for 7 s/);
});

Deno.test("who listens hears of changes alone, and looks no more when it has gone", async () => {
  await using recording = await GrowingRecording.begin();
  recording.write(new Uint8Array(56));
  recording.say({ state: "live", lastEventNs: 5n });
  const feeds = new Feeds();
  const feed = feeds.of(recording.path);
  let heard = 0;
  const changed = Promise.withResolvers<void>();
  const unhook = feed.onChange(() => {
    heard++;
    changed.resolve();
  });
  assert.equal(feeds.of(recording.path), feed);
  await changed.promise;
  await feed.look();
  assert.deepEqual([heard, feed.news.state], [1, "live"]);
  unhook();
  feeds.of("another");
  assert.notEqual(feeds.of(recording.path), feed);
});

Deno.test("what is sent has times as text, and says that a clock is off by a negative latency", () => {
  const recorder: RecordingState = {
    state: "live",
    ...{ sinceNs: 0n, message: "", sessionId: null, bytes: 1, records: 1 },
    ...{ lastEventNs: 1_770_336_000_000_000_001n, lastRecvNs: null, latencyMs: -3.5 },
    ...{ reconnections: 0, gaps: 0 },
  };
  assert.deepEqual(
    sourceMessage({ state: "live", message: "", sinceMs: 1_770_336_000_000, recorder }, 12.4, 7.6),
    {
      ...{ type: "source", state: "live", message: "", since_ns: "1770336000000000000" },
      ...{ last_ts_ns: "1770336000000000001", last_recv_ns: null, latency_ms: -3.5, behind_ms: 12 },
      sent_ms: 8,
    },
  );
});
