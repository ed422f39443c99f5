import assert from "node:assert/strict";
import { timeLeft } from "../../cli/progress.ts";

Deno.test("timeLeft() goes on at the speed so far, and says nothing before it has one", () => {
  assert.equal(timeLeft(0, 60_000), "");
  assert.equal(timeLeft(0.5, 1_000), "");
  assert.equal(timeLeft(0.5, 30_000), "30 s");
  assert.equal(timeLeft(0.25, 30_000), "2 min");
  assert.equal(timeLeft(0.1, 60 * 60_000), "9 h 0 min");
  assert.equal(timeLeft(0.1, 55 * 60_000), "8 h 15 min");
  assert.equal(timeLeft(1, 30_000), "0 s");
});
