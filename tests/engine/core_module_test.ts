/** The modules that are built in are those that their sources make. */
import assert from "node:assert/strict";
import { zstdCompressSync } from "node:zlib";
import {
  ACTION,
  F_LAST,
  F_MAYBE_BAD_BOOK,
  F_MBP,
  F_SNAPSHOT,
  F_TOB,
  MBO,
  RTYPE_DEFINITION,
  RTYPE_ERROR,
  RTYPE_MBO,
  RTYPE_SYMBOL_MAPPING,
  SIDE,
  UNDEF_SIZE,
} from "dbn-ts";
import { compileCore, CORE_MODULES, coreModule } from "../../scripts/launch/core.ts";
import { readProjectFile } from "../project.ts";
import { SESSIONS } from "../integrity_sessions.ts";
import { EngineCore } from "../../engine/core.ts";
import { drive, fingerprint } from "../drive.ts";
import { casesOf } from "../proof.ts";

const MS = 1_000_000n;

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
    // All records go through; looking at every bit of a grid is what takes time.
    const session = { ...of(), throttleNs: BigInt(casesOf(400, 0)) * MS };
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

Deno.test("numbers of DBN are the same in the core as in the decoder", async () => {
  const source = await readProjectFile("engine/core/assembly/constants.ts");
  const written = new Map(
    [...source.matchAll(/^export const (\w+): \w+ = ([\w.]+);$/gm)].map((
      [, name, value],
    ) => [name!, value!]),
  );
  const { ADD, CANCEL, FILL, MODIFY, CLEAR, TRADE } = ACTION;
  const expected = {
    ...{ ADD, CANCEL, FILL, MODIFY, CLEAR, TRADE, MBO_BYTES: MBO.BYTES },
    ...{ SIDE_ASK: SIDE.ASK, SIDE_BID: SIDE.BID },
    ...{ RTYPE_MBO, RTYPE_DEFINITION, RTYPE_ERROR, RTYPE_SYMBOL_MAPPING },
    ...{ F_LAST, F_TOB, F_SNAPSHOT, F_MBP, F_MAYBE_BAD_BOOK, UNDEF_SIZE },
    // The type of a record, then its length in words of 4 bytes.
    MBO_HEAD: (RTYPE_MBO << 8) | (MBO.BYTES / 4),
    // What a DBN header and a Zstandard frame have in the place of a record's type.
    RTYPE_OF_HEADER: "DBN".charCodeAt(1),
    RTYPE_OF_ZSTD: zstdCompressSync(new Uint8Array())[1],
  };
  for (const [name, value] of Object.entries(expected)) {
    assert.equal(Number(written.get(name)), value, name);
    written.delete(name);
  }
  // The greatest of their types.
  assert.deepEqual([...written], [
    ["UNDEF_PRICE", "i64.MAX_VALUE"],
    ["UNDEF_TIMESTAMP", "u64.MAX_VALUE"],
  ]);
});
