import assert from "node:assert/strict";
import {
  DbnDecoder,
  DbnError,
  type DbnRecord,
  type DefinitionRecord,
  encodeMbo,
  encodeMetadata,
  encodeRecord,
  type OtherRecord,
  readDbn,
  readDbnStream,
  RecordReader,
  RTYPE_DEFINITION,
  RTYPE_ERROR,
  RTYPE_MBO,
  RTYPE_MBP_0,
  RTYPE_SYMBOL_MAPPING,
  RTYPE_SYSTEM,
  type Side,
} from "dbn-ts";
import fc from "fast-check";
import { Buffer } from "node:buffer";
import { createReadStream } from "node:fs";
import { constants, zstdCompressSync, zstdDecompressSync } from "node:zlib";
import { hasShared, sharedDbn, sharedFile } from "../../shared_data.ts";
import { madeFile, madeRecords, testdata } from "./made.ts";
import {
  CHUNK_SIZES,
  cut,
  foreignRecord,
  join,
  mbo,
  SAMPLE_METADATA,
  sampleFile,
} from "./sample.ts";

const ignore = !hasShared;
const VERSIONS = [1, 2, 3];

async function* pieces(bytes: Uint8Array, size = Infinity): AsyncGenerator<Uint8Array> {
  for (const piece of cut(bytes, size)) yield await Promise.resolve(piece);
}

async function* asStream(pieces: Iterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield* pieces;
}

/** What is read before the end or the first error. */
interface Read {
  records: DbnRecord[];
  error: Error | null;
}

function readAll(bytes: Uint8Array, name = "some.dbn"): Read {
  const records: DbnRecord[] = [];
  try {
    for (const record of readDbn(bytes, { name }).records) records.push(record);
  } catch (error) {
    return { records, error: error as Error };
  }
  return { records, error: null };
}

async function readStream(bytes: Uint8Array, size: number, name = "some.dbn"): Promise<Read> {
  const records: DbnRecord[] = [];
  try {
    const stream = await readDbnStream(pieces(bytes, size), { name });
    for await (const record of stream.records) records.push(record);
  } catch (error) {
    return { records, error: error as Error };
  }
  return { records, error: null };
}

for (const version of VERSIONS) {
  const expected = madeRecords(version);

  Deno.test(`the made files of version ${version} are what makes them`, () => {
    const plain = Deno.readFileSync(testdata(`made.v${version}.dbn`));
    assert.deepEqual(plain, madeFile(version));
    assert.deepEqual(readAll(Deno.readFileSync(testdata(`made.v${version}.dbn.zst`))), {
      records: expected,
      error: null,
    });
  });

  Deno.test(`readDbn() reads every kind of record of version ${version}`, () => {
    const { metadata, records } = readDbn(madeFile(version));
    assert.deepEqual([metadata.version, metadata.dataset], [version, "MADE.UP"]);
    assert.deepEqual([...records], expected);
    assert.deepEqual([...records], expected, "a second time");
  });

  Deno.test(`readDbnStream() reads version ${version} however it is cut, plain and Zstandard`, async () => {
    const file = madeFile(version);
    const frames = join(
      zstdCompressSync(file.subarray(0, 700)),
      zstdCompressSync(new Uint8Array(0)),
      zstdCompressSync(file.subarray(700)),
    );
    for (const size of CHUNK_SIZES) {
      for (const bytes of [file, frames]) {
        assert.deepEqual(await readStream(bytes, size), { records: expected, error: null });
      }
    }
  });

  Deno.test(`readDbn() gives ts_out in version ${version}, where a record has it`, () => {
    const file = join(
      encodeMetadata({ ...SAMPLE_METADATA, version, schema: 0xffff, tsOut: true }),
      ...madeRecords(version).map((record, n) => {
        return encodeRecord("bytes" in record ? record : { ...record, tsOut: BigInt(n) }, version);
      }),
    );
    // The bytes of another type end with it, whatever else they are.
    const other = (record: OtherRecord) =>
      new DataView(record.bytes.buffer).getBigUint64(record.bytes.length - 8, true);
    assert.deepEqual(
      [...readDbn(file).records],
      madeRecords(version).map((record, n) => {
        return { ...record, tsOut: "bytes" in record ? other(record) : BigInt(n) };
      }),
    );
  });
}

