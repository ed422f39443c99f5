/** Zstandard frames that give nothing, of which a file may hold any number. */
import assert from "node:assert/strict";
import { setImmediate } from "node:timers";
import { zstdCompressSync } from "node:zlib";
import { RawInput } from "../../../engine/source/raw_input.ts";
import { smallSession } from "../../small_session.ts";

/** A skippable frame, as its first bytes say. */
function skippable(bytes: number): Uint8Array {
  const head = new DataView(new ArrayBuffer(8));
  head.setUint32(0, 0x184d2a50, true);
  head.setUint32(4, bytes, true);
  return new Uint8Array(head.buffer);
}

async function withFile(run: (path: string) => Promise<void>): Promise<void> {
  const dir = await Deno.makeTempDir();
  try {
    await run(`${dir}/session.dbn.zst`);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

Deno.test("empty and skippable frames before a header let everything else have its turn", () =>
  withFile(async (path) => {
    const empty = zstdCompressSync(new Uint8Array());
    const frames = Array.from({ length: 1_000 }, (_, i) => i % 2 ? empty : skippable(0));
    assert.ok(await turnsOf(path, [...frames, zstdCompressSync(smallSession())]) > 2);
  }));

Deno.test("a header in frames of a byte each lets everything else have its turn", () =>
  withFile(async (path) => {
    const session = smallSession();
    const frames = Array.from(
      session.subarray(0, 600),
      (byte) => zstdCompressSync(new Uint8Array([byte])),
    );
    assert.ok(await turnsOf(path, [...frames, zstdCompressSync(session.subarray(600))]) > 2);
  }));

/** Turns that others have while a file is opened; one is had before it is. */
async function turnsOf(path: string, frames: readonly Uint8Array[]): Promise<number> {
  await Deno.writeFile(
    path,
    new Uint8Array(await new Blob([...frames] as BlobPart[]).arrayBuffer()),
  );
  let isDone = false;
  let turns = 0;
  const count = () => {
    turns++;
    if (!isDone) setImmediate(count);
  };
  setImmediate(count);
  const input = await RawInput.open(path);
  isDone = true;
  input.close();
  assert.equal(input.metadata.dataset, "GLBX.MDP3");
  return turns;
}

Deno.test("skippable frames without end are refused, in a thread too", () =>
  withFile(async (path) => {
    {
      using file = await Deno.create(path);
      await file.write(skippable(0xffff_fff0));
      await file.truncate(2 ** 32 + 2 ** 31);
    }
    const refused = /session\.dbn\.zst: empty or skippable Zstandard frames without end before /;
    await assert.rejects(RawInput.open(path), refused);
    await assert.rejects(RawInput.open(path, { ahead: true }), refused);
  }));
