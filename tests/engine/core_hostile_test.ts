/** Files that are made to be slow cost no more work than others, and sums stay exact. */
import assert from "node:assert/strict";
import { WORK } from "../../engine/core/layout.ts";
import { bookProblems } from "../book_integrity.ts";
import { HOSTILE, plainFile } from "../hostile_files.ts";
import { dbn, flow } from "../made_session.ts";
import { drive, type DriveInput } from "./drive.ts";

function session(bytes: Uint8Array, throttleNs = 10n ** 15n): DriveInput {
  const common = { dt: "2026-02-06", productType: "future_mbo", symbol: "MNQH6" } as const;
  return { ...common, bytes, tickInt: 250_000_000n, startNs: null, throttleNs };
}

/** Work beside that of the records themselves, by record. */
function workPerRecord(bytes: Uint8Array): number {
  const { core, source } = drive(session(bytes), () => {});
  return core.number(WORK) / source.counters.mbo;
}

/** A heap of so many levels has 17 steps; a table of twice as many slots as keys, two probes or so. */
const MOST_WORK = 24;

Deno.test("a plain file costs next to no work beside its records", () => {
  assert.ok(workPerRecord(plainFile(100_000)) < 1);
});

for (const [name, make] of Object.entries(HOSTILE)) {
  Deno.test(`${name}: at most ${MOST_WORK} units of work a record`, () => {
    const work = workPerRecord(make());
    assert.ok(work < MOST_WORK, `${work}`);
  });
}

Deno.test("a call ends when its work is done, however few records that were", () => {
  const bytes = HOSTILE["50,000 odd prices, each the best"]!();
  const { core, source } = drive(session(bytes), () => {}, { piece: Infinity, budget: 100 });
  assert.ok(core.number(WORK) > source.counters.mbo, "there is other work than records");
});

const TICK = 250_000_000n;
const END = 2n ** 63n;

Deno.test("prices at both ends of i64 keep their orders, levels and best prices", () => {
  // A tick that is large enough for every price to be within 2^53 ticks of 0.
  const tickInt = 10_000_000_000n;
  const prices = [-END, -END + 1n, -END + 7n, -1n, 0n, 1n, END - 3n, END - 2n];
  const records = prices.flatMap((price, i) => [
    flow({ action: "A", side: "B", at: BigInt(i), price, size: i + 1, orderId: BigInt(i) }),
    flow({ action: "A", side: "A", at: BigInt(i), price, size: 9, orderId: 100n + BigInt(i) }),
  ]);
  const cancels = prices.slice(2).map((_price, i) =>
    flow({ action: "C", side: "B", at: 99n, size: i + 3, orderId: BigInt(i + 2) })
  );
  const mids: number[] = [];
  const { book } = drive({ ...session(dbn([...records, ...cancels]), 0n), tickInt }, (frame, on) => {
    assert.deepEqual(bookProblems(on.book), []);
    mids.push(frame.midPrice);
  });
  assert.equal(book.bestBid, -END + 1n);
  assert.equal(book.bestAsk, -END);
  assert.equal(mids[1], Number(-END - END) / 2 * 1e-9);
});

Deno.test("depth above 2^53 is exact: what was added is taken away again", () => {
  const size = 2 ** 32 - 2;
  const add = (i: number) =>
    flow({ action: "A", side: "B", at: BigInt(i), price: TICK, size, orderId: BigInt(i) });
  const count = 2_200_000;
  const records = Array.from({ length: count }, (_, i) => add(i));
  const other = { at: 9n, price: TICK, side: "B", orderId: 2n ** 40n };
  records.push(flow({ action: "A", size: 1, ...other }));
  const { book } = drive(session(dbn(records)), () => {});
  let depth = 0n;
  book.forEachLevel(true, (_price, contracts) => depth += contracts);
  assert.equal(depth, BigInt(count) * BigInt(size) + 1n);
  assert.ok(depth > 2n ** 53n);
});
