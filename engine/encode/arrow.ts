import type { GridColumns } from "../grid_frame.ts";
import { ArrowTemplate } from "./arrow_template.ts";
import {
  EXTRA_FIELDS,
  FLOAT_FIELDS,
  GRID_ROWS,
  HALF_WIDTH,
  isExtra,
  STREAM_FIELDS,
  type StreamField,
} from "../wire/fields.ts";

/**
 * Encodes grids as Arrow IPC streams (schema, one record batch of GRID_ROWS rows, end of stream).
 * k is int32, last_event_id int64, the rest float64, without nulls.
 */
export class GridEncoder {
  readonly #template: ArrowTemplate;
  /** Columns that lie one behind the other in a frame and in the stream are copied as one. */
  readonly #runs: Run[] = [];
  readonly #lastEventId: BigInt64Array | null = null;
  readonly #extras: { from: number; to: Float64Array }[] = [];
  /** The values that the runs' sources are views of: making a view takes as long as copying a column. */
  #values: Float64Array | null = null;

  /** @param fields columns wanted, in any order; k always comes */
  constructor(fields: readonly StreamField[]) {
    const wanted = STREAM_FIELDS.filter((field) => fields.includes(field));
    const template = new ArrowTemplate([
      ["k", "int32"],
      ...wanted.map((field) => [field, field === "last_event_id" ? "int64" : "float64"] as const),
    ], GRID_ROWS);
    const k = template.int32("k");
    for (let row = 0; row < GRID_ROWS; row++) k[row] = row - HALF_WIDTH;
    for (const field of wanted) {
      if (field === "last_event_id") this.#lastEventId = template.int64(field);
      else if (isExtra(field)) {
        const from = EXTRA_FIELDS.indexOf(field) * GRID_ROWS;
        this.#extras.push({ from, to: template.float64(field) });
      } else this.#addColumn(FLOAT_FIELDS.indexOf(field) * GRID_ROWS, template.float64(field));
    }
    this.#template = template;
  }

  /**
   * Encodes a grid.
   *
   * @param grid the grid
   * @returns the Arrow IPC stream, overwritten by the next call: send or copy it first
   */
  encode({ values, lastEventId, extras }: GridColumns): Uint8Array<ArrayBuffer> {
    if (values !== this.#values) this.#view(values);
    for (const { source, to } of this.#runs) to.set(source);
    this.#lastEventId?.set(lastEventId);
    for (const { from, to } of this.#extras) to.set(extras.subarray(from, from + GRID_ROWS));
    return this.#template.bytes;
  }

  #view(values: Float64Array): void {
    this.#values = values;
    for (const run of this.#runs) {
      run.source = values.subarray(run.from, run.from + run.to.length);
    }
  }

  #addColumn(from: number, to: Float64Array): void {
    const last = this.#runs.at(-1);
    const follows = last !== undefined && last.from + last.to.length === from &&
      last.to.byteOffset + last.to.byteLength === to.byteOffset;
    if (follows) {
      last.to = new Float64Array(to.buffer, last.to.byteOffset, last.to.length + to.length);
    } else this.#runs.push({ from, source: to, to });
  }
}

/** Columns of a frame, from an index of its values on, and where they go. */
interface Run {
  readonly from: number;
  /** Those of the frame at hand. */
  source: Float64Array;
  to: Float64Array;
}
