/** A globex session: two files of the lake, run as one. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { zstdCompressSync } from "node:zlib";
import { ensureBookCache } from "../../engine/cache.ts";
import { UserError } from "../../engine/errors.ts";
import { loadInstrument } from "../../engine/instrument.ts";
import { resolveRequest } from "../../engine/request.ts";
import { EngineRun } from "../../engine/run.ts";
import { SIMULATED_DATASET } from "../../engine/source/data_source.ts";
import { globexRecords } from "../oracle/globex.ts";
import { type OracleGrid, runKept } from "../oracle/engine.ts";
import {
  adds,
  dbn,
  flow,
  MIDNIGHT_NS,
  RECORD_BYTES,
  recordsAt,
  snapshot,
} from "../made_session.ts";
import { projectFile } from "../project.ts";
import { casesOf } from "../proof.ts";
import { assertSameGrid } from "../same_grid.ts";

const SECOND = 1_000_000_000n;
const MINUTE = 60n * SECOND;
const HOUR = 60n * MINUTE;
const DAY = 24n * HOUR;
const BID = 25_000_000_000_000n;
const TICK = 250_000_000n;
const INSTRUMENT = loadInstrument(projectFile("instrument.yaml"));

/** The evening's file has the instrument as 1 and another as 2, the date's has them the other way. */
const EVENING = { ours: 1, other: 2 };
const DATE = { ours: 2, other: 1 };

type Ids = typeof EVENING;

function fileOf(
  records: readonly Uint8Array[],
  { ours, other }: Ids,
  midnight: bigint,
  dataset = "GLBX.MDP3",
) {
  const mapping = (rawSymbol: string, id: number) => ({
    rawSymbol,
    intervals: [{ startDate: 20260101, endDate: 20270101, symbol: `${id}` }],
  });
  return dbn(records, {
    dataset,
    symbols: ["MNQH6", "MNQM6"],
    mappings: [mapping("MNQH6", ours), mapping("MNQM6", other)],
    start: MIDNIGHT_NS + midnight,
    end: MIDNIGHT_NS + midnight + DAY,
  });
}

/** A lake with files of days, by their dates. */
class Lake implements AsyncDisposable {
  private constructor(readonly path: string) {}

  static async make(): Promise<Lake> {
    return new Lake(await Deno.makeTempDir({ prefix: "spymaster_globex_" }));
  }

  async put(dt: string, bytes: Uint8Array, isZstd = false, source = "databento"): Promise<string> {
    const dir =
      `${this.path}/raw/source=${source}/product_type=future_mbo/symbol=MNQ/table=market_by_order_dbn`;
    await Deno.mkdir(dir, { recursive: true });
    const name = `glbx-mdp3-${dt.replaceAll("-", "")}.mbo.dbn`;
    const path = `${dir}/${name}${isZstd ? ".zst" : ""}`;
    await Deno.writeFile(path, isZstd ? zstdCompressSync(bytes) : bytes);
    return path;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return Deno.remove(this.path, { recursive: true });
  }
}

interface RunOptions {
  startTime?: string | null;
  throttleMs?: number;
  allowTruncated?: boolean;
  cut?: "globex" | "utc-day";
  /** Records worked on at a time. */
  budget?: number;
}

/** Runs a session of a lake; hears of each grid. */
async function runIn(
  lake: string,
  dt: string,
  options: RunOptions,
  onGrid: (run: EngineRun) => void,
) {
  const { startTime = null, throttleMs = 0, allowTruncated = false, budget = 50 } = options;
  const request = await resolveRequest(INSTRUMENT, {
    productType: "future_mbo",
    symbol: "MNQH6",
    dt,
    cut: options.cut ?? "globex",
    startTime,
    throttleMs,
  }, { lake });
  const run = await EngineRun.open({ ...request, capacity: 4096, allowTruncated });
  try {
    const cache = await ensureBookCache(run, { lake });
    for (;;) {
      const progress = await run.advance(budget);
      if (progress === "end") break;
      if (progress === "grid") onGrid(run);
    }
    run.assertUnchanged();
    return {
      cache,
      counters: { ...run.session.records.counters },
      pipeline: run.pipeline.counters,
      gaps: run.pipeline.takeGaps().map(({ fromNs, toNs }) => [fromNs, toNs]),
      read: run.session.decoder.recordsRead,
      truncated: run.truncated,
      beginsInside: run.beginsInside,
    };
  } finally {
    run.close();
  }
}

