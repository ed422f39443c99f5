/** The book cache: what of a bootstrap it holds, and whose it takes. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { ensureBookCache } from "../../engine/cache.ts";
import * as layout from "../../engine/core/layout.ts";
import { EngineRun } from "../../engine/run.ts";
import { BUCKET_FIELDS } from "../../engine/wire/fields.ts";
import { gridWriter } from "../../engine/encode/capture_format.ts";
import { dbn, errorRecord, flow, join, mappingRecord, snapshot } from "../made_session.ts";
import { newYorkNs } from "../new_york.ts";
import { casesOf } from "../proof.ts";
import { smallLake } from "../small_session.ts";
import { bitsOf, runFile, tradesOf } from "./file_run.ts";

const SECOND = 1_000_000_000n;
const BID = 25_000_000_000_000n;
const TICK = 250_000_000n;
/** Half an hour before warm-up for a start at 09:30. */
const BEGIN = 13n * 3_600n * SECOND + 1_800n * SECOND;

/** Minutes of bootstrap. */
const BEFORE = 30;

const FLOW = ["add", "add", "cancel", "trade", "other instrument"] as const;
const DOUBT = ["gap", "doubted add"] as const;
const CHANGE = ["snapshot", "open snapshot", "remap"] as const;

/** Something that happens in a session. */
interface Op {
  kind: (typeof FLOW | typeof DOUBT | typeof CHANGE)[number];
  n: number;
  size: number;
}

function op(...kinds: readonly Op["kind"][]): fc.Arbitrary<Op> {
  return fc.record({
    kind: fc.constantFrom(...kinds),
    n: fc.nat(11),
    size: fc.integer({ min: 1, max: 2 ** 32 - 2 }),
  });
}

const exactly = (count: number, one: fc.Arbitrary<Op>) =>
  fc.array(one, { minLength: count, maxLength: count });

/**
 * A session of one thing a minute. Doubt and change come before warm-up, and seldom after it, where
 * they would hide what a cache forgot.
 */
const session = fc.record({
  begins: fc.boolean(),
  before: exactly(BEFORE - 1, op(...FLOW, ...FLOW, ...DOUBT, ...CHANGE)),
  last: op(...FLOW, ...DOUBT, ...CHANGE),
  after: fc.oneof(
    { weight: 3, arbitrary: exactly(50, op(...FLOW)) },
    { weight: 1, arbitrary: exactly(50, op(...FLOW, ...DOUBT, ...CHANGE)) },
  ),
}).map(({ begins, before, last, after }) => {
  let id = 1;
  const records = [mappingRecord(id, "MNQH6"), mappingRecord(3, "MNQM6")];
  if (begins) records.push(...snapshot({ at: 0n }));
  [...before, last, ...after].forEach(({ kind, n, size }, i) => {
    const at = BEGIN + BigInt(i) * 60n * SECOND;
    const side = n % 2 === 0 ? "B" : "A";
    const price = side === "B" ? BID - BigInt(n) * TICK : BID + BigInt(n) * TICK;
    const common = { side, at, price, instrumentId: id, orderId: BigInt(n) + 100n };
    const few = 1 + size % 9;
    if (kind === "add") records.push(flow({ ...common, action: "A", size: few }));
    else if (kind === "doubted add") {
      records.push(flow({ ...common, action: "A", size: few, flags: 132 }));
    } else if (kind === "other instrument") {
      records.push(flow({ ...common, action: "A", size: few, instrumentId: 3 }));
    } else if (kind === "cancel") records.push(flow({ ...common, action: "C", size: few }));
    else if (kind === "trade") records.push(flow({ ...common, action: "T", orderId: 0n, size }));
    else if (kind === "gap") records.push(errorRecord("", 7));
    else if (kind === "remap") records.push(mappingRecord(id = id === 1 ? 2 : 1, "MNQH6"));
    else {
      const run = snapshot({ at, instrumentId: id });
      // One that has no end of its own ends before the next record outside of it.
      records.push(...(kind === "snapshot" ? run : run.slice(0, 4)));
    }
  });
  return dbn(records, { schema: 0xffff, symbol: null, end: null });
});

/** Sessions that are captured twice. */
const RUNS = casesOf(48, 120);

