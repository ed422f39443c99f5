import assert from "node:assert/strict";
import { createReadStream } from "node:fs";
import { DbnError, decompressZstd, instrumentIds } from "dbn-ts";
import { hasShared, sharedFile } from "../../shared_data.ts";
import { CHUNK_SIZES, cut, decode, join } from "./sample.ts";

const ignore = !hasShared;

/** Decompresses an official fixture through the code under test. */
async function fixture(name: string, pieceBytes = 65536): Promise<Uint8Array> {
  const file = createReadStream(sharedFile("data", name), { highWaterMark: pieceBytes });
  return join(...await Array.fromAsync(decompressZstd(file, { name })));
}

/** The two records of the official MBO fixtures, the same in every version. */
const FIXTURE_RECORDS = [
  {
    publisherId: 1,
    instrumentId: 5482,
    tsEvent: 1609160400000429831n,
    orderId: 647784973705n,
    price: 3722750000000n,
    size: 1,
    flags: 128,
    channelId: 0,
    action: "C".charCodeAt(0),
    side: "A".charCodeAt(0),
    tsRecv: 1609160400000704060n,
    tsInDelta: 22993,
    sequence: 1170352,
  },
  {
    publisherId: 1,
    instrumentId: 5482,
    tsEvent: 1609160400000431665n,
    orderId: 647784973631n,
    price: 3723000000000n,
    size: 1,
    flags: 128,
    channelId: 0,
    action: "C".charCodeAt(0),
    side: "A".charCodeAt(0),
    tsRecv: 1609160400000711344n,
    tsInDelta: 19621,
    sequence: 1170353,
  },
];

for (const version of [1, 2, 3]) {
  const name = `test_data.mbo.v${version}.dbn.zst`;
  for (const size of CHUNK_SIZES) {
    Deno.test({
      name: `DbnDecoder reads the official MBO file of version ${version} in pieces of ${size}`,
      ignore,
      async fn() {
        const file = await fixture(name, Number.isFinite(size) ? size : undefined);
        const decoded = decode(cut(file, size), { name });
        assert.equal(decoded.error, null);
        assert.deepEqual(decoded.records, FIXTURE_RECORDS);
        assert.equal(decoded.recordsRead, 2);
        const { metadata } = decoded;
        assert.equal(metadata?.version, version);
        assert.equal(metadata.dataset, "GLBX.MDP3");
        assert.equal(metadata.start, 1609160400000000000n);
        assert.equal(metadata.limit, 2n);
        assert.deepEqual([metadata.stypeIn, metadata.stypeOut, metadata.tsOut], [1, 0, false]);
        assert.deepEqual(metadata.symbols, ["ESH1"]);
        assert.deepEqual([...instrumentIds(metadata, "2020-12-28")], [["ESH1", [5482]]]);
      },
    });
  }
}

Deno.test({
  name: "DbnDecoder reads the official uncompressed MBO file",
  ignore,
  fn() {
    const decoded = decode([Deno.readFileSync(sharedFile("data", "test_data.mbo.v3.dbn"))]);
    assert.equal(decoded.error, null);
    assert.deepEqual(decoded.records, FIXTURE_RECORDS);
  },
});

Deno.test({
  name: "DbnDecoder reads MBO files of other venues",
  ignore,
  async fn() {
    for (
      const [name, symbol] of [
        ["GLBX.MDP3.mbo.dbn.zst", "ESH1"],
        ["IFEU.IMPACT.mbo.dbn.zst", "BRN FMJ0024!"],
        ["XNAS.ITCH.mbo.dbn.zst", "NVDA"],
      ] as const
    ) {
      const decoded = decode([await fixture(name)], { name });
      assert.equal(decoded.error, null);
      assert.equal(decoded.records.length, 4);
      assert.equal(decoded.metadata?.mappings[0]?.rawSymbol, symbol);
    }
  },
});

Deno.test({
  name: "DbnDecoder reads every record of a real session",
  ignore,
  async fn() {
    const decoded = decode([await fixture("esh4_20231225.mbo.dbn.zst")]);
    assert.equal(decoded.error, null);
    assert.equal(decoded.records.length, 68_792);
    assert.equal(decoded.recordsRead, 68_792);
    assert.deepEqual([...new Set(decoded.records.map((r) => r.instrumentId))], [17077]);
  },
});

Deno.test({
  name: "DbnDecoder refuses official files of other schemas and a fragment by name",
  ignore,
  async fn() {
    for (
      const [name, reason] of [
        ["test_data.trades.v3.dbn.zst", "its schema is trades"],
        ["test_data.mbp-10.v3.dbn.zst", "its schema is mbp-10"],
        ["test_data.definition.v3.dbn.zst", "its schema is definition"],
        ["multi-frame.definition.v1.dbn.frag.zst", "not a DBN file"],
      ] as const
    ) {
      const { error, records } = decode([await fixture(name)], { name, schemas: [0, 0xffff] });
      assert.ok(error instanceof DbnError);
      assert.ok(error.message.startsWith(`${name}: ${reason}`), error.message);
      assert.equal(records.length, 0);
    }
  },
});
