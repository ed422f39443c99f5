import assert from "node:assert/strict";
import fc from "fast-check";
import { Camera, type Scene } from "../../../client/heatmap/camera.ts";
import { tickAt } from "../../../client/heatmap/viewport.ts";
import { GridOrder } from "../../../client/history/grid_order.ts";

const SPOT = 100_000;
const START_MS = 1_770_388_800_000;
const EVERY_MS = 25;

/** A history that is played on: grid `i` falls 25 ms times `i` after its beginning. */
class Played implements Scene {
  readonly order: GridOrder;
  spot = SPOT;

  constructor(capacity: number, grids: number) {
    this.order = new GridOrder(capacity);
    this.play(0, grids);
  }

  play(from: number, to: number): void {
    for (let i = from; i < to; i++) {
      this.order.place(BigInt(START_MS + i * EVERY_MS) * 1_000_000n, i);
    }
  }

  jump(from: number, to: number): void {
    this.order.breakOff();
    this.play(from, to);
  }

  touchTick(): number {
    return this.spot;
  }
}

/** The grids at the edges of a view, counted from the history's beginning. */
function edges({ columns }: Camera, { order }: Scene): [left: number, right: number] {
  const at = (x: number) => (order.time(columns.gridAt(x) ?? NaN) - START_MS) / EVERY_MS;
  return [at(0), at(columns.width - 1)];
}

function cameraOn(scene: Scene): Camera {
  const camera = new Camera();
  camera.resize(900, 505, 1);
  camera.update(scene);
  return camera;
}

Deno.test("Camera follows the grid that came last, and the touch once it leaves the middle", () => {
  const scene = new Played(24_000, 5000);
  const camera = cameraOn(scene);
  assert.deepEqual([...edges(camera, scene), camera.view.anchor], [4100, 4999, SPOT]);
  scene.play(5000, 5001);
  // 101 rows are in view: the middle of them is 20 to either side.
  scene.spot = SPOT + 20;
  camera.update(scene);
  assert.deepEqual([...edges(camera, scene), camera.view.anchor], [4101, 5000, SPOT]);
  scene.spot = SPOT + 20.5;
  camera.update(scene);
  // Half a tick is 2.5 pixels of 5.
  assert.equal(camera.view.anchor, SPOT + 20.6);
  assert.equal(camera.gliding, false);
});

Deno.test("Camera glides to the touch, by less than a tick a frame, and stays there", () => {
  const scene = new Played(24_000, 5000);
  const camera = cameraOn(scene);
  scene.spot = SPOT + 21;
  const way = [SPOT];
  for (let nowMs = 1000; nowMs <= 1300; nowMs += 10) {
    camera.update(scene, { nowMs, calm: false });
    way.push(camera.view.anchor);
    assert.equal(camera.gliding, nowMs < 1300);
  }
  assert.deepEqual([way[1], way.at(-1)], [SPOT, SPOT + 21]);
  way.slice(1).forEach((anchor, i) => {
    const moved = anchor - way[i]!;
    assert.ok(moved >= 0 && moved <= 1.4, `${moved}`);
  });
});

Deno.test("Camera follows a seek back, with what is later to its right", () => {
  const scene = new Played(24_000, 0);
  scene.play(5000, 7000);
  const camera = cameraOn(scene);
  scene.jump(3000, 4001);
  camera.update(scene);
  assert.deepEqual(edges(camera, scene), [3101, 4000]);
  camera.pan(-100, 0, scene);
  // 24 columns are the break.
  assert.deepEqual(edges(camera, scene), [3201, 5075]);
});

Deno.test("Camera stands still where it was panned to, whatever comes, down to the oldest kept", () => {
  const scene = new Played(24_000, 24_000);
  const camera = cameraOn(scene);
  camera.pan(22_000, 50, scene);
  assert.equal(camera.following, false);
  assert.deepEqual(edges(camera, scene), [1100, 1999]);
  const { anchor } = camera.view;
  assert.equal(anchor, SPOT + 10);
  scene.play(24_000, 24_500);
  camera.update(scene);
  assert.deepEqual([...edges(camera, scene), camera.view.anchor], [1100, 1999, anchor]);
  // What gave way cannot be looked at: the view is pushed along with the oldest.
  scene.play(24_500, 26_500);
  camera.update(scene);
  assert.equal(edges(camera, scene)[1], 2500);
});

Deno.test("Camera stands still while another part of the history grows", () => {
  const scene = new Played(24_000, 2000);
  scene.jump(5000, 7000);
  const camera = cameraOn(scene);
  camera.pan(500, 0, scene);
  const [before, left] = [edges(camera, scene), camera.columns.left];
  assert.deepEqual(before, [5600, 6499]);
  scene.jump(2000, 2100);
  camera.update(scene);
  assert.deepEqual(edges(camera, scene), before);
  assert.equal(camera.columns.left, left);
});

