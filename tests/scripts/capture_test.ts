import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { tableFromIPC } from "apache-arrow";
import { ROW_GROUP_GRIDS } from "../../engine/encode/parquet_file.ts";
import { BUCKET_FIELDS, GRID_ROWS, HALF_WIDTH } from "../../engine/wire/fields.ts";
import { simulatedPath } from "../../engine/source/simulator/simulated_file.ts";
import { SIMULATOR_DEFAULTS } from "../../engine/source/simulator/simulation.ts";
import { duckdb } from "../duckdb.ts";
import { inProcess } from "../in_process.ts";
import { task } from "../launcher.ts";
import { newYorkNs } from "../new_york.ts";
import { writeSimulatedOnce } from "../simulated_once.ts";
import { SMALL_DT, SMALL_START, smallLake, smallSession } from "../small_session.ts";

/** Flag of a record from which the book is in doubt. */
const F_MAYBE_BAD_BOOK = 4;

/** Adds a short simulated session to a lake. */
async function simulate(lake: string, dt: string): Promise<void> {
  const short = { seed: SIMULATOR_DEFAULTS.seed, from: "09:29", to: "09:33", eventsPerSecond: 30 };
  const of = { symbol: "MNQH6", dt };
  await writeSimulatedOnce({ ...of, ...short }, simulatedPath({ lake, ...of }));
}

/** The files below a folder, from there. */
function filesIn(dir: string): string[] {
  return [...Deno.readDirSync(dir)].flatMap(({ name, isDirectory }) =>
    isDirectory ? filesIn(`${dir}/${name}`).map((inner) => `${name}/${inner}`) : [name]
  ).sort();
}

/** A value as text that tells all floats and all 64-bit integers apart. */
function text(value: unknown): string {
  return Object.is(value, -0) ? "-0" : `${value}`;
}

/** Rows of a JSON lines capture, as the other formats have them. */
function jsonRows(lines: string): string[][] {
  return lines.trimEnd().split("\n").flatMap((line) => {
    const grid = JSON.parse(line);
    const head = [
      ...[grid.ts_ns, grid.event_id, grid.mid_price, grid.spot_ref_price_int],
      ...[grid.best_bid_price_int, grid.best_ask_price_int, grid.book_valid],
      ...[grid.bid_present, grid.ask_present, grid.maybe_bad_book === true],
    ].map(text);
    return grid.buckets.map((bucket: number[], row: number) => [
      ...head,
      `${row - HALF_WIDTH}`,
      ...bucket.map(text),
    ]);
  });
}

/** The small session, whose book its source doubts from a time on. */
function doubtedFrom(ns: bigint): Uint8Array {
  const bytes = smallSession();
  const view = new DataView(bytes.buffer);
  let at = 8 + view.getUint32(4, true);
  while (view.getBigUint64(at + 8, true) < ns) at += 56;
  view.setUint8(at + 36, view.getUint8(at + 36) | F_MAYBE_BAD_BOOK);
  // Of another contract's records none counts: the next three are of this one too.
  for (let i = 1; i < 4; i++) {
    view.setUint8(at + 56 * i + 36, view.getUint8(at + 56 * i + 36) | F_MAYBE_BAD_BOOK);
  }
  return bytes;
}

