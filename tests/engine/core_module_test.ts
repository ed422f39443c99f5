/** The modules that are built in are those that their sources make. */
import assert from "node:assert/strict";
import { compileCore, CORE_MODULES, coreModule } from "../../scripts/launch/core.ts";
import { readProjectFile } from "../project.ts";
import { SESSIONS } from "../integrity_sessions.ts";
import { EngineCore } from "../../engine/core.ts";
import { drive, fingerprint } from "./drive.ts";

for (const module of CORE_MODULES) {
  Deno.test(`the sources of ${module.path} make it, byte for byte`, async () => {
    const bytes = await compileCore(module.entry, "release");
    const isMade = coreModule(module, bytes) === await readProjectFile(module.path);
    assert.ok(isMade, `${module.path} is of other sources: run deno task build core`);
  });
}

Deno.test("the core with all its assertions gives the same grids over every session", async () => {
  const debug = new WebAssembly.Module(
    await compileCore("index", "debug") as Uint8Array<ArrayBuffer>,
  );
  let grids = 0;
  for (const { of, ignore } of Object.values(SESSIONS)) {
    if (ignore) continue;
    const session = of();
    const expected: string[] = [];
    drive(session, (frame) => expected.push(fingerprint(frame)));
    let i = 0;
    const makeCore = () => new EngineCore("session", debug);
    drive(session, (frame) => assert.equal(fingerprint(frame), expected[i++]), undefined, makeCore);
    assert.equal(i, expected.length);
    grids += i;
  }
  assert.ok(grids > 1_000);
});