Deno.test("Camera stands still while the part that it was panned to grows", () => {
  const scene = new Played(24_000, 2000);
  scene.jump(5000, 7000);
  const camera = cameraOn(scene);
  camera.pan(2_524, 0, scene);
  assert.deepEqual(edges(camera, scene), [600, 1499]);
  for (const from of [2000, 2100]) {
    scene.jump(from, from + 100);
    camera.update(scene);
    assert.deepEqual(edges(camera, scene), [600, 1499]);
  }
});

Deno.test("Camera goes back to the grid that came last with spot in the middle, from anywhere", () => {
  const scene = new Played(24_000, 24_000);
  const camera = cameraOn(scene);
  camera.pan(9_000, -400, scene);
  scene.spot = SPOT + 7;
  camera.follow(scene);
  camera.update(scene);
  assert.deepEqual([camera.following, edges(camera, scene)[1], camera.view.anchor], [
    true,
    23_999,
    SPOT + 7,
  ]);
});

Deno.test("Camera puts spot in the middle of the prices, at the time that it looks at", () => {
  const { order } = new Played(24_000, 24_000);
  const rising: Scene = { order, touchTick: (grid) => SPOT + order.rankOf(grid) };
  const camera = cameraOn(rising);
  camera.pan(9_000, -400, rising);
  camera.recentre(rising);
  assert.deepEqual([camera.following, ...edges(camera, rising), camera.view.anchor], [
    false,
    14_100,
    14_999,
    SPOT + 14_999,
  ]);
});

Deno.test("Camera adds up drags that are smaller than a row or a column", () => {
  const scene = new Played(24_000, 5000);
  const camera = cameraOn(scene);
  for (let i = 0; i < 10; i++) camera.pan(0.5, 0.5, scene);
  assert.deepEqual([edges(camera, scene)[1], camera.view.anchor], [4994, SPOT + 1]);
});

Deno.test("Camera keeps nothing of a drag when it follows again", () => {
  const scene = new Played(24_000, 5000);
  const camera = cameraOn(scene);
  for (let i = 0; i < 2; i++) {
    camera.follow(scene);
    camera.update(scene);
    const before = [edges(camera, scene)[1], camera.view.anchor];
    camera.pan(0.5, 0.5, scene);
    assert.deepEqual([edges(camera, scene)[1], camera.view.anchor], before);
  }
});

Deno.test("Camera zooms around the pointer: what is under it stays there", () => {
  const scene = new Played(24_000, 24_000);
  const place = fc.record({
    x: fc.integer({ min: 60, max: 899 }),
    y: fc.integer({ min: 0, max: 504 }),
  });
  const steps = fc.array(fc.constantFrom(-1, 1), { minLength: 1, maxLength: 2 });
  fc.assert(fc.property(place, steps, fc.constantFrom("time", "event"), ({ x, y }, zooms, axis) => {
    const camera = cameraOn(scene);
    camera.axis = axis;
    camera.pan(12_000, 0, scene);
    for (const step of zooms) {
      const tick = tickAt(camera.view, y);
      const before = camera.columns.times[x]!;
      camera.zoomPrice(step, y);
      assert.equal(tickAt(camera.view, y), tick);
      const wide = camera.columns.msPerColumn;
      camera.zoomTime(step, x, scene);
      camera.update(scene);
      const moved = Math.abs(camera.columns.times[x]! - before);
      const column = Math.max(wide, camera.columns.msPerColumn, EVERY_MS);
      assert.ok(moved <= column, `${moved} ms of ${column}`);
    }
  }));
});

Deno.test("Camera zooms out and in again to the very grids that it showed", () => {
  const scene = new Played(24_000, 24_000);
  const camera = cameraOn(scene);
  const before = [...camera.columns.grids];
  for (const step of [-1, -1, -1, 1, 1, 1]) {
    camera.zoomTime(step, 899, scene);
    camera.update(scene);
  }
  assert.deepEqual([...camera.columns.grids], before);
  assert.equal(camera.following, true);
});

Deno.test("Camera brings a grid into view without moving more than it has to", () => {
  const scene = new Played(24_000, 5000);
  const camera = cameraOn(scene);
  camera.reveal(4200, scene);
  assert.deepEqual(edges(camera, scene), [4100, 4999]);
  camera.reveal(3000, scene);
  assert.deepEqual(edges(camera, scene), [3000, 3899]);
  camera.reveal(4000, scene);
  assert.deepEqual(edges(camera, scene), [3101, 4000]);
});

Deno.test("a camera brings a price into view by as little as needed, or into the middle", () => {
  const scene = new Played(100, 50);
  const camera = new Camera();
  camera.resize(40, 200, 1);
  camera.rowPixels = 10;
  camera.resize(40, 200, 1);
  camera.update(scene);
  const { low, high } = camera.ticks;
  camera.revealPrice(high - 3);
  assert.deepEqual([camera.ticks, camera.following], [{ low, high }, true]);
  camera.revealPrice(high + 4);
  assert.deepEqual([camera.ticks.high, camera.following], [high + 5, false]);
  camera.revealPrice(low);
  assert.equal(camera.ticks.low, low - 1);
  camera.revealPrice(SPOT, true);
  assert.equal(tickAt(camera.view, 100), SPOT);
});