/** What a capture from 09:30 writes and knows, and whether a cache was used. */
async function captured(path: string, lake: string) {
  const run = await EngineRun.open({
    origin: { path },
    productType: "future_mbo",
    symbol: "MNQH6",
    dt: "2026-02-06",
    tickInt: Number(TICK),
    startNs: newYorkNs("2026-02-06", "09:30"),
    throttleMs: 0,
  });
  try {
    const cache = await ensureBookCache(run, { lake });
    const writer = gridWriter("jsonl", BUCKET_FIELDS);
    const parts: Uint8Array[] = [];
    const trades = [tradesOf(run)];
    for (;;) {
      const progress = await run.advance(7);
      if (progress === "end") break;
      if (progress === "grid") parts.push(writer.add(run.frame)?.slice() ?? new Uint8Array());
    }
    parts.push(writer.end());
    trades.push(tradesOf(run));
    return {
      cache,
      seen: {
        bytes: new TextDecoder().decode(join(...parts)),
        trades,
        beginsInside: run.beginsInside,
        counters: { ...run.session.records.counters },
        pipeline: { ...run.pipeline.counters },
        book: { ...run.pipeline.book.counters },
      },
    };
  } finally {
    run.close();
  }
}

Deno.test("a capture with a cold and one with a warm cache are the same byte for byte", async () => {
  const lake = await Deno.makeTempDir({ prefix: "spymaster_cache_" });
  let files = 0;
  const seen = { hits: 0, doubts: 0, inside: 0, trades: 0 };
  try {
    await fc.assert(
      fc.asyncProperty(session, async (bytes) => {
        const path = `${lake}/session.dbn`;
        await Deno.writeFile(path, bytes);
        // Of its file a cache knows size and time, and clocks are coarse.
        await Deno.utime(path, ++files, files);
        const cold = await captured(path, lake);
        const warm = await captured(path, lake);
        assert.deepEqual([cold.cache?.hit, cold.cache?.problem], [false, null]);
        if (!cold.cache?.stored) return;
        assert.deepEqual([warm.cache?.hit, warm.cache?.problem], [true, null]);
        assert.deepEqual(warm.seen, cold.seen);
        seen.hits++;
        if (cold.seen.bytes.includes("maybe_bad_book")) seen.doubts++;
        if (cold.seen.beginsInside) seen.inside++;
        if (cold.seen.trades[0]!.volume !== 0n) seen.trades++;
      }),
      { numRuns: RUNS },
    );
  } finally {
    await Deno.remove(lake, { recursive: true });
  }
  for (const [what, count] of Object.entries(seen)) {
    assert.ok(count > RUNS / 12, `${what}: ${count}`);
  }
});

Deno.test("warm-up that begins within an event is the same each time: its fills are in no cache", async () => {
  // Received on both sides of the window's beginning: its fill goes to the book alone.
  const event = { side: "B", at: -1_000n, orderId: 1_000n, price: BID, size: 2 };
  const live = dbn([
    mappingRecord(1, "MNQH6"),
    ...snapshot({ at: -5n * SECOND }),
    flow({ ...event, action: "F", recvAt: -500n, flags: 0 }),
    flow({ ...event, action: "C", recvAt: 500n }),
    flow({ action: "A", side: "B", at: 700n * SECOND, orderId: 9n, price: BID, size: 1 }),
  ], { symbol: null, schema: 0xffff });
  const lake = await Deno.makeTempDir();
  try {
    const path = `${lake}/live.dbn`;
    await Deno.writeFile(path, live);
    for (let i = 0; i < 2; i++) {
      const { grids, cache } = await runFile(path, { startTime: "19:10", lake });
      assert.deepEqual([cache?.stored, cache?.problem], [false, null]);
      // Of 5 contracts the fill took 2, and the cancel is its official word.
      assert.equal(grids.at(-1)!.columns.rest_depth![49], 3 + 1);
    }
  } finally {
    await Deno.remove(lake, { recursive: true });
  }
});

Deno.test("of runs that want one cache at once one builds it, also when the first is aborted", async () => {
  await using made = await smallLake();
  const open = () =>
    EngineRun.open({
      origin: { path: made.path },
      productType: "future_mbo",
      symbol: "MNQH6",
      dt: "2026-02-06",
      tickInt: 250_000_000,
      startNs: newYorkNs("2026-02-06", "09:35:00"),
      throttleMs: 250,
    });
  const runs = [await open(), await open(), await open()];
  try {
    const controller = new AbortController();
    const [first, ...others] = runs.map((run, i) =>
      ensureBookCache(run, { lake: made.lake, ...(i === 0 && { signal: controller.signal }) })
    );
    controller.abort();
    await assert.rejects(first!, { name: "AbortError" });
    const caches = await Promise.all(others);
    assert.deepEqual(caches.map((cache) => cache?.hit).sort(), [false, true]);
  } finally {
    for (const run of runs) run.close();
  }
});

