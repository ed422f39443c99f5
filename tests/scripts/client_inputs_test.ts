/** When the client scripts have to be made again. */
import assert from "node:assert/strict";
import { pathToFileURL } from "node:url";
import { projectFile } from "../project.ts";

/** Runs where there is a project of one input, and prints after each build whether it is stale. */
const PROBE = `
const { clientIsStale, noteClientInputs } = await import(Deno.args[0]);
const say = async () => console.log(await clientIsStale());
const make = async () => {
  for (const name of ["client", "standalone"]) {
    await Deno.writeTextFile("static/build/" + name + ".js", "");
  }
};
await Deno.mkdir("static/build", { recursive: true });
await Deno.writeTextFile("deno.json", "{}");
await noteClientInputs(make);
await say();
const failing = async () => {
  await make();
  throw new Error("the second script cannot be made");
};
await noteClientInputs(failing).catch(() => {});
await say();
await noteClientInputs(async () => {
  await make();
  await Deno.writeTextFile("deno.json", "{ }");
});
await say();
`;

Deno.test("scripts are stale after a build that failed, or during which an input was changed", async () => {
  const dir = await Deno.makeTempDir();
  const module = pathToFileURL(projectFile("scripts/launch/client_inputs.ts")).href;
  await Deno.writeTextFile(`${dir}/probe.ts`, PROBE);
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-q", "--no-check", "--allow-read", "--allow-write=.", "probe.ts", module],
    cwd: dir,
  }).output();
  assert.equal(new TextDecoder().decode(stderr), "");
  assert.equal(new TextDecoder().decode(stdout), "false\ntrue\ntrue\n");
  await Deno.remove(dir, { recursive: true });
});
