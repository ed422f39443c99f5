import assert from "node:assert/strict";
import { wakeAfter } from "../../server/stream/shared_timer.ts";

function woken(ms: number): Promise<number> {
  const { promise, resolve } = Promise.withResolvers<number>();
  wakeAfter(ms, () => resolve(performance.now()));
  return promise;
}

Deno.test("wakeAfter() wakes in the order of the times, those of one tick together", async () => {
  const order: string[] = [];
  const note = (name: string, ms: number) => woken(ms).then(() => order.push(name));
  await Promise.all([note("late", 40), note("early", 1), note("middle", 20), note("middle", 20)]);
  assert.deepEqual(order, ["early", "middle", "middle", "late"]);
});

Deno.test("wakeAfter() that is cancelled wakes nobody, and others of the tick all the same", async () => {
  let wakes = 0;
  const cancels = [1, 2, 3].map(() => wakeAfter(10, () => wakes++));
  const other = woken(10);
  for (const cancel of cancels) cancel();
  await other;
  assert.equal(wakes, 0);
  // One cancelled afterwards, or twice, is nobody's loss.
  for (const cancel of cancels) cancel();
  await woken(1);
});
