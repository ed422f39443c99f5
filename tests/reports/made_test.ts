/** Made sessions of further kinds, each with the value that is right, through the commands. */
import assert from "node:assert/strict";
import { zstdCompressSync } from "node:zlib";
import { projectFile } from "../project.ts";
import { isWholeProof } from "../proof.ts";
import { smallLake, smallSession } from "../small_session.ts";
import { StreamReader } from "../server/stream_client.ts";
import { whileServing } from "../launcher.ts";
import {
  adds,
  dbn,
  errorRecord,
  type FileSays,
  flow,
  join,
  MIDNIGHT_NS,
  recordsAt,
  snapshot,
} from "../made_session.ts";
import { taskHere as task } from "../in_process.ts";
import { assertRefused, capture, folder, gridsOf, touchOf } from "./inputs.ts";

const SECOND = 1_000_000_000n;
const HOUR = 3_600n * SECOND;
const DAY = 24n * HOUR;
/** 09:00 New York. */
const MORNING = 14n * HOUR;

/** The project's lock with other values, in a folder. */
async function lockAt(dir: string, values: Record<string, string>) {
  let text = await Deno.readTextFile(projectFile("instrument.yaml"));
  for (const [field, value] of Object.entries(values)) {
    text = text.replace(new RegExp(`^${field}: .*$`, "m"), `${field}: ${value}`);
  }
  const path = `${dir}/lock.yaml`;
  await Deno.writeTextFile(path, text);
  return { VP_INSTRUMENT_CONFIG_PATH: path };
}

/** A made session as a file, in a folder that is removed when the `using` block ends. */
async function made(records: readonly Uint8Array[], says?: FileSays) {
  const at = await folder();
  const path = `${at.path}/made.dbn`;
  await Deno.writeFile(path, dbn(records, says));
  return { dir: at.path, path, [Symbol.asyncDispose]: () => at[Symbol.asyncDispose]() };
}

Deno.test("analyze evaluates from a start time alone", async () => {
  await using lake = await smallLake();
  const { code, out, err } = await task(["analyze", "--lake", lake.lake, "--start-time", "09:25"]);
  assert.equal(code, 0, err);
  assert.match(out, /^captured from 09:25, evaluated 09:25 to 12:00, New York$/m);
  const rest = ["--baselines", "none", "--throttle-ms", "1000"];
  const early = await task(["analyze", "--lake", lake.lake, "--start-time", "08:30", ...rest]);
  assert.match(early.out, /^captured from 08:30, evaluated 09:00 to 12:00, New York$/m);
});

Deno.test("warm tells where a file ends that has no warm-up, and how much it logs", async () => {
  await using lake = await smallLake();
  const args = ["warm", "--lake", lake.lake, "--start-time"];
  assertRefused(
    await task([...args, "10:30"]),
    new RegExp(`ends at ${lastRecord()} EST, before warm-up begins 30 minutes ahead of 10:30;`),
  );
  // The evening is of the day before, and after no morning.
  await using evening = await made(snapshot({ at: HOUR }));
  assertRefused(
    await task(["warm", "--input", evening.path, "--start-time", "09:30"]),
    /ends at 20:00:00\.000 EST of 2026-02-05, before warm-up begins 30 minutes ahead of 09:30;/,
  );
  const quiet = await task([...args, "09:35"]);
  assert.deepEqual([quiet.code, quiet.err], [0, ""]);
  const talks = await task([...args, "09:35", "--log-level", "DEBUG"]);
  assert.equal(talks.code, 0);
  assert.match(talks.err, /DEBUG/);
  assertRefused(await task([...args, "09:35", "--log-level", "LOUD"]), /--log-level/, 2);
});

/** When the small session's last record happened, as a person reads it. */
function lastRecord(): string {
  const bytes = smallSession();
  const ns = new DataView(bytes.buffer).getBigUint64(bytes.length - 56 + 8, true);
  const zoned = new Temporal.Instant(ns).toZonedDateTimeISO("America/New_York");
  return zoned.toPlainTime().toString({ smallestUnit: "millisecond" });
}