/**
 * Where published structs have a few fields, counted by hand: type, version, then names with their
 * place and their bytes, 0 of a text.
 */
const PLACES: [number, number, Record<string, [at: number, bytes: number]>][] = [
  [RTYPE_MBO, 1, { orderId: [16, 8], price: [24, 8], size: [32, 4], flags: [36, 1] }],
  [RTYPE_MBO, 3, { channelId: [37, 1], tsRecv: [40, 8], tsInDelta: [48, 4], sequence: [52, 4] }],
  [RTYPE_MBO, 2, { action: [38, 0], side: [39, 0] }],
  [RTYPE_MBP_0, 3, { price: [16, 8], size: [24, 4], flags: [30, 1], depth: [31, 1] }],
  [RTYPE_MBP_0, 3, { action: [28, 0], side: [29, 0], tsRecv: [32, 8], sequence: [44, 4] }],
  [RTYPE_DEFINITION, 1, { strikePrice: [328, 8], rawInstrumentId: [120, 4], applId: [178, 2] }],
  [RTYPE_DEFINITION, 1, { marketDepth: [128, 4], currency: [186, 0], rawSymbol: [200, 0] }],
  [RTYPE_DEFINITION, 1, { cfi: [255, 0], underlying: [300, 0], instrumentClass: [325, 0] }],
  [RTYPE_DEFINITION, 1, { settlPriceType: [346, 1], tickRule: [356, 1] }],
  [RTYPE_DEFINITION, 2, { strikePrice: [112, 8], rawInstrumentId: [128, 4], applId: [178, 2] }],
  [RTYPE_DEFINITION, 2, { rawSymbol: [200, 0], group: [271, 0], underlying: [349, 0] }],
  [RTYPE_DEFINITION, 2, {
    instrumentClass: [374, 0],
    settlPriceType: [379, 1],
    tickRule: [389, 1],
  }],
  [RTYPE_DEFINITION, 3, { strikePrice: [104, 8], rawInstrumentId: [112, 8], legDelta: [128, 8] }],
  [RTYPE_DEFINITION, 3, { legIndex: [222, 2], rawSymbol: [238, 0], asset: [335, 0] }],
  [RTYPE_DEFINITION, 3, { underlying: [391, 0], legRawSymbol: [416, 0], tickRule: [500, 1] }],
  [RTYPE_DEFINITION, 3, { instrumentClass: [487, 0], legInstrumentClass: [501, 0] }],
  [RTYPE_SYMBOL_MAPPING, 1, { stypeInSymbol: [16, 0], stypeOutSymbol: [38, 0], startTs: [64, 8] }],
  [RTYPE_SYMBOL_MAPPING, 3, { stypeIn: [16, 1], stypeInSymbol: [17, 0], stypeOut: [88, 1] }],
  [RTYPE_SYMBOL_MAPPING, 2, { stypeOutSymbol: [89, 0], startTs: [160, 8], endTs: [168, 8] }],
  [RTYPE_SYSTEM, 1, { msg: [16, 0] }],
  [RTYPE_SYSTEM, 3, { msg: [16, 0], code: [319, 1] }],
  [RTYPE_ERROR, 2, { err: [16, 0], code: [318, 1], isLast: [319, 1] }],
];

Deno.test("encodeRecord() puts fields where the published structs have them", () => {
  for (const [rtype, version, fields] of PLACES) {
    const record = madeRecords(version).findLast((record) => record.rtype === rtype)!;
    const encoded = encodeRecord(record, version);
    for (const [name, [at, bytes]] of Object.entries(fields)) {
      const value = (record as unknown as Record<string, string | number | bigint>)[name]!;
      const expected = bytes === 0
        ? [...new TextEncoder().encode(String(value))]
        : Array.from({ length: bytes }, (_, i) => Number(BigInt(value) >> BigInt(8 * i) & 255n));
      const found = [...encoded.subarray(at, at + expected.length)];
      assert.deepEqual(found, expected, `${name} of rtype ${rtype}, version ${version}`);
    }
  }
});

