import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { constants, zstdCompressSync } from "node:zlib";
import { DbnError, decompressZstd } from "dbn-ts";
import { cut, join } from "./sample.ts";

/** Bytes that compress a little, the same on every run. */
function noise(length: number, seed = 1): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let at = 0, state = seed; at < length; at++) {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    bytes[at] = state >>> 27;
  }
  return bytes;
}

const withChecksum = { params: { [constants.ZSTD_c_checksumFlag]: 1 } };

function frame(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(zstdCompressSync(bytes, withChecksum));
}

/** A frame that decompressors are to pass over (RFC 8878, 3.1.2). */
function skippable(length: number): Uint8Array {
  const bytes = new Uint8Array(8 + length).fill(0x28);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, 0x184d2a5f, true);
  view.setUint32(4, length, true);
  return bytes;
}

async function* pieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (const piece of cut(bytes, size)) yield await Promise.resolve(piece);
}

/** Decompresses to the end or the first error. */
async function decompress(bytes: Uint8Array, size: number) {
  const output: Uint8Array[] = [];
  let error: Error | null = null;
  try {
    for await (const piece of decompressZstd(pieces(bytes, size), { name: "some.zst" })) {
      output.push(piece);
    }
  } catch (thrown) {
    error = thrown as Error;
  }
  return { output: join(...output), largest: Math.max(0, ...output.map((p) => p.length)), error };
}

const LARGE = noise(1_000_000);
const EMPTY = frame(new Uint8Array(0));
const CASES: [what: string, frames: Uint8Array[], content: Uint8Array][] = [
  ["nothing", [], new Uint8Array(0)],
  ["one frame of many blocks", [frame(LARGE)], LARGE],
  ["two frames", [frame(noise(500)), frame(noise(700, 2))], join(noise(500), noise(700, 2))],
  ["empty frames around another", [EMPTY, EMPTY, frame(noise(9)), EMPTY], noise(9)],
  [
    "skippable frames between others",
    [skippable(0), frame(noise(50)), skippable(300), frame(noise(60, 3)), skippable(1)],
    join(noise(50), noise(60, 3)),
  ],
  [
    "two hundred frames",
    Array.from({ length: 200 }, (_, n) => frame(noise(n, n))),
    join(...Array.from({ length: 200 }, (_, n) => noise(n, n))),
  ],
  ["a run of one byte", [frame(new Uint8Array(300_000))], new Uint8Array(300_000)],
  [
    "a frame without checksum",
    [new Uint8Array(zstdCompressSync(noise(1000)))],
    noise(1000),
  ],
];

for (const [what, frames, content] of CASES) {
  Deno.test(`decompressZstd() reads ${what}, however it is cut`, async () => {
    const file = join(...frames);
    const sizes = file.length > 100_000 ? [997, 65536, Infinity] : [1, 7, 997, Infinity];
    for (const size of sizes) {
      const { output, largest, error } = await decompress(file, size);
      assert.equal(error, null);
      assert.ok(content.every((byte, at) => byte === output[at]));
      assert.equal(output.length, content.length);
      assert.ok(largest <= 1 << 18);
    }
  });
}

Deno.test("decompressZstd() names a frame that wants a dictionary, however it is cut", async () => {
  // A single segment of one byte, with a dictionary's number of four bytes (RFC 8878, 3.1.1.1).
  const wants = new Uint8Array([0x28, 0xb5, 0x2f, 0xfd, 0x23, 7, 0, 0, 0, 1, 9, 0, 0, 5]);
  for (const [before, start] of [[new Uint8Array(0), 0], [frame(noise(100)), null]] as const) {
    const file = join(before, wants);
    for (const size of [1, 7, Infinity]) {
      const { error } = await decompress(file, size);
      assert.ok(error instanceof DbnError);
      assert.equal(error.offset, start ?? before.length);
      assert.match(error.message, /compressed with a dictionary, number 7, which is not there/);
      assert.doesNotMatch(error.message, /get the file again/);
    }
  }
});

