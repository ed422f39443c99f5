import {
  bool,
  columnFromArray,
  float64,
  int32,
  int64,
  tableFromColumns,
  tableFromIPC,
  tableToIPC,
} from "@uwdata/flechette";

/** Bytes that end an Arrow IPC stream: the continuation mark and a length of zero. */
const END_BYTES = 8;

const MAKE = {
  bool: (rows: number) => columnFromArray(new Array<boolean>(rows).fill(false), bool()),
  int32: (rows: number) => columnFromArray(new Int32Array(rows), int32()),
  int64: (rows: number) => columnFromArray(new BigInt64Array(rows), int64()),
  float64: (rows: number) => columnFromArray(new Float64Array(rows), float64()),
} as const;

/** Types of the columns that grids are made of. */
export type ColumnType = keyof typeof MAKE;

/**
 * An Arrow IPC stream of one record batch whose column buffers can be overwritten in place.
 *
 * All batches of one schema and length have the same layout, so a library makes the stream once
 * and every batch after that costs a copy of its values.
 */
export class ArrowTemplate {
  /** The whole stream: schema, record batch, end. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Where the record batch begins and ends in it. */
  readonly batchFrom: number;
  readonly batchTo: number;
  readonly #offsets = new Map<string, number>();

  /**
   * @param columns names and types, in order
   * @param rows rows of the batch; with none the stream has no batch
   * @param metadata key-values of the schema
   */
  constructor(
    columns: readonly (readonly [name: string, type: ColumnType])[],
    readonly rows: number,
    metadata: ReadonlyMap<string, string> = new Map(),
  ) {
    const table = tableFromColumns(
      Object.fromEntries(columns.map(([name, type]) => [name, MAKE[type](rows)])),
    );
    if (metadata.size > 0) table.schema.metadata = new Map(metadata);
    // A copy of its own, so that 8-byte aligned positions in the stream are so in the buffer.
    this.bytes = new Uint8Array(tableToIPC(table, { format: "stream" })!);
    // Continuation mark, length of the schema message, the message.
    this.batchFrom = 8 + new DataView(this.bytes.buffer).getInt32(4, true);
    this.batchTo = this.bytes.length - END_BYTES;
    if (rows === 0) return;
    const inPlace = tableFromIPC(this.bytes, { useBigInt: true });
    for (const [name] of columns) {
      const { buffer, byteOffset } = inPlace.getChild(name).data[0]!.values as Uint8Array;
      if (buffer !== this.bytes.buffer) throw new Error(`${name} is not in place`);
      this.#offsets.set(name, byteOffset);
    }
  }

  /** The buffer of a float64 column: one value a row. */
  float64(name: string): Float64Array {
    return new Float64Array(this.bytes.buffer, this.#offsets.get(name), this.rows);
  }

  /** The buffer of an int32 column: one value a row. */
  int32(name: string): Int32Array {
    return new Int32Array(this.bytes.buffer, this.#offsets.get(name), this.rows);
  }

  /** The buffer of an int64 column: one value a row. */
  int64(name: string): BigInt64Array {
    return new BigInt64Array(this.bytes.buffer, this.#offsets.get(name), this.rows);
  }

  /** The buffer of a bool column: one bit a row, lowest first. */
  bits(name: string): Uint8Array {
    return new Uint8Array(this.bytes.buffer, this.#offsets.get(name), Math.ceil(this.rows / 8));
  }
}
