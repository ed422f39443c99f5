import assert from "node:assert/strict";
import fc from "fast-check";
import {
  DbnError,
  encodeMbo,
  encodeMetadata,
  type MboFields,
  type MboNumbers,
  MboWriter,
  type Metadata,
  type MetadataInput,
  parseMetadata,
  readMboFields,
} from "dbn-ts";
import { mbo, SAMPLE_METADATA } from "./sample.ts";

const MIDNIGHT = 1770336000000000000n;

/** Makes fast-check's objects ones that compare equal to literals. */
const plain = { noNullPrototype: true } as const;
const u8 = fc.integer({ min: 0, max: 0xff });
const u32 = fc.integer({ min: 0, max: 0xffffffff });
const i32 = fc.integer({ min: -0x80000000, max: 0x7fffffff });
const u64 = fc.bigInt({ min: 0n, max: 0xffffffffffffffffn });
const small = {
  publisherId: fc.integer({ min: 0, max: 0xffff }),
  instrumentId: u32,
  size: u32,
  flags: u8,
  channelId: u8,
  action: u8,
  side: u8,
  tsInDelta: i32,
  sequence: u32,
};

Deno.test("encodeMbo() then readMboFields() is the identity over every field's range", () => {
  const price = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
  const record = fc.record({ ...small, tsEvent: u64, orderId: u64, price, tsRecv: u64 }, plain);
  fc.assert(fc.property(record, fc.option(u64, { nil: undefined }), (fields: MboFields, sentAt) => {
    const bytes = encodeMbo(fields, sentAt);
    assert.equal(bytes.length, sentAt === undefined ? 56 : 64);
    assert.deepEqual(readMboFields(bytes, 0), fields);
  }));
});

Deno.test("encodeMbo() refuses what does not fit its field, and does not cut it", () => {
  const wrong: Record<string, unknown> = {
    ...{ size: 2 ** 32, flags: 300, sequence: -1, tsInDelta: 2 ** 31, channelId: 1.5 },
    ...{ price: 2n ** 63n, orderId: -1n, tsRecv: 2n ** 64n, action: "A", side: NaN },
    ...{ publisherId: 65_536, instrumentId: Infinity, tsEvent: undefined },
  };
  for (const [name, value] of Object.entries(wrong)) {
    assert.throws(() => encodeMbo({ ...mbo(), [name]: value }), (error) => {
      assert.ok(error instanceof DbnError);
      assert.match(
        error.message,
        new RegExp(`^${name}: ${value} is no integer from -?\\d+ to \\d+$`),
      );
      return true;
    });
  }
  assert.throws(() => encodeMbo(mbo(), 2n ** 64n), /^DbnError: tsOut: /);
});

Deno.test("MboWriter writes the bytes that encodeMbo() does", () => {
  const safe = fc.maxSafeNat();
  const ns = fc.integer({ min: -86400e9, max: 2 * 86400e9 });
  const price = fc.maxSafeInteger();
  const record = fc.record({ ...small, tsEvent: ns, orderId: safe, price, tsRecv: ns }, plain);
  fc.assert(fc.property(fc.array(record, { maxLength: 8 }), (records: MboNumbers[]) => {
    const writer = new MboWriter(MIDNIGHT, 8);
    for (const record of records) writer.write(record);
    const bytes = writer.take();
    assert.equal(bytes.length, records.length * 56);
    records.forEach((record, n) => {
      assert.deepEqual(readMboFields(bytes, n * 56), {
        ...record,
        tsEvent: MIDNIGHT + BigInt(record.tsEvent),
        orderId: BigInt(record.orderId),
        price: BigInt(record.price),
        tsRecv: MIDNIGHT + BigInt(record.tsRecv),
      });
      assert.deepEqual(bytes.slice(n * 56, n * 56 + 2), Uint8Array.of(14, 160));
    });
  }));
});

