import assert from "node:assert/strict";
import fc from "fast-check";
import { Camera, type Scene } from "../../../client/heatmap/camera.ts";
import { columnAt, columnsInView, tickAt } from "../../../client/heatmap/viewport.ts";

const SPOT = 100_000;

function scene(first: number, end: number, spot = SPOT): Scene {
  return { first, end, spotTick: () => spot };
}

function cameraOn(history: Scene): Camera {
  const camera = new Camera();
  camera.resize(900, 505, 1);
  camera.update(history);
  return camera;
}

Deno.test("Camera follows the newest column, and spot once it comes near an edge", () => {
  const camera = cameraOn(scene(0, 5000));
  assert.deepEqual([camera.view.end, camera.view.anchor], [5000, SPOT]);
  camera.update(scene(0, 5001, SPOT + 30));
  assert.deepEqual([camera.view.end, camera.view.anchor], [5001, SPOT]);
  camera.update(scene(0, 5002, SPOT + 45));
  assert.deepEqual([camera.view.end, camera.view.anchor], [5002, SPOT + 45]);
});

Deno.test("Camera stands still where it was panned to while columns come, down to the oldest kept", () => {
  const camera = cameraOn(scene(0, 24_000));
  camera.pan(23_000, 50, scene(0, 24_000));
  assert.equal(camera.following, false);
  assert.equal(camera.view.end, 1000);
  const { anchor } = camera.view;
  assert.equal(anchor, SPOT + 10);
  camera.update(scene(500, 24_500));
  assert.deepEqual([camera.view.end, camera.view.anchor], [1000, anchor]);
  assert.deepEqual(columnsInView(camera.view, 500), { from: 500, to: 1000 });
  // What is overwritten cannot be looked at: the view is pushed along with the oldest column.
  camera.update(scene(2000, 26_000));
  assert.equal(camera.view.end, 2001);
});

Deno.test("Camera goes back to the newest column with spot in the middle, from anywhere", () => {
  const history = scene(0, 24_000, SPOT + 7);
  const camera = cameraOn(history);
  camera.pan(9_000, -400, history);
  camera.follow(history);
  camera.update(history);
  assert.deepEqual([camera.following, camera.view.end, camera.view.anchor], [
    true,
    24_000,
    SPOT + 7,
  ]);
});

Deno.test("Camera puts spot in the middle of the prices, at the time that it looks at", () => {
  const rising: Scene = { first: 0, end: 24_000, spotTick: (column) => SPOT + column };
  const camera = cameraOn(rising);
  camera.pan(9_000, -400, rising);
  const { end } = camera.view;
  camera.recentre(rising);
  assert.deepEqual([camera.following, camera.view.end, camera.view.anchor], [
    false,
    end,
    SPOT + end - 1,
  ]);
});

Deno.test("Camera adds up drags that are smaller than a row or a column", () => {
  const history = scene(0, 5000);
  const camera = cameraOn(history);
  for (let i = 0; i < 10; i++) camera.pan(0.5, 0.5, history);
  assert.deepEqual([camera.view.end, camera.view.anchor], [4995, SPOT + 1]);
});

Deno.test("Camera keeps nothing of a drag when it follows again", () => {
  const history = scene(0, 5000);
  const camera = cameraOn(history);
  for (let i = 0; i < 2; i++) {
    camera.follow(history);
    camera.update(history);
    const { end, anchor } = camera.view;
    camera.pan(0.5, 0.5, history);
    assert.deepEqual([camera.view.end, camera.view.anchor], [end, anchor]);
  }
});

Deno.test("Camera zooms around the pointer: what is under it stays there", () => {
  const place = fc.record({
    x: fc.integer({ min: 60, max: 899 }),
    y: fc.integer({ min: 0, max: 504 }),
  });
  const steps = fc.array(fc.constantFrom(-1, 1), { minLength: 1, maxLength: 3 });
  fc.assert(fc.property(place, steps, ({ x, y }, zooms) => {
    const history = scene(0, 24_000);
    const camera = cameraOn(history);
    camera.pan(12_000, 0, history);
    for (const step of zooms) {
      const tick = tickAt(camera.view, y);
      const column = columnAt(camera.view, x, 0);
      camera.zoomPrice(step, y);
      assert.equal(tickAt(camera.view, y), tick);
      camera.zoomTime(step, x, history);
      const now = columnAt(camera.view, x, 0);
      assert.ok(column !== null && now !== null);
      const { stride } = camera.view;
      const groups = Math.floor(now / stride) - Math.floor(column / stride);
      assert.ok(Math.abs(groups) <= 1, `${column} became ${now} of ${stride}`);
    }
  }));
});

Deno.test("Camera brings a column into view without moving more than it has to", () => {
  const history = scene(0, 5000);
  const camera = cameraOn(history);
  camera.reveal(4200, history);
  assert.equal(camera.view.end, 5000);
  camera.reveal(3000, history);
  assert.deepEqual(columnsInView(camera.view, 0), { from: 3000, to: 3900 });
  camera.reveal(4000, history);
  assert.deepEqual(columnsInView(camera.view, 0), { from: 3101, to: 4001 });
});
