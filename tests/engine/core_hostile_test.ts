/** Files that are made to be slow cost no more work than others, and sums stay exact. */
import assert from "node:assert/strict";
import { EngineCore } from "../../engine/core.ts";
import { WORK } from "../../engine/core/layout.ts";
import { bookProblems } from "../book_integrity.ts";
import { ordersOf } from "../book_orders.ts";
import { Flow, HOSTILE, plainFile } from "../hostile_files.ts";
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

/** A heap of 50,000 levels has 16 steps, and three tables that are full to three quarters some probes. */
const MOST_WORK = 64;

Deno.test("a plain file costs little work beside its records", () => {
  const work = workPerRecord(plainFile(100_000));
  assert.ok(work < 6, `${work}`);
});

for (const [name, make] of Object.entries(HOSTILE)) {
  Deno.test(`${name}: at most ${MOST_WORK} units of work a record`, () => {
    const work = workPerRecord(make());
    assert.ok(work < MOST_WORK, `${work}`);
  });
}

Deno.test("a call ends when its work is done, however few records that were", () => {
  const bytes = HOSTILE["50,000 odd prices that differ in their top bits"]!();
  const { core } = drive(session(bytes), () => {});
  const work = core.number(WORK);
  assert.ok(work > 100_000, `there is other work than records: ${work}`);
  let calls = 0;
  const counted = () => {
    const core = new EngineCore("session");
    const run = core.run.bind(core);
    core.run = (...args) => {
      calls++;
      return run(...args);
    };
    return core;
  };
  drive(session(bytes), () => {}, { piece: Infinity, budget: 50 }, counted);
  assert.ok(calls * 50 > work / 2, `${calls} calls`);
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
  const { book } = drive(
    { ...session(dbn([...records, ...cancels]), 0n), tickInt },
    (frame, on) => {
      assert.deepEqual(bookProblems(on.book), []);
      mids.push(frame.midPrice);
    },
  );
  assert.equal(book.bestBid, -END + 1n);
  assert.equal(book.bestAsk, -END);
  assert.equal(mids[1], Number(-END - END) / 2 * 1e-9);
});

Deno.test("a large book is whole while its table grows, orders coming, changing and going", () => {
  const flow = new Flow();
  const resting = new Map<bigint, bigint>();
  const bid = "B".charCodeAt(0);
  // 131,072 slots are full to three quarters at 98,304 orders, and moved with the next 4,096 of them.
  for (let i = 0n; i < 104_000n; i++) {
    const id = i * 7_919n;
    flow.add(id, bid, (80_000n - i % 50n) * TICK);
    resting.set(id, (80_000n - i % 50n) * TICK);
    if (i < 98_000n || i % 3n === 0n) continue;
    const gone = (i % 2n === 0n ? i - 90_000n : i - 5n) * 7_919n;
    if (resting.delete(gone)) flow.cancel(gone, bid, TICK);
  }
  for (const budget of [Infinity, 1_000]) {
    const { book } = drive(session(flow.file()), () => {}, { piece: Infinity, budget });
    assert.deepEqual(bookProblems(book), []);
    const found = new Map(ordersOf(book).map(({ id, price }) => [id, price]));
    assert.deepEqual(found, resting);
    assert.equal(book.counters.unknownCancels, 0);
  }
});

Deno.test("depth above 2^53 is exact: what was added is taken away again", () => {
  const size = 2 ** 32 - 2;
  const count = 2_200_000;
  const flow = new Flow();
  for (let i = 0; i < count; i++) flow.add(BigInt(i), "B".charCodeAt(0), TICK, size);
  flow.add(2n ** 40n, "B".charCodeAt(0), TICK, 1);
  const { book } = drive(session(flow.file()), () => {});
  let depth = 0n;
  book.forEachLevel(true, (_price, contracts) => depth += contracts);
  assert.equal(depth, BigInt(count) * BigInt(size) + 1n);
  assert.ok(depth > 2n ** 53n);
});
