import assert from "node:assert/strict";
import fc from "fast-check";
import { F_SNAPSHOT, MBO, RTYPE_MBO } from "dbn-ts";
import { Backoff } from "../../../../engine/databento/live/backoff.ts";
import { Intake, MOST_WITHOUT_RUN } from "../../../../engine/databento/live/intake.ts";
import { RunMatch } from "../../../../engine/databento/live/run_match.ts";
import { Tail } from "../../../../engine/databento/live/tail.ts";
import { flow, join, MIDNIGHT_NS } from "../../../made_session.ts";

const SECOND = 1_000_000_000n;

/** A record that differs from others by its kind. */
const of = (kind: number, recvAt = 0n, at = 0n) =>
  flow({ action: "T", at, recvAt, orderId: BigInt(kind) });

Deno.test("a run is found where it first ends, whatever repeats: against a search by hand", () => {
  const kinds = fc.array(fc.nat(1), { maxLength: 40 });
  fc.assert(
    fc.property(fc.array(fc.nat(1), { minLength: 1, maxLength: 6 }), kinds, (run, stream) => {
      const match = new RunMatch(join(...run.map((kind) => of(kind))));
      const found = stream.findIndex((kind) => match.offer(of(kind, 7n), 0));
      const expected = stream.findIndex((_, i) =>
        i + 1 >= run.length && run.every((kind, j) => stream[i + 1 - run.length + j] === kind)
      );
      assert.equal(found, expected);
      if (found >= 0) assert.equal(match.countDiffering(), run.length);
    }),
    { numRuns: 2_000 },
  );
});

Deno.test("the tail keeps what a replay from its T on shows, in the order of the file", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(3_000), fc.boolean()), { maxLength: 60 }), (records) => {
      const tail = new Tail();
      const kept: { ms: number; record: Uint8Array }[] = [];
      for (const [i, [ms, isLate]] of records.entries()) {
        const at = BigInt(i * 100 + (isLate ? -ms / 10 | 0 : ms)) * 1_000_000n;
        const record = of(i, 0n, at);
        tail.add(record, 0);
        kept.push({ ms: Number(at / 1_000_000n), record });
      }
      if (records.length === 0) return void assert.equal(tail.startNs, null);
      const largest = Math.max(...kept.map(({ ms }) => ms));
      const startNs = MIDNIGHT_NS + BigInt(largest) * 1_000_000n - SECOND;
      assert.equal(tail.startNs, startNs);
      const run = kept.filter(({ ms }) => ms >= largest - 1_000).map(({ record }) => record);
      assert.deepEqual(tail.run(), join(...run));
    }),
    { numRuns: 500 },
  );
});

Deno.test("a tail begins anew after a snapshot record, and is as long as a second is", () => {
  const tail = new Tail();
  for (let i = 0; i < 100_000; i++) tail.add(of(i, 0n, BigInt(i) * 1_000_000n), 0);
  assert.equal(tail.run().length / MBO.BYTES, 1_001);
  tail.add(flow({ action: "A", at: 0n, flags: F_SNAPSHOT }), 0);
  assert.deepEqual([tail.startNs, tail.run().length, tail.hasOrders], [null, 0, true]);
});

Deno.test("until the run is complete nothing is written; then everything is", () => {
  const run = [of(1), of(2), of(2)];
  const intake = new Intake(join(...run), true);
  const stream = [of(9), of(1), of(2), of(1), of(2), of(2, 5n), of(2), of(3)];
  const taken = stream.map((record) => intake.takes(record, 0, RTYPE_MBO));
  assert.deepEqual(taken, [false, false, false, false, false, false, true, true]);
  assert.ok(intake.takes(of(0), 0, 0x16), "a mapping is written whenever it comes");
  assert.equal(intake.differing, 1);
  assert.ok(!intake.needsSnapshot);
});

Deno.test("a snapshot is asked for where the replay has not the run, or is not to be had", () => {
  const notice = (isError: boolean, code: number) => ({ isError, code, text: "" });
  const asks = (isReplay: boolean, isError: boolean, code: number) => {
    const intake = new Intake(isReplay ? of(1) : null, isReplay);
    intake.hear(notice(isError, code));
    return intake.needsSnapshot;
  };
  assert.ok(asks(true, false, 3), "replay completed");
  assert.ok(asks(true, true, 8) && asks(true, true, 5), "aged out, and a start that is refused");
  assert.ok(!asks(true, false, 0) && !asks(true, true, 6) && !asks(true, true, 7));
  assert.ok(!asks(false, true, 5) && !asks(false, false, 3));
  const long = new Intake(join(of(1), of(2)), true);
  const other = of(3);
  for (let i = 1; i < MOST_WITHOUT_RUN + 2; i++) long.takes(other, 0, RTYPE_MBO);
  assert.ok(!long.needsSnapshot);
  long.takes(other, 0, RTYPE_MBO);
  assert.ok(long.needsSnapshot);
});

Deno.test("waits grow while nothing comes of attempts, and begin anew after a minute", () => {
  const backoff = new Backoff(() => 0);
  const waits = (lastedMs: number, hasWritten: boolean, isOwnEnd = false) =>
    backoff.after({ lastedMs, hasWritten, isOwnEnd }) / 1_000;
  assert.equal(waits(5_000, true), 1);
  assert.deepEqual(Array.from({ length: 8 }, () => waits(10, false)), [1, 2, 4, 8, 16, 32, 60, 60]);
  assert.equal(waits(10, true), 60, "what was written does not count up, nor back");
  assert.deepEqual(
    [waits(10, true, true), waits(10, false)],
    [1, 60],
    "another request is no retry",
  );
  assert.equal(waits(60_000, false), 1);
  assert.deepEqual([waits(10, false), waits(10, false, true), waits(10, false)], [1, 1, 2]);
  const early = new Backoff(() => 0.999);
  assert.ok(early.after({ lastedMs: 0, hasWritten: false, isOwnEnd: false }) >= 1_000);
});