Deno.test("encodeRecord() writes MBO records as encodeMbo() does, and refuses long texts", () => {
  const fields = mbo();
  const record = { ...fields, rtype: RTYPE_MBO, action: "A", side: "B" } as const;
  assert.deepEqual(encodeRecord(record), encodeMbo(fields));
  assert.deepEqual(encodeRecord({ ...record, tsOut: 7n }), encodeMbo(fields, 7n));
  const header = { publisherId: 1, instrumentId: 2, tsEvent: 3n };
  const rawSymbol = "X".repeat(22);
  const definition = { ...header, rtype: RTYPE_DEFINITION, rawSymbol } as const;
  assert.throws(() => encodeRecord(definition, 1), DbnError);
  assert.equal(encodeRecord(definition, 2).length, 400);
  assert.throws(() => encodeRecord(definition, 4), RangeError);
});

Deno.test("readDbn() gives texts as encodeRecord() was given them, with whatever they begin", () => {
  const header = { publisherId: 1, instrumentId: 2, tsEvent: 3n };
  const record = { ...header, rtype: RTYPE_SYSTEM, msg: "\ufeffwell", code: 1 } as const;
  const [found] = readDbn(join(encodeMetadata(SAMPLE_METADATA), encodeRecord(record))).records;
  assert.deepEqual(found, record);
});

Deno.test("encodeRecord() refuses what does not fit its field, in whatever type", () => {
  const header = { publisherId: 1, instrumentId: 2, tsEvent: 3n };
  const order = { ...header, rtype: RTYPE_MBO } as const;
  const definition = { ...header, rtype: RTYPE_DEFINITION } as const;
  assert.throws(() => encodeRecord({ ...order, size: -1 }), /^DbnError: size: -1 is no integer/);
  assert.throws(
    () => encodeRecord({ ...order, side: "Bid" as Side }),
    /^DbnError: side: "Bid" is no/,
  );
  assert.throws(
    () => encodeRecord({ ...order, side: "€" as Side }),
    /^DbnError: side: "€" is no single/,
  );
  // 32 bits in the first two versions, 64 in the third.
  const rawInstrumentId = 2n ** 32n;
  for (const version of [1, 2]) {
    assert.throws(
      () => encodeRecord({ ...definition, rawInstrumentId }, version),
      /^DbnError: rawInstrumentId: 4294967296 is no integer from 0 to 4294967295$/,
    );
  }
  assert.equal(encodeRecord({ ...definition, rawInstrumentId }, 3).length, 520);
});

Deno.test("encodeRecord() refuses bytes that are no record, and fields of an unknown type", () => {
  const header = { rtype: 1, publisherId: 1, instrumentId: 2, tsEvent: 3n } as const;
  const whole = foreignRecord(5, 1);
  assert.deepEqual(encodeRecord({ ...header, bytes: whole }), whole);
  const longer = join(whole, new Uint8Array(4));
  for (const bytes of [new Uint8Array(0), new Uint8Array(16), foreignRecord(3, 1), longer]) {
    assert.throws(() => encodeRecord({ ...header, bytes }), /^DbnError: bytes: \d+ bytes are no/);
  }
  assert.throws(
    () => encodeRecord({ ...header, bytes: foreignRecord(5, 2) }),
    /^DbnError: bytes: they are of rtype 2, not of 1$/,
  );
  assert.throws(() => encodeRecord(header as OtherRecord), /^DbnError: rtype: no fields of 1 are/);
  // Of a type that is known no reader takes less than its fields.
  const order = (words: number) =>
    ({
      ...header,
      rtype: RTYPE_MBO,
      bytes: foreignRecord(words, RTYPE_MBO),
    }) as unknown as OtherRecord;
  assert.throws(
    () => encodeRecord(order(13)),
    /^DbnError: bytes: 52 bytes are no record of rtype 160: it has 56$/,
  );
  assert.equal(encodeRecord(order(16)).length, 64);
});