Deno.test("capture counts the rows that it wrote, and says that there are none", async () => {
  await using lake = await smallLake();
  const args = ["--lake", lake.lake, "--throttle-ms", "20000", "--stats"];
  const all = await capture(args);
  const stats = JSON.parse(all.err);
  const grids = gridsOf(all, /./);
  assert.deepEqual([stats.grids, stats.rows], [grids.length, 101 * grids.length]);
  // Of an end the grids before it alone.
  const some = await capture([...args, "--start-time", "09:10", "--end-time", "09:20"]);
  const few = gridsOf(some, /./);
  const counted = JSON.parse(some.err);
  assert.deepEqual([counted.grids, counted.rows], [few.length, 101 * few.length]);
  assert.equal(few.length, 30);
  // A snapshot that never ends is no event that did.
  await using open = await made(snapshot({ at: 0n }).slice(0, 4));
  const without = await capture(["--input", open.path]);
  assert.deepEqual([without.code, without.out], [0, ""]);
  assert.match(without.err, /^warning: no grid was written: no event of MNQH6 ends in the hours/);
  const none = await capture([...args, "--start-time", "11:00"]);
  assert.deepEqual([none.code, none.out], [0, ""]);
  const [warning, line] = none.err.split("\n");
  assert.match(warning!, /^warning: no grid was written/);
  assert.deepEqual([JSON.parse(line!).grids, JSON.parse(line!).rows], [0, 0]);
});

