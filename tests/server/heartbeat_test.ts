import assert from "node:assert/strict";
import { Heartbeat } from "../../server/heartbeat.ts";

Deno.test("Heartbeat asks once after a silence, and ends after a second one", () => {
  const clock = { ms: 0 };
  const heartbeat = new Heartbeat(30_000, () => clock.ms);
  const at = (ms: number) => {
    clock.ms = ms;
    return heartbeat.due();
  };
  assert.equal(at(29_999), "nothing");
  assert.equal(at(30_000), "ask");
  assert.equal(at(59_999), "nothing");
  assert.equal(at(60_000), "end");
});

Deno.test("Heartbeat begins anew with every sign of life", () => {
  const clock = { ms: 0 };
  const heartbeat = new Heartbeat(30_000, () => clock.ms);
  for (let i = 0; i < 3; i++) {
    clock.ms += 59_999;
    assert.equal(heartbeat.due(), "ask");
    heartbeat.heard();
    assert.equal(heartbeat.due(), "nothing");
  }
});