Deno.test("capture writes the same grids as JSON lines, Arrow and Parquet", async () => {
  await using made = await smallLake();
  const { lake } = made;
  const path = (format: string) => `${lake}/grids.${format}`;
  const input = `${lake}/doubted.dbn`;
  await Deno.writeFile(input, doubtedFrom(newYorkNs(SMALL_DT, "09:37")));
  const wanted = ["--lake", lake, "--input", input, "--start-time", SMALL_START];
  wanted.push("--throttle-ms", "4000");
  for (const format of ["jsonl", "arrow", "parquet"]) {
    const args = [...wanted, "--format", format, "--output", path(format)];
    assert.deepEqual(await inProcess("capture", ...args), { code: 0, out: "", err: "" });
  }
  const fromJson = jsonRows(await Deno.readTextFile(path("jsonl")));
  assert.ok(fromJson.length > 50 * GRID_ROWS);
  const doubts = fromJson.map((row) => row[9]);
  assert.deepEqual([doubts[0], doubts.at(-1)], ["false", "true"]);

  const table = tableFromIPC(await Deno.readFile(path("arrow")));
  const columns = table.schema.fields.map(({ name }) => table.getChild(name)!);
  const fromArrow = Array.from(
    { length: table.numRows },
    (_, row) => columns.map((column) => text(column.get(row))),
  );
  assert.deepEqual(fromArrow, fromJson);

  const [parquet] = await duckdb(lake, ["SELECT * FROM 'grids.parquet'"]);
  assert.deepEqual(parquet!.columns, table.schema.fields.map(({ name }) => name));
  const sqlTypes: Readonly<Record<string, string>> = {
    Int64: "BIGINT",
    Int32: "INTEGER",
    Float64: "DOUBLE",
    Bool: "BOOLEAN",
  };
  assert.deepEqual(parquet!.types, table.schema.fields.map(({ type }) => sqlTypes[`${type}`]));
  assert.deepEqual(parquet!.rows, fromArrow);
});

Deno.test("a capture has the format that the ending of its name tells, unless another is asked for", async () => {
  await using made = await smallLake();
  const { lake } = made;
  const begins = async (name: string, ...args: string[]) => {
    const output = `${lake}/${name}`;
    const more = ["--throttle-ms", "60000", "--output", output, ...args];
    const { code, err } = await inProcess("capture", "--lake", lake, ...more);
    assert.equal(code, 0, err);
    return new TextDecoder("latin1").decode((await Deno.readFile(output)).subarray(0, 4));
  };
  const [parquet, arrow, jsonl] = ["PAR1", "\xff\xff\xff\xff", '{"ts'];
  const expected = {
    ...{ "a.parquet": parquet, "b.PARQUET": parquet, "c.arrow": arrow, "d.arrows": arrow },
    ...{ "e.jsonl": jsonl, "parquet": jsonl, "f.parquet.txt": jsonl },
  };
  for (const [name, first] of Object.entries(expected)) {
    assert.equal(await begins(name), first, name);
  }
  assert.equal(await begins("g.parquet", "--format", "jsonl"), jsonl);
  assert.equal(await begins("h.csv", "--format", "jsonl"), jsonl);
});

Deno.test("capture writes Parquet in row groups of bounded size, whatever the session's length", async () => {
  await using made = await smallLake();
  const { lake } = made;
  const args = ["--lake", lake, "--throttle-ms", "1000", "--format", "parquet", "--stats"];
  const { code, err } = await inProcess("capture", ...args, "--output", `${lake}/grids.parquet`);
  const { grids } = JSON.parse(err);
  assert.deepEqual([code, grids > 2 * ROW_GROUP_GRIDS], [0, true]);
  const [groups] = await duckdb(lake, [
    `SELECT any_value(row_group_num_rows), sum(total_uncompressed_size), count(*)
     FROM parquet_metadata('grids.parquet') GROUP BY row_group_id ORDER BY row_group_id`,
  ]);
  const rows = groups!.rows.map((row) => Number(row[0]));
  const most = ROW_GROUP_GRIDS * GRID_ROWS;
  assert.equal(rows.length, Math.ceil(grids / ROW_GROUP_GRIDS));
  assert.ok(rows.slice(0, -1).every((count) => count === most), `${rows}`);
  assert.equal(rows.reduce((sum, count) => sum + count), grids * GRID_ROWS);
  for (const [, bytes, columns] of groups!.rows) {
    assert.equal(Number(columns), 11 + BUCKET_FIELDS.length);
    assert.ok(Number(bytes) < 1.1 * most * 8 * Number(columns), bytes);
  }
});

