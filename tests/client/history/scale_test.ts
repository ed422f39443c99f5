import assert from "node:assert/strict";
import { AdaptiveScale } from "../../../client/history/scale.ts";

Deno.test("AdaptiveScale rises at once and halves in a minute of event time", () => {
  const scale = new AdaptiveScale(1);
  scale.observe(80, 0);
  assert.equal(scale.value, 80);
  scale.observe(5, 60_000);
  assert.equal(scale.value, 40);
  scale.observe(50, 60_000);
  assert.equal(scale.value, 50);
});

Deno.test("AdaptiveScale does not fall below its floor", () => {
  const scale = new AdaptiveScale(2);
  assert.equal(scale.value, 2);
  scale.observe(80, 0);
  scale.observe(0, 1e9);
  assert.equal(scale.value, 2);
});

Deno.test("AdaptiveScale does not decay twice over a time that went back", () => {
  const scale = new AdaptiveScale(1);
  scale.observe(80, 60_000);
  scale.observe(0, 0);
  assert.equal(scale.value, 80);
  scale.observe(0, 60_000);
  assert.equal(scale.value, 80);
});

Deno.test("AdaptiveScale starts over after a reset", () => {
  const scale = new AdaptiveScale(1);
  scale.observe(80, 60_000);
  scale.reset();
  assert.equal(scale.value, 1);
  scale.observe(8, 0);
  scale.observe(0, 60_000);
  assert.equal(scale.value, 4);
});