Deno.test("bytes of a record are its own, whatever is done to those that they were taken from", () => {
  const header = { rtype: 1, publisherId: 1, instrumentId: 2, tsEvent: 3n } as const;
  const bytes = Buffer.from(foreignRecord(5, 1));
  const encoded = encodeRecord({ ...header, bytes });
  const decoder = new DbnDecoder();
  decoder.push(encodeMetadata(SAMPLE_METADATA));
  decoder.next(1);
  const buffer = Buffer.from(new ArrayBuffer(4096));
  decoder.moveTo(buffer);
  decoder.push(bytes);
  const read = new RecordReader(decoder).read(decoder.next(1)) as OtherRecord;
  buffer.fill(0);
  bytes.fill(0);
  assert.deepEqual([encoded, read.bytes], [foreignRecord(5, 1), foreignRecord(5, 1)]);
});

Deno.test("readDbn() says what it takes", () => {
  for (const wrong of [new ArrayBuffer(8), "day.dbn", undefined]) {
    assert.throws(
      () => readDbn(wrong as unknown as Uint8Array),
      /^TypeError: readDbn\(\) takes a Uint8Array/,
    );
  }
});

Deno.test("readDbnStream() says what it takes", async () => {
  const bytes = madeFile(3);
  for (const wrong of [bytes, [bytes], undefined]) {
    await assert.rejects(
      readDbnStream(wrong as unknown as AsyncIterable<Uint8Array>),
      /^TypeError: readDbnStream\(\) takes an async iterable/,
    );
  }
  let closed = 0;
  async function* wrong(first: Uint8Array, piece: unknown) {
    try {
      yield await Promise.resolve(first);
      yield piece as Uint8Array;
    } finally {
      closed++;
    }
  }
  const pieces = /^TypeError: readDbnStream\(\) takes pieces that are each a Uint8Array/;
  for (const piece of [bytes.buffer, "DBN", new DataView(bytes.buffer), null]) {
    await assert.rejects(readDbnStream(wrong(new Uint8Array(0), piece)), pieces);
    const { records } = await readDbnStream(wrong(bytes, piece));
    await assert.rejects(Array.fromAsync(records), pieces);
  }
  assert.equal(closed, 8);
});

Deno.test("readDbn() tells records apart by their type", () => {
  for (const record of readDbn(madeFile(3)).records) {
    // Compiles only because the type narrows.
    if (record.rtype === RTYPE_MBO) assert.equal(typeof record.orderId, "bigint");
    else if (record.rtype === RTYPE_DEFINITION) assert.equal(record.rawSymbol, "MADH6 C95");
  }
});

Deno.test("readDbn() gives all sound records of a file cut at any byte, then one error", async () => {
  const header = encodeMetadata({ ...SAMPLE_METADATA, version: 1 }).length;
  const file = sampleFile(1);
  const whole = readAll(file).records;
  const ends = [0, 56, 72, 128, 1148, 1204].map((bytes) => header + bytes);
  for (let length = 0; length < file.length; length += length < header ? 97 : 1) {
    const part = file.subarray(0, length);
    const { records, error } = readAll(part);
    assert.deepEqual(await readStream(part, 57), { records, error });
    if (ends.includes(length)) {
      assert.equal(error, null);
      continue;
    }
    const complete = Math.max(0, ends.findLastIndex((end) => end < length));
    assert.deepEqual(records, whole.slice(0, complete));
    assert.ok(error instanceof DbnError);
    assert.equal(error.offset, length === 0 ? 0 : length);
    assert.equal(error.record, length < header ? null : complete);
    assert.match(error.message, new RegExp(`^some.dbn: truncated at byte ${length}\\b[^\\n]*$`));
  }
});

Deno.test("readDbn() gives what is sound of truncated Zstandard, then one error", async () => {
  const records = Array.from({ length: 20_000 }, (_, n) => {
    return encodeMbo(mbo({ sequence: n, orderId: BigInt(Math.imul(n, 0x9e3779b1) >>> 0) }));
  });
  const file = join(encodeMetadata(SAMPLE_METADATA), ...records);
  const frame = new Uint8Array(zstdCompressSync(file));
  for (const part of [frame.subarray(0, frame.length - 4), join(frame, frame.subarray(0, 9))]) {
    for (const { records, error } of [readAll(part), await readStream(part, 65_536)]) {
      assert.ok(error instanceof DbnError);
      assert.match(error.message, /truncated at compressed byte/);
      assert.equal(error.offset, part.length);
      assert.ok(error.isTruncated);
      assert.ok(records.length > 1_000);
    }
  }
});

