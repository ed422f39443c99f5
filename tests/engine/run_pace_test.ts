import assert from "node:assert/strict";
import { UserError } from "../../engine/errors.ts";
import { RunPace } from "../../engine/run_pace.ts";

Deno.test("RunPace applies fewer records at a time where they are slow, and more where they are not", () => {
  const pace = new RunPace("day.dbn", () => 0);
  const first = pace.slice;
  pace.took(0.1);
  assert.ok(pace.slice > first);
  for (let i = 0; i < 10; i++) pace.took(0.1);
  const most = pace.slice;
  pace.took(0.1);
  assert.equal(pace.slice, most);
  for (let i = 0; i < 10; i++) pace.took(50);
  assert.equal(pace.slice, 1);
});

Deno.test("RunPace applies few records at a time while others wait for their turn", () => {
  let isShared = false;
  const pace = new RunPace("day.dbn", () => 0, () => isShared);
  for (let i = 0; i < 10; i++) pace.took(0.1);
  const alone = pace.slice;
  isShared = true;
  assert.ok(pace.slice <= alone / 8);
});

Deno.test("RunPace ends a run whose slice takes above a second of processor time, by name", () => {
  const pace = new RunPace("day.dbn", () => 1_500);
  assert.throws(() => pace.took(1_600), (error) => {
    assert.ok(error instanceof UserError);
    assert.match(error.message, /^day\.dbn: a few of its records took 1\.5 s of processor time: /);
    return true;
  });
});

Deno.test("RunPace ends a run that is slow slice after slice", () => {
  const pace = new RunPace("day.dbn", () => 300);
  assert.throws(() => {
    for (let i = 0; i < 20; i++) pace.took(300);
  }, UserError);
});

Deno.test("RunPace lets a run live that waited for a processor, or was stopped", () => {
  const pace = new RunPace("day.dbn", () => 20);
  for (let i = 0; i < 50; i++) pace.took(60_000);
});
