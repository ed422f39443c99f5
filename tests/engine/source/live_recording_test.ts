/** Sessions as they are recorded live: no mappings in the header, and records from before. */
import assert from "node:assert/strict";
import {
  adds,
  dbn,
  errorRecord,
  flow,
  mappingRecord,
  MIDNIGHT_NS,
  snapshot,
} from "../../made_session.ts";
import { type FileRun, type FileRunOptions, runFile } from "../file_run.ts";

const SECOND = 1_000_000_000n;
const HOUR = 3_600n * SECOND;
const MORNING = 14n * HOUR;
const BID = 25_000_000_000_000n;
const LIVE = { schema: 0xffff, symbol: null, end: null } as const;

/** A folder for one test's files. */
async function folder() {
  const dir = await Deno.makeTempDir({ prefix: "spymaster_live_" });
  let files = 0;
  return {
    dir,
    async run(bytes: Uint8Array, options?: FileRunOptions): Promise<FileRun> {
      const path = `${dir}/${files++}.dbn`;
      await Deno.writeFile(path, bytes);
      return await runFile(path, options);
    },
    [Symbol.asyncDispose]: () => Deno.remove(dir, { recursive: true }),
  };
}

/** Flow with adds, cancels and trades at and near the touch, a quarter of a second apart. */
function market(from: bigint, count: number, instrumentId = 1): Uint8Array[] {
  const records: Uint8Array[] = [];
  for (let i = 0; i < count; i++) {
    const at = from + BigInt(i) * SECOND / 4n;
    const order = {
      instrumentId,
      orderId: 7_000n + BigInt(i),
      price: BID - BigInt(i % 4) * 250_000_000n,
    };
    records.push(flow({ ...order, action: "A", side: "B", at, size: 2 + i % 5 }));
    if (i % 3 === 2) {
      const cancelled = {
        ...order,
        orderId: order.orderId - 2n,
        price: BID - BigInt((i - 2) % 4) * 250_000_000n,
      };
      records.push(
        flow({ ...cancelled, action: "C", side: "B", at: at + 1_000n, size: 2 + (i - 2) % 5 }),
      );
    }
    if (i % 7 === 3) {
      records.push(
        flow({ ...order, orderId: 0n, action: "T", side: "A", at: at + 2_000n, size: 1 }),
      );
    }
  }
  return records;
}

const fingerprints = ({ grids }: FileRun) => grids.map(({ fingerprint }) => fingerprint);

Deno.test("a live recording has the grids of the plain file of the same records", async () => {
  await using at = await folder();
  const records = [...snapshot({ at: 0n }), ...market(MORNING, 200)];
  const plain = await at.run(dbn(records));
  const live = await at.run(dbn([mappingRecord(1, "MNQH6"), ...records], LIVE));
  const unmapped = await at.run(dbn(records, LIVE));
  assert.ok(plain.grids.length > 200);
  assert.deepEqual(fingerprints(live), fingerprints(plain));
  assert.deepEqual(fingerprints(unmapped), fingerprints(plain));
  assert.deepEqual(live.trades, plain.trades);
});

Deno.test("flow before the window of a live recording goes to the book alone", async () => {
  await using at = await folder();
  // The evening before: a book and flow, some of it gone again; nothing of it is at midnight.
  const early = [...snapshot({ at: -6n * HOUR }), ...market(-5n * HOUR, 100)];
  const day = market(MORNING, 200).map((record) => record.slice());
  // Other orders than those of the evening.
  for (const record of day) {
    const view = new DataView(record.buffer);
    const id = view.getBigUint64(16, true);
    if (id > 0n) view.setBigUint64(16, id + 100_000n, true);
  }
  const live = await at.run(dbn([...early, ...day], LIVE));
  assert.deepEqual([live.counters.beforeWindow, live.beginsInside], [0, false]);
  assert.equal(live.grids[0]!.tsNs, MIDNIGHT_NS + MORNING);
  // A plain file of the day has those orders in a snapshot at its beginning.
  const resting = restingAfter(early);
  const plain = await at.run(dbn([...resting, ...day]));
  const within = plain.grids.filter(({ tsNs }) => tsNs > MIDNIGHT_NS);
  assert.equal(within.length, live.grids.length);
  live.grids.forEach((grid, i) => {
    const { bestBid, bestAsk, columns, tsNs } = within[i]!;
    assert.deepEqual([grid.tsNs, grid.bestBid, grid.bestAsk], [tsNs, bestBid, bestAsk]);
    assert.deepEqual(grid.columns["rest_depth"], columns["rest_depth"]);
    assert.deepEqual(grid.columns["add_mass"], columns["add_mass"]);
  });
  // What was traded before the session is none of it.
  assert.deepEqual(live.trades, plain.trades);
  // From a start time on both begin with the book alone, and all but event ids is the same.
  const from = { startTime: "09:00", lake: at.dir };
  const [liveFrom, plainFrom] = [
    await at.run(dbn([...early, ...day], LIVE), from),
    await at.run(dbn([...resting, ...day]), from),
  ];
  assert.ok(liveFrom.grids.length > 200);
  assert.deepEqual(
    liveFrom.grids.map(({ tsNs, bestBid, bestAsk, columns }) => ({
      tsNs,
      bestBid,
      bestAsk,
      columns,
    })),
    plainFrom.grids.map(({ tsNs, bestBid, bestAsk, columns }) => ({
      tsNs,
      bestBid,
      bestAsk,
      columns,
    })),
  );
  // The same records in a file that is no recording lack a book.
  await assert.rejects(
    at.run(dbn([...early, ...day], { start: MIDNIGHT_NS - 6n * HOUR })),
    /no book at the session's beginning/,
  );
});

