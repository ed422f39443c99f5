import assert from "node:assert/strict";
import fc from "fast-check";
import {
  DbnDecoder,
  DbnError,
  decompressZstd,
  encodeMbo,
  encodeMetadata,
  MBO,
  RTYPE_DEFINITION,
  RTYPE_MBO,
} from "dbn-ts";
import { zstdCompressSync } from "node:zlib";
import {
  CHUNK_SIZES,
  cut,
  decode,
  foreignRecord,
  join,
  mbo,
  SAMPLE_METADATA,
  SAMPLE_RECORDS,
  sampleFile,
} from "./sample.ts";

const HEADER_V3 = encodeMetadata(SAMPLE_METADATA);

for (const version of [1, 2, 3]) {
  const file = sampleFile(version);
  for (const size of CHUNK_SIZES) {
    Deno.test("a capacity that is no number is refused: a buffer of no bytes would never take any", () => {
      assert.throws(() => new DbnDecoder({ capacity: NaN }), RangeError);
    });

    Deno.test(`DbnDecoder reads version ${version} in pieces of ${size}`, () => {
      const decoded = decode(cut(file, size));
      assert.equal(decoded.error, null);
      assert.equal(decoded.metadata?.version, version);
      assert.deepEqual(decoded.records, SAMPLE_RECORDS);
      assert.equal(decoded.recordsRead, 5);
    });

    Deno.test(`DbnDecoder reads version ${version} through zstd in pieces of ${size}`, async () => {
      const half = file.length >> 1;
      const frames = join(
        zstdCompressSync(file.subarray(0, half)),
        zstdCompressSync(file.subarray(half)),
      );
      const pieces = await Array.fromAsync(
        decompressZstd(toAsync(cut(frames, size)), { name: "sample" }),
      );
      const decoded = decode(pieces);
      assert.equal(decoded.error, null);
      assert.deepEqual(decoded.records, SAMPLE_RECORDS);
    });
  }
}

Deno.test("DbnDecoder reads records of 64 bytes, with ts_out", () => {
  for (const size of [...CHUNK_SIZES, 64]) {
    const decoded = decode(cut(sampleFile(3, true), size));
    assert.equal(decoded.error, null);
    assert.equal(decoded.metadata?.tsOut, true);
    assert.deepEqual(decoded.records, SAMPLE_RECORDS);
  }
});

Deno.test("DbnDecoder reads any mix of records however it is cut, in the smallest buffer", () => {
  const record = fc.oneof(
    fc.integer({ min: 4, max: 255 }).map((words) => ({ bytes: foreignRecord(words), mbo: false })),
    fc.nat().map((n) => ({ bytes: encodeMbo(mbo({ sequence: n })), mbo: true })),
  );
  fc.assert(fc.property(
    fc.array(record, { maxLength: 60 }),
    fc.array(fc.integer({ min: 1, max: 5000 }), { minLength: 1, maxLength: 20 }),
    (records, sizes) => {
      const file = join(HEADER_V3, ...records.map(({ bytes }) => bytes));
      const pieces: Uint8Array[] = [];
      for (let at = 0, n = 0; at < file.length; n++) {
        const size = sizes[n % sizes.length]!;
        pieces.push(file.subarray(at, at + size));
        at += size;
      }
      const decoded = decode(pieces, { capacity: 0 });
      assert.equal(decoded.error, null);
      assert.equal(decoded.recordsRead, records.length);
      const expected = records.filter((record) => record.mbo).map(({ bytes }) => bytes);
      assert.deepEqual(decoded.records.map((fields) => encodeMbo(fields)), expected);
      const found = decoded.offsets.map((at) => file.slice(at, at + MBO.BYTES));
      assert.deepEqual(found, expected);
    },
  ));
});

Deno.test("DbnDecoder takes no record's byte when read as much as it wants at a time", () => {
  for (const version of [1, 2, 3]) {
    const file = sampleFile(version);
    const decoder = new DbnDecoder();
    let read = 0;
    while (decoder.wanted !== Infinity) {
      const part = file.subarray(read, read + decoder.wanted);
      decoder.space().set(part);
      decoder.wrote(part.length);
      read += part.length;
    }
    assert.equal(decoder.next(RTYPE_MBO), -1);
    assert.equal(decoder.offsetOf(0), read);
    assert.equal(read, 8 + new DataView(file.buffer).getUint32(4, true));
  }
});