Deno.test("capture lays a range of days out as partitions, and goes on when a day has none or fails", async () => {
  await using made = await smallLake();
  const { lake, path } = made;
  await simulate(lake, "2026-02-04");
  await simulate(lake, "2026-02-10");
  // Its name says the 9th, its content the 6th.
  await Deno.copyFile(path, path.replace("20260206", "20260209"));
  const output = `${lake}/grids`;
  const args = ["--lake", lake, "--dt", "2026-02-04..2026-02-11", "--throttle-ms", "60000"];
  const { code, out, err } = await task(
    ["capture", ...args, "--format", "parquet", "--output", output, "--stats"],
  );
  const partition = (dt: string) => `dt=${dt}/symbol=MNQH6/grids.parquet`;
  const days = ["2026-02-04", "2026-02-06", "2026-02-10"];
  assert.deepEqual([code, out], [1, ""], err);
  assert.deepEqual(filesIn(output), days.map(partition));

  const stats = err.split("\n").filter((line) => line.startsWith("{")).map((l) => JSON.parse(l));
  assert.deepEqual(stats.map(({ dt, data_source }) => [dt, data_source]), [
    ["2026-02-04", "simulator"],
    ["2026-02-06", "databento"],
    ["2026-02-10", "simulator"],
  ]);
  const done = (i: number) =>
    `${days[i]}: ${stats[i].grids} grids in ${output}/${partition(days[i]!)}`;
  const said = err.split("\n").filter((line) => !line.startsWith("{"));
  assert.match(said[5]!, /^2026-02-09: failed: .* covers another day than 2026-02-09/);
  assert.deepEqual(said.toSpliced(5, 1), [
    "2026-02-05: skipped, no data",
    "2026-02-11: skipped, no data",
    "note: MNQH6 on 2026-02-04 is simulated data",
    done(0),
    done(1),
    "note: MNQH6 on 2026-02-10 is simulated data",
    done(2),
    "error: 1 of 4 days failed: 2026-02-09",
    "",
  ]);

  const [counted] = await duckdb(lake, [
    `SELECT dt, symbol, count(*) FROM read_parquet('grids/*/*/*.parquet', hive_partitioning = true)
     GROUP BY ALL ORDER BY ALL`,
  ]);
  assert.deepEqual(
    counted!.rows,
    stats.map(({ dt, grids }) => [dt, "MNQH6", `${grids * GRID_ROWS}`]),
  );
});

Deno.test("capture names the files of a list of days after their format", async () => {
  await using made = await smallLake();
  const { lake } = made;
  await simulate(lake, "2026-02-05");
  for (const [format, name] of [["arrow", "grids.arrows"], ["jsonl", "grids.jsonl"]]) {
    const output = `${lake}/${format}`;
    const { code } = await inProcess(
      "capture",
      ...["--lake", lake, "--dt", "2026-02-06,2026-02-05", "--throttle-ms", "60000"],
      ...["--format", format!, "--output", output, "--fields", "rest_depth"],
    );
    const folders = ["dt=2026-02-05/symbol=MNQH6", "dt=2026-02-06/symbol=MNQH6"];
    assert.deepEqual([code, filesIn(output)], [0, folders.map((folder) => `${folder}/${name}`)]);
  }
});

Deno.test("capture tells in one line which days have no data, and writes nothing", async () => {
  await using made = await smallLake();
  const { lake } = made;
  const output = `${lake}/grids`;
  const missing: [string, RegExp][] = [
    ["2026-02-04,2026-02-05,2026-02-06", /^error: No data for 2026-02-04, 2026-02-05: No .dbn /],
    ["2026-02-02..2026-02-05", /^error: No data for any day of the range: No .dbn .* 2026-02-02/],
  ];
  for (const [dt, message] of missing) {
    const { code, err } = await inProcess(
      "capture",
      "--lake",
      lake,
      "--dt",
      dt,
      "--output",
      output,
    );
    assert.equal(code, 1);
    assert.match(err, message);
    assert.equal(err.indexOf("\n"), err.length - 1);
    assert.throws(() => Deno.statSync(output), Deno.errors.NotFound);
  }
});