Deno.test("MboWriter is full at its capacity and empty after take()", () => {
  const writer = new MboWriter(MIDNIGHT, 2);
  const record = { ...mbo(), tsEvent: 1, orderId: 2, price: 3, tsRecv: 4 };
  writer.write(record);
  assert.equal(writer.full, false);
  writer.write(record);
  assert.equal(writer.full, true);
  assert.throws(() => writer.write(record), RangeError);
  assert.equal(writer.take().length, 112);
  assert.equal(writer.full, false);
  assert.equal(writer.take().length, 0);
});

Deno.test("encodeMetadata() then parseMetadata() is the identity in every version", () => {
  const text = (bytes: number) => fc.string({ maxLength: bytes }).filter((s) => !s.includes("\0"));
  const symbols = fc.array(text(21), { maxLength: 4 });
  const interval = fc.record({ startDate: u32, endDate: u32, symbol: text(21) }, plain);
  const metadata = fc.record({
    version: fc.constantFrom(1, 2, 3),
    dataset: text(16),
    schema: fc.integer({ min: 0, max: 0xffff }),
    start: u64,
    end: fc.option(fc.bigInt({ min: 0n, max: 0xfffffffffffffffen })),
    limit: fc.option(fc.bigInt({ min: 1n, max: 0xffffffffffffffffn })),
    stypeIn: u8,
    stypeOut: u8,
    tsOut: fc.boolean(),
    symbols,
    partial: symbols,
    notFound: symbols,
    mappings: fc.array(
      fc.record({ rawSymbol: text(21), intervals: fc.array(interval, { maxLength: 3 }) }, plain),
      { maxLength: 3 },
    ),
  }, plain);
  fc.assert(fc.property(metadata, (input) => {
    const bytes = encodeMetadata(input);
    if (input.version === 3) assert.equal(bytes.length % 8, 0);
    assert.deepEqual(withoutOffsets(parseMetadata(bytes)), input);
  }));
});

Deno.test("encodeMetadata() fills in what an ordinary batch file says", () => {
  const { dataset, schema, start, symbols, mappings } = SAMPLE_METADATA;
  const parsed = parseMetadata(encodeMetadata({ dataset, schema, start, symbols, mappings }));
  assert.deepEqual([parsed.version, parsed.stypeIn, parsed.stypeOut, parsed.tsOut], [
    3,
    1,
    0,
    false,
  ]);
  assert.deepEqual([parsed.partial, parsed.notFound, parsed.end, parsed.limit], [
    [],
    [],
    null,
    null,
  ]);
});

Deno.test("encodeMetadata() refuses numbers that do not fit", () => {
  const interval = { startDate: 2 ** 32, endDate: 20260207, symbol: "7" };
  for (
    const [wrong, name] of [
      [{ schema: 65_536 }, "schema"],
      [{ start: -1n }, "start"],
      [{ stypeIn: 256 }, "stypeIn"],
      [{ mappings: [{ rawSymbol: "A", intervals: [interval] }] }, "startDate"],
    ] as const
  ) {
    const input = { ...SAMPLE_METADATA, ...wrong } as MetadataInput;
    assert.throws(() => encodeMetadata(input), new RegExp(`^DbnError: ${name}: `));
  }
});

Deno.test("encodeMetadata() refuses a symbol longer than its field", () => {
  const symbols = ["X".repeat(71)];
  assert.throws(() => encodeMetadata({ ...SAMPLE_METADATA, symbols }), DbnError);
});

Deno.test("encodeMetadata() refuses what no reader would read again", () => {
  for (const version of [0, 4, 1.5, -1, NaN]) {
    assert.throws(() => encodeMetadata({ ...SAMPLE_METADATA, version }), RangeError);
  }
  assert.throws(
    () => encodeMetadata({ ...SAMPLE_METADATA, symbols: ["A\0B"] }),
    /^DbnError: "A\\u0000B" has a NUL in it/,
  );
});

function withoutOffsets(metadata: Metadata) {
  const mappings = metadata.mappings.map(({ rawSymbol, intervals }) => ({
    rawSymbol,
    intervals: intervals.map(({ startDate, endDate, symbol }) => ({ startDate, endDate, symbol })),
  }));
  return { ...metadata, mappings };
}
