import assert from "node:assert/strict";
import { Glide } from "../../../client/heatmap/glide.ts";

const ROWS = 100;

Deno.test("Glide leaves the touch where it is within the middle 40 %", () => {
  const glide = new Glide();
  for (const touch of [0, 20, -20]) assert.equal(glide.next(0, touch, ROWS, 0, false), 0);
  assert.equal(glide.moving, false);
});

Deno.test("Glide takes 300 ms to the touch, which may move meanwhile", () => {
  const glide = new Glide();
  assert.equal(glide.next(0, 24, ROWS, 5000, false), 0);
  const half = glide.next(0, 24, ROWS, 5150, false);
  assert.equal(half, 12);
  assert.equal(glide.moving, true);
  assert.equal(glide.next(half, 26, ROWS, 5300, false), 26);
  assert.equal(glide.moving, false);
  // Near it now, it stays.
  assert.equal(glide.next(26, 30, ROWS, 5316, false), 26);
});

Deno.test("Glide is there at once with little motion, and where nothing in view stays", () => {
  const glide = new Glide();
  assert.equal(glide.next(0, 24, ROWS, 0, true), 24);
  assert.equal(glide.next(0, 51, ROWS, 0, false), 51);
  glide.next(0, 40, ROWS, 0, false);
  assert.equal(glide.next(0, 40, ROWS, 10, true), 40);
  assert.equal(glide.moving, false);
});
