import assert from "node:assert/strict";
import fc from "fast-check";
import { sideBySide } from "../../engine/side_by_side.ts";

Deno.test("sideBySide() works on each once, begun in order, as many at a time as it may and no more", async () => {
  const cases = fc.record({
    count: fc.integer({ min: 0, max: 20 }),
    most: fc.integer({ min: 1, max: 6 }),
    scheduler: fc.scheduler(),
  });
  await fc.assert(fc.asyncProperty(cases, async ({ count, most, scheduler }) => {
    const things = Array.from({ length: count }, (_, i) => `${i}`);
    const begun: string[] = [];
    let open = 0;
    let widest = 0;
    const all = sideBySide(things, most, async (thing, index) => {
      assert.equal(thing, things[index]);
      begun.push(thing);
      widest = Math.max(widest, ++open);
      await scheduler.schedule(Promise.resolve());
      open--;
    });
    await scheduler.waitFor(all);
    assert.deepEqual(begun, things);
    assert.equal(widest, Math.min(most, count));
  }));
});

Deno.test("sideBySide() begins no more once one has thrown, and throws that", async () => {
  const begun: number[] = [];
  const all = sideBySide([0, 1, 2, 3, 4], 2, async (thing) => {
    begun.push(thing);
    await Promise.resolve();
    if (thing === 1) throw new Error("one");
  });
  await assert.rejects(all, /^Error: one$/);
  assert.ok(!begun.includes(4), `${begun}`);
});
