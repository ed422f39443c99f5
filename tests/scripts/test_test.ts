import assert from "node:assert/strict";
import { summary } from "../../scripts/test.ts";

Deno.test("summary() counts passed and failed tests", () => {
  assert.equal(summary("a ... ok\n\nok | 12 passed | 0 failed (3s)\n"), "12 passed, 0 failed");
  assert.equal(summary("FAILED | 3 passed | 2 failed (95ms)\n\n"), "3 passed, 2 failed");
});

Deno.test("summary() adds the skipped ones when there are some, and never counts steps", () => {
  assert.equal(
    summary("ok | 4 passed (9 steps) | 0 failed (1 step) | 5 ignored (7 steps) | 1 filtered out\n"),
    "4 passed, 0 failed, 5 skipped",
  );
});

Deno.test("summary() takes the last closing line, for tests may print one of their own", () => {
  assert.equal(
    summary("ok | 99 passed | 0 failed (1s)\nok | 1 passed | 0 failed (2s)\n"),
    "1 passed, 0 failed",
  );
});

Deno.test("summary() sees through colours", () => {
  assert.equal(
    summary("\x1b[0m\x1b[32mok\x1b[0m | 7 passed | 0 failed \x1b[0m\x1b[38;5;245m(2s)\x1b[0m\n"),
    "7 passed, 0 failed",
  );
});

Deno.test("summary() is null when the run did not come to its end", () => {
  assert.equal(summary("error: Type checking failed.\n"), null);
});