Deno.test("DbnDecoder begins records at an aligned index after metadata of any length", () => {
  const decoder = new DbnDecoder();
  const { u8, u32, i32 } = decoder;
  decoder.push(sampleFile(2));
  const header = encodeMetadata({ ...SAMPLE_METADATA, version: 2 }).length;
  assert.notEqual(header % 4, 0);
  const at = decoder.next(RTYPE_MBO);
  assert.equal(at % 8, 0);
  assert.equal(decoder.offsetOf(at), header);
  assert.equal(u32[(at + MBO.SIZE) >> 2], 3);
  assert.equal(i32[(at + MBO.TS_IN_DELTA) >> 2], -17);
  assert.deepEqual([decoder.u8, decoder.u32, decoder.i32], [u8, u32, i32]);
  assert.equal(decoder.u8, u8);
});

Deno.test("DbnDecoder.push() takes what fits and the rest after the records were read", () => {
  const body = join(...Array.from({ length: 200 }, (_, n) => encodeMbo(mbo({ sequence: n }))));
  const decoder = new DbnDecoder({ capacity: 4096 });
  decoder.push(HEADER_V3);
  assert.equal(decoder.push(body), 4096);
  assert.equal(decoder.push(body.subarray(4096)), 0);
  for (let n = 0; n < 4096 / MBO.BYTES - 1; n++) {
    assert.equal(decoder.next(RTYPE_MBO), n * MBO.BYTES);
  }
  assert.equal(decoder.next(RTYPE_MBO), -1);
  assert.equal(decoder.push(body.subarray(4096)), 4096 - 4096 % MBO.BYTES);
});

Deno.test("DbnDecoder.seek() goes on in the middle as if it had read up to there", () => {
  const file = sampleFile(3);
  const whole = decode([file]);
  const decoder = new DbnDecoder();
  decoder.push(HEADER_V3);
  decoder.seek(whole.offsets[1]!, 2);
  decoder.push(file.subarray(whole.offsets[1]));
  const first = decoder.next(RTYPE_MBO);
  assert.equal(decoder.offsetOf(first), whole.offsets[1]);
  assert.equal(decoder.recordsRead, 3);
  assert.equal(decoder.offsetOf(decoder.next(RTYPE_MBO)), whole.offsets[2]);
  assert.equal(decoder.next(RTYPE_MBO), -1);
  decoder.finish();
  assert.equal(decoder.recordsRead, whole.recordsRead);
});

Deno.test("DbnDecoder.seek() refuses to go on within the header", () => {
  const decoder = new DbnDecoder();
  assert.throws(() => decoder.seek(5000, 0), DbnError);
  decoder.push(HEADER_V3);
  assert.throws(() => decoder.seek(HEADER_V3.length - 1, 0), DbnError);
  decoder.seek(HEADER_V3.length, 0);
});

Deno.test("DbnDecoder.finish() names byte and record of a file cut at any byte", () => {
  const file = sampleFile(1);
  const whole = decode([file]);
  const header = encodeMetadata({ ...SAMPLE_METADATA, version: 1 }).length;
  const ends = [0, 56, 72, 128, 1148, 1204].map((bytes) => header + bytes);
  for (let length = 0; length < file.length; length++) {
    const { records, error, recordsRead } = decode(cut(file.subarray(0, length), 57));
    const complete = whole.offsets.filter((at) => at + MBO.BYTES <= length).length;
    assert.deepEqual(records, SAMPLE_RECORDS.slice(0, complete));
    if (ends.includes(length)) {
      assert.equal(error, null, `a file of ${length} bytes ends with a record`);
      continue;
    }
    assert.ok(error instanceof DbnError, `a file of ${length} bytes is truncated`);
    assert.match(error.message, new RegExp(`truncated at byte ${length}\\b`));
    if (length < header) continue;
    assert.equal(recordsRead, ends.findLastIndex((end) => end < length));
    assert.match(error.message, new RegExp(`index ${recordsRead} that begins at byte `));
  }
});

/** A file whose last record has another length or type byte. */
function damaged(version: number, record: Uint8Array, words: number): Uint8Array {
  const bytes = record.slice();
  bytes[0] = words;
  const header = encodeMetadata({ ...SAMPLE_METADATA, version, schema: 0xffff });
  return join(header, encodeMbo(mbo()), bytes);
}

