import assert from "node:assert/strict";
import fc from "fast-check";
import { Fade } from "../../../engine/grid/fade.ts";

const HOUR_NS = 3600e9;

Deno.test("Fade gives exp(-age / tau) of a bucket, grid after grid, within 1e-13", () => {
  const last = fc.integer({ min: -HOUR_NS, max: 24 * HOUR_NS });
  const gaps = fc.array(fc.integer({ min: 0, max: 100e9 }), { minLength: 1, maxLength: 30 });
  fc.assert(fc.property(last, gaps, (lastTs, gaps) => {
    const fade = new Fade(2);
    let ts = lastTs;
    for (const gap of gaps) {
      fade.turnTo(ts += gap);
      if (fade.shown[1] === 0) fade.learn(1, lastTs);
      const age = (ts - lastTs) / 1e9;
      assertClose(fade.now[0]! * fade.shown[1]!, Math.exp(-age / 10));
      assertClose(fade.now[1]! * fade.mass[1]!, Math.exp(-age / 30));
    }
  }));
});

Deno.test("Fade gives the same bits whichever grids came before", () => {
  const at = (...times: number[]) => {
    const fade = new Fade(1);
    for (const ts of times) {
      fade.turnTo(ts);
      if (fade.shown[0] === 0) fade.learn(0, 1e9);
    }
    return [fade.now[0]! * fade.shown[0]!, fade.now[1]! * fade.mass[0]!];
  };
  assert.deepEqual(at(2e9, 59e9, 61e9, 200e9), at(200e9));
  assert.deepEqual(at(200e9, 30e9), at(30e9));
});

function assertClose(got: number, expected: number): void {
  assert.ok(Math.abs(got - expected) <= 1e-13 * expected, `${got}, not ${expected}`);
}