Deno.test("a week's file serves each day that begins with a snapshot, and no other", async () => {
  await using at = await folder();
  const lake = at.path;
  const dir = `${lake}/raw/source=databento/product_type=future_mbo/symbol=MNQ/` +
    "table=market_by_order_dbn";
  await Deno.mkdir(dir, { recursive: true });
  const days = [-2n, -1n, 0n].flatMap((day) => {
    const bid = 25_000_000_000_000n + day * 1_000_000_000n;
    return [
      // The second day begins without a book of its own.
      ...(day === -1n ? [] : snapshot({ at: day * DAY, bid })),
      ...adds(40, { at: day * DAY + MORNING, bid }),
    ];
  });
  const week = { start: MIDNIGHT_NS - 2n * DAY, end: MIDNIGHT_NS + DAY };
  await Deno.writeFile(`${dir}/week.dbn`, dbn(days, week));
  const args = (dt: string) => ["--lake", lake, "--dt", dt];
  for (const [dt, day] of [["2026-02-04", -2n], ["2026-02-06", 0n]] as const) {
    // What is of the book alone may lie before the day.
    const grids = gridsOf(await capture(args(dt))).filter((grid) => touchOf(grid).at >= day * DAY);
    assert.equal(grids.length, 41, dt);
    const { bid, at: last } = touchOf(grids.at(-1));
    assert.equal(bid, 25_000_000_000_000n + day * 1_000_000_000n);
    assert.equal(last, day * DAY + MORNING + 39n * SECOND);
  }
  assertRefused(await capture(args("2026-02-05")), /no book at the session's beginning/);
  assertRefused(await capture(args("2026-02-07")), /No \.dbn or \.dbn\.zst file for 2026-02-07/);
  // Given by name it is another day's all the same.
  assertRefused(
    await capture(["--input", `${dir}/week.dbn`, "--dt", "2026-02-07"]),
    /week\.dbn: its records before .* 2026-02-07T00:00:00Z are left out, and nothing of the session/,
  );
});

for (
  const [symbol, root, file] of [
    ["SR3:BF H6-M6-U6", "SR3", "SR3%3ABF%20H6-M6-U6_2026-02-06_"],
    ["BRN  FMH0026!", "BRN", "BRN%20%20FMH0026!_2026-02-06_"],
  ] as const
) {
  Deno.test(`${symbol} is locked, captured, cached and served`, async () => {
    await using at = await folder();
    const env = await lockAt(at.path, {
      symbol: `"${symbol}"`,
      symbol_root: root,
    });
    const dir = `${at.path}/raw/source=databento/product_type=future_mbo/symbol=${root}/` +
      "table=market_by_order_dbn";
    await Deno.mkdir(dir, { recursive: true });
    const records = [...snapshot({ at: 0n }), ...adds(60, { at: MORNING })];
    await Deno.writeFile(`${dir}/day_20260206.dbn`, dbn(records, { symbol }));
    const args = ["--lake", at.path, "--start-time", "09:00"];
    const grids = gridsOf(await capture([...args, "--symbol", symbol], env));
    assert.equal(grids.length, 60);
    const [cache] = [...Deno.readDirSync(`${at.path}/cache/vp_book`)]
      .map(({ name }) => name).filter((name) => name.endsWith(".book"));
    assert.ok(cache!.startsWith(file), cache);
    const several = await task([
      ...["capture", "--lake", at.path, "--dt", "2026-02-06,2026-02-07", "--output"],
      `${at.path}/grids`,
    ], env);
    assertRefused(several, /No data for 2026-02-07/);
    const range = ["--dt", "2026-02-06..2026-02-06", "--output", `${at.path}/grids`];
    const laid = await task(["capture", "--lake", at.path, ...range], env);
    assert.equal(laid.code, 0, laid.err);
    // A server of one of them suffices from day to day.
    if (root !== "SR3" && !isWholeProof) return;
    const { code, said } = await whileServing(args, async (address) => {
      const query = new URLSearchParams({ symbol, start_time: "09:00", speed: "1000" });
      const stream = new StreamReader(Number(address.port), `${query}`);
      assert.equal((await stream.until("runtime_config")).symbol, symbol);
      assert.equal((await stream.until("grid_update")).best_bid_price_int, "25000000000000");
      await stream.close();
      const page = await fetch(`${address}?${query}`);
      assert.equal(page.status, 200);
      assert.ok((await page.text()).includes("</html>"));
      const outline = await fetch(new URL(`/v1/vacuum-pressure/session?${query}`, address));
      assert.equal((await outline.json()).symbol, symbol);
    }, env);
    assert.equal(code, 0, said);
  });
}

Deno.test("a price beyond 2^53 ticks is an error at its byte, up to it none", async () => {
  const most = 2n ** 53n;
  const far = (price: bigint) =>
    flow({ action: "A", side: "A", at: MORNING, orderId: 9n, price, size: 1 });
  await using at = await folder();
  const env = await lockAt(at.path, {
    tick_size: "1.0e-9",
    bucket_size_dollars: "1.0e-9",
    rel_tick_size: "1.0e-9",
  });
  const book = snapshot({ at: 0n, bid: 1_000n, tick: 1n });
  for (
    const [price, isFar] of [
      [most - 1n, false],
      [most + 1n, true],
      [1n - most, false],
      [-1n - most, true],
      [2n ** 63n - 2n, true],
      [-(2n ** 63n), true],
    ] as const
  ) {
    const bytes = dbn([...book, far(price), ...adds(3, { at: MORNING + SECOND, bid: 1_000n })]);
    const path = `${at.path}/far.dbn`;
    await Deno.writeFile(path, bytes);
    const ended = await capture(["--input", path], env);
    if (!isFar) {
      assert.deepEqual([ended.code, ended.err], [0, ""], `${price}`);
      continue;
    }
    const byte = recordsAt(bytes) + book.length * 56 + 24;
    assertRefused(
      ended,
      new RegExp(`the price ${price} at byte ${byte} is more than 2\\^53 ticks`),
    );
    assert.doesNotMatch(ended.err, /get the file again/);
  }
});

Deno.test("a Zstandard window above 128 MiB is named as that", async () => {
  await using at = await folder();
  // RFC 8878, 3.1.1.1: no content size, no single segment; then the window's exponent and mantissa.
  const frame = (exponent: number, mantissa = 0) =>
    join(
      new Uint8Array([0x28, 0xb5, 0x2f, 0xfd, 0, (exponent << 3) | mantissa]),
      new Uint8Array(64),
    );
  const path = `${at.path}/wide.dbn.zst`;
  const refused = /wide\.dbn\.zst: .*window.*MiB/i;
  for (const [exponent, mantissa] of [[17, 1], [20, 0], [31, 7]] as const) {
    await Deno.writeFile(path, frame(exponent, mantissa));
    const ended = await capture(["--input", path]);
    assertRefused(ended, refused);
    assert.doesNotMatch(ended.err, /get the file again|damaged/);
  }
  await Deno.writeFile(path, frame(17));
  assert.doesNotMatch((await capture(["--input", path])).err, refused);
  const zstd = await new Deno.Command("zstd", {
    args: ["-q", "-f", "--ultra", "--long=30", "-", "-o", path],
    stdin: "piped",
  }).spawn();
  const writer = zstd.stdin.getWriter();
  await writer.write(smallSession() as Uint8Array<ArrayBuffer>);
  await writer.close();
  assert.ok((await zstd.status).success);
  assertRefused(await capture(["--input", path]), refused);
});

for (
  const [name, bit, what] of [["F_TOB", 64, "top-of-book"], ["F_MBP", 16, "price levels"]] as const
) {
  Deno.test(`a record with ${name} is refused by that name, at its byte`, async () => {
    const records = [...snapshot({ at: 0n }), ...adds(3, { at: MORNING })];
    records.push(flow({
      ...{ action: "A", side: "B", at: MORNING + 5n * SECOND, orderId: 9n, size: 1 },
      ...{ price: 25_000_000_000_000n, flags: 128 | bit },
    }));
    await using file = await made(records);
    const byte = recordsAt(await Deno.readFile(file.path)) + (records.length - 1) * 56;
    const ended = await capture(["--input", file.path]);
    assertRefused(ended, new RegExp(`byte ${byte} has ${name}: .*${what}.* is no full order book`));
    assert.doesNotMatch(ended.err, /get the file again/);
  });
}

Deno.test("an error record of version 1 says by its text that records were skipped", async () => {
  const texts: [string, number][] = [
    ["Records were skipped: client is too slow", 1],
    ["slow reader: a gap of 12 records", 1],
    ["authentication failed", 0],
    ["gapless", 0],
  ];
  for (const [text, gaps] of texts) {
    const records = [
      ...snapshot({ at: 0n }),
      ...adds(5, { at: MORNING }),
      errorRecord(text, 0, 1),
      ...adds(5, { at: MORNING + 10n * SECOND }),
    ];
    await using file = await made(records, { version: 1 });
    const ended = await capture(["--input", file.path, "--stats"]);
    assert.equal(JSON.parse(ended.err).gaps, gaps, text);
    const doubts = gridsOf(ended, /./).map((grid) => grid.maybe_bad_book === true);
    assert.deepEqual(doubts, Array.from({ length: 11 }, (_, i) => gaps === 1 && i > 5), text);
  }
});

Deno.test("error records of later versions go by their code where they have one", async () => {
  const cases: [string, number, number][] = [
    ["", 7, 1],
    ["records were skipped", 0xff, 1],
    ["records were skipped", 0, 1],
    ["too many symbols were skipped", 4, 0],
    ["", 1, 0],
  ];
  for (const version of [2, 3]) {
    for (const [text, code, gaps] of cases) {
      const records = [...snapshot({ at: 0n }), errorRecord(text, code, version)];
      await using file = await made([...records, ...adds(2, { at: MORNING })], { version });
      const ended = await capture(["--input", file.path, "--stats"]);
      assert.equal(JSON.parse(ended.err).gaps, gaps, `${version} ${text} ${code}`);
    }
  }
});

Deno.test("the file of a session may be Zstandard of several frames", async () => {
  const bytes = smallSession();
  await using at = await folder();
  const parts = [0, 100_000, 100_001, bytes.length].map((from, i, all) =>
    bytes.subarray(from, all[i + 1])
  );
  await Deno.writeFile(`${at.path}/plain.dbn`, bytes);
  await Deno.writeFile(
    `${at.path}/frames.dbn`,
    join(...parts.slice(0, 3).map((part) => new Uint8Array(zstdCompressSync(part)))),
  );
  const [plain, frames] = await Promise.all(
    ["plain", "frames"].map((name) =>
      capture(["--throttle-ms", "20000", "--input", `${at.path}/${name}.dbn`])
    ),
  );
  assert.equal(plain!.code, 0);
  assert.deepEqual(frames, plain);
});

Deno.test("what is no DBN file is not called a damaged one, however short it is", async () => {
  await using at = await folder();
  const path = `${at.path}/short.dbn`;
  const [dbnFile, zst] = [smallSession(), zstdCompressSync(smallSession())];
  const cases: [Uint8Array, RegExp][] = [
    [new TextEncoder().encode("hi\n"), /not a DBN file/],
    [new TextEncoder().encode("D"), /truncated at byte 1, .*get the file again/],
    [new TextEncoder().encode("Day"), /not a DBN file/],
    [dbnFile.subarray(0, 5), /truncated at byte 5, .*get the file again/],
    [new Uint8Array(zst.subarray(0, 3)), /truncated at byte 3, .*get the file again/],
    [new Uint8Array(zst.subarray(0, 5)), /truncated at compressed byte 5, .*get the file again/],
    [new Uint8Array([0x1f, 0x8b, 8]), /not a DBN file/],
  ];
  for (const [bytes, message] of cases) {
    await Deno.writeFile(path, bytes);
    const ended = await capture(["--input", path]);
    assertRefused(ended, message);
    assert.equal(/get the file again/.test(ended.err), /again/.test(message.source));
  }
});

Deno.test("a file that maps nothing on the date is not said to have a symbol to lock", async () => {
  const records = [...snapshot({ at: 0n }), ...adds(3, { at: MORNING })];
  await using file = await made(records, {
    mappings: [{
      rawSymbol: "MNQH6",
      intervals: [{ startDate: 20260101, endDate: 20260206, symbol: "1" }],
    }],
  });
  const ended = await capture(["--input", file.path]);
  assertRefused(ended, /MNQH6 is not in its mapping for 2026-02-06, which has no symbol at all; /);
  assert.doesNotMatch(ended.err, /lock one/);
});

Deno.test("of a file without a record of the session it is said that it has none", async () => {
  // Of another contract alone.
  await using file = await made(snapshot({ at: 0n, instrumentId: 2 }));
  const none = /made\.dbn has no record of MNQH6 in the session of 2026-02-06; choose another file/;
  for (const name of ["warm", "analyze"]) {
    assertRefused(await task([name, "--lake", file.dir, "--input", file.path]), none);
  }
  const { code, out, err } = await capture(["--input", file.path]);
  assert.deepEqual([code, out], [0, ""]);
  assert.match(err, /^warning: nothing was written: .*\n$/);
  assert.match(err, none);
});

Deno.test("an unknown column is told with the flag that names it", async () => {
  assertRefused(await capture(["--fields", "depth"]), /^error: --fields: unknown column depth;/, 2);
  assertRefused(await capture(["--fields", ","]), /^error: --fields: no column named;/, 2);
});

Deno.test("a Zstandard file with something after it is read up to there on demand, and that is said", async () => {
  await using at = await folder();
  const path = `${at.path}/more.dbn.zst`;
  const frame = new Uint8Array(
    zstdCompressSync(dbn([...snapshot({ at: 0n }), ...adds(9, { at: MORNING })])),
  );
  for (const more of [new Uint8Array(9), dbn([]), new TextEncoder().encode("the end")]) {
    await Deno.writeFile(path, join(frame, more));
    const says = new RegExp(`frame that ends at byte ${frame.length} is none: something was put`);
    const ended = await capture(["--input", path]);
    assertRefused(ended, says);
    assert.doesNotMatch(ended.err, /get the file again/);
    const taken = await capture(["--input", path, "--allow-truncated"]);
    assert.equal(gridsOf(taken, says).length, 10);
  }
});

Deno.test("an instrument's configuration that is no YAML is told in one line that ends well", async () => {
  await using at = await folder();
  const path = `${at.path}/lock.yaml`;
  const text = await Deno.readTextFile(projectFile("instrument.yaml"));
  for (
    const [yaml, message] of [
      [
        `${text}symbol: X\n`,
        /lock\.yaml: cannot be read: Map keys must be unique at line \d+, column 1$/m,
      ],
      ["\tx: 1\n", /lock\.yaml: cannot be read: Tabs are not allowed .* line 1, column 1$/m],
      ["- 1\n", /lock\.yaml: must hold fields/],
      ["", /lock\.yaml: must hold fields/],
    ] as const
  ) {
    await Deno.writeTextFile(path, yaml);
    assertRefused(await capture([], { VP_INSTRUMENT_CONFIG_PATH: path }), message);
  }
});
