import { tableFromIPC } from "@uwdata/flechette";
import { GRID_ROWS, STREAM_FIELDS, type StreamField } from "../../engine/wire/fields.ts";
import { type Grid, readGrid } from "./grid.ts";

/** Half of a 64-bit integer. */
const WORD = 2 ** 32;
/** High words from here on belong to integers that a number does not hold exactly. */
const HIGH_END = 2 ** 21;

/** Where the columns of a message lie, and all of it that is not a column. */
interface Layout {
  readonly sample: Uint8Array;
  /** Bytes between the columns: schema, lengths and k; from and to. */
  readonly fixed: readonly (readonly [number, number])[];
  readonly floats: readonly { readonly name: StreamField; readonly offset: number }[];
  /** Of last_event_id; null when it is not sent. */
  readonly events: number | null;
}

/**
 * Reads the grids of one stream. The messages of a stream differ in their columns' values alone: a
 * message that has every other byte in common with the one before has its columns in the same
 * places, so its schema is not decoded again. Any other is read whole, by `readGrid`.
 */
export class GridReader {
  #layout: Layout | null = null;

  /**
   * Reads a grid.
   *
   * @param bytes An Arrow IPC stream of one record batch of `GRID_ROWS` rows.
   * @returns The same as `readGrid`.
   * @throws Error where `readGrid` does.
   */
  read(bytes: ArrayBuffer): Grid {
    const layout = this.#layout;
    if (layout !== null && isLaidOut(new Uint8Array(bytes), layout)) return gridOf(bytes, layout);
    const grid = readGrid(bytes);
    this.#layout = layoutOf(bytes, grid);
    return grid;
  }
}

function isLaidOut(bytes: Uint8Array, { sample, fixed }: Layout): boolean {
  if (bytes.length !== sample.length) return false;
  for (const [from, to] of fixed) {
    for (let i = from; i < to; i++) if (bytes[i] !== sample[i]) return false;
  }
  return true;
}

function gridOf(bytes: ArrayBuffer, { floats, events }: Layout): Grid {
  const columns: Partial<Record<StreamField, Float64Array>> = {};
  for (const { name, offset } of floats) {
    columns[name] = new Float64Array(bytes, offset, GRID_ROWS);
  }
  if (events !== null) columns.last_event_id = numbersAt(bytes, events);
  return { columns };
}

/** 64-bit integers as numbers, which they have to be exact as. */
function numbersAt(bytes: ArrayBuffer, offset: number): Float64Array {
  const words = new Uint32Array(bytes, offset, 2 * GRID_ROWS);
  const numbers = new Float64Array(GRID_ROWS);
  for (let i = 0; i < GRID_ROWS; i++) {
    const high = words[2 * i + 1] ?? 0;
    if (high >= HIGH_END) throw new Error(`grid: event id of row ${i} is beyond 2^53`);
    numbers[i] = high * WORD + (words[2 * i] ?? 0);
  }
  return numbers;
}

/** The layout of a message, or null where its columns are not read in place. */
function layoutOf(bytes: ArrayBuffer, grid: Grid): Layout | null {
  const table = tableFromIPC(bytes);
  const floats: { name: StreamField; offset: number }[] = [];
  let events: number | null = null;
  for (const name of STREAM_FIELDS) {
    if (grid.columns[name] === undefined) continue;
    const values: unknown = table.getChild(name).data[0]?.values;
    if (!ArrayBuffer.isView(values) || values.buffer !== bytes) return null;
    if (values instanceof Float64Array) floats.push({ name, offset: values.byteOffset });
    else if (values instanceof BigInt64Array) events = values.byteOffset;
    else return null;
  }
  const offsets = floats.map(({ offset }) => offset);
  if (events !== null) offsets.push(events);
  return { sample: new Uint8Array(bytes.slice(0)), fixed: between(offsets, bytes), floats, events };
}

/** What lies before, between and behind the columns at some offsets. */
function between(offsets: readonly number[], { byteLength }: ArrayBuffer): [number, number][] {
  const columnBytes = GRID_ROWS * Float64Array.BYTES_PER_ELEMENT;
  const fixed: [number, number][] = [];
  let from = 0;
  for (const offset of offsets.toSorted((a, b) => a - b)) {
    fixed.push([from, offset]);
    from = offset + columnBytes;
  }
  fixed.push([from, byteLength]);
  return fixed;
}
