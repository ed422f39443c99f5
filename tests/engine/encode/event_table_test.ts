/** Captured sweeps and reserves: in each format what they were, null where their kind has no value. */
import assert from "node:assert/strict";
import { tableFromIPC } from "apache-arrow";
import { SIDE } from "dbn-ts";
import type { BookEvent } from "../../../engine/book_events.ts";
import type { CaptureFormat } from "../../../engine/encode/capture_format.ts";
import { eventWriter } from "../../../engine/encode/event_table.ts";
import { duckdb } from "../../duckdb.ts";
import { join } from "../../made_session.ts";

const BIG = 2n ** 63n + 5n;

const EVENTS: BookEvent[] = [
  {
    ...{ kind: "sweep", tsNs: 1_770_388_867_325_120_001n, eventId: 12, side: SIDE.BID },
    ...{ price: 25_000_500_000_000n, from: -250_000_000n, prices: 3, size: 4_294_967_297 },
  },
  {
    ...{ kind: "reserve", tsNs: 1_770_388_867_325_120_002n, eventId: 40, side: SIDE.ASK },
    ...{ price: 25_000_250_000_000n, orderId: BIG, size: 5, shown: 8, filled: 29, refills: 3 },
    sinceNs: 1_770_388_860_000_000_000n,
  },
];

const ROWS = [
  {
    ...{ ts_ns: "1770388867325120001", event_id: "12", event: "sweep", side: "B" },
    ...{ price_int: "25000500000000", size: "4294967297", from_price_int: "-250000000" },
    ...{ prices: 3, order_id: null, shown: null, filled: null, refills: null, since_ts_ns: null },
  },
  {
    ...{ ts_ns: "1770388867325120002", event_id: "40", event: "reserve", side: "A" },
    ...{ price_int: "25000250000000", size: "5", from_price_int: null, prices: null },
    ...{ order_id: `${BIG}`, shown: "8", filled: "29", refills: 3 },
    since_ts_ns: "1770388860000000000",
  },
];

function captured(format: CaptureFormat, events: readonly BookEvent[]): Uint8Array {
  const writer = eventWriter(format);
  return join(...events.map((event) => writer.add(event) ?? new Uint8Array()), writer.end());
}

Deno.test("captured events are told as JSON lines in the stream's words, each with every column", () => {
  const lines = new TextDecoder().decode(captured("jsonl", EVENTS)).trimEnd().split("\n");
  assert.deepEqual(lines.map((line) => JSON.parse(line)), [
    {
      ...{ ts_ns: "1770388867325120001", event_id: 12, event: "sweep", side: "B" },
      ...{ price_int: "25000500000000", from_price_int: "-250000000", prices: 3 },
      ...{ size: 4_294_967_297, order_id: null, shown: null, filled: null, refills: null },
      since_ts_ns: null,
    },
    {
      ...{ ts_ns: "1770388867325120002", event_id: 40, event: "reserve", side: "A" },
      ...{ price_int: "25000250000000", order_id: `${BIG}`, size: 5, shown: 8, filled: 29 },
      ...{ refills: 3, since_ts_ns: "1770388860000000000", from_price_int: null, prices: null },
    },
  ]);
  for (const line of lines) {
    assert.deepEqual(Object.keys(JSON.parse(line)), Object.keys(ROWS[0]!));
  }
  assert.ok(lines.every((line) => line.startsWith('{"ts_ns":"')));
});

Deno.test("captured events are read back from Arrow, and a file of none has their columns", () => {
  const rows = tableFromIPC(captured("arrow", EVENTS)).toArray().map((row) =>
    Object.fromEntries(
      Object.entries(row!.toJSON()).map(([name, v]) => [name, typeof v === "bigint" ? `${v}` : v]),
    )
  );
  assert.deepEqual(rows, ROWS);
  const none = tableFromIPC(captured("arrow", []));
  assert.deepEqual(none.schema.fields.map(({ name }) => name), Object.keys(ROWS[0]!));
  assert.equal(none.numRows, 0);
});

Deno.test("captured events are read from Parquet by DuckDB", async () => {
  const dir = await Deno.makeTempDir();
  try {
    const many = Array.from({ length: 70_000 }, (_, i) => EVENTS[i % 2]!);
    await Deno.writeFile(`${dir}/events.parquet`, captured("parquet", many));
    await Deno.writeFile(`${dir}/none.parquet`, captured("parquet", []));
    const [rows, count, none] = await duckdb(dir, [
      "SELECT * FROM 'events.parquet' LIMIT 2",
      "SELECT count(*) FROM 'events.parquet'",
      "SELECT * FROM 'none.parquet'",
    ]);
    const names = Object.keys(ROWS[0]!);
    assert.deepEqual(rows!.columns, names);
    const texts = ROWS.map((row) => Object.values(row).map(String));
    assert.deepEqual(rows!.rows, texts);
    assert.equal(rows!.types[names.indexOf("order_id")], "UBIGINT");
    assert.deepEqual(count!.rows, [["70000"]]);
    assert.deepEqual([none!.columns, none!.rows], [names, []]);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});