Deno.test("a cache that was made in another lake, or by an older version, is rebuilt", async () => {
  await using made = await smallLake();
  const { lake, path } = made;
  const other = await Deno.makeTempDir({ prefix: "spymaster_cache_" });
  try {
    const options = { startTime: "09:35" };
    const alone = await runFile(path, { ...options, lake: other });
    const own = await runFile(path, { ...options, lake });
    assert.deepEqual([alone.cache?.hit, own.cache?.hit], [false, false]);
    const [from, to] = [alone.cache!.path, own.cache!.path];
    assert.equal(from.slice(other.length), to.slice(lake.length));
    const versioned = await Deno.readFile(to);
    versioned[8] = 5;
    const wrong: [Uint8Array, RegExp][] = [
      [await Deno.readFile(from), /was rebuilt: .*not made in this lake/],
      [versioned, /was rebuilt: its version is 5/],
      [new TextEncoder().encode("a letter"), /was rebuilt: it is not a book cache/],
      [new Uint8Array(), /was rebuilt: it is not a book cache/],
    ];
    for (const [bytes, problem] of wrong) {
      await Deno.writeFile(to, bytes);
      const rebuilt = await runFile(path, { ...options, lake });
      assert.deepEqual([rebuilt.cache?.hit, rebuilt.cache?.stored], [false, true]);
      assert.match(rebuilt.cache!.problem!, problem);
      assert.deepEqual(bitsOf(rebuilt), bitsOf(own));
      const hit = await runFile(path, { ...options, lake });
      assert.deepEqual([hit.cache?.hit, hit.cache?.problem], [true, null]);
      assert.deepEqual(bitsOf(hit), bitsOf(own));
    }
  } finally {
    await Deno.remove(other, { recursive: true });
  }
});

/** Names of all values within a value, those of an array left out. */
function namesIn(value: unknown, within = ""): string[] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return [within];
  return Object.entries(value).flatMap(([name, one]) => namesIn(one, `${within}.${name}`));
}

/** The version, and the names of all that its JSON holds. */
const LAYOUT = [
  8,
  ".instrument.mappings",
  ".instrument.soleAt",
  ".instrument.soleId",
  ".key",
  ".offset",
  ".recordsBefore",
  ".state",
];

/** The values of the core that it holds, in order. */
const STATE_NAMES = [
  "EVENT_ID",
  "BOOK_VALID",
  "MAYBE_BAD",
  "IN_SNAPSHOT",
  "LAST_TS",
  "SPOT_KNOWN",
  "LAST_BID",
  "LAST_ASK",
  "CLEAR_STATE",
  "CLEAR_TS",
  "PUBLISHER",
  "BEGINS_INSIDE",
  "GAP_AHEAD",
  "MBO_RECORDS",
  "KEPT",
  "OTHER_INSTRUMENT",
  "BEFORE_WINDOW",
  "AFTER_WINDOW",
  "UNDEFINED_PRICE",
  "UNDEFINED_SIZE",
  "BAD_SIDE",
  "GAPS",
  "UNKNOWN_CANCELS",
  "UNKNOWN_MODIFIES",
  "UNKNOWN_FILLS",
  "DUPLICATE_ADDS",
  "BOOK_ONLY",
  "TS_BACK",
  "TS_BACK_FIRST",
  "BOUNDARIES",
  "CROSSED",
  "GRIDS",
  "TRADED",
  "TRADE_HIGH",
  "TRADE_LOW",
  "TRADE_VOLUME",
  "NOTIONAL_LO",
  "NOTIONAL_HI",
  "MARKED_EVENT",
  "FLOW_TS",
  "GAP_FROM",
  "TRADES_MISSED",
];

