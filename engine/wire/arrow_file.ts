import type { GridFrame } from "../grid/frame.ts";
import { ArrowTemplate, type ColumnType, setInt64 } from "./arrow_template.ts";
import { BUCKET_FIELDS, type BucketField, FLOAT_FIELDS, GRID_ROWS, HALF_WIDTH } from "./fields.ts";

/** Grids in a record batch: rows enough to be worth a batch, few enough to hold in memory. */
const BLOCK = 64;

const HEAD: readonly (readonly [string, ColumnType])[] = [
  ["ts_ns", "int64"],
  ["event_id", "int64"],
  ["mid_price", "float64"],
  ["spot_ref_price_int", "int64"],
  ["best_bid_price_int", "int64"],
  ["best_ask_price_int", "int64"],
  ["book_valid", "bool"],
  ["k", "int32"],
];

/**
 * Writes grids as one Arrow IPC stream, a record batch for each block of grids. A row is a bucket;
 * what heads its grid stands beside it: ts_ns, event_id, mid_price, spot_ref_price_int,
 * best_bid_price_int, best_ask_price_int, book_valid, then k and the chosen bucket columns.
 */
export class ArrowGridWriter {
  readonly #columns: readonly (readonly [string, ColumnType])[];
  readonly #fields: readonly BucketField[];
  readonly #block: Block;
  #begun = false;

  /** @param fields bucket columns wanted, in any order */
  constructor(fields: readonly BucketField[]) {
    this.#fields = BUCKET_FIELDS.filter((field) => fields.includes(field));
    this.#columns = [
      ...HEAD,
      ...this.#fields.map((field) =>
        [field, field === "last_event_id" ? "int64" : "float64"] as const
      ),
    ];
    this.#block = new Block(this.#columns, this.#fields, BLOCK);
  }

  /**
   * Takes a grid.
   *
   * @param frame the grid
   * @returns bytes to write, when a block is full; else none
   */
  add(frame: GridFrame): Uint8Array | null {
    this.#block.add(frame);
    return this.#block.grids === BLOCK ? this.#take(this.#block) : null;
  }

  /**
   * Ends the stream.
   *
   * @returns bytes to write: what is left of a block, and the end of the stream
   */
  end(): Uint8Array {
    const rest = new Block(this.#columns, this.#fields, this.#block.grids);
    rest.copy(this.#block);
    const { bytes, batchFrom, batchTo } = rest.template;
    if (!this.#begun) return bytes;
    return bytes.subarray(rest.grids === 0 ? batchTo : batchFrom);
  }

  #take(block: Block): Uint8Array {
    const { bytes, batchFrom, batchTo } = block.template;
    // A copy: what the caller holds must not change with the next grid.
    const taken = bytes.slice(this.#begun ? batchFrom : 0, batchTo);
    this.#begun = true;
    block.grids = 0;
    return taken;
  }
}

/** A record batch under construction. */
class Block {
  grids = 0;
  readonly template: ArrowTemplate;
  readonly #ints: Readonly<Record<string, BigInt64Array>>;
  readonly #floats: Readonly<Record<string, Float64Array>>;
  readonly #valid: Uint8Array;

  constructor(
    readonly columns: readonly (readonly [string, ColumnType])[],
    readonly fields: readonly BucketField[],
    readonly capacity: number,
  ) {
    const template = new ArrowTemplate(columns, capacity * GRID_ROWS);
    const named = <T>(wanted: ColumnType, view: (name: string) => T): Record<string, T> =>
      Object.fromEntries(
        columns.filter(([, type]) => type === wanted).map(([name]) => [name, view(name)]),
      );
    this.template = template;
    this.#ints = named("int64", (name) => template.int64(name));
    this.#floats = named("float64", (name) => template.float64(name));
    this.#valid = template.bits("book_valid");
    template.int32("k").forEach((_, row, k) => k[row] = row % GRID_ROWS - HALF_WIDTH);
  }

  add(frame: GridFrame): void {
    const from = this.grids * GRID_ROWS;
    const to = from + GRID_ROWS;
    this.#ints["ts_ns"]!.fill(frame.tsNs, from, to);
    this.#ints["event_id"]!.fill(BigInt(frame.eventId), from, to);
    this.#floats["mid_price"]!.fill(frame.midPrice, from, to);
    this.#ints["spot_ref_price_int"]!.fill(frame.spot, from, to);
    this.#ints["best_bid_price_int"]!.fill(frame.bestBid, from, to);
    this.#ints["best_ask_price_int"]!.fill(frame.bestAsk, from, to);
    for (let row = from; row < to; row++) {
      const bit = 1 << (row & 7);
      if (frame.bookValid) this.#valid[row >> 3]! |= bit;
      else this.#valid[row >> 3]! &= ~bit;
    }
    for (const field of this.fields) {
      if (field === "last_event_id") setInt64(this.#ints[field]!, from, frame.lastEventId);
      else {
        const at = FLOAT_FIELDS.indexOf(field) * GRID_ROWS;
        this.#floats[field]!.set(frame.values.subarray(at, at + GRID_ROWS), from);
      }
    }
    this.grids += 1;
  }

  /** Takes over the first grids of a larger block, as many as this one holds. */
  copy(other: Block): void {
    const rows = this.capacity * GRID_ROWS;
    for (const [name, values] of Object.entries(this.#ints)) {
      values.set(other.#ints[name]!.subarray(0, rows));
    }
    for (const [name, values] of Object.entries(this.#floats)) {
      values.set(other.#floats[name]!.subarray(0, rows));
    }
    this.#valid.set(other.#valid.subarray(0, this.#valid.length));
    this.grids = this.capacity;
  }
}