/** A snapshot at midnight of the orders that rest after records of adds and whole cancels. */
function restingAfter(records: readonly Uint8Array[]): Uint8Array[] {
  const orders = new Map<bigint, Uint8Array>();
  for (const record of records) {
    const view = new DataView(record.buffer);
    const [id, action] = [view.getBigUint64(16, true), String.fromCharCode(record[38]!)];
    if (action === "A") orders.set(id, record);
    if (action === "C") orders.delete(id);
  }
  const resting = [...orders.values()].map((order, i, all) => {
    const copy = order.slice();
    copy[36] = i === all.length - 1 ? 168 : 40;
    new DataView(copy.buffer).setBigUint64(40, MIDNIGHT_NS, true);
    return copy;
  });
  return [flow({ action: "R", at: 0n, flags: 40 }), ...resting];
}

Deno.test("a snapshot before the window of a live recording is followed by its flow", async () => {
  await using at = await folder();
  const records = [
    ...market(-5n * HOUR, 20),
    ...snapshot({ at: -2n * HOUR, bid: BID + 1_000_000_000n }),
    flow({
      ...{ action: "A", side: "B", at: -HOUR, orderId: 8_000n, size: 3 },
      price: BID + 1_000_000_000n,
    }),
    ...adds(3, { at: MORNING, bid: BID }),
  ];
  const { grids } = await at.run(dbn(records, LIVE));
  const within = grids.filter(({ tsNs }) => tsNs >= MIDNIGHT_NS);
  assert.equal(within.length, 3);
  for (const grid of within) assert.equal(grid.bestBid, BID + 1_000_000_000n);
  // 5 of the snapshot and 3 of the flow after it, and nothing of before.
  const first = within[0]!;
  const spot = 50 - 1; // the best ask is one bucket above the best bid
  assert.equal(first.columns["rest_depth"]![spot], 8);
});

Deno.test("a mapping may come after the first record of the instrument", async () => {
  await using at = await folder();
  const book = snapshot({ at: 0n });
  const day = market(MORNING, 50);
  const plain = await at.run(dbn([...book, ...day]));
  const late = await at.run(
    dbn([...book, mappingRecord(1, "MNQH6"), ...day, mappingRecord(2, "MNQM6")], LIVE),
  );
  assert.deepEqual(fingerprints(late), fingerprints(plain));
  const others = [mappingRecord(1, "MNQM6"), mappingRecord(2, "MNQH6")];
  for (const other of others) {
    await assert.rejects(
      at.run(dbn([...book, other, ...day], LIVE)),
      /instrument_id 1, met at byte \d+, was taken for MNQH6 .* lock the right symbol/,
    );
  }
  // An instrument of which mapping records say nothing is not the requested one.
  const both = [
    mappingRecord(1, "MNQH6"),
    ...book,
    ...snapshot({ at: 0n, instrumentId: 2 }),
    ...day,
  ];
  const mapped = await at.run(dbn(both, LIVE));
  assert.deepEqual(fingerprints(mapped), fingerprints(plain));
  assert.equal(mapped.counters.otherInstrument, 7);
  await assert.rejects(
    at.run(dbn(both.slice(1), LIVE)),
    /a second instrument_id 2 \(after 1\) at byte \d+, but the file maps no symbols/,
  );
});

Deno.test("an instrument may get another id in the middle, and its id another instrument", async () => {
  await using at = await folder();
  const [first, second] = [market(MORNING, 30), market(MORNING + HOUR, 30)];
  const plain = await at.run(dbn([...snapshot({ at: 0n }), ...first, ...second]));
  for (
    const remap of [
      [mappingRecord(9, "MNQH6"), mappingRecord(1, "MNQM6")],
      [mappingRecord(1, "MNQM6"), mappingRecord(9, "MNQH6")],
    ]
  ) {
    const live = await at.run(dbn([
      ...[mappingRecord(1, "MNQH6"), mappingRecord(9, "MNQM6")],
      ...snapshot({ at: 0n }),
      ...snapshot({ at: 0n, instrumentId: 9, bid: BID - SECOND }),
      ...first,
      ...remap,
      ...market(MORNING + HOUR - SECOND * 60n, 20, 1),
      ...market(MORNING + HOUR, 30, 9),
    ], LIVE));
    assert.deepEqual(fingerprints(live), fingerprints(plain));
  }
  // It may also be gone for good.
  const gone = await at.run(dbn([
    ...[mappingRecord(1, "MNQH6"), ...snapshot({ at: 0n }), ...first],
    ...[mappingRecord(1, "MNQM6"), ...second],
  ], LIVE));
  assert.deepEqual(fingerprints(gone), fingerprints(plain).slice(0, gone.grids.length));
  assert.equal(gone.counters.otherInstrument, second.length);
});

