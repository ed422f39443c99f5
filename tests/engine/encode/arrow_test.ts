import assert from "node:assert/strict";
import { tableFromIPC } from "@uwdata/flechette";
import fc from "fast-check";
import { EngineCore } from "../../../engine/core.ts";
import { GridFrame } from "../../../engine/grid_frame.ts";
import { GridEncoder } from "../../../engine/encode/arrow.ts";
import {
  BUCKET_FIELDS,
  type FloatField,
  GRID_ROWS,
  HALF_WIDTH,
} from "../../../engine/wire/fields.ts";

Deno.test("GridEncoder encodes any choice of columns, whichever lie side by side", () => {
  fc.assert(fc.property(fc.subarray([...BUCKET_FIELDS]), fc.nat(), (fields, first) => {
    const frame = new GridFrame(new EngineCore("test").views, 250_000_000, 0n);
    frame.values.forEach((_, i, values) => values[i] = first + i / 7);
    frame.lastEventId.forEach((_, i, ids) => ids[i] = BigInt(first + i * 2 ** 40));
    const table = tableFromIPC(new GridEncoder(fields).encode(frame).slice(), { useBigInt: true });
    assert.deepEqual(table.names, ["k", ...BUCKET_FIELDS.filter((name) => fields.includes(name))]);
    assert.deepEqual([...table.getChild("k")], Array.from({ length: GRID_ROWS }, fromMiddle));
    for (const name of fields) {
      const expected = name === "last_event_id"
        ? [...frame.lastEventId]
        : [...frame.column(name as FloatField)];
      assert.deepEqual([...table.getChild(name)], expected, name);
    }
  }));
});

function fromMiddle(_: unknown, row: number): number {
  return row - HALF_WIDTH;
}
