import assert from "node:assert/strict";
import {
  type Column,
  columnFromArray,
  float64,
  int32,
  int64,
  tableFromColumns,
  tableToIPC,
} from "@uwdata/flechette";
import { columnOf, readGrid } from "../../../client/stream/grid.ts";
import { BUCKET_FIELDS, FLOAT_FIELDS, GRID_ROWS, HALF_WIDTH } from "../../../engine/wire/fields.ts";

const K = Int32Array.from({ length: GRID_ROWS }, (_, i) => i - HALF_WIDTH);

/** Arrow bytes of a grid with the named float columns, column `n` holding `n + row`. */
function encode(names: readonly string[], k: Int32Array = K, events?: readonly bigint[]) {
  const columns: Record<string, Column<unknown>> = { k: columnFromArray(k, int32()) };
  names.forEach((name, n) => {
    const values = Float64Array.from({ length: k.length }, (_, row) => n + row);
    columns[name] = columnFromArray(values, float64());
  });
  if (events !== undefined) columns.last_event_id = columnFromArray([...events], int64());
  const bytes = tableToIPC(tableFromColumns(columns), { format: "stream" });
  assert.ok(bytes instanceof Uint8Array);
  return bytes;
}

const EVENTS = Array.from({ length: GRID_ROWS }, (_, i) => 2n ** 53n - 1n - BigInt(i));

Deno.test("readGrid() gives every column of the wire", () => {
  const grid = readGrid(encode(FLOAT_FIELDS, K, EVENTS));
  assert.deepEqual(Object.keys(grid.columns), [...BUCKET_FIELDS]);
  FLOAT_FIELDS.forEach((name, n) => assert.equal(grid.columns[name]?.[100], n + 100));
  assert.equal(grid.columns.last_event_id?.[1], 2 ** 53 - 2);
});

Deno.test("readGrid() gives views of the bytes it was given", () => {
  const bytes = encode(["rest_depth"]);
  assert.equal(readGrid(bytes).columns.rest_depth?.buffer, bytes.buffer);
});

Deno.test("readGrid() takes a subset and ignores columns that it does not know", () => {
  const grid = readGrid(encode(["rest_depth", "of_the_future"]));
  assert.deepEqual(Object.keys(grid.columns), ["rest_depth"]);
});

Deno.test("columnOf() gives zeros for a column that was not sent", () => {
  const grid = readGrid(encode(["rest_depth"]));
  assert.deepEqual(columnOf(grid, "v_add"), new Float64Array(GRID_ROWS));
  assert.equal(columnOf(grid, "rest_depth")[7], 7);
});

Deno.test("readGrid() refuses other rows than those of a grid", () => {
  assert.throws(() => readGrid(encode([], K.slice(1))), /expected 101 rows/);
  assert.throws(() => readGrid(encode([], K.toReversed())), /row 0 has k 50/);
});

Deno.test("readGrid() refuses an event id beyond 2^53 rather than round it", () => {
  assert.throws(() => readGrid(encode([], K, EVENTS.map((event) => event + 10n ** 16n))));
});

Deno.test("readGrid() refuses a column with nulls", () => {
  const columns = {
    k: columnFromArray(K, int32()),
    rest_depth: columnFromArray(Array.from(K, (k) => k === 0 ? null : k), float64()),
  };
  const bytes = tableToIPC(tableFromColumns(columns), { format: "stream" });
  assert.ok(bytes instanceof Uint8Array);
  assert.throws(() => readGrid(bytes), /rest_depth is not numeric/);
});
