import { zstdCompressSync } from "node:zlib";
import { ByteWriter, type ColumnSource, ParquetWriter } from "hyparquet-writer";
import type { GridFrame } from "../grid_frame.ts";
import type { ColumnType } from "./arrow_template.ts";
import {
  byName,
  type CaptureColumn,
  captureColumns,
  fillRows,
  FLAGS,
  type NumberColumns,
  ordered,
} from "./capture_columns.ts";
import { GRID_ROWS, HALF_WIDTH, type StreamField } from "../wire/fields.ts";
import { type CaptureMeta, META_KEY, PARQUET_WRITER } from "./capture_meta.ts";
import type { GridWriter } from "./grid_writer.ts";

/**
 * Grids in a row group: about 100,000 rows, which readers skip and share out among threads as one,
 * and which take about 25 MB before they are written.
 */
export const ROW_GROUP_GRIDS = 1024;

const TYPES = { bool: "BOOLEAN", int32: "INT32", int64: "INT64", float64: "DOUBLE" } as const;

/**
 * Writes grids as a Parquet file, a row group for each block of grids: the rows and columns of the
 * Arrow capture, none of them ever null, compressed with Zstandard.
 */
export class ParquetGridWriter implements GridWriter {
  readonly #fields: readonly StreamField[];
  readonly #columns: readonly CaptureColumn[];
  readonly #numbers: NumberColumns;
  readonly #k: Int32Array;
  readonly #flags: Readonly<Record<string, boolean[]>>;
  readonly #bytes = new ByteWriter();
  readonly #writer: ParquetWriter;
  /** What is written behind all rows: completed until then. */
  readonly #keyValues: { key: string; value: string }[] = [];
  readonly #meta: CaptureMeta;
  #grids = 0;
  #written = 0;
  #firstTs: bigint | null = null;
  #lastTs: bigint | null = null;

  /**
   * @param fields bucket columns wanted, in any order
   * @param groupGrids grids in a row group; the last group may have fewer
   * @param meta what they come from; first and last time and the number of grids are added to it
   */
  constructor(
    fields: readonly StreamField[],
    readonly groupGrids: number = ROW_GROUP_GRIDS,
    meta: CaptureMeta = {},
  ) {
    this.#meta = meta;
    const rows = groupGrids * GRID_ROWS;
    this.#fields = ordered(fields);
    this.#columns = captureColumns(this.#fields);
    this.#numbers = {
      ints: byName(this.#columns, "int64", () => new BigInt64Array(rows)),
      floats: byName(this.#columns, "float64", () => new Float64Array(rows)),
    };
    this.#k = Int32Array.from({ length: rows }, (_, row) => row % GRID_ROWS - HALF_WIDTH);
    this.#flags = byName(this.#columns, "bool", () => new Array<boolean>(rows).fill(false));
    this.#writer = new ParquetWriter({
      writer: this.#bytes,
      schema: [
        { name: "grids", num_children: this.#columns.length },
        ...this.#columns.map(([name, type]) => (
          { name, type: TYPES[type], repetition_type: "REQUIRED" } as const
        )),
      ],
      codec: "ZSTD",
      compressors: { ZSTD: (bytes) => zstdCompressSync(bytes) },
      kvMetadata: this.#keyValues,
      createdBy: PARQUET_WRITER,
    });
  }

  add(frame: GridFrame): Uint8Array | null {
    const from = this.#grids * GRID_ROWS;
    this.#firstTs ??= frame.tsNs;
    this.#lastTs = frame.tsNs;
    this.#written++;
    fillRows(this.#numbers, this.#fields, from, frame);
    for (const [name, values] of Object.entries(this.#flags)) {
      values.fill(FLAGS[name]!(frame), from, from + GRID_ROWS);
    }
    this.#grids += 1;
    if (this.#grids < this.groupGrids) return null;
    this.#writeGroup();
    return this.#take();
  }

  end(): Uint8Array {
    if (this.#grids > 0) this.#writeGroup();
    const [first, last] = [this.#firstTs, this.#lastTs];
    const seen = {
      first_ts_ns: first === null ? null : `${first}`,
      last_ts_ns: last === null ? null : `${last}`,
      grids: this.#written,
    };
    this.#keyValues.push({ key: META_KEY, value: JSON.stringify({ ...this.#meta, ...seen }) });
    this.#writer.finish();
    return this.#take();
  }

  #writeGroup(): void {
    const rows = this.#grids * GRID_ROWS;
    const columnData = this.#columns.map((column) => this.#source(column, rows));
    // A column of a group is below the size at which readers want pages.
    this.#writer.write({ columnData, rowGroupSize: rows, pageSize: 0 });
    this.#grids = 0;
  }

  #source([name, type]: CaptureColumn, rows: number): ColumnSource {
    const { ints, floats } = this.#numbers;
    const values: Readonly<Record<ColumnType, ColumnSource["data"]>> = {
      bool: this.#flags[name]!,
      int32: this.#k,
      int64: ints[name]!,
      float64: floats[name]!,
    };
    return {
      name,
      data: rows === this.#k.length ? values[type] : values[type].slice(0, rows),
      // Grids come in order of time: readers of a stretch of it skip whole groups by these bounds.
      statistics: name === "ts_ns",
      // A dictionary of floats would make -0 and 0 the same.
      ...(type === "float64" ? { encoding: "PLAIN" } : {}),
    };
  }

  /** Hands over what was written, and begins anew to fill the buffer. */
  #take(): Uint8Array {
    const taken = this.#bytes.getBytes().slice();
    this.#bytes.index = 0;
    return taken;
  }
}