Deno.test("a cache of a version holds what that version holds: another layout is another version", async () => {
  await using made = await smallLake();
  const { cache } = await runFile(made.path, { startTime: "09:35", lake: made.lake });
  const bytes = await Deno.readFile(cache!.path);
  const [version, , jsonLength] = new Uint32Array(bytes.slice(8, 24).buffer);
  const head = JSON.parse(new TextDecoder().decode(bytes.subarray(24, 24 + jsonLength!)));
  // Who changes these names changes the version too: caches of before are in the lakes of users.
  assert.deepEqual([version, ...namesIn(head).sort()], LAYOUT);
  const { STATE, SAVED_END } = layout;
  const names = Object.entries(layout)
    .filter(([, at]) => at >= STATE && at < SAVED_END)
    .filter(([name]) => name !== "STATE" && name !== "EXCHANGE_BYTES")
    .sort(([, a], [, b]) => a - b)
    .map(([name]) => name);
  assert.deepEqual(names, STATE_NAMES);
  assert.equal(head.state.length, STATE_NAMES.length);
});

Deno.test("a lake without its key, or with a wrong one, builds its caches anew", async () => {
  await using made = await smallLake();
  const { lake, path } = made;
  const options = { startTime: "09:35", lake };
  const first = await runFile(path, options);
  const key = `${lake}/cache/vp_book.key`;
  assert.equal((await Deno.stat(key)).mode! & 0o777, 0o600);
  for (const spoil of [() => Deno.remove(key), () => Deno.writeTextFile(key, "short")]) {
    await spoil();
    const anew = await runFile(path, options);
    assert.match(anew.cache!.problem!, /was rebuilt/);
    assert.deepEqual(bitsOf(anew), bitsOf(first));
    const { size, mode } = await Deno.stat(key);
    assert.deepEqual([size, mode! & 0o777], [32, 0o600]);
    assert.equal((await runFile(path, options)).cache?.hit, true);
  }
});

Deno.test("a cache that cannot be written is told with the path that is in its way alone", async () => {
  await using made = await smallLake();
  const { lake, path } = made;
  const options = { startTime: "09:35", lake };
  const first = await runFile(path, options);
  const cache = first.cache!.path;
  await Deno.remove(cache);
  await Deno.mkdir(cache);
  const uncached = await runFile(path, options);
  const problem = `Book cache ${cache} was not written: Is a directory (os error 21); `;
  assert.equal(uncached.cache!.problem, `${problem}make room for it there`);
  assert.deepEqual([uncached.cache!.hit, uncached.cache!.stored], [false, false]);
  assert.deepEqual(bitsOf(uncached), bitsOf(first));
});

Deno.test("a key that cannot be made is told with the path that is in its way alone", async () => {
  await using made = await smallLake();
  const { lake, path } = made;
  await Deno.writeTextFile(`${lake}/cache`, "no folder");
  const { cache } = await runFile(path, { startTime: "09:35", lake });
  const problem =
    `the key of its checksums, ${lake}/cache/vp_book.key: Not a directory (os error 20)`;
  assert.equal(cache!.problem, `Book cache ${cache!.path} is not used: ${problem}`);
});

Deno.test("a pipe, a device or a file without end in place of a cache or its key is not read", async () => {
  await using made = await smallLake();
  const { lake, path } = made;
  const options = { startTime: "09:35", lake };
  const first = await runFile(path, options);
  const cache = first.cache!.path;
  const key = `${lake}/cache/vp_book.key`;
  const puts: [what: string, put: (at: string) => unknown, problem: RegExp][] = [
    ["device", (at) => Deno.symlink("/dev/null", at), /is no file; remove it/],
    ["pipe", (at) => new Deno.Command("mkfifo", { args: [at] }).output(), /is no file; remove it/],
    [
      "long file",
      async (at) => {
        using file = await Deno.create(at);
        await file.truncate(2 ** 28 + 1);
      },
      /has 268435457 bytes, which is more than \d+; remove it/,
    ],
  ];
  for (const [what, put, problem] of puts) {
    await Deno.remove(cache);
    await put(cache);
    const rebuilt = await runFile(path, options);
    assert.match(rebuilt.cache!.problem!, problem, what);
    assert.deepEqual([rebuilt.cache!.hit, rebuilt.cache!.stored], [false, true], what);
    assert.deepEqual(bitsOf(rebuilt), bitsOf(first), what);
    await Deno.remove(key);
    await put(key);
    const uncached = await runFile(path, options);
    assert.match(uncached.cache!.problem!, problem, `${what}, key`);
    assert.deepEqual([uncached.cache!.hit, uncached.cache!.stored], [false, false], what);
    assert.deepEqual(bitsOf(uncached), bitsOf(first), what);
    await Deno.remove(key);
    await runFile(path, options);
  }
});
