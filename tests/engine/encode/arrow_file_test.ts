import assert from "node:assert/strict";
import { tableFromIPC } from "apache-arrow";
import { EngineCore } from "../../../engine/core.ts";
import { EVENT_ID } from "../../../engine/core/layout.ts";
import { ArrowGridWriter } from "../../../engine/encode/arrow_file.ts";
import { META_KEY } from "../../../engine/encode/capture_meta.ts";
import { GridFrame } from "../../../engine/grid_frame.ts";
import { GRID_ROWS } from "../../../engine/wire/fields.ts";
import { join } from "../../made_session.ts";

Deno.test("ArrowGridWriter writes any number of grids: none, and whole batches without a rest", () => {
  const core = new EngineCore("test");
  const frame = new GridFrame(core.views, 250_000_000, 0n);
  for (const grids of [0, 1, 63, 64, 65, 128]) {
    const writer = new ArrowGridWriter(["rest_depth"], { dt: "2026-02-06" });
    const parts: Uint8Array[] = [];
    for (let i = 0; i < grids; i++) {
      core.set(EVENT_ID, BigInt(i));
      const bytes = writer.add(frame);
      if (bytes !== null) parts.push(bytes);
    }
    const table = tableFromIPC(join(...parts, writer.end()));
    assert.equal(table.numRows, grids * GRID_ROWS);
    assert.deepEqual(table.schema.names.slice(-2), ["k", "rest_depth"]);
    assert.equal(table.schema.metadata.get(META_KEY), '{"dt":"2026-02-06"}');
    const ids = Array.from(
      { length: grids },
      (_, i) => Number(table.getChild("event_id")!.get(i * GRID_ROWS)),
    );
    assert.deepEqual(ids, Array.from({ length: grids }, (_, i) => i), `${grids} grids`);
  }
});