Deno.test("capture refuses flags that do not go together, in one line, with exit code 2", async () => {
  const range = ["--dt", "2026-02-02..2026-02-06"];
  const wrong: [string[], RegExp][] = [
    [[...range, "--output", "-"], /--output - takes one session; name a folder/],
    [[...range, "--output", "grids", "--input", "a.dbn"], /--input is the file of one session/],
    [["--dt", "2026-02-06..2026-02-02", "--output", "grids"], /--dt: .* is not a range/],
    [
      [...range, "--output", "grids", "--start-time", "09:30", "--end-time", "09:30"],
      /--end-time 09:30 is not after --start-time/,
    ],
    [
      ["--output", "grids", "--format", "csv"],
      /--format "csv" is not one of jsonl, arrow, parquet/,
    ],
    [["--output", "grids.csv"], /--output: "grids\.csv" ends in \.csv, which no capture is/],
    [["--output", "a/g.jsonl.GZ"], /\.GZ, which no capture is: let it end in \.jsonl, \.arrows/],
    [[], /--output/],
  ];
  const results = await Promise.all(wrong.map(([args]) => inProcess("capture", ...args)));
  for (const [i, { code, out, err }] of results.entries()) {
    assert.deepEqual([code, out], [2, ""], err);
    assert.match(err, /^error: [^\n]+\n$/);
    assert.match(err, wrong[i]![1]);
  }
});

Deno.test("capture and warm read Zstandard that is large enough for a thread of its own", async () => {
  await using made = await smallLake(true);
  const { lake, path } = made;
  const args = [
    "--lake",
    lake,
    "--start-time",
    SMALL_START,
    "--throttle-ms",
    "5000",
    "--output",
    "-",
  ];
  const expected = await inProcess("capture", ...args);
  assert.equal(expected.code, 0, expected.err);
  // A frame that is to be passed over (RFC 8878, 3.1.2), longer than any file that has no thread.
  const skippable = new Uint8Array(8 + (8 << 20));
  const view = new DataView(skippable.buffer);
  view.setUint32(0, 0x184d2a50, true);
  view.setUint32(4, skippable.length - 8, true);
  await Deno.writeFile(path, skippable, { append: true });
  assert.deepEqual(await inProcess("capture", ...args), expected);
  const warmed = await inProcess("warm", "--lake", lake, "--start-time", SMALL_START);
  assert.deepEqual([warmed.code, warmed.err], [0, ""]);
});

Deno.test("a Parquet or Arrow capture says what it comes from", async () => {
  await using made = await smallLake();
  const { lake } = made;
  const args = ["--lake", lake, "--start-time", "09:35", "--end-time", "09:36", "--fields"];
  const path = (ending: string) => `${lake}/grids.${ending}`;
  for (const [format, ending] of [["parquet", "parquet"], ["arrow", "arrows"]] as const) {
    const { code, err } = await inProcess(
      "capture",
      ...[...args, "pressure_variant", "--format", format, "--output", path(ending)],
    );
    assert.equal(code, 0, err);
  }
  const [meta, seen] = await duckdb(lake, [
    "SELECT decode(value) FROM parquet_kv_metadata('grids.parquet') WHERE decode(key) = 'meta'",
    "SELECT min(ts_ns), max(ts_ns), count(*) FILTER (k = 0) FROM 'grids.parquet'",
  ]);
  const { first_ts_ns, last_ts_ns, grids, ...from } = JSON.parse(meta!.rows[0]![0]!);
  assert.deepEqual([first_ts_ns, last_ts_ns, `${grids}`], seen!.rows[0]);
  const bytes = await Deno.readFile(made.path);
  assert.deepEqual(from.file, {
    name: made.path.split("/").at(-1),
    size: bytes.length,
    sha256: createHash("sha256").update(bytes).digest("hex"),
  });
  assert.deepEqual([from.data_source, from.parameters.fields, from.parameters.throttle_ms], [
    "databento",
    "pressure_variant",
    "25",
  ]);
  const table = tableFromIPC(await Deno.readFile(path("arrows")));
  assert.deepEqual(JSON.parse(table.schema.metadata.get("meta")!), from);
});

