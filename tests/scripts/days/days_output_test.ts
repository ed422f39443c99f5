/** A folder of days: what is in it, what is done again, and what never is. */
import assert from "node:assert/strict";
import { partNames } from "../../../engine/part_names.ts";
import { taskHere } from "../../in_process.ts";
import { addDay, contents, type DayLake, dayLake, WINDOW } from "./day_lake.ts";

/** Days with data, and a range in which there is one without. */
const DAYS = ["2026-02-03", "2026-02-05"] as const;
const EMPTY = "2026-02-04";
const RANGE = "2026-02-03..2026-02-05";

async function analyze({ lake }: DayLake, ...args: string[]) {
  return await taskHere(["analyze", "--lake", lake, ...WINDOW, ...args]);
}

async function analyzed(made: DayLake, ...args: string[]): Promise<string> {
  const { code, err } = await analyze(made, ...args);
  assert.equal(code, 0, err);
  return err;
}

const text = (bytes: Uint8Array | undefined) => new TextDecoder().decode(bytes);

/** What a run says of each day, without times. */
function lines(err: string): string[] {
  return err.trimEnd().split("\n").map((line) =>
    line.replace(/^\S+ /, "").replace(/, [\d.]+ s$/, "")
  );
}

Deno.test("a day's files are those of the day alone, and the summary is what the range says without a folder", async () => {
  await using made = await dayLake(...DAYS);
  const { out } = made;
  const err = await analyzed(made, "--dt", RANGE, "--days-output", `${out}/days`);
  assert.equal(lines(err)[0], `WARNING ${EMPTY}: skipped, no data`);
  for (const [i, dt] of DAYS.entries()) {
    assert.match(
      lines(err)[i + 1]!,
      new RegExp(`^INFO ${dt}: \\d+ events, .* gate (passed|failed)$`),
    );
  }
  const files = contents(`${out}/days`);
  const names = ["events.parquet", "figures.json", "report.txt", "stamp.json", "sums.json"];
  assert.deepEqual([...files.keys()], [
    ...DAYS.flatMap((dt) => names.map((name) => `dt=${dt}/symbol=MNQH6/${name}`)),
    "summary.json",
  ]);
  const each = ["--json-output", `${out}/day.json`, "--events-output", `${out}/day.parquet`];
  const { out: alone } = await analyze(made, "--dt", DAYS[1], ...each);
  const folder = `dt=${DAYS[1]}/symbol=MNQH6`;
  assert.deepEqual(files.get(`${folder}/figures.json`), await Deno.readFile(`${out}/day.json`));
  assert.deepEqual(
    files.get(`${folder}/events.parquet`),
    await Deno.readFile(`${out}/day.parquet`),
  );
  assert.equal(text(files.get(`${folder}/report.txt`)), alone.split("\nDone in")[0]);

  const json = `${out}/range.json`;
  const { code, out: report } = await analyze(made, "--dt", RANGE, "--json-output", json);
  assert.equal(code, 0);
  const range = JSON.parse(await Deno.readTextFile(json));
  const summary = JSON.parse(text(files.get("summary.json")));
  assert.deepEqual(summary.pooled, range.pooled);
  assert.deepEqual(summary.meta, range.meta);
  assert.deepEqual(summary.days, [...DAYS]);
  const pooled = (await analyze(made, "--dt", RANGE, "--days-output", `${out}/days`)).out;
  const together = (said: string) =>
    said.slice(said.indexOf("2 days together")).split("\nDone in")[0];
  assert.equal(together(pooled), together(report));
  assert.ok(pooled.startsWith("2 days together"));
});