/** Flow that the other file has, or has not: it is no part of the session here. */
const BEYOND = { action: "A", side: "B", price: BID + TICK, size: 3, orderId: 999n } as const;

const OP = fc.record({
  /** Minutes from the evening's midnight UTC on, over both days. */
  minute: fc.integer({ min: 1, max: 48 * 60 - 1 }),
  kind: fc.constantFrom("add", "add", "add", "cancel", "fill", "other", "unended", "snapshot"),
  n: fc.nat(11),
  size: fc.integer({ min: 1, max: 9 }),
});

const TWO_DAYS = fc.record({
  ops: fc.array(OP, { minLength: 30, maxLength: 90 }),
  /** Whether the evening's file ends within a snapshot. */
  endsInside: fc.boolean(),
  /** Whether each file holds flow of beyond midnight too, as files of several days do. */
  overlaps: fc.boolean(),
  /** How the date's file begins. */
  begins: fc.constantFrom("snapshot", "open snapshot", "flow"),
  startTime: fc.constantFrom(null, null, "18:05", "18:40", "20:00", "09:30"),
  throttleMs: fc.constantFrom(0, 0, 3_600_000),
  isZstd: fc.boolean(),
  budget: fc.constantFrom(1, 7, 1_000),
}).map(({ ops, begins, endsInside, overlaps, ...rest }) => {
  const evening: Uint8Array[] = snapshot({ at: -DAY, instrumentId: EVENING.ours });
  const date: Uint8Array[] = [];
  const opening = snapshot({ at: 0n, bid: BID + 2n * TICK, instrumentId: DATE.ours });
  if (overlaps) date.push(flow({ ...BEYOND, at: -SECOND / 2n, instrumentId: DATE.ours }));
  // One without a Clear has no end of its own either.
  if (begins === "snapshot") date.push(...opening);
  if (begins === "open snapshot") date.push(...opening.slice(1, 5));
  for (const { minute, kind, n, size } of ops.toSorted((a, b) => a.minute - b.minute)) {
    const at = BigInt(minute) * MINUTE - DAY;
    const [records, ids] = at < 0n ? [evening, EVENING] as const : [date, DATE] as const;
    const side = n % 2 === 0 ? "B" : "A";
    const price = side === "B" ? BID - BigInt(n) * TICK : BID + BigInt(n) * TICK;
    const order = { side, at, price, size, instrumentId: ids.ours, orderId: BigInt(n) + 100n };
    if (kind === "add") records.push(flow({ ...order, action: "A" }));
    else if (kind === "unended") records.push(flow({ ...order, action: "A", flags: 0 }));
    else if (kind === "cancel") records.push(flow({ ...order, action: "C" }));
    else if (kind === "fill") records.push(flow({ ...order, action: "F" }));
    else if (kind === "other") {
      records.push(flow({ ...order, action: "A", instrumentId: ids.other }));
    } else records.push(...snapshot({ at, bid: BID + BigInt(n) * TICK, instrumentId: ids.ours }));
  }
  if (endsInside) {
    evening.push(...snapshot({ at: -SECOND, instrumentId: EVENING.ours }).slice(0, 4));
  }
  if (overlaps) evening.push(flow({ ...BEYOND, at: SECOND, instrumentId: EVENING.ours }));
  return {
    ...rest,
    evening: fileOf(evening, EVENING, -DAY),
    date: fileOf(date, DATE, 0n),
  };
});

