/** Gaps of a feed, told by its records alone: against a plain reading of the rule. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { dbn, flow, mappingRecord, MIDNIGHT_NS, snapshot } from "../made_session.ts";
import { casesOf } from "../proof.ts";
import { runFile } from "./file_run.ts";

const SECOND = 1_000_000_000n;
const MORNING = 14n * 3_600n * SECOND;
const LIVE = { schema: 0xffff, symbol: null, end: null } as const;

/** A stretch of a recording: so much flow, or a snapshot, whole or cut, with its Clear or without. */
type Stretch =
  | { what: "flow"; records: number }
  | { what: "snapshot"; hasClear: boolean; isWhole: boolean };

const stretch: fc.Arbitrary<Stretch> = fc.oneof(
  fc.record({ what: fc.constant("flow" as const), records: fc.integer({ min: 1, max: 3 }) }),
  fc.record({
    what: fc.constant("snapshot" as const),
    hasClear: fc.boolean(),
    isWhole: fc.boolean(),
  }),
);

/** The records, a second apart, and the gaps that the rule names. */
function session(stretches: readonly Stretch[]) {
  const records: Uint8Array[] = [];
  const gaps: [bigint, bigint][] = [];
  let at = MORNING;
  let lastFlow: bigint | null = null;
  /** Of a snapshot that goes on: whether it could be replaced by a Clear. */
  let isOpen = false;
  /** Where a gap began whose end is not known yet. */
  let pending: bigint | null = null;
  for (const part of stretches) {
    at += SECOND;
    if (part.what === "flow") {
      for (let i = 0; i < part.records; i++) {
        at += SECOND;
        if (pending !== null) gaps.push([MIDNIGHT_NS + pending, MIDNIGHT_NS + at]);
        pending = null;
        isOpen = false;
        lastFlow = at;
        const orderId = 9_000_000n + BigInt(records.length);
        records.push(
          flow({ action: "A", side: "B", at, orderId, price: 24_000_000_000_000n, size: 1 }),
        );
      }
      continue;
    }
    const all = snapshot({ at });
    const kept = part.isWhole ? all : all.slice(0, 4);
    // Without a Clear its orders have times of their own; what goes on from an open one is the same run.
    const isNew = part.hasClear || !isOpen;
    const followsUnfinished = part.hasClear && isOpen;
    records.push(...(part.hasClear ? kept : kept.slice(1)));
    if (isNew && !followsUnfinished && lastFlow !== null) {
      if (part.hasClear) gaps.push([MIDNIGHT_NS + lastFlow, MIDNIGHT_NS + at]);
      else pending = lastFlow;
    }
    isOpen = !part.isWhole;
  }
  return { records, gaps };
}

Deno.test("gaps are those of the rule, from the records alone", async () => {
  const dir = await Deno.makeTempDir({ prefix: "spymaster_gap_" });
  try {
    await fc.assert(
      fc.asyncProperty(fc.array(stretch, { maxLength: 12 }), async (stretches) => {
        const { records, gaps } = session(stretches);
        const path = `${dir}/session.dbn`;
        await Deno.writeFile(path, dbn([mappingRecord(1, "MNQH6"), ...records], LIVE));
        assert.deepEqual((await runFile(path)).gaps, gaps);
      }),
      { numRuns: casesOf(100, 2_000) },
    );
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});

Deno.test("what a live recording holds of before its window has no part in a gap", async () => {
  const dir = await Deno.makeTempDir({ prefix: "spymaster_gap_" });
  try {
    const early = -3_600n * SECOND;
    const order = { side: "B", price: 24_000_000_000_000n, size: 1 };
    const records = [
      ...snapshot({ at: early }),
      flow({ ...order, action: "A", at: early + SECOND, orderId: 1n }),
      ...snapshot({ at: MORNING }),
      flow({ ...order, action: "A", at: MORNING + SECOND, orderId: 2n }),
      ...snapshot({ at: MORNING + 9n * SECOND }),
    ];
    const path = `${dir}/session.dbn`;
    await Deno.writeFile(path, dbn([mappingRecord(1, "MNQH6"), ...records], LIVE));
    const { gaps } = await runFile(path);
    const from = MIDNIGHT_NS + MORNING;
    assert.deepEqual(gaps, [[from + SECOND, from + 9n * SECOND]]);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});