Deno.test("readDbn() refuses what is hostile with one error, and no more memory than there are bytes", async () => {
  const file = madeFile(3);
  const header = 8 + new DataView(file.buffer).getUint32(4, true);
  const changed = (at: number, ...bytes: number[]) => {
    const copy = file.slice();
    copy.set(bytes, at);
    return copy;
  };
  // Lengths of the records in their order: each is made a word shorter than its type.
  const short = (n: number) => {
    let at = header;
    for (let i = 0; i < n; i++) at += file[at]! * 4;
    return changed(at, file[at]! - 1);
  };
  const cases: [what: string, Uint8Array, RegExp][] = [
    ["a record without length", changed(header, 0), /index 0 at byte \d+ is 0 bytes long/],
    ["a record of three words", changed(header, 3), /is 12 bytes long/],
    ["a short symbol mapping", short(0), /rtype 22 has at least 176/],
    ["a short order", short(1), /rtype 160 has at least 56/],
    ["a short trade", short(4), /rtype 0 has at least 48/],
    ["a short definition", short(5), /rtype 19 has at least 520/],
    ["a short system record", short(6), /rtype 23 has at least 320/],
    ["a short error record", short(7), /rtype 21 has at least 320/],
    ["a header above what is read", changed(4, 255, 255, 255, 255), /4097 MiB long/],
    ["a header longer than the file", changed(4, 0, 0, 0, 1), /before the end of its header/],
    ["symbols without length", changed(53, 0, 0), /symbol length 0 at byte 53/],
    ["more symbols than bytes", changed(112, 255, 255, 255, 255), /declared at byte 112/],
    ["a version to come", changed(3, 4), /version 4 at byte 3/],
    ["no DBN", new TextEncoder().encode("<html>not found</html>"), /not a DBN file/],
    ["nothing", new Uint8Array(0), /truncated at byte 0/],
    ["two files", join(file, file), /a second DBN header/],
    ["a file and a Zstandard one", join(file, zstdCompressSync(file)), /a second file, in Zst/],
  ];
  const before = Deno.memoryUsage().external;
  for (const [what, bytes, message] of cases) {
    for (const { error } of [readAll(bytes), await readStream(bytes, 7)]) {
      assert.ok(error instanceof DbnError, what);
      assert.equal(error.name, "DbnError");
      assert.match(error.message, message, what);
      assert.match(error.message, /^some\.dbn: [^\n]+$/);
      assert.equal(typeof error.offset, "number", what);
    }
  }
  assert.ok(Deno.memoryUsage().external - before < 20e6);
});

Deno.test("readDbn() meets any damage with records or a DbnError", () => {
  for (const version of VERSIONS) {
    const file = madeFile(version);
    const compressed = new Uint8Array(zstdCompressSync(file));
    for (const whole of [file, compressed]) {
      const byte = fc.record({ at: fc.nat(whole.length - 1), value: fc.nat(255) });
      fc.assert(
        fc.property(fc.array(byte, { minLength: 1, maxLength: 4 }), (bytes) => {
          const damaged = whole.slice();
          for (const { at, value } of bytes) damaged[at] = value;
          const { error } = readAll(damaged);
          assert.ok(error === null || error instanceof DbnError, String(error));
        }),
        { numRuns: 300 },
      );
    }
  }
});

Deno.test("readDbn() and readDbnStream() take the schemas they are told to", async () => {
  const file = madeFile(3);
  assert.throws(() => readDbn(file, { schemas: [0] }), /its schema is mixed \(65535 at byte 24\)/);
  await assert.rejects(readDbnStream(pieces(file), { schemas: [0] }), DbnError);
  assert.equal([...readDbn(file, { schemas: [0xffff] }).records].length, 10);
});

Deno.test("readDbn() reads bytes that lie anywhere in their memory", () => {
  const file = madeFile(2);
  const shifted = new Uint8Array(file.length + 3).subarray(3);
  shifted.set(file);
  assert.deepEqual([...readDbn(shifted).records], madeRecords(2));
});

