/** Columns that nobody gets unasked: captured in each format as the run has them. */
import assert from "node:assert/strict";
import { tableFromIPC } from "apache-arrow";
import { ensureBookCache } from "../../../engine/cache.ts";
import { type CaptureFormat, gridWriter } from "../../../engine/encode/capture_format.ts";
import { EngineRun } from "../../../engine/run.ts";
import { sessionTimeNs } from "../../../engine/session.ts";
import { EXTRA_FIELDS, extrasOf, GRID_ROWS } from "../../../engine/wire/fields.ts";
import { join } from "../../made_session.ts";
import { SMALL_DT, SMALL_START, smallLake } from "../../small_session.ts";

const FIELDS = ["rest_depth", "order_count", "added_total", "filled_total"] as const;

/** Grids of the small session in a format, and their columns as the run has them, row by row. */
async function captured(format: CaptureFormat) {
  await using made = await smallLake();
  const time = { name: "start", text: SMALL_START };
  const run = await EngineRun.open({
    ...{ origin: { path: made.path }, productType: "future_mbo", symbol: "MNQH6", dt: SMALL_DT },
    ...{ tickInt: 250_000_000, throttleMs: 5_000 },
    startNs: sessionTimeNs("future_mbo", SMALL_DT, time),
  }, extrasOf(FIELDS));
  try {
    await ensureBookCache(run, { lake: made.lake });
    const writer = gridWriter(format, FIELDS);
    const parts: Uint8Array[] = [];
    const rows: number[][] = [];
    for await (const frame of run.grids()) {
      parts.push(writer.add(frame) ?? new Uint8Array());
      const columns = FIELDS.map((field) => frame.column(field));
      for (let row = 0; row < GRID_ROWS; row++) rows.push(columns.map((column) => column[row]!));
    }
    parts.push(writer.end());
    return { bytes: join(...parts), rows };
  } finally {
    run.close();
  }
}

Deno.test("totals are captured as the run has them, as JSON lines and as Arrow", async () => {
  const { bytes, rows } = await captured("jsonl");
  assert.ok(rows.some(([depth, orders, added]) => depth! > 0 && orders! > 1 && added! > 0));
  assert.ok(rows.some((row) => row[3]! > 0));
  const lines = new TextDecoder().decode(bytes).trimEnd().split("\n");
  assert.deepEqual(lines.flatMap((line) => JSON.parse(line).buckets), rows);
  const arrow = await captured("arrow");
  const table = tableFromIPC(arrow.bytes);
  const columns = FIELDS.map((field) => [...table.getChild(field)!.toArray()] as number[]);
  assert.deepEqual(arrow.rows.map((_, i) => columns.map((column) => column[i])), arrow.rows);
  assert.deepEqual(arrow.rows, rows);
});

Deno.test("what is worked out is what is asked for", () => {
  assert.deepEqual(extrasOf(["rest_depth"]), { sides: false, totals: false });
  assert.deepEqual(extrasOf(["bid_depth"]), { sides: true, totals: false });
  assert.deepEqual(extrasOf(["k_none" as never, "order_count"]), { sides: false, totals: true });
  assert.deepEqual(extrasOf(EXTRA_FIELDS), { sides: true, totals: true });
});