Deno.test("a globex session is the kept records of its two files, one after the other", async () => {
  await using lake = await Lake.make();
  await fc.assert(
    fc.asyncProperty(TWO_DAYS, async ({ evening, date, startTime, throttleMs, isZstd, budget }) => {
      const files = [
        await lake.put("2026-02-05", evening, isZstd),
        await lake.put("2026-02-06", date),
      ];
      const { source, early } = globexRecords(evening, date, "MNQH6", "2026-02-06");
      const startNs = startTime === null ? null : newYork(
        Number(startTime.slice(0, 2)) >= 18 ? "2026-02-05" : "2026-02-06",
        startTime,
      );
      const expected = runKept(source, {
        ...{ startNs, tickInt: TICK },
        throttleNs: BigInt(throttleMs) * 1_000_000n,
      }, early);
      const grids: OracleGrid[] = [...expected.grids];
      const done = await runIn(
        lake.path,
        "2026-02-06",
        { startTime, throttleMs, budget },
        ({ frame }) => {
          const grid = grids.shift();
          assert.ok(grid, `a grid at ${frame.tsNs} that there should not be`);
          assertSameGrid(frame, grid);
        },
      );
      assert.equal(grids.length, 0);
      assert.equal(done.counters.kept, source.kept.length);
      assert.equal(done.pipeline.bookOnly, expected.bookOnly);
      assert.equal(done.pipeline.boundaries, expected.boundaries);
      assert.equal(done.pipeline.tsBack, source.backwards);
      assert.deepEqual([done.cache, done.beginsInside], [null, false]);
      const records = (bytes: Uint8Array) => (bytes.length - recordsAt(bytes)) / RECORD_BYTES;
      assert.equal(done.read, records(evening) + records(date));
      for (const file of files) await Deno.remove(file);
    }),
    { numRuns: casesOf(60, 600) },
  );
});

function newYork(day: string, plainTime: string): bigint {
  return Temporal.PlainDate.from(day)
    .toZonedDateTime({ timeZone: "America/New_York", plainTime }).epochNanoseconds;
}

/** Two plain days around a midnight; the date's file begins as it is told. */
async function plainDays(lake: Lake, begins: readonly Uint8Array[]): Promise<string[]> {
  const evening = [
    ...snapshot({ at: -DAY }),
    ...adds(20, { at: -50n * MINUTE }),
    ...snapshot({ at: -30n * MINUTE }),
    ...adds(3, { at: -15n * MINUTE, bid: BID }),
  ];
  const date = [...begins, ...adds(20, { at: HOUR, instrumentId: DATE.ours })];
  return [
    await lake.put("2026-02-05", fileOf(evening, EVENING, -DAY)),
    await lake.put("2026-02-06", fileOf(date, DATE, 0n)),
  ];
}

Deno.test("the snapshot with which the date's file begins is no gap, and every other one is", async () => {
  const taken = snapshot({ at: 0n, instrumentId: DATE.ours });
  const late = flow({ action: "A", side: "B", at: SECOND, price: BID, size: 1, instrumentId: 2 });
  const begin = MIDNIGHT_NS;
  // In the evening, before the last half hour: a gap of the session itself.
  const inEvening = [begin - 50n * MINUTE + 19n * SECOND, begin - 30n * MINUTE];
  for (
    const [begins, gaps] of [
      [taken, [inEvening]],
      [taken.slice(1), [inEvening]],
      [[], [inEvening]],
      [[...taken, late, ...snapshot({ at: MINUTE, instrumentId: DATE.ours })], [
        inEvening,
        [begin + SECOND, begin + MINUTE],
      ]],
    ] as const
  ) {
    await using lake = await Lake.make();
    await plainDays(lake, begins);
    const done = await runIn(lake.path, "2026-02-06", {}, () => {});
    assert.deepEqual(done.gaps, gaps);
  }
});

Deno.test("a file of both days is a globex session by itself, and equals the two", async () => {
  const evening = [...snapshot({ at: -DAY }), ...adds(20, { at: -50n * MINUTE })];
  const date = (id: number) => [
    ...snapshot({ at: 0n, instrumentId: id }),
    ...adds(20, { at: HOUR, instrumentId: id }),
  ];
  const seen: string[][] = [];
  for (const isOne of [true, false]) {
    await using lake = await Lake.make();
    if (isOne) {
      const week = fileOf([...evening, ...date(1)], EVENING, -DAY);
      new DataView(week.buffer).setBigUint64(34, MIDNIGHT_NS + DAY, true);
      const path = await lake.put("2026-02-05", week);
      await Deno.rename(path, path.replace("20260205", "week"));
    } else {
      await lake.put("2026-02-05", fileOf(evening, EVENING, -DAY));
      await lake.put("2026-02-06", fileOf(date(2), DATE, 0n));
    }
    const lines: string[] = [];
    const done = await runIn(lake.path, "2026-02-06", {}, ({ frame }) => {
      lines.push(`${frame.tsNs} ${frame.eventId} ${frame.values}`);
    });
    assert.equal(done.cache, null);
    seen.push(lines);
  }
  assert.equal(seen[0]!.length, 41);
  assert.deepEqual(seen[0], seen[1]);
});

