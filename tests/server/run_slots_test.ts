import assert from "node:assert/strict";
import { RunSlots } from "../../server/stream/run_slots.ts";

const { signal: never } = new AbortController();

/** Slots whose limits and memory a test sets. */
function slotsOf(maxRuns: number) {
  const state = { maxRuns, maxMemory: 100, memory: 0 };
  return { state, slots: new RunSlots(() => state, () => state.memory) };
}

/** Takes a slot and notes who got one. */
function take(slots: RunSlots, claimant: "new" | "in", name: string, got: string[]) {
  return slots.take(claimant, never).then(() => void got.push(name));
}

Deno.test("RunSlots holds a quarter for clients already in", () => {
  const { slots } = slotsOf(8);
  const newcomers = Array.from({ length: 8 }, () => slots.tryTake("new"));
  assert.equal(newcomers.filter(Boolean).length, 6);
  const others = Array.from({ length: 8 }, () => slots.tryTake("in"));
  assert.equal(others.filter(Boolean).length, 2);
  slots.give();
  assert.deepEqual([slots.tryTake("new"), slots.tryTake("in"), slots.taken], [false, true, 8]);
});

Deno.test("RunSlots always has one run for a newcomer", () => {
  assert.equal(slotsOf(1).slots.tryTake("new"), true);
});

Deno.test("RunSlots serves who waits in order, those already in first", async () => {
  const { slots } = slotsOf(4);
  while (slots.tryTake("in"));
  const got: string[] = [];
  const all = [
    take(slots, "new", "new 1", got),
    take(slots, "in", "in 1", got),
    take(slots, "new", "new 2", got),
    take(slots, "in", "in 2", got),
  ];
  assert.equal(slots.waiting, 4);
  for (let i = 0; i < 5; i++) slots.give();
  await Promise.all(all);
  assert.deepEqual(got, ["in 1", "in 2", "new 1", "new 2"]);
  assert.deepEqual([slots.taken, slots.waiting], [3, 0]);
});

Deno.test("RunSlots lets no newcomer begin above the bound on memory, but those already in", async () => {
  const { slots, state } = slotsOf(8);
  assert.equal(slots.tryTake("new"), true);
  state.memory = 101;
  const got: string[] = [];
  const newcomer = take(slots, "new", "new", got);
  assert.equal(slots.tryTake("in"), true);
  assert.deepEqual(got, []);
  state.memory = 100;
  slots.give();
  await newcomer;
  assert.deepEqual(got, ["new"]);
});

for (const claimant of ["new", "live"] as const) {
  Deno.test(`RunSlots lets one begin above the bound on memory while there is no run: ${claimant}`, async () => {
    const { slots, state } = slotsOf(8);
    state.memory = 101;
    assert.equal(slots.tryTake(claimant), true);
    assert.deepEqual([slots.tryTake("new"), slots.tryTake("live")], [false, false]);
    // Memory stays in use when a run has ended: the next may begin all the same.
    const next = slots.take("new", never);
    slots.give(claimant);
    await next;
    assert.equal(slots.tryTake("new"), false);
  });
}

Deno.test("RunSlots forgets who gives up, and takes nothing for them", async () => {
  const { slots } = slotsOf(1);
  assert.equal(slots.tryTake("in"), true);
  const leaving = new AbortController();
  const gone = slots.take("in", leaving.signal);
  const reason = new Error("gone");
  leaving.abort(reason);
  await assert.rejects(gone, reason);
  await assert.rejects(slots.take("in", leaving.signal), reason);
  assert.deepEqual([slots.waiting, slots.taken], [0, 1]);
  slots.give();
  assert.equal(slots.taken, 0);
});
