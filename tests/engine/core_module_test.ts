/** The module that is built in is the one that its sources make. */
import assert from "node:assert/strict";
import { CORE_BASE64 } from "../../engine/core/module.ts";
import { compileCore, coreModule } from "../../scripts/launch/core.ts";
import { readProjectFile } from "../project.ts";
import { SESSIONS } from "../integrity_sessions.ts";
import { EngineCore } from "../../engine/core.ts";
import { drive, fingerprint } from "./drive.ts";

Deno.test("the core's sources make the module that is built in, byte for byte", async () => {
  const bytes = await compileCore("release");
  assert.equal(bytes.toBase64(), CORE_BASE64);
  assert.equal(coreModule(bytes), await readProjectFile("engine/core/module.ts"));
});

Deno.test("the core with all its assertions gives the same grids over every session", async () => {
  const debug = new WebAssembly.Module(await compileCore("debug") as Uint8Array<ArrayBuffer>);
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
