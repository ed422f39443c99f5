/** What commands may write: never what is read, nobody else's file, whole or not at all. */
import assert from "node:assert/strict";
import { simulateInto } from "../../engine/source/simulator/simulated_file.ts";
import { SIMULATOR_DEFAULTS } from "../../engine/source/simulator/simulation.ts";
import { CAPTURES } from "../../cli/output/format.ts";
import { keptFiles } from "../../cli/output/gate.ts";
import { openOutput } from "../../cli/output_file.ts";
import { partitionFile } from "../../scripts/capture/layout.ts";
import { partNames } from "../../engine/part_names.ts";
import { duckdb } from "../duckdb.ts";
import { inProcess } from "../in_process.ts";
import { deno, ended, launcher, shell, task as started } from "../launcher.ts";
import { mayMount, mounted } from "../mount.ts";
import { projectFile } from "../project.ts";
import { casesOf, isWholeProof } from "../proof.ts";
import { type SmallLake, smallLake } from "../small_session.ts";

const GRIDS = ["--throttle-ms", "60000"];
const WINDOW = ["--start-time", "09:10", "--eval-start", "09:15", "--eval-end", "09:25"]
  .concat("--throttle-ms", "1000", "--baselines", "none");
/** At the very beginning of the session: no quiet hours come before. */
const SHORT = ["--from", "19:01", "--to", "19:03", "--events-per-second", "20"];
/** Simulates for so long that it is ended first. */
const LONG = ["--from", "00:30", "--to", "18:30", "--events-per-second", "1000"];
const FOREIGN = "a letter\n";

/** A lake, and a folder beside it for outputs. */
interface Place extends AsyncDisposable {
  made: SmallLake;
  lake: string;
  out: string;
}

async function place(): Promise<Place> {
  const made = await smallLake();
  const out = await Deno.makeTempDir({ prefix: "spymaster_out_" });
  return {
    made,
    lake: made.lake,
    out,
    async [Symbol.asyncDispose]() {
      await made[Symbol.asyncDispose]();
      await Deno.remove(out, { recursive: true });
    },
  };
}

const task = (...args: string[]) => started(args);

/** By the launcher, with the permissions that it gives. */
const capture = (lake: string, ...args: string[]) =>
  task("capture", "--lake", lake, ...GRIDS, ...args);

const captureHere = (lake: string, ...args: string[]) =>
  inProcess("capture", "--lake", lake, ...GRIDS, ...args);

function namesIn(dir: string): string[] {
  return [...Deno.readDirSync(dir)].map(({ name }) => name).sort();
}

/** Paths of all files below a folder, with their bytes. */
function contents(dir: string): [path: string, bytes: Uint8Array][] {
  return [...Deno.readDirSync(dir)].flatMap(({ name, isDirectory }) => {
    const path = `${dir}/${name}`;
    if (isDirectory) return contents(path);
    const file: [string, Uint8Array] = [path, Deno.readFileSync(path)];
    return [file];
  });
}

function assertRefused(
  { code, out, err }: { code: number; out: string; err: string },
  message: RegExp,
  exit = 1,
): void {
  assert.deepEqual([code, out], [exit, ""], err);
  assert.match(err, /^error: [^\n]+\n$/);
  assert.match(err, message);
}

/** Waits until a folder holds a file of that kind. */
async function fileIn(dir: string, isIt: (name: string) => boolean): Promise<string> {
  using watcher = Deno.watchFs(dir);
  const find = () => namesIn(dir).find(isIt);
  const first = find();
  if (first !== undefined) return first;
  for await (const _ of watcher) {
    const found = find();
    if (found !== undefined) return found;
  }
  throw new Error("the watcher ended");
}

const isPart = (name: string) => name.endsWith(".part");