Deno.test("readDbn() does not take bytes that were transferred or made shorter for the end of the file", () => {
  const records = Array.from({ length: 5_000 }, (_, i) => encodeMbo(mbo({ orderId: BigInt(i) })));
  const file = join(encodeMetadata(SAMPLE_METADATA), ...records);
  const half = file.length >> 1;
  const frames = join(zstdCompressSync(file.slice(0, half)), zstdCompressSync(file.slice(half)));
  for (const whole of [file, frames]) {
    for (const away of ["transferred", "made shorter"]) {
      const buffer = new ArrayBuffer(whole.length, { maxByteLength: whole.length });
      const bytes = new Uint8Array(buffer);
      bytes.set(whole);
      const { records } = readDbn(bytes);
      if (away === "transferred") structuredClone(buffer, { transfer: [buffer] });
      else buffer.resize(100);
      assert.throws(
        () => [...records],
        /^TypeError: the bytes are gone: their buffer was transferr/,
      );
    }
  }
});

Deno.test("readDbn() reads orders that begin at no multiple of 8", () => {
  for (const words of [4, 5]) {
    const orders = [mbo(), mbo({ price: -1n, sequence: 2 }), mbo({ tsInDelta: -1 })];
    const records = orders.map((order) => join(foreignRecord(words), encodeMbo(order)));
    const found = [...readDbn(join(encodeMetadata(SAMPLE_METADATA), ...records)).records];
    assert.deepEqual(
      found.filter(({ rtype }) => rtype === RTYPE_MBO),
      orders.map((order) => ({ ...order, rtype: RTYPE_MBO, action: "A", side: "B" })),
    );
  }
});

Deno.test("records of types that are not known have their bytes, which stay", () => {
  const many = Array.from({ length: 9_000 }, (_, n) => foreignRecord(5 + n % 250, 200 + n % 7));
  const { records } = readDbn(join(encodeMetadata(SAMPLE_METADATA), ...many));
  const all = [...records] as OtherRecord[];
  assert.deepEqual(all.map(({ bytes }) => bytes), many);
  assert.deepEqual(all.slice(0, 7).map(({ rtype }) => rtype as number), [
    ...[200, 201, 202, 203, 204, 205, 206],
  ]);
});

Deno.test("readDbnStream() answers in order whoever does not wait", async () => {
  const file = madeFile(3);
  const { records } = await readDbnStream(pieces(file, 100));
  const asked = Array.from({ length: 12 }, () => records.next());
  const answers = await Promise.all(asked);
  assert.deepEqual(answers.map(({ value }) => value ?? null), [...madeRecords(3), null, null]);
  assert.ok(answers.at(-1)!.done);
});

Deno.test("readDbnStream() closes its input at the end, when it is left, and on an error", async () => {
  let closed = 0;
  async function* input(bytes: Uint8Array) {
    try {
      yield* pieces(bytes, 1_000);
    } finally {
      closed++;
    }
  }
  const file = madeFile(3);
  for (const bytes of [file, new Uint8Array(zstdCompressSync(file))]) {
    closed = 0;
    await Array.fromAsync((await readDbnStream(input(bytes))).records);
    assert.equal(closed, 1);
    for await (const record of (await readDbnStream(input(bytes))).records) {
      assert.ok(record);
      break;
    }
    assert.equal(closed, 2);
    await (await readDbnStream(input(bytes))).records.return!();
    assert.equal(closed, 3);
  }
  closed = 0;
  await assert.rejects(readDbnStream(input(file.subarray(1))), DbnError);
  const { records } = await readDbnStream(input(file.subarray(0, file.length - 1)));
  await assert.rejects(Array.fromAsync(records), DbnError);
  assert.equal(closed, 2);
});

Deno.test("readDbnStream() passes on what its input throws, after the records before it", async () => {
  const gone = new Error("the line is cut");
  async function* failing() {
    yield* pieces(madeFile(3));
    throw gone;
  }
  const { records } = await readDbnStream(failing());
  const found: DbnRecord[] = [];
  await assert.rejects(async () => {
    for await (const record of records) found.push(record);
  }, gone);
  assert.equal(found.length, 10);
});

