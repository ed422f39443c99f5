/** The README says what is so: its flags, its examples and the messages it explains. */
import assert from "node:assert/strict";
import { isHere, taskHere } from "./in_process.ts";
import { deno, task as startedTask } from "./launcher.ts";
import { filesBelow, projectFile, readProjectFile } from "./project.ts";
import { serveApp } from "./server/stream_client.ts";
import { SMALL_START, smallLake } from "./small_session.ts";

const README = await readProjectFile("README.md");

/** Flags that tables list for several tasks at once. */
const SHARED = /^Flags of (.+):$/m;

/** The part of a text between a heading and the next one of its rank. */
function section(text: string, heading: string): string {
  const rank = /^#+ /.exec(heading)![0];
  const [, after] = text.split(`\n${heading}\n`);
  assert.ok(after !== undefined, `no heading "${heading}"`);
  return after.split(`\n${rank}`)[0]!;
}

/** The flags in the first column of the tables of a text. */
function tableFlags(text: string): string[] {
  const cells = [...text.matchAll(/^\| (`--[^|]+)\|/gm)].map(([, cell]) => cell!);
  return cells.flatMap((cell) => cell.match(/--[a-z-]+/g)!);
}

/** The flags that a task's help lists. */
async function helpFlags(task: string): Promise<string[]> {
  const { out } = await (isHere(task) ? taskHere : startedTask)([task, "--help"]);
  const lines = out.split("\nExamples:")[0]!;
  return [...lines.matchAll(/^ {2}(?:-\w, )?(--[a-z-]+)/gm)].map(([, flag]) => flag!)
    .filter((flag) => flag !== "--help");
}

const tasks = section(README, "## Tasks");
const shared = tasks.split("\n### ")[0]!;
const sharing = SHARED.exec(shared)?.[1]?.match(/`\w+`/g)?.map((name) => name.slice(1, -1)) ?? [];
const described = [...tasks.matchAll(/^### (\w+)$/gm)].map(([, task]) => task!);

for (const task of described) {
  Deno.test(`README lists the flags of ${task} that its help has, and no others`, async () => {
    const own = tableFlags(section(tasks, `### ${task}`));
    const listed = [...own, ...(sharing.includes(task) ? tableFlags(shared) : [])];
    assert.deepEqual(listed.sort(), (await helpFlags(task)).sort());
  });
}

Deno.test("README and help have the same default of the start time", async () => {
  const [, row] = /^\| `--start-time` +\|([^|]+)\|/m.exec(shared)!;
  for (const task of sharing) {
    const { out } = await (isHere(task) ? taskHere : startedTask)([task, "--help"]);
    const [, said] = /--start-time <time>[^]*?\(default: ([^)]+)\)/.exec(out)!;
    const own = new RegExp(`\`${task}\`[^;]*?: (\\d\\d:\\d\\d)`).exec(row!)?.[1];
    assert.equal(said, own ?? "the session's start", task);
  }
});

Deno.test("README describes every task of deno.json", async () => {
  const { tasks: all } = JSON.parse(await readProjectFile("deno.json"));
  const inHeadings = [...tasks.matchAll(/^### (.+)$/gm)].flatMap(([, names]) => names!.split(", "));
  assert.deepEqual(inHeadings.sort(), Object.keys(all).sort());
});

Deno.test("README explains messages that the program has", async () => {
  const files =
    (await Promise.all(["engine", "server", "cli", "scripts", "main.ts"].map(filesBelow)))
      .flat();
  const source = (await Promise.all(files.map(readProjectFile))).join("\n");
  const rows = section(README, "## When something is wrong").match(/^\| `[^`]+`/gm)!;
  assert.ok(rows.length > 5);
  for (const row of rows) {
    const message = row.slice(3, -1).split("…").map((part) => part.trim()).filter(Boolean);
    if (message[0] === "ts_back") continue;
    for (const part of message) assert.ok(source.includes(part), `"${part}" is said nowhere`);
  }
});

Deno.test("README's TypeScript client prints what the stream sends", async () => {
  const [, code] = /```ts\n([^`]+)```/.exec(section(README, "## The stream"))!;
  await using made = await smallLake();
  await using server = await serveApp({ lake: made.lake });
  const example = code!.replace("localhost:8002", `127.0.0.1:${server.port}`)
    .replace("start_time=09:25", `start_time=${SMALL_START}`).replace("speed=10", "speed=1000");
  assert.notEqual(example, code);
  const dir = await Deno.makeTempDir();
  await Deno.writeTextFile(`${dir}/client.ts`, example);
  const args = ["run", "-q", "--allow-net", "--config", projectFile("deno.json")];
  const { stdout, stderr } = await deno([...args, `${dir}/client.ts`]).output();
  const said = new TextDecoder().decode(stdout);
  assert.match(said, /"type":"runtime_config"/, new TextDecoder().decode(stderr));
  assert.match(said, /^pressure at spot \d/m);
  assert.match(said, /"type":"end"/);
  await Deno.remove(dir, { recursive: true });
});