Deno.test("no output is a raw file, by whatever name, nor lies among raw files, not even by force", async () => {
  await using at = await place();
  const { lake, out, made: { path } } = at;
  const dir = path.slice(0, path.lastIndexOf("/"));
  await Deno.link(path, `${out}/hard`);
  await Deno.symlink(`${lake}/raw`, `${out}/raw`);
  const before = contents(`${lake}/raw`);
  const paths = [
    path,
    `${dir}/./../${dir.slice(dir.lastIndexOf("/") + 1)}//${path.slice(dir.length + 1)}`,
    `${out}/hard`,
    path.replace(lake, `${lake}/../${lake.slice(lake.lastIndexOf("/") + 1)}`),
    path.replace(`${lake}/raw`, `${out}/raw`),
    `${lake}/raw/new`,
    `${dir}/new.dbn`,
    `${out}/raw/new`,
  ];
  for (const output of paths) {
    assertRefused(
      await captureHere(lake, "--force", "--output", output),
      /which are read and kept/,
    );
  }
  assertRefused(await capture(lake, "--force", "--output", path), /which are read and kept/);
  for (const flag of ["--json-output", "--html-output"]) {
    const args = ["--lake", lake, ...WINDOW, "--force", flag];
    for (const output of [path, `${out}/hard`, `${dir}/new`]) {
      assertRefused(await inProcess("analyze", ...args, output), /which are read and kept/);
    }
  }
  for (const output of [path, `${out}/hard`, `${dir}/new`, `${lake}/raw/new/x`]) {
    const args = ["--lake", lake, ...SHORT, "--force", "--output", output];
    assertRefused(await inProcess("simulate", ...args), /which are read and kept/);
  }
  const several = ["--force", "--dt", "2026-02-05..2026-02-06", "--output"];
  for (const output of [`${lake}/raw`, `${lake}/raw/new`, `${out}/raw/new/x`]) {
    const { code, err } = await captureHere(lake, ...several, output);
    assert.equal(code, 1, err);
    assert.match(err, /which are read and kept/);
  }
  assert.deepEqual(contents(`${lake}/raw`), before);
  assert.deepEqual(namesIn(out), ["hard", "raw"]);
});

Deno.test("no output lies among the raw files of another lake, not even by force", async () => {
  await using at = await place();
  const { lake, out, made: { path } } = at;
  const raw = `${out}/other/raw`;
  const dir = path.slice(0, path.lastIndexOf("/")).replace(`${lake}/raw`, raw);
  const day = `${dir}/p-20260206.dbn`;
  await Deno.mkdir(dir, { recursive: true });
  await Deno.copyFile(path, day);
  await Deno.symlink(raw, `${out}/days`);
  await Deno.symlink(dir, `${out}/table`);
  // Links that only their names tell of.
  await Deno.mkdir(`${out}/disk/source=databento`, { recursive: true });
  await Deno.mkdir(`${out}/linked`);
  await Deno.symlink(`${out}/disk`, `${out}/linked/raw`);
  const before = contents(`${out}/other`);
  const message =
    /(x|new|table|_dbn|p-20260206)(\.dbn)? is among the files of \/\S+\/raw, which are read and kept; choose another place/;
  const paths = [
    day,
    `${dir}/new.dbn`,
    `${dir}/../table=market_by_order_dbn/p-20260206.dbn`,
    day.replace(raw, `${out}/days`),
    `${out}/table/p-20260206.dbn`,
    `${out}/table/new.dbn`,
    `${out}/linked/raw/source=databento/new.dbn`,
  ];
  const simulate = ["--lake", lake, ...SHORT, "--output"];
  const figures = ["--lake", lake, ...WINDOW, "--json-output"];
  for (const output of paths) {
    for (const force of [[], ["--force"]]) {
      assertRefused(await captureHere(lake, "--output", output, ...force), message);
      assertRefused(await inProcess("simulate", ...simulate, output, ...force), message);
      assertRefused(await inProcess("analyze", ...figures, output, ...force), message);
    }
  }
  assertRefused(await capture(lake, "--force", "--output", `${out}/table/new.dbn`), message);
  const dates = ["--lake", lake, "--dt", "2026-02-05..2026-02-06"];
  for (const folder of [dir, `${dir}/new`, `${out}/table`, `${out}/table/new`]) {
    const several = await inProcess("capture", ...dates, "--output", folder, "--force");
    assert.deepEqual([several.code, message.test(several.err)], [1, true], several.err);
    const days = ["analyze", ...dates, "--eval-start", "09:15", "--eval-end", "09:40"];
    const into = await inProcess(...days as [string], "--days-output", folder, "--force");
    assert.deepEqual([into.code, message.test(into.err)], [1, true], into.err);
  }
  for (const output of [`${raw}/source=elsewhere/a/x.dbn`, `${raw}/source=databento/new/x.dbn`]) {
    assertRefused(await inProcess("simulate", ...simulate, output), message);
  }
  assert.deepEqual(contents(`${out}/other`), before);
  assert.deepEqual(namesIn(raw), ["source=databento"]);
  assert.deepEqual(namesIn(`${raw}/source=databento`).length, 1);
  const made = `${raw}/source=simulator/x.dbn`;
  assert.equal((await task("simulate", ...simulate, made)).code, 0);
  assertRefused(await captureHere(lake, "--force", "--output", made), message);
});

