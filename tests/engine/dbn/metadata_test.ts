import assert from "node:assert/strict";
import { DbnError, encodeMetadata, instrumentIds, parseMetadata } from "dbn-ts";
import { SAMPLE_METADATA } from "./sample.ts";

/** Metadata whose only mapping has these intervals. */
function mapped(...intervals: { startDate: number; endDate: number; symbol: string }[]) {
  const mappings = [{ rawSymbol: "MNQH6", intervals }];
  return parseMetadata(encodeMetadata({ ...SAMPLE_METADATA, mappings }));
}

/** Encoded metadata with a u32 overwritten. */
function withU32(at: number, value: number, version = 3): Uint8Array {
  const bytes = encodeMetadata({ ...SAMPLE_METADATA, version });
  new DataView(bytes.buffer).setUint32(at, value, true);
  return bytes;
}

Deno.test("parseMetadata() says where each mapped symbol is", () => {
  for (const version of [1, 2, 3]) {
    const bytes = encodeMetadata({ ...SAMPLE_METADATA, version });
    const intervals = parseMetadata(bytes).mappings.flatMap(({ intervals }) => intervals);
    const found = intervals.map(({ symbol, offset }) =>
      new TextDecoder().decode(bytes.subarray(offset, offset + symbol.length))
    );
    assert.deepEqual(found, ["7", "42005347", "42007021"]);
  }
});

Deno.test("parseMetadata() skips a schema definition", () => {
  const plain = encodeMetadata(SAMPLE_METADATA);
  const bytes = new Uint8Array(plain.length + 5);
  bytes.set(plain.subarray(0, 112));
  bytes.set(plain.subarray(112), 117);
  const view = new DataView(bytes.buffer);
  view.setUint32(4, bytes.length - 8, true);
  view.setUint32(108, 5, true);
  assert.deepEqual(parseMetadata(bytes).symbols, SAMPLE_METADATA.symbols);
});

Deno.test("parseMetadata() takes an open end and no limit as null", () => {
  const { end, limit } = parseMetadata(
    encodeMetadata({ ...SAMPLE_METADATA, end: null, limit: null }),
  );
  assert.deepEqual([end, limit], [null, null]);
});

Deno.test("parseMetadata() takes texts as they are, with whatever they begin", () => {
  const symbols = ["\ufeffMNQH6"];
  assert.deepEqual(parseMetadata(encodeMetadata({ ...SAMPLE_METADATA, symbols })).symbols, symbols);
});

Deno.test("parseMetadata() refuses hostile counts and lengths with their position", () => {
  const symbols = 112;
  const mappings = symbols + 4 + 2 * 71 + 4 + 71 + 4 + 71;
  const intervals = mappings + 4 + 71;
  for (
    const [at, what] of [
      [108, "bytes of schema definition"],
      [symbols, "symbols"],
      [mappings, "symbol mappings"],
      [intervals, "mapping intervals"],
    ] as const
  ) {
    for (const value of [0xffffffff, 1000]) {
      assert.throws(() => parseMetadata(withU32(at, value), "bad.dbn"), {
        name: "DbnError",
        message: new RegExp(`^bad.dbn: ${value} ${what} declared at byte ${at} need`),
      });
    }
  }
  assert.throws(
    () => parseMetadata(withU32(53, 0)),
    /symbol length 0 at byte 53 is less than the 22/,
  );
  assert.throws(() => parseMetadata(withU32(53, 0xffff)), DbnError);
});

Deno.test("parseMetadata() refuses metadata cut at any byte", () => {
  for (const version of [1, 2]) {
    const bytes = encodeMetadata({ ...SAMPLE_METADATA, version });
    for (let length = 8; length < bytes.length; length++) {
      assert.throws(() => parseMetadata(bytes.subarray(0, length)), DbnError);
    }
  }
});

Deno.test("parseMetadata() refuses text that is not UTF-8 with its position", () => {
  assert.throws(() => parseMetadata(withU32(116, 0xffffffff)), /text at byte 116 is not UTF-8/);
});

Deno.test("instrumentIds() takes the intervals that hold the date, their end exclusive", () => {
  const metadata = parseMetadata(encodeMetadata(SAMPLE_METADATA));
  assert.deepEqual([...instrumentIds(metadata, "2026-02-04")], []);
  assert.deepEqual([...instrumentIds(metadata, "2026-02-05")], [["MNQH6", [7]]]);
  assert.deepEqual([...instrumentIds(metadata, "2026-02-06")], [
    ["MNQH6", [42005347]],
    ["MNQM6", [42007021]],
  ]);
  assert.deepEqual([...instrumentIds(metadata, "2026-02-07")], []);
});

Deno.test("instrumentIds() takes several ids of one symbol and leaves out empty ones", () => {
  const days = { startDate: 20260201, endDate: 20260301 };
  const metadata = mapped(
    { ...days, symbol: "1" },
    { ...days, symbol: "" },
    { ...days, symbol: "4294967295" },
  );
  assert.deepEqual([...instrumentIds(metadata, "2026-02-06")], [["MNQH6", [1, 4294967295]]]);
});

Deno.test("instrumentIds() knows an instrument that was requested under two symbols by both", () => {
  const intervals = [{ startDate: 20260206, endDate: 20260207, symbol: "42005347" }];
  const mappings = ["MNQH6", "MNQ.v.0"].map((rawSymbol) => ({ rawSymbol, intervals }));
  const metadata = parseMetadata(encodeMetadata({ ...SAMPLE_METADATA, mappings }));
  assert.deepEqual([...instrumentIds(metadata, "2026-02-06")], [
    ["MNQH6", [42005347]],
    ["MNQ.v.0", [42005347]],
  ]);
});

Deno.test("instrumentIds() refuses a symbol that is no instrument_id, when its interval applies", () => {
  for (const symbol of ["MNQH6", "-1", "1.5", "4294967296", "0x10", " 1"]) {
    const metadata = mapped({ startDate: 20260206, endDate: 20260207, symbol });
    const offset = metadata.mappings[0]!.intervals[0]!.offset;
    assert.deepEqual([...instrumentIds(metadata, "2026-02-07")], []);
    assert.throws(() => instrumentIds(metadata, "2026-02-06", "bad.dbn"), {
      name: "DbnError",
      message: new RegExp(`^bad.dbn: MNQH6 maps to ".*" at byte ${offset},`),
    });
  }
});
