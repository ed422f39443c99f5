import assert from "node:assert/strict";
import { DbnError, encodeMetadata, parseMetadata, RTYPE_MBO } from "dbn-ts";
import { zstdCompressSync } from "node:zlib";
import { Decoder, decompressZstd, instrumentIds } from "../../engine/dbn_input.ts";
import { TruncatedError, UserError } from "../../engine/errors.ts";
import { foreignRecord, join, SAMPLE_METADATA, sampleFile } from "./dbn/sample.ts";

const HEADER = encodeMetadata(SAMPLE_METADATA);

/** What is thrown: the package's error as the engine's, its words unchanged. */
async function thrown(work: () => unknown): Promise<UserError> {
  try {
    await work();
  } catch (error) {
    assert.ok(error instanceof UserError);
    assert.ok(error.cause instanceof DbnError);
    assert.equal(error.message, error.cause.message);
    assert.equal(error instanceof TruncatedError, error.cause.isTruncated);
    return error;
  }
  throw new Error("nothing was thrown");
}

/** A decoder that was given bytes. */
function given(...bytes: Uint8Array[]): Decoder {
  const decoder = new Decoder({ name: "some.dbn" });
  decoder.push(join(...bytes));
  return decoder;
}

Deno.test("Decoder throws what its user can mend", async () => {
  const short = foreignRecord(3);
  assert.match((await thrown(() => given(short))).message, /^some\.dbn: not a DBN file/);
  for (const go of [(it: Decoder) => it.next(RTYPE_MBO), (it: Decoder) => it.pass()]) {
    const error = await thrown(() => go(given(HEADER, short, new Uint8Array(16))));
    assert.match(error.message, /is 12 bytes long/);
    assert.ok(await thrown(() => go(given(HEADER, HEADER))) instanceof TruncatedError);
  }
  assert.ok(
    await thrown(() => given(HEADER, new Uint8Array(2)).finish()) instanceof TruncatedError,
  );
  await thrown(() => given(HEADER).seek(1, 0));
});

Deno.test("Decoder takes order books alone, unless it is told otherwise", async () => {
  const definitions = encodeMetadata({ ...SAMPLE_METADATA, schema: 9 });
  assert.match((await thrown(() => given(definitions))).message, /schema mbo or mixed$/);
  const decoder = new Decoder({ schemas: [9] });
  decoder.push(definitions);
  assert.equal(decoder.metadata?.schema, 9);
});

Deno.test("decompressZstd() and instrumentIds() throw what their user can mend", async () => {
  async function* pieces(bytes: Uint8Array) {
    yield await Promise.resolve(bytes);
  }
  const all = (bytes: Uint8Array) => Array.fromAsync(decompressZstd(pieces(bytes), "some.zst"));
  const frame = new Uint8Array(zstdCompressSync(sampleFile(3)));
  assert.deepEqual(join(...await all(frame)), sampleFile(3));
  const error = await thrown(() => all(frame.subarray(0, 20)));
  assert.ok(error instanceof TruncatedError);
  assert.match(error.message, /^some\.zst: truncated at compressed byte 20/);
  assert.ok(!(await thrown(() => all(new Uint8Array(20))) instanceof TruncatedError));

  const intervals = [{ startDate: 20260206, endDate: 20260207, symbol: "MNQH6" }];
  const mapped = encodeMetadata({ ...SAMPLE_METADATA, mappings: [{ rawSymbol: "A", intervals }] });
  await thrown(() => instrumentIds(parseMetadata(mapped), "2026-02-06", "some.dbn"));
});