Deno.test("no output is the input, the instrument's configuration or a book cache", async () => {
  await using at = await place();
  const { lake, out, made: { path } } = at;
  const input = `${out}/day.dbn`;
  await Deno.copyFile(path, input);
  await Deno.link(input, `${out}/same`);
  const before = contents(out);
  const config = projectFile("instrument.yaml");
  for (const output of [input, `${out}/same`, `${out}/../${out.split("/").at(-1)}/day.dbn`]) {
    const args = ["--input", input, "--force", "--output", output];
    assertRefused(await captureHere(lake, ...args), /which is read; name another file/);
  }
  assertRefused(await captureHere(lake, "--force", "--output", config), /which is read/);
  const cache = `${lake}/cache/vp_book`;
  await Deno.mkdir(cache, { recursive: true });
  assertRefused(await captureHere(lake, "--output", `${cache}/a`), /which are read and kept/);
  assert.deepEqual(contents(out), before);
  assert.deepEqual(namesIn(cache), []);
});

Deno.test("an output is a file: no device, pipe, link or folder, and has a name", async () => {
  await using at = await place();
  const { lake, out } = at;
  await new Deno.Command("mkfifo", { args: [`${out}/fifo`] }).output();
  await Deno.symlink(`${out}/elsewhere`, `${out}/link`);
  await Deno.mkdir(`${out}/folder`);
  const before = namesIn(out);
  const wrong: [string, RegExp, number?][] = [
    ["", /--output: "" is not a path/, 2],
    ["/dev/full", /\/dev\/full is a device/],
    ["/dev/../dev/zero", /is a device/],
    ["/proc/self/status", /thing of the system/],
    [`${out}/fifo`, /fifo is a device, a pipe/],
    [`${out}/link`, /link is a link to .*\/elsewhere; name the file itself/],
    [`${out}/folder`, /folder is a folder; name a file/],
    [`${out}/new/`, /new\/ is a folder; name a file/],
    [`${out}/none/a`, /cannot be written: No such file/],
    [`${out}/${"a".repeat(300)}`, /File name too long/],
    ["README.md/a", /cannot be written: Not a directory/],
    [`${out}/a\nb/c`, /a\\u000ab\/c cannot be written/],
    [`${out}/a,b`, /comma/],
  ];
  for (const [output, message, code] of wrong) {
    // What permissions refuse.
    const needsProcess = /^\/proc|,/.test(output);
    assertRefused(
      await (needsProcess ? capture : captureHere)(lake, "--force", "--output", output),
      message,
      code,
    );
    // It makes folders and is granted those, and so has nothing against a new one or a comma.
    if (/none|[\n,]/.test(output)) continue;
    const simulated = await (needsProcess ? task : inProcess)(
      "simulate",
      "--force",
      ...SHORT,
      "--output",
      output,
    );
    assertRefused(simulated, message, code);
  }
  assert.deepEqual(namesIn(out), before);
});

