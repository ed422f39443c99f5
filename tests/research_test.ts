/** docs/research.md says what is so: its capture makes the data set that its queries run over. */
import assert from "node:assert/strict";
import { duckdb } from "./duckdb.ts";
import { taskHere } from "./in_process.ts";
import { readProjectFile } from "./project.ts";
import { smallLake } from "./small_session.ts";
import { contents, dayLake } from "./scripts/days/day_lake.ts";
import { CAPTURE_FORMATS } from "../engine/encode/capture_format.ts";
import { captureColumns } from "../engine/encode/capture_columns.ts";
import { STREAM_FIELDS } from "../engine/wire/fields.ts";

const RESEARCH = await readProjectFile("docs/research.md");

/** The statements over one of its folders. */
function queriesOver(folder: string): string[] {
  return [...RESEARCH.matchAll(/^```sql\n([^`]+)```$/gm)].map(([, sql]) => sql!)
    .filter((sql) => sql.includes(`'${folder}/`));
}

async function run(...args: string[]): Promise<string> {
  const { code, err } = await taskHere(args);
  assert.equal(code, 0, err);
  return err;
}

Deno.test("docs/research.md queries run in DuckDB over the data set that its capture lays out", async () => {
  await using made = await smallLake();
  const { lake } = made;
  const short = ["--from", "09:29", "--to", "09:33", "--events-per-second", "30"];
  await run("simulate", "--lake", lake, "--dt", "2026-02-05", ...short);
  const [, command] = /^ {4}deno task (capture --dt .+ --output grids)$/m.exec(RESEARCH)!;
  const here = ["--lake", lake, "--output", `${lake}/grids`, "--throttle-ms", "200"];
  const said = await run(...command!.split(" "), ...here);
  const grids = [...said.matchAll(/^(.+): (\d+) grids in /gm)].map(([, dt, count]) => [dt, count]);
  assert.deepEqual(grids.map(([dt]) => dt), ["2026-02-05", "2026-02-06"]);

  const queries = queriesOver("grids");
  assert.equal(queries.length, 3);
  const results = await duckdb(lake, queries);
  for (const [i, { rows }] of results.entries()) {
    assert.ok(rows.length > 1, queries[i]);
    assert.ok(!rows.flat().some((value) => value === "null" || value === "NaN"), queries[i]);
  }
  const [days, minutes, moves] = results.map(({ rows }) => rows);
  assert.deepEqual(days!.map(([dt, , count]) => [dt, count]), grids);
  assert.deepEqual(new Set(minutes!.map(([dt]) => dt)), new Set(["2026-02-05", "2026-02-06"]));
  const moved = moves!.reduce((sum, [, count]) => sum + Number(count), 0);
  assert.ok(moved > 0 && moved <= Number(grids[1]![1]), `${moved} of ${grids[1]![1]}`);
});

Deno.test("docs/research.md analyzes days into a folder with what it lists, and its queries run over that", async () => {
  await using made = await dayLake("2026-02-03", "2026-02-04");
  const { lake, out } = made;
  const [, command] = /^ {4}deno task (analyze --dt .+ --days-output days)$/m.exec(RESEARCH)!;
  const [, range] = / --dt (\S+) /.exec(command!)!;
  const args = command!.replace(range!, "2026-02-03..2026-02-04").split(" ").slice(0, -1);
  const window = ["--eval-start", "09:30", "--eval-end", "09:32", "--throttle-ms", "100"];
  await run(...args, `${out}/days`, "--lake", lake, ...window);
  const listing = /^ {4}days\/dt=(?:.+\n)+/m.exec(RESEARCH)![0];
  const listed = [...listing.matchAll(/\b(\w+\.(?:json|parquet|txt)) {2}/g)].map(([, name]) =>
    name!
  );
  const there = [...contents(`${out}/days`).keys()].map((path) => path.split("/").at(-1)!);
  assert.deepEqual(listed.sort(), [...new Set(there)].sort());

  const queries = queriesOver("days");
  assert.equal(queries.length, 3);
  const [days, hours, made_of] = (await duckdb(out, queries)).map(({ rows }) => rows);
  const figures = days!.map(([dt]) =>
    JSON.parse(Deno.readTextFileSync(`${out}/days/dt=${dt}/symbol=MNQH6/figures.json`))
  );
  assert.deepEqual(
    days!.map(([dt, symbol, events]) => [dt, symbol, Number(events)]),
    figures.map(({ instrument, event_count }) => [instrument.dt, instrument.symbol, event_count]),
  );
  assert.deepEqual(figures.map(({ instrument }) => instrument.dt), ["2026-02-03", "2026-02-04"]);
  const events = figures.reduce(
    (sum, { trade_metrics_resolved: { n_events, n_censored } }) => sum + n_events - n_censored,
    0,
  );
  assert.ok(events > 0);
  assert.equal(hours!.reduce((sum, row) => sum + Number(row[2]), 0), events);
  assert.deepEqual(made_of!.map((row) => row.slice(2)), [["8", "4", "2"]]);
});

Deno.test("docs/research.md describes every column and format of a capture", () => {
  const table = RESEARCH.split("\n## Columns\n")[1]!.split("\n## ")[0]!;
  const described = [...table.matchAll(/^\| (`[^|]+)\| (\w+) /gm)].flatMap(([, names, type]) =>
    names!.match(/\w+/g)!.map((name) => [name, type!.replace("float", "float64")])
  );
  assert.deepEqual(described, captureColumns(STREAM_FIELDS));
  const formats = [...RESEARCH.matchAll(/^\| (\w+) +\| [\d,]+ /gm)].map(([, format]) => format);
  assert.deepEqual(formats, [...CAPTURE_FORMATS]);
});