Deno.test("decompressZstd() names the byte at which a file is truncated", async () => {
  const frames = [frame(noise(100)), skippable(5), frame(noise(80, 2))];
  const ends = frames.map((_, n) => join(...frames.slice(0, n + 1)).length);
  const file = join(...frames);
  const content = join(noise(100), noise(80, 2));
  for (let length = 1; length < file.length; length++) {
    const { output, error } = await decompress(file.subarray(0, length), 50);
    assert.deepEqual(output, content.slice(0, output.length));
    if (length >= ends[0]!) assert.ok(output.length >= 100);
    if (ends.includes(length)) {
      assert.equal(error, null);
      continue;
    }
    assert.ok(error instanceof DbnError);
    const start = ends.findLast((end) => end < length) ?? 0;
    assert.match(error.message, /^some.zst: /);
    assert.match(
      error.message,
      new RegExp(`truncated at .*byte ${length}\\b.*at byte ${start}\\b`),
    );
  }
});

Deno.test("decompressZstd() delivers the blocks before the place a frame is truncated", async () => {
  const file = frame(LARGE);
  const { output, error } = await decompress(file.subarray(0, file.length - 5), 65536);
  assert.match(error?.message ?? "", /truncated/);
  assert.ok(output.length > LARGE.length / 2);
  assert.ok(output.every((byte, at) => byte === LARGE[at]));
});

Deno.test("decompressZstd() refuses what is no Zstandard, at the start and after a frame", async () => {
  const frameOf100 = frame(noise(100));
  for (const size of [1, 4, 64, Infinity]) {
    const first = await decompress(noise(40), size);
    assert.ok(first.error instanceof DbnError);
    const second = await decompress(join(frameOf100, noise(40)), size);
    assert.ok(second.error instanceof DbnError);
    assert.match(second.error.message, new RegExp(`^some.zst: .* ${frameOf100.length}\\b`));
    assert.deepEqual(second.output, noise(100));
  }
});

Deno.test("decompressZstd() says that something was put after a frame, however it is cut", async () => {
  const first = frame(noise(100));
  const afters = ["\n", "DBN", "\x28\xb5\x2f\x0a", "\x5f\x2a\x4d\x19", "\0".repeat(16)];
  for (const after of afters) {
    const file = join(first, Buffer.from(after, "latin1"));
    for (const size of [1, 2, 3, first.length, first.length + 1, Infinity]) {
      const { output, error } = await decompress(file, size);
      assert.deepEqual(output, noise(100));
      assert.ok(error instanceof DbnError);
      const { length } = first;
      assert.match(
        error.message,
        new RegExp(`frame that ends at byte ${length} is none: something`),
      );
      assert.deepEqual([error.offset, error.isTruncated], [length, true]);
    }
  }
});

Deno.test("decompressZstd() throws where it can be caught whatever byte is damaged", async () => {
  const content = noise(400_000);
  const file = frame(content);
  for (let n = 0; n < 150; n++) {
    const damaged = file.slice();
    const at = Math.imul(n, 0x9e3779b1) >>> 0;
    damaged[n < 20 ? n : at % file.length]! ^= 1 + n % 255;
    const { output, error } = await decompress(damaged, n % 2 ? 65536 : Infinity);
    if (error === null) assert.equal(Buffer.compare(output, content), 0);
    else assert.ok(error instanceof DbnError, String(error));
  }
});

Deno.test("decompressZstd() passes on what reading the file throws", async () => {
  const gone = new Error("the disk is gone");
  async function* failing() {
    yield await Promise.resolve(frame(LARGE).subarray(0, 1000));
    throw gone;
  }
  await assert.rejects(Array.fromAsync(decompressZstd(failing(), { name: "some.zst" })), gone);
});

Deno.test("decompressZstd() closes the file when its output is no longer wanted", async () => {
  let closed = false;
  async function* file() {
    try {
      yield* pieces(frame(LARGE), 1000);
    } finally {
      closed = true;
    }
  }
  for await (const piece of decompressZstd(file(), { name: "some.zst" })) {
    assert.ok(piece.length > 0);
    break;
  }
  assert.equal(closed, true);
});

Deno.test("decompressZstd() reads ahead of a slow taker by a bounded amount", async () => {
  const file = frame(noise(20_000_000));
  let given = 0;
  async function* counted() {
    for await (const piece of pieces(file, 16384)) {
      given += piece.length;
      yield piece;
    }
  }
  const output = decompressZstd(counted(), { name: "some.zst" });
  await output.next();
  // Every turn lets the streams move on as far as they would without their output being taken.
  for (let turn = 0; turn < 200; turn++) {
    await new Promise((resolve) => setImmediate(resolve));
  }
  assert.ok(given < file.length / 4, `${given} of ${file.length} bytes were read`);
  await output.return();
});
