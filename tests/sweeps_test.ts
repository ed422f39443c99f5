/** docs/research.md says what is so of sweeps: its week is what its commands print. */
import assert from "node:assert/strict";
import { duckdb } from "./duckdb.ts";
import { taskHere } from "./in_process.ts";
import { readProjectFile } from "./project.ts";
import { isWholeProof } from "./proof.ts";

const [, SWEEPS] = (await readProjectFile("docs/research.md")).split("\n## Sweeps\n");
const [SECTION] = SWEEPS!.split("\n## ");

async function run(...args: string[]): Promise<string> {
  const { code, out, err } = await taskHere(args);
  assert.equal(code, 0, err);
  return out;
}

/** Runs the week of the docs with a drift. */
async function week(drift: "none" | "planted", dir: string): Promise<string> {
  const [, dates] = /for dt in (.+); do/.exec(SECTION!)!;
  const [, simulate] = /deno task (simulate .+)$/m.exec(SECTION!)!;
  const [, sweep] = /deno task (sweep --lake .+)$/m.exec(SECTION!)!;
  const [, plan] = /```yaml\n([^`]+)```/.exec(SECTION!)!;
  await Deno.writeTextFile(`${dir}/sweep.yaml`, plan!);
  const here = (command: string) =>
    command.replace("chance", `${dir}/chance`).replace("sweep.yaml", `${dir}/sweep.yaml`)
      .replace("swept", `${dir}/swept`).replace("--drift none", `--drift ${drift}`).split(" ");
  for (const dt of dates!.split(" ")) await run(...here(simulate!.replace("$dt", dt)));
  return await run(...here(sweep!));
}

function assertPrinted(out: string, shown: string): void {
  const [before, after] = shown.split("  …\n");
  assert.ok(out.includes(before!), out);
  assert.ok(out.includes(after!), out);
}

const [none, planted] = [...SECTION!.matchAll(/```text\n([^`]+)```/g)].map(([, text]) => text!);

Deno.test("the week without an edge is what its commands print, and its query finds the same", async () => {
  const dir = await Deno.makeTempDir();
  const out = await week("none", dir);
  assertPrinted(out, none!);
  const [, query] = /```sql\n([^`]+)```/.exec(SECTION!)!;
  const [best, columns] = await duckdb(dir, [
    query!,
    "DESCRIBE SELECT * FROM read_parquet('swept/*/*/sweep.parquet', hive_partitioning = false)",
  ]);
  const [, no, trades, net, lead] = /adjusted\n {2}(\d+) +\S+ +\S+ +\d+ +(\S+) +(\S+) +\S+ +(\S+) /
    .exec(none!)!;
  const row = best!.rows.find(([combination]) => combination === no)!;
  assert.deepEqual(row.slice(3).map((value, i) => Number(value).toFixed(i === 0 ? 0 : 3)), [
    trades!.replace(",", ""),
    net!,
    lead!,
  ]);
  for (const [name] of columns!.rows) {
    const isDescribed = name!.startsWith("snapshots_") || SECTION!.includes(`\`${name}\``);
    assert.ok(isDescribed, `${name} is described nowhere`);
  }
  await Deno.remove(dir, { recursive: true });
});

Deno.test({
  name: "the week with an edge is what its commands print",
  ignore: !isWholeProof,
  async fn() {
    const dir = await Deno.makeTempDir();
    assertPrinted(await week("planted", dir), planted!);
    await Deno.remove(dir, { recursive: true });
  },
});