Deno.test("DbnDecoder refuses a record shorter than its type allows, with its position", () => {
  for (
    const [version, record, words] of [
      [3, foreignRecord(4), 0],
      [3, foreignRecord(4), 3],
      [1, encodeMbo(mbo()), 13],
      [3, foreignRecord(100, RTYPE_DEFINITION), 129],
      [2, foreignRecord(100, RTYPE_DEFINITION), 99],
      [1, foreignRecord(100, RTYPE_DEFINITION), 89],
    ] as const
  ) {
    const file = join(damaged(version, record, words), new Uint8Array(1024));
    const at = encodeMetadata({ ...SAMPLE_METADATA, version }).length + MBO.BYTES;
    const { error, records } = decode([file], { name: "bad.dbn" });
    assert.equal(records.length, 1);
    assert.ok(error instanceof DbnError);
    assert.match(error.message, new RegExp(`^bad.dbn: .*index 1 at byte ${at} is ${words * 4} b`));
    assert.equal(decode(cut(file, 1), { name: "bad.dbn" }).error?.message, error.message);
  }
});

Deno.test("DbnDecoder takes definitions of each version's own length", () => {
  for (const [version, words] of [[1, 90], [2, 100], [3, 130]] as const) {
    const file = damaged(version, foreignRecord(words, RTYPE_DEFINITION), words);
    const decoder = new DbnDecoder();
    decoder.push(file);
    assert.ok(decoder.next(RTYPE_DEFINITION) > 0);
    decoder.finish();
  }
});

Deno.test("DbnDecoder refuses what is no DBN, another version or another schema, by name", () => {
  const broken = (at: number, ...values: number[]) => {
    const bytes = sampleFile(3);
    bytes.set(values, at);
    return [bytes];
  };
  const schemas = [0, 0xffff];
  const message = (file: Uint8Array[]) =>
    decode(file, { name: "some.dbn", schemas }).error?.message ?? "";
  assert.match(message(broken(0, 0x5a)), /^some.dbn: not a DBN file/);
  assert.match(message(broken(3, 0)), /^some.dbn: DBN version 0 at byte 3/);
  assert.match(message(broken(3, 4)), /^some.dbn: DBN version 4 at byte 3/);
  assert.match(message(broken(24, 4)), /^some.dbn: its schema is trades \(4 at byte 24\)/);
  assert.match(message(broken(24, 9)), /definition .* give a file of schema mbo or mixed$/);
  assert.match(message(broken(24, 0x77, 0x77)), /unknown/);
  assert.equal(message(broken(24, 0xff, 0xff)), "");
});

Deno.test("DbnDecoder takes the schemas it was told to", () => {
  const file = encodeMetadata({ ...SAMPLE_METADATA, schema: 9 });
  assert.equal(decode([file], { schemas: [9] }).error, null);
  assert.ok(decode([sampleFile(3)], { schemas: [9] }).error instanceof DbnError);
});

Deno.test("DbnDecoder waits for metadata of a hostile length without reserving it", () => {
  const file = sampleFile(3);
  const longest = 32 * 2 ** 20;
  new DataView(file.buffer).setUint32(4, longest - 8, true);
  const before = Deno.memoryUsage().external;
  const decoder = new DbnDecoder({ capacity: 4096 });
  decoder.push(file);
  assert.equal(decoder.wanted, longest - file.length);
  assert.ok(Deno.memoryUsage().external - before < 1e6);
  assert.throws(
    () => decoder.finish(),
    /truncated at byte \d+, before .* header at byte 33554432/,
  );
});

Deno.test("DbnDecoder refuses a header that is longer than any it reads, by name", () => {
  for (const length of [32 * 2 ** 20 - 7, 0xffffffff]) {
    const file = sampleFile(3);
    new DataView(file.buffer).setUint32(4, length, true);
    assert.throws(
      () => new DbnDecoder({ capacity: 4096, name: "long.dbn" }).push(file),
      /^DbnError: long\.dbn: its header is \d+ MiB long, as byte 4 says, above the 32 MiB/,
    );
  }
});

Deno.test("DbnDecoder meets any damage with records or a DbnError", () => {
  const file = sampleFile(3);
  const byte = fc.record({ at: fc.nat(file.length - 1), value: fc.nat(255) });
  fc.assert(
    fc.property(fc.array(byte, { minLength: 1, maxLength: 4 }), (bytes) => {
      const damaged = file.slice();
      for (const { at, value } of bytes) damaged[at] = value;
      const { error, records } = decode([damaged]);
      assert.ok(error === null || error instanceof DbnError, String(error));
      assert.ok(records.length <= file.length / MBO.BYTES);
    }),
    { numRuns: 500 },
  );
});

async function* toAsync<T>(items: Iterable<T>): AsyncGenerator<T> {
  for (const item of items) yield await Promise.resolve(item);
}