const ID_STEP = 0x9e3779b97f4a7c15n;
const MOST = 2n ** 64n - 1n;

/** A file of so many orders, which hardly compresses. */
function ordersFile(count: number): Uint8Array {
  const orders = Array.from(
    { length: count },
    (_, i) => encodeMbo({ ...mbo(), orderId: ID_STEP * BigInt(i) & MOST }),
  );
  return join(encodeMetadata(SAMPLE_METADATA), ...orders);
}

/** Pieces in one buffer, which holds something else as soon as the next is asked for. */
function* reusedPieces(bytes: Uint8Array, size: number): Generator<Uint8Array> {
  const buffer = new Uint8Array(size);
  for (const piece of cut(bytes, size)) {
    buffer.set(piece);
    yield buffer.subarray(0, piece.length);
    buffer.fill(0xaa);
  }
}

Deno.test("readDbnStream() is done with a piece when it asks for the next", async () => {
  const file = ordersFile(5_000);
  const expected = readAll(file).records;
  for (const bytes of [file, new Uint8Array(zstdCompressSync(file))]) {
    for (const size of [57, 5_000]) {
      const { records } = await readDbnStream(asStream(reusedPieces(bytes, size)));
      assert.deepEqual(await Array.fromAsync(records), expected);
    }
  }
});

Deno.test("readDbnStream() can be left while its input has nothing more to give", async () => {
  let isClosed = false;
  async function* silent(bytes: Uint8Array) {
    try {
      yield bytes;
      await new Promise(() => {});
    } finally {
      isClosed = true;
    }
  }
  const file = ordersFile(500);
  const withChecksum = { params: { [constants.ZSTD_c_checksumFlag]: 1 } };
  // Cut within the checksum: all records are there, and the frame is not over.
  const compressed = new Uint8Array(zstdCompressSync(file, withChecksum)).subarray(0, -1);
  for (const bytes of [file, compressed]) {
    isClosed = false;
    for await (const record of (await readDbnStream(silent(bytes))).records) {
      assert.ok(record);
      break;
    }
    assert.ok(isClosed);
  }
});

Deno.test("readDbnStream() takes web streams and those of node:", async () => {
  const path = testdata("made.v3.dbn.zst");
  const web = new Blob([new Uint8Array(Deno.readFileSync(path))]).stream();
  for (const stream of [web, createReadStream(path, { highWaterMark: 50 })]) {
    const { records } = await readDbnStream(stream);
    assert.deepEqual(await Array.fromAsync(records), madeRecords(3));
  }
});

/** The records of a file, read field by field the plain way. */
function oracle(file: Uint8Array): DbnRecord[] {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const records: DbnRecord[] = [];
  for (let at = 8 + view.getUint32(4, true); at < file.length; at += view.getUint8(at) * 4) {
    const letter = (i: number) => String.fromCharCode(view.getUint8(at + i));
    const header = {
      publisherId: view.getUint16(at + 2, true),
      instrumentId: view.getUint32(at + 4, true),
      tsEvent: view.getBigUint64(at + 8, true),
    };
    if (view.getUint8(at + 1) !== 160) {
      const bytes = file.slice(at, at + view.getUint8(at) * 4);
      records.push({ ...header, rtype: view.getUint8(at + 1), bytes } as OtherRecord);
      continue;
    }
    records.push({
      ...header,
      rtype: 160,
      orderId: view.getBigUint64(at + 16, true),
      price: view.getBigInt64(at + 24, true),
      size: view.getUint32(at + 32, true),
      flags: view.getUint8(at + 36),
      channelId: view.getUint8(at + 37),
      action: letter(38) as "A",
      side: letter(39) as "A",
      tsRecv: view.getBigUint64(at + 40, true),
      tsInDelta: view.getInt32(at + 48, true),
      sequence: view.getUint32(at + 52, true),
    });
  }
  return records;
}