Deno.test("capture writes sweeps and reserves in place of grids, up to the end time, a folder's days too", async () => {
  await using made = await smallLake();
  const { lake } = made;
  const dt = "2026-02-04";
  await simulate(lake, dt);
  const args = ["--lake", lake, "--dt", dt, "--start-time", "09:29", "--fields", "events"];
  const captured = async (...more: string[]) => {
    const { code, err } = await inProcess(
      "capture",
      ...args,
      ...more,
      "--output",
      `${lake}/e.jsonl`,
    );
    assert.equal(code, 0, err);
    const lines = await Deno.readTextFile(`${lake}/e.jsonl`);
    return { events: lines.trimEnd().split("\n").map((line) => JSON.parse(line)), err };
  };
  const { events, err } = await captured("--stats");
  assert.ok(err.includes(`"events":${events.length},`), err);
  assert.ok(events.every(({ event, prices }) => event === "sweep" && prices > 1));

  const end = newYorkNs(dt, "09:31:00");
  const early = events.filter(({ ts_ns }) => BigInt(ts_ns) < end);
  assert.ok(early.length > 0 && early.length < events.length, `${early.length}`);
  assert.deepEqual((await captured("--end-time", "09:31")).events, early);

  const several = ["--format", "parquet", "--output", `${lake}/out`, "--dt", `${dt},${SMALL_DT}`];
  const written = await inProcess("capture", ...args, ...several);
  assert.ok(written.err.includes(`${dt}: ${events.length} events in `), written.err);
  const [counted] = await duckdb(lake, ["SELECT count(*), min(dt) FROM 'out/*/*/events.parquet'"]);
  assert.deepEqual(counted!.rows, [[`${events.length}`, dt]]);

  const mixed = await inProcess(
    "capture",
    ...args.slice(0, -1),
    "events,k",
    "--output",
    `${lake}/m`,
  );
  assert.equal(mixed.code, 2);
  assert.match(mixed.err, /^error: --fields: events are a table of their own; /);
});

Deno.test("capture writes and says the same with any number of days at a time, and in shares", async () => {
  await using made = await smallLake();
  const { lake } = made;
  await simulate(lake, "2026-02-05");
  const args = ["--lake", lake, "--dt", "2026-02-04..2026-02-06", "--throttle-ms", "60000"];
  const capture = async (to: string, ...more: string[]) => {
    const { code, err } = await inProcess("capture", ...args, "--output", `${lake}/${to}`, ...more);
    assert.equal(code, 0, err);
    return err.replaceAll(`${lake}/${to}`, "DIR").split("\n").filter(Boolean);
  };
  const said = await capture("one", "--jobs", "1");
  assert.deepEqual(await capture("two", "--jobs", "2"), said);
  const shares = [];
  for (const share of ["1/2", "2/2"]) shares.push(await capture("shared", "--shard", share));
  assert.deepEqual(shares.flat().sort(), said.toSorted());
  const files = filesIn(`${lake}/one`);
  assert.equal(files.length, 2);
  for (const to of ["two", "shared"]) {
    assert.deepEqual(filesIn(`${lake}/${to}`), files);
    for (const file of files) {
      assert.deepEqual(
        await Deno.readFile(`${lake}/${to}/${file}`),
        await Deno.readFile(`${lake}/one/${file}`),
      );
    }
  }
  const alone = ["--lake", lake, "--dt", SMALL_DT, "--output", `${lake}/x`, "--shard", "1/2"];
  const { code, err } = await inProcess("capture", ...alone);
  assert.deepEqual([code, /^error: --shard divides several dates; /.test(err)], [2, true]);
});