Deno.test("paths that a command reads are refused in one line too, whatever they are", async () => {
  await using at = await place();
  const { lake, out } = at;
  await Deno.symlink(`${out}/loop`, `${out}/loop`);
  await new Deno.Command("mkfifo", { args: [`${out}/fifo`] }).output();
  const paths = ["a".repeat(300), "/proc/self", out, "README.md/a", "a,b", "a\nb", `${out}/loop`];
  for (const path of [...paths, `${out}/fifo`, "/dev/full"]) {
    for (const flag of ["--lake", "--input"]) {
      // A pipe may be read; without a writer it is waited for.
      if (flag === "--input" && path.endsWith("/fifo")) continue;
      const args = flag === "--lake" ? [flag, path] : ["--lake", lake, flag, path];
      assertRefused(await inProcess("capture", ...args, "--output", "/dev/null"), /./);
    }
  }
  for (const name of ["VP_LAKE_ROOT", "VP_INSTRUMENT_CONFIG_PATH"]) {
    // The launcher reads them too.
    for (const path of [`${out}/fifo`, out, "a\nb"].slice(0, casesOf(1, 3))) {
      const { code, err } = await started(["warm", "--dt", "2026-02-06"], { [name]: path });
      assert.equal(code, 1);
      assert.match(err, /^error: [^\n]+\n$/);
    }
  }
});

