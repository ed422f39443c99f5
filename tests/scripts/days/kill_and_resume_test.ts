/** Whoever is killed or ended while days are written, and whoever writes beside: the folder is right. */
import assert from "node:assert/strict";
import { deno } from "../../launcher.ts";
import { taskHere } from "../../in_process.ts";
import { contents, type DayLake, dayLake, WINDOW } from "./day_lake.ts";

const DAYS = ["2026-02-03", "2026-02-04"] as const;

/** So many that most are still to be made when the first can be seen. */
const MANY_DAYS = Array.from(
  { length: 10 },
  (_, i) => `2026-02-${String(2 + i + 2 * Math.floor(i / 5)).padStart(2, "0")}`,
);

const argsOf = (
  { lake }: DayLake,
  dir: string,
  ...more: string[]
) => ["analyze", "--lake", lake, "--dt", DAYS.join(","), ...WINDOW, "--days-output", dir, ...more];

/** Starts the command in a process of its own. */
function started([name, ...args]: string[]): Deno.ChildProcess {
  return deno(["run", "-q", "-A", `scripts/${name}.ts`, ...args]).spawn();
}

/** Starts a command, sends it a signal at the n-th change below a folder, and waits for its end. */
async function endedAt(
  args: string[],
  dir: string,
  change: number,
  signal: Deno.Signal,
): Promise<Deno.CommandStatus> {
  using watcher = Deno.watchFs(dir);
  const child = started(args);
  const output = child.output();
  output.finally(() => watcher.close());
  let seen = 0;
  for await (const _ of watcher) {
    if (++seen < change) continue;
    try {
      child.kill(signal);
    } catch {
      // It has ended already, which is a point to be killed at too.
    }
    break;
  }
  return await output;
}

Deno.test("killed at any point and run again, a folder of days is the same, byte for byte", async () => {
  await using made = await dayLake(...DAYS);
  const { out } = made;
  assert.equal((await taskHere(argsOf(made, `${out}/whole`))).code, 0);
  const dir = `${out}/killed`;
  await Deno.mkdir(dir);
  const left: number[] = [];
  for (const change of [2, 9, 23, 40]) {
    const { signal } = await endedAt(argsOf(made, dir), dir, change, "SIGKILL");
    if (signal === "SIGKILL") left.push(contents(dir).size);
  }
  assert.ok(left.length > 0);
  assert.equal((await taskHere(argsOf(made, dir))).code, 0);
  assert.deepEqual(contents(dir), contents(`${out}/whole`));
});

for (
  const [name, args] of [
    ["analyze", [...WINDOW, "--days-output"]],
    ["capture", ["--output"]],
  ] as const
) {
  Deno.test(`SIGINT ends all days of ${name}, and nothing is half-written`, async () => {
    await using made = await dayLake(...MANY_DAYS);
    const dir = `${made.out}/days`;
    await Deno.mkdir(dir);
    const days = ["--lake", made.lake, "--dt", MANY_DAYS.join(","), "--jobs", "2"];
    const { code } = await endedAt([name, ...days, ...args, dir], dir, 6, "SIGINT");
    assert.equal(code, 130);
    for (const path of contents(dir).keys()) assert.doesNotMatch(path, /\.part$/);
  });
}

Deno.test("two processes on one folder do not harm it: the same, or of other parameters", async () => {
  await using made = await dayLake(...DAYS);
  const { out } = made;
  assert.equal((await taskHere(argsOf(made, `${out}/whole`))).code, 0);
  const dir = `${out}/shared`;
  const both = await Promise.all([started(argsOf(made, dir)), started(argsOf(made, dir))]
    .map((child) => child.output()));
  const said = both.map(({ stderr }) => new TextDecoder().decode(stderr)).join("");
  assert.deepEqual(both.map(({ code }) => code), [0, 0], said);
  assert.deepEqual(contents(dir), contents(`${out}/whole`));

  const others = await Promise.all(
    ["5", "6"].map((ticks) => started(argsOf(made, dir, "--tp-ticks", ticks)).output()),
  );
  for (const { code, stderr } of others) {
    // Who is last has the folder; the other one's days may be replaced, which it says.
    const line = new TextDecoder().decode(stderr).trimEnd().split("\n").at(-1)!;
    if (code !== 0) assert.match(line, /^error: .*(days are missing|no figures of these days)/);
  }
  assert.equal((await taskHere(argsOf(made, dir))).code, 0);
  assert.deepEqual(contents(dir), contents(`${out}/whole`));
});