Deno.test("a rerun does again what was made of something else, and nothing besides", async () => {
  await using made = await dayLake(...DAYS);
  const { lake, out } = made;
  const dir = `${out}/days`;
  const run = async (...args: string[]) => {
    const err = await analyzed(made, "--dt", DAYS.join(","), "--days-output", dir, ...args);
    return DAYS.filter((dt) => !err.includes(`${dt}: done already`) && err.includes(`INFO ${dt}`));
  };
  const fileOf = (dt: string, name: string) => `${dir}/dt=${dt}/symbol=MNQH6/${name}`;
  assert.deepEqual(await run(), DAYS);
  const first = contents(dir);
  // What a killed run left of a day that is done is taken away.
  await Deno.writeTextFile(partNames(fileOf(DAYS[0], "figures.json"))[0]!, "half");
  assert.deepEqual(await run(), []);
  assert.deepEqual(contents(dir), first);

  // Another file under the name, other bytes under a file's name, or a file less.
  await addDay(lake, DAYS[0], 77);
  assert.deepEqual(await run(), [DAYS[0]]);
  await addDay(lake, DAYS[0], 3);
  assert.deepEqual(await run(), [DAYS[0]]);
  await Deno.writeTextFile(fileOf(DAYS[0], "report.txt"), "Regimes of another day\n");
  await Deno.remove(fileOf(DAYS[1], "sums.json"));
  assert.deepEqual(await run(), DAYS);
  assert.deepEqual(contents(dir), first);

  // Other parameters; and what they had besides goes with them.
  const oneDay = ["--dt", `${DAYS[0]}..${EMPTY}`, "--tp-ticks", "6"];
  assert.deepEqual(await run(...oneDay), [DAYS[0]]);
  assert.deepEqual(await run(...oneDay, "--days-events", "csv"), [DAYS[0]]);
  assert.ok(contents(dir).has(`dt=${DAYS[0]}/symbol=MNQH6/events.csv`));
  assert.ok(!contents(dir).has(`dt=${DAYS[0]}/symbol=MNQH6/events.parquet`));
  assert.deepEqual(await run(), [DAYS[0]]);
  assert.deepEqual(contents(dir), first);
  assert.deepEqual(await run("--days-events", "none"), []);
  assert.deepEqual(await run("--force"), DAYS);
  assert.deepEqual(contents(dir), first);
});

Deno.test("a day that fails or may not be written is named, and the others are there", async () => {
  await using made = await dayLake(...DAYS, EMPTY);
  const { lake, out } = made;
  const dir = `${out}/days`;
  const args = ["--dt", RANGE, "--days-output", dir, "--days-pages"];
  for await (const { name } of Deno.readDir(rawFolder(lake))) {
    if (name.includes("20260204")) await Deno.truncate(`${rawFolder(lake)}/${name}`, 50_001);
  }
  const folder = `${dir}/dt=${DAYS[1]}/symbol=MNQH6`;
  await Deno.mkdir(folder, { recursive: true });
  await Deno.writeTextFile(`${folder}/figures.json`, "mine\n");
  const { code, err, out: said } = await analyze(made, ...args);
  assert.equal(code, 1);
  assert.match(err, /ERROR 2026-02-04: failed: .*truncated/);
  assert.match(err, /ERROR 2026-02-05: failed: .*figures\.json is there already and is no JSON/);
  assert.match(err, /^error: 2 of 3 days failed: 2026-02-04, 2026-02-05$/m);
  assert.match(said, /^1 day together$/m);
  // Whoever is sent the index alone has not seen that.
  for (const text of [said, await Deno.readTextFile(`${dir}/index.html`)]) {
    assert.match(text, /^ {2}without 2026-02-04, 2026-02-05, which failed$/m);
  }
  assert.equal(await Deno.readTextFile(`${folder}/figures.json`), "mine\n");
  const summary = JSON.parse(await Deno.readTextFile(`${dir}/summary.json`));
  assert.deepEqual(summary.failed.map(({ dt }: { dt: string }) => dt), [EMPTY, DAYS[1]]);
  // What failed once is tried again, and what did not is not.
  const again = await analyze(made, ...args, "--force");
  assert.match(again.err, /^error: 1 of 3 days failed: 2026-02-04$/m);
});

Deno.test("where every day fails there is no summary, and one from before stays", async () => {
  await using made = await dayLake(EMPTY);
  const { lake, out } = made;
  const dir = `${out}/days`;
  const args = ["--dt", EMPTY, "--days-output", dir];
  await analyzed(made, ...args);
  const before = contents(dir);
  for await (const { name } of Deno.readDir(rawFolder(lake))) {
    await Deno.truncate(`${rawFolder(lake)}/${name}`, 50_001);
  }
  const { code, out: said, err } = await analyze(made, ...args);
  assert.equal(code, 1);
  assert.match(err, /^error: 1 of 1 days failed: 2026-02-04$/m);
  assert.doesNotMatch(said, /gate passed/);
  assert.deepEqual(contents(dir), before);
});

