import { zstdCompressSync } from "node:zlib";
import { ByteWriter, ParquetWriter } from "hyparquet-writer";
import { META_KEY, PARQUET_WRITER } from "./capture_meta.ts";
import type { EventColumn, EventColumnType } from "../regime/event_table.ts";

/** Formats that events are written in, by the endings of their files' names. */
export const EVENT_FORMATS = ["parquet", "csv", "jsonl"] as const;

/** Name of a format that events are written in. */
export type EventFormat = (typeof EVENT_FORMATS)[number];

/** @param path name of a file @returns the format that it ends with */
export function eventFormatOf(path: string): EventFormat | undefined {
  return EVENT_FORMATS.find((format) => path.endsWith(`.${format}`));
}

/**
 * Writes tables of events one after another into one file: a day each. Parquet has a row group for each,
 * and what they were made with as JSON under the key `meta`. Undefined values are null, and empty in CSV;
 * 64-bit integers are strings in JSON lines.
 */
export class EventFileWriter {
  readonly #encoder = new TextEncoder();
  readonly #parquet: ParquetTable | null;
  #rows = 0;
  #heads: string | null = null;

  /**
   * @param format of the file
   * @param meta what the events were made with
   */
  constructor(readonly format: EventFormat, meta: unknown) {
    this.#parquet = format === "parquet" ? new ParquetTable(JSON.stringify(meta)) : null;
  }

  /**
   * @param columns of the next table; the same in each
   * @returns bytes to write
   */
  add(columns: readonly EventColumn[]): Uint8Array {
    if (this.#parquet !== null) return this.#parquet.add(columns);
    const rows = columns[0]?.values.length ?? 0;
    this.#rows += rows;
    const lines = Array.from(
      { length: rows },
      (_, row) => this.format === "csv" ? csvRow(columns, row) : jsonRow(columns, row),
    );
    if (this.format === "csv" && this.#heads === null && columns.length > 0) {
      this.#heads = columns.map(({ name }) => name).join(",");
      lines.unshift(this.#heads);
    }
    return this.#encoder.encode(lines.map((line) => `${line}\n`).join(""));
  }

  /** @returns what comes after the last table */
  end(): Uint8Array {
    return this.#parquet?.end() ?? new Uint8Array(0);
  }
}

function csvRow(columns: readonly EventColumn[], row: number): string {
  return columns.map(({ values }) => `${values[row] ?? ""}`).join(",");
}

function jsonRow(columns: readonly EventColumn[], row: number): string {
  return JSON.stringify(
    Object.fromEntries(columns.map(({ name, values }) => {
      const value = values[row]!;
      return [name, typeof value === "bigint" ? `${value}` : value];
    })),
  );
}

const TYPES = {
  string: { type: "BYTE_ARRAY", converted_type: "UTF8" },
  int64: { type: "INT64" },
  float64: { type: "DOUBLE" },
  bool: { type: "BOOLEAN" },
} as const satisfies Record<EventColumnType, unknown>;

/** A Parquet file that grows by row groups. */
class ParquetTable {
  readonly #bytes = new ByteWriter();
  #writer: ParquetWriter | null = null;

  constructor(readonly meta: string) {}

  add(columns: readonly EventColumn[]): Uint8Array {
    const rows = columns[0]?.values.length ?? 0;
    const writer = this.#writer ??= this.#begin(columns);
    if (rows > 0) {
      writer.write({
        columnData: columns.map(({ name, type, values }) => ({
          name,
          data: [...values],
          // A dictionary of floats would make -0 and 0 the same.
          ...(type === "float64" ? { encoding: "PLAIN" as const } : {}),
        })),
        rowGroupSize: rows,
        pageSize: 0,
      });
    }
    return this.#take();
  }

  end(): Uint8Array {
    (this.#writer ?? this.#begin([])).finish();
    return this.#take();
  }

  #begin(columns: readonly EventColumn[]): ParquetWriter {
    return new ParquetWriter({
      writer: this.#bytes,
      schema: [
        { name: "events", num_children: columns.length },
        ...columns.map(({ name, type }) => (
          { name, ...TYPES[type], repetition_type: "OPTIONAL" } as const
        )),
      ],
      codec: "ZSTD",
      compressors: { ZSTD: (bytes) => zstdCompressSync(bytes) },
      kvMetadata: [{ key: META_KEY, value: this.meta }],
      createdBy: PARQUET_WRITER,
    });
  }

  /** Hands over what was written, and begins anew to fill the buffer. */
  #take(): Uint8Array {
    const taken = this.#bytes.getBytes().slice();
    this.#bytes.index = 0;
    return taken;
  }
}
