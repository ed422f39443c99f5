/** A Zstandard file decompressed by another thread, and by the one that takes it. */
import assert from "node:assert/strict";
import { constants, zstdCompressSync } from "node:zlib";
import { encodeMetadata, RTYPE_MBO } from "dbn-ts";
import { Decoder } from "../../../engine/dbn_input.ts";
import { UserError } from "../../../engine/errors.ts";
import { openByteSource } from "../../../engine/source/byte_source.ts";
import { ZstdThread } from "../../../engine/source/zstd_thread.ts";
import { deno, ended } from "../../launcher.ts";
import { join, SAMPLE_METADATA } from "../dbn/sample.ts";

/** Records that do not compress, so that their file is large enough for a thread: 11 MB. */
const RECORDS = 200_000;

function records(): Uint8Array {
  const bytes = new Uint8Array(RECORDS * 56);
  for (let at = 0; at < bytes.length; at += 56_000) {
    crypto.getRandomValues(bytes.subarray(at, at + 56_000));
  }
  for (let at = 0; at < bytes.length; at += 56) bytes.set([14, RTYPE_MBO], at);
  return bytes;
}

async function withFile(bytes: Uint8Array, use: (path: string) => Promise<void>): Promise<void> {
  const dir = await Deno.makeTempDir();
  try {
    const path = `${dir}/some.dbn.zst`;
    await Deno.writeFile(path, bytes);
    await use(path);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

/** All that a thread gives, to the end or the first error. */
async function take(path: string) {
  const thread = new ZstdThread(path);
  const output: Uint8Array[] = [];
  let error: unknown = null;
  try {
    for (let piece = await thread.next(); piece !== null; piece = await thread.next()) {
      output.push(piece.slice());
    }
  } catch (thrown) {
    error = thrown;
  }
  const { position } = thread;
  thread.close();
  return { output: join(...output), position, error };
}

Deno.test("a thread whose last stream is left gives back what it decompressed with", async () => {
  await withFile(zstdCompressSync(records()), async (path) => {
    // In a process of its own, whose memory nobody else uses.
    const { code, out, err } = ended(
      await deno(["run", "-A", "tests/engine/source/leave_threads.ts", path]).output(),
    );
    assert.equal(code, 0, err);
    const grown = Number(out);
    assert.ok(grown < 32, `${grown.toFixed(0)} MB`);
  });
});

Deno.test("a thread gives a file whole, and says how far it has read", async () => {
  const content = join(records(), records().subarray(0, 77));
  // Two frames, the second a short one.
  const file = join(zstdCompressSync(content), zstdCompressSync(content.subarray(0, 9)));
  await withFile(file, async (path) => {
    const { output, position, error } = await take(path);
    assert.equal(error, null);
    assert.deepEqual(output, join(content, content.subarray(0, 9)));
    assert.equal(position, file.length);
  });
});

Deno.test("a thread gives what is complete of a truncated file, then says where it ends", async () => {
  const content = records();
  const file = zstdCompressSync(content);
  await withFile(file.subarray(0, file.length - 1_000_000), async (path) => {
    const { output, error } = await take(path);
    assert.ok(output.length > content.length - 1_300_000, `${output.length}`);
    assert.deepEqual(output, content.subarray(0, output.length));
    assert.ok(error instanceof UserError);
    assert.match(error.message, /some\.dbn\.zst: truncated at compressed byte \d+, [^\n]+$/);
  });
});

Deno.test("a thread says what is wrong with a file that is none, or is not there", async () => {
  await withFile(new TextEncoder().encode("not compressed at all"), async (path) => {
    for (
      const [file, expected] of [[path, /not Zstandard/], [`${path}x`, /no such file/]] as const
    ) {
      const { output, error } = await take(file);
      assert.equal(output.length, 0);
      assert.ok(error instanceof UserError);
      assert.match(error.message, expected);
    }
  });
});

/** How often a file is open in this process. */
function timesOpen(path: string): number {
  const descriptors = Array.from(Deno.readDirSync("/proc/self/fd"), ({ name }) => name);
  return descriptors.filter((name) => {
    try {
      return Deno.readLinkSync(`/proc/self/fd/${name}`) === path;
    } catch {
      // The one that the folder was read with.
      return false;
    }
  }).length;
}

Deno.test({
  name: "a thread closes each file it has read, while it goes on with others",
  ignore: Deno.build.os !== "linux",
  async fn() {
    const file = zstdCompressSync(records().subarray(0, 56_000));
    for (const bytes of [file, file.subarray(0, -10)]) {
      await withFile(bytes, async (path) => {
        const other = new ZstdThread(path);
        for (let i = 0; i < 5; i++) await take(path);
        assert.ok(timesOpen(path) <= 1, `${timesOpen(path)}`);
        other.close();
      });
    }
  },
});

Deno.test("nobody waits for a stream that was closed, or that has ended", async () => {
  await withFile(zstdCompressSync(records().subarray(0, 56_000)), async (path) => {
    const [closed, ended] = [new ZstdThread(path), new ZstdThread(path)];
    const pending = assert.rejects(closed.next(), /its file was closed$/);
    closed.close();
    await pending;
    assert.equal((await ended.next())?.length, 56_000);
    assert.deepEqual([await ended.next(), await ended.next()], [null, null]);
    ended.close();
  });
});

for (const ahead of [false, true]) {
  const who = ahead ? "another thread" : "the thread that takes it";
  Deno.test(`a large file that ${who} decompresses gives its records, and those after a skip`, async () => {
    const header = encodeMetadata(SAMPLE_METADATA);
    const content = records();
    await withFile(zstdCompressSync(join(header, content)), async (path) => {
      for (const skipped of [0, RECORDS - 1000]) {
        const source = await openByteSource(path, ahead);
        const size = Number(source.identity!.size);
        assert.ok(size > 10e6, `${size}`);
        const decoder = new Decoder();
        while (decoder.metadata === null) assert.ok(await source.fill(decoder));
        if (skipped > 0) {
          const offset = header.length + skipped * 56;
          await source.skipTo(offset);
          decoder.seek(offset, skipped);
        }
        let read = skipped;
        do {
          for (let at = decoder.next(RTYPE_MBO); at >= 0; at = decoder.next(RTYPE_MBO)) {
            const expected = content.subarray(read * 56, (read + 1) * 56);
            if (read++ % 997 === 0) assert.deepEqual(decoder.u8.slice(at, at + 56), expected);
          }
        } while (await source.fill(decoder));
        decoder.finish();
        assert.equal(read, RECORDS);
        assert.equal(source.position, size);
        source.close();
      }
    });
  });
}

Deno.test("of files with large windows two are read at a time, and who leaves makes room", async () => {
  // One frame that is its own window: 11 MB.
  const large = zstdCompressSync(records(), { params: { [constants.ZSTD_c_windowLog]: 24 } });
  await withFile(large, async (path) => {
    const threads: ZstdThread[] = [];
    const open = () => {
      const thread = new ZstdThread(path);
      threads.push(thread);
      return thread;
    };
    try {
      const [one, other] = [open(), open()];
      assert.ok(await one.next());
      assert.ok(await other.next());
      const [third, fourth] = [open(), open()];
      const [waiting, next] = [third.next(), fourth.next()];
      // A small one behind them is read all the same, and tells that both had their chance.
      await withFile(zstdCompressSync(new Uint8Array(9)), async (small) => {
        assert.equal((await take(small)).output.length, 9);
      });
      // Who waits may leave, and takes nobody's turn.
      third.close();
      await assert.rejects(waiting, /its file was closed/);
      one.close();
      assert.ok(await next);
    } finally {
      for (const thread of threads) thread.close();
    }
  });
});