Deno.test("flow before the window is no warm-up either, where that would begin before it", async () => {
  await using at = await folder();
  const early = [...snapshot({ at: -6n * HOUR }), ...market(-600n * SECOND, 100)];
  const day = adds(1_200, { at: SECOND });
  // 30 minutes before are 18:40, before the session.
  const from = { startTime: "19:10", lake: at.dir };
  const live = await at.run(dbn([...early, ...day], LIVE), from);
  const plain = await at.run(dbn([...restingAfter(early), ...day]), from);
  const floats = ({ grids }: FileRun) => grids.map(({ tsNs, columns }) => ({ tsNs, columns }));
  assert.equal(live.grids[0]!.tsNs, MIDNIGHT_NS + 600n * SECOND);
  assert.ok(live.grids.length > 500);
  assert.deepEqual(floats(live), floats(plain));
});

Deno.test("mapping records of other symbols alone are an error that lists them", async () => {
  await using at = await folder();
  const records = [
    ...[mappingRecord(2, "MNQZ6"), mappingRecord(1, "MNQM6")],
    ...snapshot({ at: 0n }),
    ...market(MORNING, 5),
  ];
  await assert.rejects(
    at.run(dbn(records, LIVE)),
    /symbol MNQH6 is not in its mapping records, which have MNQM6, MNQZ6; take one of them/,
  );
  await assert.rejects(
    at.run(dbn([mappingRecord(1, ""), ...snapshot({ at: 0n })], LIVE)),
    /symbol MNQH6 is not in its mapping records, which have no symbol at all; choose another file/,
  );
});

Deno.test("a product is refused at its second instrument, whose orders are another book's", async () => {
  await using at = await folder();
  const product = { symbol: "MNQ.FUT" };
  const mapped = (id: number, symbol: string) => mappingRecord(id, symbol, 3, product.symbol);
  const records = [...snapshot({ at: 0n }), ...market(MORNING, 10)];
  const one = await at.run(dbn([mapped(1, "MNQH6"), ...records], LIVE), product);
  assert.ok(one.grids.length > 10);
  await assert.rejects(
    at.run(dbn([mapped(1, "MNQH6"), mapped(2, "MNQM6"), ...records], LIVE), product),
    {
      name: "UserError",
      message: /: MNQ\.FUT is several instruments, the symbol mapping at byte \d+ adds MNQM6; take/,
    },
  );
  const interval = { startDate: 20260101, endDate: 20270101 };
  const mappings = [{
    rawSymbol: product.symbol,
    intervals: ["1", "2"].map((symbol) => ({ ...interval, symbol })),
  }];
  await assert.rejects(
    at.run(dbn(records, { mappings }), product),
    {
      name: "UserError",
      message: /: MNQ\.FUT is several instruments, 2 in its mapping for 2026-02-06; take/,
    },
  );
});

Deno.test("a gap before a snapshot is mended by it, one inside or after it is not", async () => {
  await using at = await folder();
  const gap = errorRecord("", 7);
  const again = snapshot({ at: MORNING + HOUR });
  const [before, after] = [adds(3, { at: MORNING }), market(MORNING + 2n * HOUR, 3)];
  const doubtOf = async (...middle: Uint8Array[]) => {
    const { grids, counters } = await at.run(
      dbn(
        [mappingRecord(1, "MNQH6"), ...snapshot({ at: 0n }), ...before, ...middle, ...after],
        LIVE,
      ),
    );
    assert.equal(counters.gaps, 1);
    const from = MIDNIGHT_NS + MORNING + 2n * HOUR;
    return grids.filter(({ tsNs }) => tsNs >= from).map(({ doubted }) => doubted);
  };
  const all = (doubted: boolean) => after.map(() => doubted);
  assert.deepEqual(await doubtOf(gap, ...again), all(false));
  assert.deepEqual(await doubtOf(...again.slice(0, 3), gap, ...again.slice(3)), all(true));
  assert.deepEqual(await doubtOf(again[0]!, gap, ...again.slice(1)), all(true));
  assert.deepEqual(await doubtOf(...again, gap), all(true));
  assert.deepEqual(await doubtOf(gap), all(true));
  // A snapshot after all that is sound again.
  const mended = await at.run(dbn([
    ...[...snapshot({ at: 0n }), ...again.slice(0, 2), gap, ...again.slice(2)],
    ...[...snapshot({ at: MORNING + HOUR + SECOND }), ...after],
  ]));
  assert.deepEqual(mended.grids.map(({ doubted }) => doubted).at(-1), false);
});
