/** docs/research.md says what is so: its capture makes the data set that its queries run over. */
import assert from "node:assert/strict";
import { duckdb } from "./duckdb.ts";
import { taskHere } from "./in_process.ts";
import { readProjectFile } from "./project.ts";
import { smallLake } from "./small_session.ts";
import { CAPTURE_FORMATS } from "../engine/encode/capture_format.ts";
import { captureColumns } from "../engine/encode/capture_columns.ts";
import { BUCKET_FIELDS } from "../engine/wire/fields.ts";

const RESEARCH = await readProjectFile("docs/research.md");

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
  const said = await run(...command!.split(" "), "--lake", lake, "--output", `${lake}/grids`);
  const grids = [...said.matchAll(/^(.+): (\d+) grids in /gm)].map(([, dt, count]) => [dt, count]);
  assert.deepEqual(grids.map(([dt]) => dt), ["2026-02-05", "2026-02-06"]);

  const [ofGrids] = RESEARCH.split("\n## Sweeps\n");
  const queries = [...ofGrids!.matchAll(/^```sql\n([^`]+)```$/gm)].map(([, sql]) => sql!);
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

Deno.test("docs/research.md describes every column and format of a capture", () => {
  const table = RESEARCH.split("\n## Columns\n")[1]!.split("\n## ")[0]!;
  const described = [...table.matchAll(/^\| (`[^|]+)\| (\w+) /gm)].flatMap(([, names, type]) =>
    names!.match(/\w+/g)!.map((name) => [name, type!.replace("float", "float64")])
  );
  assert.deepEqual(described, captureColumns(BUCKET_FIELDS));
  const formats = [...RESEARCH.matchAll(/^\| (\w+) +\| [\d,]+ /gm)].map(([, format]) => format);
  assert.deepEqual(formats, [...CAPTURE_FORMATS]);
});