for (
  const name of [
    "test_data.mbo.v1.dbn",
    "test_data.mbo.v2.dbn",
    "test_data.mbo.v3.dbn",
    "test_data.mbp-10.v3.dbn",
    "GLBX.MDP3.mbo.dbn",
    "IFEU.IMPACT.mbo.dbn",
    "XNAS.ITCH.mbo.dbn",
    "es_mbo_20240508_2s.dbn",
    "esh4_20231225.mbo.dbn",
  ]
) {
  Deno.test({
    name: `readDbn() reads ${name} as the plain way does`,
    ignore,
    async fn() {
      const expected = oracle(sharedDbn(name));
      assert.ok(expected.length > 1);
      const file = Deno.readFileSync(sharedFile("data", `${name}.zst`));
      assert.deepEqual([...readDbn(file).records], expected);
      const { records } = await readDbnStream(createReadStream(sharedFile("data", `${name}.zst`)));
      assert.deepEqual(await Array.fromAsync(records), expected);
    },
  });
}

Deno.test({
  name: "readDbn() reads the official trades",
  ignore,
  fn() {
    const { records } = readDbn(sharedDbn("test_data.trades.v3.dbn"));
    const [first, ...rest] = records;
    assert.equal(rest.length, 1);
    assert.deepEqual(first, {
      rtype: 0,
      publisherId: 1,
      instrumentId: 5482,
      tsEvent: 1609160400098821953n,
      price: 3720250000000n,
      size: 5,
      action: "T",
      side: "A",
      flags: 129,
      depth: 0,
      tsRecv: 1609160400099150057n,
      tsInDelta: 19251,
      sequence: 1170380,
    });
  },
});

Deno.test({
  name: "readDbn() reads the same instruments in the official definitions of every version",
  ignore,
  fn() {
    const [v1, v2, v3] = VERSIONS.map((version) => {
      const { records } = readDbn(sharedDbn(`test_data.definition.v${version}.dbn`));
      return [...records] as DefinitionRecord[];
    });
    assert.deepEqual(v1, v2);
    const shared = (definitions: DefinitionRecord[]) =>
      definitions.map(({
        tradingReferencePrice: _price,
        tradingReferenceDate: _date,
        mdSecurityTradingStatus: _status,
        settlPriceType: _type,
        ...rest
      }) => rest);
    const withoutLegs = (definitions: DefinitionRecord[]) =>
      definitions.map((one) =>
        Object.fromEntries(Object.entries(one).filter(([name]) => !name.startsWith("leg")))
      );
    assert.deepEqual(withoutLegs(v3!), shared(v2!));
    assert.deepEqual(
      v3!.map(({ rawSymbol, exchange, group, securityUpdateAction, legSide }) => [
        ...[rawSymbol, exchange, group, securityUpdateAction, legSide],
      ]),
      [
        ["MSFT", "XNAS", "pxnas-1", "A", "N"],
        ["MSFT", "XNAS", "pxnas-1", "A", "N"],
      ],
    );
  },
});

Deno.test({
  name: "readDbn() reads options of version 1 in several Zstandard frames",
  ignore,
  fn() {
    const fragment = Deno.readFileSync(
      sharedFile("data", "multi-frame.definition.v1.dbn.frag.zst"),
    );
    const header = encodeMetadata({ ...SAMPLE_METADATA, version: 1, schema: 9 });
    const { records } = readDbn(join(new Uint8Array(zstdCompressSync(header)), fragment));
    const found = [...records] as DefinitionRecord[];
    assert.equal(found.length, 8);
    const { rawSymbol, underlying, instrumentClass, strikePrice, expiration, asset } = found[0]!;
    assert.deepEqual([rawSymbol, underlying, instrumentClass, asset], [
      ...["GEM3 P9812", "GEM3", "P", "GE"],
    ]);
    assert.deepEqual([strikePrice, expiration], [9812500000000n, 1687168800000000000n]);
  },
});

Deno.test("the made Zstandard files are of several frames", () => {
  for (const version of VERSIONS) {
    const file = Deno.readFileSync(testdata(`made.v${version}.dbn.zst`));
    const first = zstdDecompressSync(file);
    assert.ok(first.length < madeFile(version).length);
    assert.equal(Buffer.compare(first, madeFile(version).subarray(0, first.length)), 0);
  }
});
