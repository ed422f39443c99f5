import type { GridFrame } from "../grid_frame.ts";
import { ArrowTemplate } from "./arrow_template.ts";
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
import { type CaptureMeta, META_KEY } from "./capture_meta.ts";
import type { GridWriter } from "./grid_writer.ts";

/** Grids in a record batch: rows enough to be worth a batch, few enough to hold in memory. */
const BLOCK = 64;

/** Writes grids as one Arrow IPC stream, a record batch for each block of grids. */
export class ArrowGridWriter implements GridWriter {
  readonly #columns: readonly CaptureColumn[];
  readonly #fields: readonly StreamField[];
  readonly #block: Block;
  #begun = false;

  readonly #meta: string;

  /**
   * @param fields bucket columns wanted, in any order
   * @param meta what they come from
   */
  constructor(fields: readonly StreamField[], meta: CaptureMeta = {}) {
    this.#meta = JSON.stringify(meta);
    this.#fields = ordered(fields);
    this.#columns = captureColumns(this.#fields);
    this.#block = new Block(this.#columns, this.#fields, BLOCK, this.#meta);
  }

  add(frame: GridFrame): Uint8Array | null {
    this.#block.add(frame);
    return this.#block.grids === BLOCK ? this.#take(this.#block) : null;
  }

  end(): Uint8Array {
    const rest = new Block(this.#columns, this.#fields, this.#block.grids, this.#meta);
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
  readonly #numbers: NumberColumns;
  readonly #bits: Readonly<Record<string, Uint8Array>>;

  constructor(
    columns: readonly CaptureColumn[],
    readonly fields: readonly StreamField[],
    readonly capacity: number,
    meta: string,
  ) {
    const metadata = new Map([[META_KEY, meta]]);
    const template = new ArrowTemplate(columns, capacity * GRID_ROWS, metadata);
    this.template = template;
    this.#numbers = {
      ints: byName(columns, "int64", (name) => template.int64(name)),
      floats: byName(columns, "float64", (name) => template.float64(name)),
    };
    this.#bits = byName(columns, "bool", (name) => template.bits(name));
    template.int32("k").forEach((_, row, k) => k[row] = row % GRID_ROWS - HALF_WIDTH);
  }

  add(frame: GridFrame): void {
    const from = this.grids * GRID_ROWS;
    fillRows(this.#numbers, this.fields, from, frame);
    for (const [name, bits] of Object.entries(this.#bits)) {
      setBits(bits, from, from + GRID_ROWS, FLAGS[name]!(frame));
    }
    this.grids += 1;
  }

  /** Takes over the first grids of a larger block, as many as this one holds. */
  copy(other: Block): void {
    const rows = this.capacity * GRID_ROWS;
    for (const [name, values] of Object.entries(this.#numbers.ints)) {
      values.set(other.#numbers.ints[name]!.subarray(0, rows));
    }
    for (const [name, values] of Object.entries(this.#numbers.floats)) {
      values.set(other.#numbers.floats[name]!.subarray(0, rows));
    }
    for (const [name, bits] of Object.entries(this.#bits)) {
      bits.set(other.#bits[name]!.subarray(0, bits.length));
    }
    this.grids = this.capacity;
  }
}

function setBits(bits: Uint8Array, from: number, to: number, value: boolean): void {
  for (let row = from; row < to; row++) {
    const bit = 1 << (row & 7);
    if (value) bits[row >> 3]! |= bit;
    else bits[row >> 3]! &= ~bit;
  }
}
