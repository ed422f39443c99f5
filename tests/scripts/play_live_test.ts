/** A simulated session as a feed plays it: what a snapshot of it says of itself. */
import assert from "node:assert/strict";
import { MBO } from "dbn-ts";
import { tsRecvAt } from "../../engine/databento/live/tail.ts";
import { LivePlay } from "../../scripts/simulate/play_live.ts";
import { TestClock } from "../live/test_clock.ts";

Deno.test("a snapshot of what is played was taken now, however long ago the last record was", () => {
  const clock = new TestClock(Date.UTC(2026, 1, 6, 15));
  const session = { symbol: "MNQH6", dt: "2026-02-06", seed: 1, from: "19:01", to: "19:03" };
  const { feed } = new LivePlay({ ...session, eventsPerSecond: 1 }, clock);
  assert.ok(feed.count > 0);
  const snapshot = feed.snapshot();
  const nowNs = BigInt(clock.now()) * 1_000_000n;
  assert.ok(tsRecvAt(feed.records(feed.count - 1), 0) < nowNs);
  for (let at = 0; at < snapshot.length; at += MBO.BYTES) {
    assert.equal(tsRecvAt(snapshot, at), nowNs);
  }
});
