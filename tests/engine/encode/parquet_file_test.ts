import assert from "node:assert/strict";
import { EngineCore } from "../../../engine/core.ts";
import { BOOK_VALID, EVENT_ID, LAST_TS } from "../../../engine/core/layout.ts";
import { GridFrame } from "../../../engine/grid_frame.ts";
import { BUCKET_FIELDS, GRID_ROWS } from "../../../engine/wire/fields.ts";
import { ParquetGridWriter } from "../../../engine/encode/parquet_file.ts";
import { duckdb } from "../../duckdb.ts";

const PER_GROUP = 8;
const GROUPS = 5;
const REST = 3;

/** A grid with values that only exact 64-bit columns keep apart. */
function frameOf(i: number): GridFrame {
  const core = new EngineCore("test");
  const frame = new GridFrame(core.views, 250_000_000, 0n);
  // From 2^63 - 1 down: the greatest times that the column can hold.
  core.set(LAST_TS, 2n ** 63n - 1n - BigInt(i));
  core.set(EVENT_ID, BigInt(Number.MAX_SAFE_INTEGER - i));
  core.set(BOOK_VALID, i % 2 === 0 ? 1n : 0n);
  const odd = [-0, 0, 5e-324, -Number.MAX_VALUE, 0.1 + 0.2, 1 / 3];
  frame.values.forEach((_, at, values) => values[at] = odd[(at + i) % odd.length]!);
  frame.lastEventId.fill(BigInt(Number.MAX_SAFE_INTEGER - i));
  return frame;
}

async function withFolder(test: (dir: string) => Promise<void>) {
  const dir = await Deno.makeTempDir();
  try {
    await test(dir);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

Deno.test("ParquetGridWriter hands over each row group when it is full, and keeps none of it", async () => {
  await withFolder(async (dir) => {
    const writer = new ParquetGridWriter(BUCKET_FIELDS, PER_GROUP);
    using file = await Deno.open(`${dir}/grids.parquet`, { write: true, create: true });
    const sizes: number[] = [];
    for (let i = 0; i < GROUPS * PER_GROUP + REST; i++) {
      const bytes = writer.add(frameOf(i));
      assert.equal(bytes !== null, i % PER_GROUP === PER_GROUP - 1, `grid ${i}`);
      if (bytes !== null) {
        sizes.push(bytes.length);
        file.writeSync(bytes);
      }
    }
    file.writeSync(writer.end());
    const [groups, rows] = await duckdb(dir, [
      `SELECT row_group_id, any_value(row_group_num_rows), sum(total_compressed_size)
       FROM parquet_metadata('grids.parquet') GROUP BY row_group_id ORDER BY row_group_id`,
      "SELECT count(*) FROM 'grids.parquet'",
    ]);
    const full = `${PER_GROUP * GRID_ROWS}`;
    assert.deepEqual(groups!.rows.map((row) => row[1]), [
      ...new Array(GROUPS).fill(full),
      `${REST * GRID_ROWS}`,
    ]);
    // The first is preceded by the four bytes that begin the file.
    sizes[0]! -= 4;
    assert.deepEqual(groups!.rows.slice(0, GROUPS).map((row) => Number(row[2])), sizes);
    assert.deepEqual(rows!.rows, [[`${(GROUPS * PER_GROUP + REST) * GRID_ROWS}`]]);
  });
});

Deno.test("ParquetGridWriter keeps 64-bit integers and every bit of a float", async () => {
  await withFolder(async (dir) => {
    const writer = new ParquetGridWriter(BUCKET_FIELDS);
    const grids = 7;
    for (let i = 0; i < grids; i++) assert.equal(writer.add(frameOf(i)), null);
    await Deno.writeFile(`${dir}/grids.parquet`, writer.end());
    const [result] = await duckdb(dir, [
      "SELECT ts_ns, event_id, book_valid, k, last_event_id, pressure_variant, j_rest_depth " +
      "FROM 'grids.parquet' ORDER BY ts_ns DESC, k",
    ]);
    assert.deepEqual(result!.types, [
      ...["BIGINT", "BIGINT", "BOOLEAN", "INTEGER", "BIGINT", "DOUBLE", "DOUBLE"],
    ]);
    const text = (value: number) => Object.is(value, -0) ? "-0" : `${value}`;
    const expected = Array.from({ length: grids }, (_, i) => frameOf(i)).flatMap((frame) =>
      Array.from({ length: GRID_ROWS }, (_, row) => [
        `${frame.tsNs}`,
        `${frame.eventId}`,
        `${frame.bookValid}`,
        `${row - 50}`,
        `${frame.lastEventId[row]}`,
        text(frame.column("pressure_variant")[row]!),
        text(frame.column("j_rest_depth")[row]!),
      ])
    );
    assert.deepEqual(result!.rows, expected);
  });
});

Deno.test("ParquetGridWriter writes the chosen columns in their order, and a file without grids", async () => {
  await withFolder(async (dir) => {
    await Deno.writeFile(
      `${dir}/none.parquet`,
      new ParquetGridWriter(["last_event_id", "vacuum_variant"]).end(),
    );
    const [result] = await duckdb(dir, ["SELECT * FROM 'none.parquet'"]);
    assert.deepEqual(result!.rows, []);
    assert.deepEqual(result!.columns, [
      ...["ts_ns", "event_id", "mid_price", "spot_ref_price_int", "best_bid_price_int"],
      ...["best_ask_price_int", "book_valid", "bid_present", "ask_present"],
      ...["maybe_bad_book", "k", "vacuum_variant", "last_event_id"],
    ]);
  });
});