function rawFolder(lake: string): string {
  return `${lake}/raw/source=simulator/product_type=future_mbo/symbol=MNQ/table=market_by_order_dbn`;
}

Deno.test("days at a time change nothing of what is written or said", async () => {
  await using made = await dayLake(...DAYS);
  const { out } = made;
  const [one, two] = await Promise.all(["1", "2"].map(async (jobs) => {
    const args = ["--dt", RANGE, "--days-output", `${out}/${jobs}`, "--jobs", jobs];
    return { err: await analyzed(made, ...args), files: contents(`${out}/${jobs}`) };
  }));
  assert.deepEqual(two!.files, one!.files);
  assert.deepEqual(lines(two!.err), lines(one!.err));
});

Deno.test("shares of days make one folder, and --pool names the days that are missing until all are there", async () => {
  await using made = await dayLake(...DAYS);
  const { out } = made;
  const folder = (name: string) => ["--dt", RANGE, "--days-output", `${out}/${name}`];
  await analyzed(made, ...folder("whole"));
  const share = async (text: string) => await analyzed(made, ...folder("shared"), "--shard", text);
  await share("1/3");
  await share("2/3");
  const early = await analyze(made, ...folder("shared"), "--pool");
  assert.equal(early.code, 1);
  assert.match(early.err, /^error: 1 of 2 days are missing: 2026-02-05; analyze them/m);
  const summary = () => JSON.parse(Deno.readTextFileSync(`${out}/shared/summary.json`));
  assert.deepEqual([summary().days, summary().missing], [[DAYS[0]], [DAYS[1]]]);
  await share("3/3");
  await analyzed(made, ...folder("shared"), "--pool");
  assert.deepEqual(contents(`${out}/shared`), contents(`${out}/whole`));
  // Who adds up need not have the raw files; then a day is told by its figures alone.
  await using elsewhere = await dayLake();
  await Deno.remove(`${out}/shared/summary.json`);
  await analyzed(elsewhere, ...folder("shared"), "--pool");
  assert.deepEqual(contents(`${out}/shared`), contents(`${out}/whole`));
  // What others made with other parameters is not added up.
  const other = await analyze(elsewhere, ...folder("shared"), "--pool", "--tp-ticks", "5");
  assert.match(other.err, /^error: .* has no figures of these days with these parameters$/m);
  assert.deepEqual(contents(`${out}/shared`), contents(`${out}/whole`));
});

Deno.test("a share of days without data is done", async () => {
  await using made = await dayLake(DAYS[0]);
  const args = ["--dt", RANGE, "--days-output", `${made.out}/days`, "--shard"];
  assert.match(await analyzed(made, ...args, "3/3"), /WARNING 2026-02-05: skipped, no data/);
  await analyzed(made, ...args, "9/9");
  assert.equal(contents(`${made.out}/days`).size, 0);
});

Deno.test("--days-pages writes a page a day, and an index that leads to each", async () => {
  await using made = await dayLake(...DAYS);
  const dir = `${made.out}/days`;
  await analyzed(made, "--dt", RANGE, "--days-output", dir, "--days-pages");
  const files = contents(dir);
  const index = text(files.get("index.html"));
  const ways = [...index.matchAll(/<a href="([^"]+)">/g)].map(([, way]) => way!);
  assert.deepEqual(
    ways.map((way) => decodeURIComponent(way)),
    DAYS.map((dt) => `./dt=${dt}/symbol=MNQH6/regime.html`),
  );
  for (const way of ways) {
    const page = text(files.get(decodeURIComponent(way).slice(2)));
    assert.match(page, /^<!DOCTYPE html>[^]*<title>Regimes of MNQH6 on 2026-02-0\d</);
  }
  assert.match(index, /<title>Regimes of MNQH6 from 2026-02-03 to 2026-02-05</);
  const summary = JSON.parse(text(files.get("summary.json")));
  assert.ok(index.includes(`  ${summary.pooled.n_events} events, `));
});