Deno.test("standard outputs are named -, /dev/stdout and /dev/null", async () => {
  await using at = await place();
  const { lake } = at;
  const dash = await captureHere(lake, "--output", "-");
  const [stdout, nothing] = await Promise.all(
    ["/dev/stdout", "/dev/null"].map((output) => capture(lake, "--output", output)),
  );
  assert.match(dash.out, /^\{"ts_ns":"/);
  assert.deepEqual(stdout, dash);
  assert.deepEqual(nothing, { code: 0, out: "", err: "" });
  const figures = await inProcess(
    "analyze",
    "--lake",
    lake,
    ...WINDOW,
    "--json-output",
    "/dev/stdout",
  );
  assert.equal(JSON.parse(figures.out).instrument.symbol, "MNQH6");
  const several = ["--dt", "2026-02-05..2026-02-06", "--output"];
  for (const output of ["/dev/stdout", "/dev/null"]) {
    assertRefused(await captureHere(lake, ...several, output), /takes one session/, 2);
  }
  const session: Uint8Array[] = [];
  const simulate = ["run", "-q", "-A", "scripts/simulate.ts", ...SHORT, "--output", "-"];
  const { stdout: bytes } = await deno(simulate).output();
  await simulateInto({
    ...{ ...SIMULATOR_DEFAULTS, symbol: "MNQH6", dt: "2026-02-06" },
    ...{ from: "19:01", to: "19:03", eventsPerSecond: 20 },
  }, (piece) => session.push(piece.slice()));
  assert.deepEqual(bytes, new Uint8Array(await new Blob(session as BlobPart[]).arrayBuffer()));
});

Deno.test("a file is replaced that a task wrote in the output's format, any other by force alone", async () => {
  await using at = await place();
  const { lake, out, made: { path } } = at;
  const file = `${out}/file`;
  const commands: Record<string, [name: string, ...args: string[]]> = {
    jsonl: ["capture", "--lake", lake, ...GRIDS, "--output"],
    arrow: ["capture", "--lake", lake, ...GRIDS, "--format", "arrow", "--output"],
    parquet: ["capture", "--lake", lake, ...GRIDS, "--format", "parquet", "--output"],
    figures: ["analyze", "--lake", lake, ...WINDOW, "--json-output"],
    page: ["analyze", "--lake", lake, ...WINDOW, "--html-output"],
    session: ["simulate", "--lake", lake, ...SHORT, "--output"],
  };
  const table = `${out}/table`;
  await duckdb(out, ["COPY (SELECT 1 AS mine) TO 'table' (FORMAT parquet)"]);
  const foreign = [
    await Deno.readFile(table),
    new TextEncoder().encode(FOREIGN),
    new TextEncoder().encode('{"name":"mine"}\n'),
    new TextEncoder().encode("<!DOCTYPE html>\n<html></html>\n"),
    await Deno.readFile(path),
  ];
  await Deno.remove(table);
  let last: Uint8Array | null = null;
  for (const [name, args] of Object.entries(commands)) {
    for (const bytes of last === null ? foreign : [...foreign, last]) {
      await Deno.writeFile(file, bytes);
      assertRefused(await inProcess(...args, file), /is there already and is no .*--force/);
      assert.deepEqual(await Deno.readFile(file), bytes, name);
    }
    assert.equal((await inProcess(...args, file, "--force")).code, 0, name);
    last = await Deno.readFile(file);
    assert.notDeepEqual(last, foreign.at(-1));
    assert.equal((await inProcess(...args, file)).code, 0, name);
    assert.deepEqual(namesIn(out), ["file"]);
    // An empty one is told by its size alone, whoever writes.
    if (name !== "jsonl" && !isWholeProof) continue;
    await Deno.writeFile(file, new Uint8Array(0));
    assert.equal((await inProcess(...args, file)).code, 0, name);
    assert.ok((await Deno.stat(file)).size > 0);
  }
});

Deno.test("what gets the name while a command works is looked at before it is replaced", async () => {
  await using at = await place();
  const { lake, out, made: { path } } = at;
  const name = `${out}/grids`;
  const rules = { format: CAPTURES.jsonl, force: false, kept: keptFiles(lake) };
  for (
    const [appears, message] of [
      [() => Deno.writeTextFileSync(name, FOREIGN), /is there already and is no JSON lines/],
      [() => Deno.linkSync(path, name), /which are read and kept/],
      [() => Deno.symlinkSync("x", name), /is a link to x/],
      [() => Deno.mkdirSync(name), /is a folder/],
    ] as const
  ) {
    {
      using output = openOutput(name, rules);
      output.write(new TextEncoder().encode("{}\n"));
      appears();
      assert.throws(() => output.finish(), message);
    }
    assert.deepEqual(namesIn(out), ["grids"]);
    await Deno.remove(name);
  }
});

Deno.test("of captures to one path at once each is whole or refused, and nothing else is left", async () => {
  await using at = await place();
  const { lake, out } = at;
  const output = `${out}/grids`;
  const whole = async (throttle: string) => {
    const args = ["--lake", lake, "--throttle-ms", throttle, "--output"];
    await inProcess("capture", ...args, `${out}/alone`);
    const bytes = await Deno.readFile(`${out}/alone`);
    await Deno.remove(`${out}/alone`);
    return { args, bytes };
  };
  const runs = await Promise.all([await whole("20000"), await whole("30000")]);
  const capture = ["run", "-q", "-A", "scripts/capture.ts"];
  const ran = await Promise.all(
    [...runs, ...runs].map(({ args }) => deno([...capture, ...args, output]).output()),
  );
  for (const { code, err } of ran.map(ended)) assert.deepEqual([code, err], [0, ""]);
  const bytes = await Deno.readFile(output);
  assert.ok(runs.some((run) => run.bytes.length === bytes.length));
  assert.deepEqual(bytes, runs.find((run) => run.bytes.length === bytes.length)!.bytes);
  assert.deepEqual(namesIn(out), ["grids"]);
});

Deno.test("what a killed run left is removed by the next one, what a live one writes is not", async () => {
  await using at = await place();
  const { lake, out } = at;
  const output = `${out}/day.dbn`;
  const simulate = (output: string) =>
    inProcess("simulate", "--lake", lake, ...SHORT, "--output", output);
  const killed = deno(["run", "-q", "-A", "scripts/simulate.ts", ...LONG, "--output", output])
    .spawn();
  const left = await fileIn(out, isPart);
  killed.kill("SIGKILL");
  await killed.output();
  assert.deepEqual(namesIn(out), [left]);
  assert.equal((await simulate(`${out}/other.dbn`)).code, 0);
  assert.deepEqual(namesIn(out), [left, "other.dbn"]);
  assert.equal((await simulate(output)).code, 0);
  assert.deepEqual(namesIn(out), ["day.dbn", "other.dbn"]);

  const name = partNames(output)[0]!;
  {
    using live = await Deno.open(name, { write: true, createNew: true });
    live.lockSync(true);
    assert.equal((await simulate(output)).code, 0);
    assert.deepEqual(namesIn(out), [name.slice(out.length + 1), "day.dbn", "other.dbn"]);
  }
  // A link of that name is nobody's file, and is not written through.
  await Deno.remove(name);
  await Deno.symlink(`${out}/other.dbn`, name);
  const other = await Deno.readFile(`${out}/other.dbn`);
  assert.equal((await simulate(output)).code, 0);
  assert.deepEqual(await Deno.readFile(`${out}/other.dbn`), other);
});

for (const [signal, exit] of [["SIGINT", 130], ["SIGTERM", 143]] as const) {
  Deno.test(`${signal} leaves no temporary file, says nothing, and ends with ${exit}`, async () => {
    await using at = await place();
    const { lake, out } = at;
    const commands = [
      ["simulate", ...LONG, "--output"],
      ["capture", "--lake", lake, "--throttle-ms", "0", "--output"],
      ["analyze", "--lake", lake, "--dt", "2026-02-06", "--throttle-ms", "1", "--json-output"],
    ];
    const few = signal === "SIGINT" ? commands.length : 1;
    for (const args of commands.slice(0, casesOf(few, commands.length))) {
      const child = launcher([...args, `${out}/file`]).spawn();
      const output = child.output();
      await fileIn(out, isPart);
      child.kill(signal);
      const { code, stderr } = await output;
      assert.deepEqual([code, new TextDecoder().decode(stderr)], [exit, ""], args[0]);
      assert.deepEqual(namesIn(out), []);
    }
  });
}

Deno.test("a reader that has enough ends a command quietly", async () => {
  await using at = await place();
  const { lake } = at;
  const commands = [
    ["capture", "--lake", lake, "--output", "-"],
    ["analyze", "--lake", lake, ...WINDOW],
    ["download", "--help"],
    // Further ones of the same kinds.
    ["simulate", ...SHORT, "--output", "-"],
    ["capture", "--lake", lake, "--output", "/dev/stdout", "--format", "parquet"],
    ["analyze", "--lake", lake, ...WINDOW, "--json-output", "-"],
    ["capture", "--help"],
  ];
  for (const args of commands.slice(0, casesOf(3, commands.length))) {
    const { code, err } = await shell('"$@" | head -c 1 > /dev/null', ...args);
    assert.deepEqual([code, err], [0, ""], args.join(" "));
  }
  for (const args of commands.slice(0, casesOf(1, commands.length))) {
    const { code, err } = await shell('"$@" | (exec < /dev/null; true)', ...args);
    assert.deepEqual([code, err], [0, ""], args.join(" "));
  }
});

Deno.test({
  name: "a full disk is one line, and leaves nothing",
  ignore: !mayMount,
  async fn() {
    await using at = await place();
    const { lake, out } = at;
    await using _disk = await mounted(out, "-t", "tmpfs", "-o", "size=64k", "tmpfs");
    const args = ["capture", "--lake", lake, "--output", `${out}/grids`];
    const { code, err } = await shell('"$@"', ...args);
    assert.equal(code, 1, err);
    assert.match(err, /^error: writing to [^\n]*grids failed: No space left[^\n]*\n$/);
    assert.deepEqual([...Deno.readDirSync(out)], []);
  },
});

Deno.test("a partition's name holds any symbol, and readers of tables get it back", async () => {
  await using at = await place();
  const { out } = at;
  const symbols = ["MNQH6", "UD:1V: VT 2512", "a/b=c%d", `"#'*?\\{[]^`, "ES!.c-0_ "];
  const copies: string[] = [];
  for (const [i, symbol] of symbols.entries()) {
    const file = partitionFile(out, "2026-02-06", symbol, "parquet", "grids");
    assert.equal(file.slice(out.length).split("/").length, 4);
    await Deno.mkdir(file.slice(0, file.lastIndexOf("/")), { recursive: true });
    copies.push(`COPY (SELECT ${i} AS i) TO '${file.replaceAll("'", "''")}'`);
  }
  await duckdb(out, copies);
  const [read] = await duckdb(out, [
    `SELECT symbol FROM read_parquet('*/*/*.parquet', hive_partitioning = true) ORDER BY i`,
  ]);
  assert.deepEqual(read!.rows.flat(), symbols);
});
