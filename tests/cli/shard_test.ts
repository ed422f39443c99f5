import assert from "node:assert/strict";
import fc from "fast-check";
import { UserError } from "../../engine/errors.ts";
import { datesOfShare, readShard } from "../../cli/shard.ts";

Deno.test("readShard() takes 1/n to n/n and nothing else", () => {
  assert.deepEqual(readShard("--shard", "3/4"), { index: 3, count: 4 });
  assert.deepEqual(readShard("--shard", "1/1"), { index: 1, count: 1 });
  for (const text of ["", "0/4", "5/4", "1/0", "1", "1/", "-1/4", "1/10001", "1/4/4", " 1/4"]) {
    assert.throws(() => readShard("--shard", text), (error) => {
      assert.ok(error instanceof UserError);
      assert.ok(error.message.startsWith(`--shard: ${JSON.stringify(text)} is no share`));
      return true;
    });
  }
});

Deno.test("shares have every date once, and differ by one date at most", () => {
  fc.assert(fc.property(
    fc.uniqueArray(fc.date({ noInvalidDate: true }).map((date) => date.toISOString())),
    fc.integer({ min: 1, max: 12 }),
    (given, count) => {
      const dates = given.sort();
      const dt = { dates, isRange: true };
      const shares = Array.from(
        { length: count },
        (_, i) => datesOfShare(dt, { index: i + 1, count }),
      );
      assert.deepEqual(shares.flat().sort(), dates);
      const sizes = shares.map(({ length }) => length);
      assert.ok(Math.max(...sizes) - Math.min(...sizes) <= 1);
      assert.deepEqual(datesOfShare(dt), dates);
    },
  ));
});
