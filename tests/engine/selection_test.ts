/** What a record ends by coming is ended however soon it comes: within a minute nothing else tells of it. */
import assert from "node:assert/strict";
import type { GridFrame } from "../../engine/grid_frame.ts";
import type { Pipeline } from "../../engine/pipeline.ts";
import { drive, type Shown } from "../drive.ts";
import {
  dbn,
  errorRecord,
  type FileSays,
  flow,
  mappingRecord,
  MIDNIGHT_NS,
  snapshot,
} from "../made_session.ts";

const SECOND = 1_000_000_000n;
const MORNING = 14n * 3_600n * SECOND;
/** A recording, whose records alone tell of gaps. */
const LIVE = { schema: 0xffff, symbol: null, end: null } as const;
const LAST = 128;

/** An order far below the book that a snapshot makes. */
function order(second: number, flags = LAST): Uint8Array {
  const at = MORNING + BigInt(second) * SECOND;
  const price = 24_000_000_000_000n;
  return flow({ action: "A", side: "B", at, orderId: BigInt(second), price, size: 1, flags });
}

/** A snapshot without a Clear, whose orders have times of their own; `isWhole` when its end is there. */
function bare(second: number, isWhole: boolean): Uint8Array[] {
  const at = MORNING + BigInt(second) * SECOND;
  return ["B", "A"].map((side, i) =>
    flow({
      ...{ action: "A", side, at, orderId: 5_000n + BigInt(i), size: 7 },
      price: 25_000_000_000_000n + BigInt(i) * 250_000_000n,
      flags: isWhole && i === 1 ? 32 | LAST : 32,
    })
  );
}

function run(
  records: readonly Uint8Array[],
  onGrid: (frame: GridFrame, pipeline: Pipeline, shown: Shown) => void = () => {},
  { says = {}, settles = false, throttleNs = 0n }: {
    says?: FileSays;
    settles?: boolean;
    throttleNs?: bigint;
  } = {},
): Pipeline {
  const session = { dt: "2026-02-06", productType: "future_mbo", symbol: "MNQH6" } as const;
  const bytes = dbn([...(says === LIVE ? [mappingRecord(1, "MNQH6")] : []), ...records], says);
  const input = { ...session, bytes, tickInt: 250_000_000n, startNs: null, throttleNs };
  return drive(input, onGrid, undefined, undefined, { settles });
}

const FROM = MIDNIGHT_NS + MORNING;

Deno.test("flow right after a snapshot without a Clear tells where the gap before it ended", () => {
  for (const isWhole of [true, false]) {
    const records = [
      ...snapshot({ at: MORNING }),
      order(1),
      ...bare(2, isWhole),
      order(3),
      order(4),
    ];
    const gaps = run(records, undefined, { says: LIVE }).takeGaps();
    assert.deepEqual(gaps, [{ fromNs: FROM + SECOND, toNs: FROM + 3n * SECOND }]);
  }
});

Deno.test("flow right after a snapshot that nothing ended ends it: the next one tells of a gap", () => {
  const records = [
    ...bare(1, false),
    order(2),
    order(3),
    ...snapshot({ at: MORNING + 9n * SECOND }),
  ];
  const gaps = run(records, undefined, { says: LIVE }).takeGaps();
  assert.deepEqual(gaps, [{ fromNs: FROM + 3n * SECOND, toNs: FROM + 9n * SECOND }]);
});

Deno.test("flow right after a record that was received before the session asks for a book", () => {
  const lost = flow({
    ...{ action: "A", side: "B", price: 24_000_000_000_000n, size: 1, orderId: 9n },
    ...{ at: MORNING + 2n * SECOND, recvAt: -30n * 3_600n * SECOND },
  });
  const records = [order(1), lost, order(3), order(4)];
  assert.throws(
    () => run(records),
    { name: "UserError", message: /neither a snapshot nor a Clear comes before the flow at byte/ },
  );
});

Deno.test("flow right after records were lost doubts the book", () => {
  const doubts: boolean[] = [];
  const records = [...snapshot({ at: MORNING }), order(1), errorRecord("", 7), order(2), order(3)];
  run(records, ({ maybeBadBook }) => doubts.push(maybeBadBook), { says: LIVE });
  assert.deepEqual(doubts, [false, false, true, true]);
});

Deno.test("flow of another publisher is refused right after that of the first", () => {
  const other = order(2);
  other[2] = 9;
  assert.throws(() => run([order(1), other, order(3)]), /a second publisher_id 9 at byte/);
});

Deno.test("flow of a feed that is no full book is refused wherever it comes", () => {
  for (const flag of [64, 16]) {
    assert.throws(() => run([order(1), order(2, LAST | flag), order(3)]), { name: "UserError" });
  }
});

Deno.test("the boundary that came too soon is shown before the record that comes after its time", () => {
  const shown: [Shown, bigint][] = [];
  const at = (frame: GridFrame) => (frame.tsNs - MIDNIGHT_NS - MORNING) / SECOND;
  run(
    [...snapshot({ at: MORNING }), order(1), order(2), order(9), order(20)],
    (frame, _pipeline, how) => shown.push([how, at(frame)]),
    { settles: true, throttleNs: 5n * SECOND },
  );
  assert.deepEqual(shown, [["grid", 0n], ["settled", 2n], ["grid", 9n], ["grid", 20n]]);
});
