import { zstdCompressSync } from "node:zlib";
import {
  type Column,
  columnFromArray,
  type DataType,
  int32,
  int64,
  tableFromColumns,
  tableToIPC,
  uint64,
  utf8,
} from "@uwdata/flechette";
import { ByteWriter, ParquetWriter } from "hyparquet-writer";
import type { BookEvent } from "../book_events.ts";
import { bookEventMessage } from "./book_event.ts";
import { type CaptureMeta, META_KEY, PARQUET_WRITER } from "./capture_meta.ts";
import type { CaptureFormat } from "./capture_format.ts";

/** Turns sweeps and reserves into the bytes of a file, bit by bit. */
export interface EventWriter {
  /**
   * Takes an event.
   *
   * @param event what happened
   * @returns bytes to write, or none yet
   */
  add(event: BookEvent): Uint8Array | null;
  /**
   * Ends the file.
   *
   * @returns the bytes that are left to write
   */
  end(): Uint8Array;
}

/** Events in a row group of Parquet, which are held until they are written. */
const GROUP = 65_536;

type Value = bigint | number | string | null;

/**
 * The columns of captured events as a table: the message of the stream, prices and ids as integers,
 * null where an event of its kind has none.
 */
const COLUMNS: readonly {
  name: string;
  arrow: () => DataType;
  parquet: { type: "INT64" | "INT32" | "BYTE_ARRAY"; converted_type?: "UTF8" | "UINT_64" };
  value: (event: BookEvent) => Value;
}[] = [
  { name: "ts_ns", ...big(), value: ({ tsNs }) => tsNs },
  { name: "event_id", ...big(), value: ({ eventId }) => BigInt(eventId) },
  { name: "event", ...text(), value: ({ kind }) => kind },
  { name: "side", ...text(), value: ({ side }) => String.fromCharCode(side) },
  { name: "price_int", ...big(), value: ({ price }) => price },
  { name: "size", ...big(), value: ({ size }) => BigInt(size) },
  { name: "from_price_int", ...big(), value: (e) => e.kind === "sweep" ? e.from : null },
  { name: "prices", ...small(), value: (e) => e.kind === "sweep" ? e.prices : null },
  { name: "order_id", ...id(), value: (e) => e.kind === "reserve" ? e.orderId : null },
  { name: "shown", ...big(), value: (e) => e.kind === "reserve" ? BigInt(e.shown) : null },
  { name: "filled", ...big(), value: (e) => e.kind === "reserve" ? BigInt(e.filled) : null },
  { name: "refills", ...small(), value: (e) => e.kind === "reserve" ? e.refills : null },
  { name: "since_ts_ns", ...big(), value: (e) => e.kind === "reserve" ? e.sinceNs : null },
];

function big() {
  return { arrow: () => int64(), parquet: { type: "INT64" } } as const;
}

function small() {
  return { arrow: () => int32(), parquet: { type: "INT32" } } as const;
}

function id() {
  const parquet = { type: "INT64", converted_type: "UINT_64" } as const;
  return { arrow: () => uint64(), parquet };
}

function text() {
  const parquet = { type: "BYTE_ARRAY", converted_type: "UTF8" } as const;
  return { arrow: () => utf8(), parquet };
}

/** Every column in its place, with nothing in it: a reader of lines finds those of the other kind too. */
const ABSENT = Object.fromEntries(COLUMNS.map(({ name }) => [name, null]));

/** Columns that every event has a value of. */
const ALWAYS = 6;

/**
 * Makes a writer of sweeps and reserves.
 *
 * @param format format of the file
 * @param meta what the events come from, for formats that have a place for it
 * @returns the writer of one file
 */
export function eventWriter(format: CaptureFormat, meta: CaptureMeta = {}): EventWriter {
  if (format === "arrow") return new ArrowEventWriter(JSON.stringify(meta));
  if (format === "parquet") return new ParquetEventWriter(JSON.stringify(meta));
  const encoder = new TextEncoder();
  return {
    add: (event) =>
      encoder.encode(`${JSON.stringify({ ...ABSENT, ...bookEventMessage(event) })}\n`),
    end: () => new Uint8Array(0),
  };
}

/** One record batch: a day's events are far fewer than its grids. */
class ArrowEventWriter implements EventWriter {
  readonly #events: BookEvent[] = [];

  constructor(readonly meta: string) {}

  add(event: BookEvent): null {
    this.#events.push(event);
    return null;
  }

  end(): Uint8Array {
    const columns = COLUMNS.map(({ name, arrow, value }): [string, Column<Value>] => [
      name,
      columnFromArray(this.#events.map(value), arrow()),
    ]);
    const table = tableFromColumns(columns);
    table.schema.metadata = new Map([[META_KEY, this.meta]]);
    return tableToIPC(table, { format: "stream" })!;
  }
}

class ParquetEventWriter implements EventWriter {
  readonly #events: BookEvent[] = [];
  readonly #bytes = new ByteWriter();
  readonly #writer: ParquetWriter;

  constructor(meta: string) {
    this.#writer = new ParquetWriter({
      writer: this.#bytes,
      schema: [
        { name: "events", num_children: COLUMNS.length },
        ...COLUMNS.map(({ name, parquet }, i) => (
          { name, ...parquet, repetition_type: i < ALWAYS ? "REQUIRED" : "OPTIONAL" } as const
        )),
      ],
      codec: "ZSTD",
      compressors: { ZSTD: (bytes) => zstdCompressSync(bytes) },
      kvMetadata: [{ key: META_KEY, value: meta }],
      createdBy: PARQUET_WRITER,
    });
  }

  add(event: BookEvent): Uint8Array | null {
    this.#events.push(event);
    if (this.#events.length < GROUP) return null;
    this.#writeGroup();
    return this.#take();
  }

  end(): Uint8Array {
    if (this.#events.length > 0) this.#writeGroup();
    this.#writer.finish();
    return this.#take();
  }

  #writeGroup(): void {
    const events = this.#events.splice(0);
    this.#writer.write({
      columnData: COLUMNS.map(({ name, value }) => ({ name, data: events.map(value) })),
      rowGroupSize: events.length,
    });
  }

  /** Hands over what was written, and begins anew to fill the buffer. */
  #take(): Uint8Array {
    const taken = this.#bytes.getBytes().slice();
    this.#bytes.index = 0;
    return taken;
  }
}