Deno.test("a globex session is from 18:00 to 17:00 of New York, whatever the clock does", async () => {
  // The clock of New York goes forward on Sunday the 8th of March 2026, and back on the 1st of November.
  const hours: [dt: string, first: string, last: string][] = [
    ["2026-02-09", "2026-02-08T23:00:00Z", "2026-02-09T21:59:00Z"],
    ["2026-03-06", "2026-03-05T23:00:00Z", "2026-03-06T21:59:00Z"],
    ["2026-03-09", "2026-03-08T22:00:00Z", "2026-03-09T20:59:00Z"],
    ["2026-10-30", "2026-10-29T22:00:00Z", "2026-10-30T20:59:00Z"],
    ["2026-11-02", "2026-11-01T23:00:00Z", "2026-11-02T21:59:00Z"],
  ];
  for (const [dt, first, last] of hours) {
    await using lake = await Lake.make();
    for (const back of [1, 0]) {
      const day = Temporal.PlainDate.from(dt).subtract({ days: back });
      const midnight = day.toZonedDateTime("UTC").epochNanoseconds - MIDNIGHT_NS;
      const minutes = Array.from({ length: 1440 }, (_, i) =>
        flow({
          ...{ action: "A", side: "B", at: midnight + BigInt(i) * MINUTE, size: 1 },
          ...{ orderId: BigInt(i) + 9_000n, price: BID },
        }));
      const bytes = fileOf([...snapshot({ at: midnight }), ...minutes], EVENING, midnight);
      await lake.put(`${day}`, bytes);
    }
    const times: bigint[] = [];
    await runIn(lake.path, dt, {}, ({ frame }) => times.push(frame.tsNs));
    const text = (ns: bigint) => new Temporal.Instant(ns).toString({ smallestUnit: "second" });
    assert.deepEqual([text(times[0]!), text(times.at(-1)!)], [first, last], dt);
    // Each minute once; the snapshot at midnight is of the same time as the first minute after it.
    assert.equal(new Set(times).size, 23 * 60);
  }
});

Deno.test("a globex session without one of its files is refused by name, and so is a mixed one", async () => {
  const file = (midnight: bigint) => fileOf(snapshot({ at: midnight }), EVENING, midnight);
  const refused = async (lake: Lake, message: RegExp) => {
    await assert.rejects(runIn(lake.path, "2026-02-06", {}, () => {}), (error) => {
      assert.ok(error instanceof UserError);
      assert.match(error.message, message);
      return true;
    });
  };
  await using none = await Lake.make();
  await none.put("2026-02-06", file(0n));
  await refused(
    none,
    /^the globex session of 2026-02-06 begins on 2026-02-05, of which there is no file: No \.dbn/,
  );
  await using second = await Lake.make();
  await second.put("2026-02-05", file(-DAY));
  await refused(second, /^No \.dbn or \.dbn\.zst file for 2026-02-06 in /);
  await using mixed = await Lake.make();
  await mixed.put("2026-02-06", file(0n));
  const simulated = fileOf(snapshot({ at: -DAY }), EVENING, -DAY, SIMULATED_DATASET);
  await mixed.put("2026-02-05", simulated, false, "simulator");
  await refused(mixed, /would be of two sources: .* is of simulator, .* of databento/);
});

Deno.test("of a globex session either file is watched while it is read, and may be cut off", async () => {
  await using lake = await Lake.make();
  const [evening] = await plainDays(lake, snapshot({ at: 0n, instrumentId: DATE.ours }));
  await assert.rejects(
    runIn(lake.path, "2026-02-06", {}, () => Deno.utimeSync(evening!, 1, 1)),
    /20260205\.mbo\.dbn: was replaced or written to/,
  );
  const bytes = await Deno.readFile(evening!);
  await Deno.writeFile(evening!, bytes.subarray(0, -20));
  await assert.rejects(
    runIn(lake.path, "2026-02-06", {}, () => {}),
    /20260205\.mbo\.dbn: truncated/,
  );
  let last = 0n;
  const done = await runIn(lake.path, "2026-02-06", { allowTruncated: true }, ({ frame }) => {
    last = frame.tsNs;
  });
  assert.match(done.truncated!, /20260205\.mbo\.dbn: truncated/);
  assert.equal(last, MIDNIGHT_NS + HOUR + 19n * SECOND);
});
