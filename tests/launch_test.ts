import assert from "node:assert/strict";
import { permissionsOf } from "../scripts/launch.ts";
import { toArguments } from "../scripts/launch/grants.ts";
import { TASKS } from "../scripts/launch/tasks.ts";
import { projectFile, readProjectFile } from "./project.ts";

/** Starts Deno in the project's folder. */
function deno(args: string[]): Deno.Command {
  return new Deno.Command(Deno.execPath(), {
    args,
    cwd: projectFile("."),
    stdout: "piped",
    stderr: "piped",
  });
}

/** Starts the launcher as the tasks of deno.json do. */
function launcher(args: string[]): Deno.Command {
  return deno(["run", "-q", "-P=launch", "scripts/launch.ts", ...args]);
}

/** Runs a probe with the permissions that serving gets, and says what it was allowed. */
async function allowedToServe(lake: string): Promise<string[]> {
  const task = TASKS.get("serve");
  assert.ok(task);
  const args = ["--lake", lake, "--host", "127.0.0.1", "--port", "0"];
  const flags = toArguments(await permissionsOf(task, { args, env: {} }));
  const probe = ["run", "-q", "--no-check", ...flags, "tests/scripts/probe.ts", lake];
  const { stdout, stderr } = await deno(probe).output();
  assert.equal(new TextDecoder().decode(stderr), "");
  return JSON.parse(new TextDecoder().decode(stdout));
}

Deno.test("every task of deno.json is known to the launcher, with a permission set", async () => {
  const { tasks, permissions } = JSON.parse(await readProjectFile("deno.json"));
  assert.deepEqual(Object.keys(tasks).sort(), [...TASKS.keys()].sort());
  for (const [name, { set, script }] of TASKS) {
    assert.equal(tasks[name], `deno run -q -P=launch scripts/launch.ts ${name}`);
    assert.ok(permissions[set], set);
    assert.ok((await Deno.stat(projectFile(script))).isFile, script);
  }
});

Deno.test("serving may read its lake, write its cache, listen, and nothing else", async () => {
  const lake = await Deno.makeTempDir();
  await Deno.mkdir(`${lake}/raw`);
  assert.deepEqual(await allowedToServe(lake), ["read lake", "write lake/cache", "listen"]);
  await Deno.remove(lake, { recursive: true });
});

Deno.test("a wrong flag of a task is one line on standard error and exit code 2", async () => {
  const { code, stdout, stderr } = await launcher(["serve", "--", "--port", "eighty"]).output();
  assert.equal(code, 2);
  assert.equal(new TextDecoder().decode(stdout), "");
  assert.match(new TextDecoder().decode(stderr), /^error: --port: "eighty" [^\n]*\n$/);
});

Deno.test("serve prints the page's address, answers there, and ends with 0 when told to", async () => {
  const child = launcher(["serve", "--host", "127.0.0.1", "--port", "0"]).spawn();
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const line = (await reader.read()).value ?? "";
  assert.match(line, /^http:\/\/127\.0\.0\.1:\d+\/vacuum-pressure\n$/);
  const health = await fetch(new URL("/health", line.trim()));
  assert.equal((await health.json()).status, "ok");
  child.kill("SIGTERM");
  assert.equal((await child.status).code, 0);
  await reader.cancel();
  await child.stderr.cancel();
});
