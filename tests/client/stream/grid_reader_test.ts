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
import fc from "fast-check";
import { readGrid } from "../../../client/stream/grid.ts";
import { GridReader } from "../../../client/stream/grid_reader.ts";
import {
  type BucketField,
  FLOAT_FIELDS,
  GRID_ROWS,
  HALF_WIDTH,
} from "../../../engine/wire/fields.ts";

const K = Array.from({ length: GRID_ROWS }, (_, row) => row - HALF_WIDTH);

/** A message whose column `n` holds `seed + n + row`, and whose events count up from `event`. */
function message(
  names: readonly BucketField[],
  seed: number,
  event: bigint | null,
  k: readonly number[] = K,
): ArrayBuffer {
  const columns: Record<string, Column<unknown>> = { k: columnFromArray([...k], int32()) };
  names.forEach((name, n) => {
    columns[name] = columnFromArray(Float64Array.from(k, (_, row) => seed + n + row), float64());
  });
  if (event !== null) {
    columns.last_event_id = columnFromArray(k.map((_, row) => event + BigInt(row)), int64());
  }
  const bytes = tableToIPC(tableFromColumns(columns), { format: "stream" });
  assert.ok(bytes instanceof Uint8Array);
  return bytes.slice().buffer;
}

Deno.test("GridReader reads every message of a stream as readGrid() does, whatever changes", () => {
  const messages = fc.array(
    fc.record({
      names: fc.subarray([...FLOAT_FIELDS]),
      seed: fc.double({ noNaN: true }),
      event: fc.option(fc.bigInt(0n, 2n ** 53n - 200n)),
    }).chain((made) => fc.constant(made).map((one) => [one, { ...one, seed: one.seed + 1 }])),
    { maxLength: 6 },
  );
  fc.assert(
    fc.property(messages, (pairs) => {
      const reader = new GridReader();
      for (const { names, seed, event } of pairs.flat()) {
        const bytes = message(names, seed, event);
        assert.deepEqual(reader.read(bytes), readGrid(bytes));
      }
    }),
    { numRuns: 40 },
  );
});

Deno.test("GridReader gives views of each message", () => {
  const reader = new GridReader();
  for (const seed of [1, 2, 3]) {
    const bytes = message(["rest_depth"], seed, 7n);
    const { rest_depth, last_event_id } = reader.read(bytes).columns;
    assert.equal(rest_depth?.buffer, bytes);
    assert.equal(rest_depth[5], seed + 5);
    assert.equal(last_event_id?.[100], 107);
  }
});

Deno.test("GridReader refuses what readGrid() refuses, also after good messages", () => {
  const reader = new GridReader();
  reader.read(message(["rest_depth"], 0, 1n));
  const reversed = message(["rest_depth"], 0, 1n, K.toReversed());
  assert.throws(() => reader.read(reversed), /row 0 has k 50/);
  assert.throws(() => reader.read(message(["rest_depth"], 0, 1n, K.slice(1))), /expected 101 rows/);
  assert.throws(() => reader.read(message(["rest_depth"], 0, 2n ** 53n)), /beyond 2\^53/);
  assert.throws(() => reader.read(message(["rest_depth"], 0, -1n)), /beyond 2\^53/);
  assert.equal(reader.read(message(["rest_depth"], 4, 1n)).columns.rest_depth?.[0], 4);
});
