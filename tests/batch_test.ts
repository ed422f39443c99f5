/** What docs/batch hands to schedulers does what it says: each is run as a scheduler runs it. */
import assert from "node:assert/strict";
import { dirname } from "node:path";
import { parseAllDocuments } from "yaml";
import { taskHere } from "./in_process.ts";
import { duckdb } from "./duckdb.ts";
import { projectFile, readProjectFile } from "./project.ts";
import { contents, dayLake } from "./scripts/days/day_lake.ts";

const DAYS = ["2026-02-03", "2026-02-04"] as const;
const DT = DAYS.join("..");
/** An hour from 09:00, as the manifest has it, that ends after the days' three busy minutes. */
const FLAGS = ["--start-time", "09:00", "--eval-start", "09:30", "--eval-end", "09:32"]
  .concat("--throttle-ms", "100", "--baselines", "none");

/** Runs a program in the project's folder, with the Deno that runs this. */
async function run(program: string, args: readonly string[], env: Record<string, string>) {
  const path = `${dirname(Deno.execPath())}:${Deno.env.get("PATH")}`;
  const { code, stderr } = await new Deno.Command(program, {
    args: [...args],
    cwd: projectFile("."),
    env: { ...env, PATH: path },
    stdout: "null",
    stderr: "piped",
  }).output();
  assert.equal(code, 0, new TextDecoder().decode(stderr));
}

/** A job of the manifest: what is looked at here. */
interface Job {
  metadata: { name: string };
  spec: {
    completionMode?: string;
    completions?: number;
    template: {
      spec: {
        containers: [{ command: [string, string, string]; env: { name: string; value: string }[] }];
      };
    };
  };
}

const [shares, pool] = parseAllDocuments(await readProjectFile("docs/batch/kubernetes.yaml"))
  .map((document): Job => document.toJS());

Deno.test("the indexed job of docs/batch has as many shares as completions", () => {
  const { completionMode, completions, template } = shares!.spec;
  const { env } = template.spec.containers[0];
  assert.equal(completionMode, "Indexed");
  assert.equal(env.find(({ name }) => name === "SHARDS")!.value, `${completions}`);
});

Deno.test("the array of docs/batch has as many shares as tasks", async () => {
  const script = await readProjectFile("docs/batch/slurm.sh");
  const [, tasks] = /^#SBATCH --array=1-(\d+)$/m.exec(script)!;
  assert.ok(script.includes(`SHARDS=\${SHARDS:-${tasks}}`));
});

Deno.test("a task of a Slurm array, a pod of an indexed job and its pool make one folder of days", async () => {
  await using made = await dayLake(...DAYS);
  const { lake, out } = made;
  const where = (name: string) => ({ DT, LAKE: lake, DAYS: `${out}/${name}`, SHARDS: "2" });
  const whole = ["--dt", DT, "--lake", lake, "--days-output", `${out}/whole`];
  assert.equal((await taskHere(["analyze", ...whole, ...FLAGS])).code, 0);

  await run("bash", ["docs/batch/slurm.sh", ...FLAGS], {
    ...where("shared"),
    SLURM_ARRAY_TASK_ID: "1",
    SLURM_CPUS_PER_TASK: "1",
  });
  for (const { spec } of [shares!, pool!]) {
    const [{ command: [shell, flag, line], env }] = spec.template.spec.containers;
    const given = Object.fromEntries(env.map(({ name, value }) => [name, value]));
    // Who runs the manifest writes the flags into it.
    const command = `${line} ${FLAGS.slice(2).join(" ")}`;
    const index = { JOB_COMPLETION_INDEX: "1" };
    await run(shell, [flag, command], { ...given, ...where("shared"), ...index });
  }
  assert.deepEqual(contents(`${out}/shared`), contents(`${out}/whole`));

  const [days] = await duckdb(out, [
    `SELECT dt, event_count FROM read_json('shared/*/*/figures.json', hive_partitioning = true)
     ORDER BY dt`,
  ]);
  assert.deepEqual(days!.rows.map(([dt]) => dt), [...DAYS]);
});

const hasParallel = await new Deno.Command("parallel", { args: ["--version"], stdout: "null" })
  .output().then(({ success }) => success, () => false);
if (!hasParallel) console.log("GNU parallel is not installed: docs/batch/parallel.sh is not run");

Deno.test({
  name: "docs/batch/parallel.sh makes the same folder of days as one process",
  ignore: !hasParallel,
  async fn() {
    await using made = await dayLake(...DAYS);
    const { lake, out } = made;
    const whole = ["--dt", DT, "--lake", lake, "--days-output", `${out}/whole`];
    assert.equal((await taskHere(["analyze", ...whole, ...FLAGS])).code, 0);
    const env = { DT, LAKE: lake, DAYS: `${out}/shared`, SHARDS: "2" };
    await run("bash", ["docs/batch/parallel.sh", ...FLAGS], env);
    assert.deepEqual(contents(`${out}/shared`), contents(`${out}/whole`));
  },
});
