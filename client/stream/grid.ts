import { tableFromIPC } from "@uwdata/flechette";
import {
  GRID_ROWS,
  HALF_WIDTH,
  STREAM_FIELDS,
  type StreamField,
} from "../../engine/wire/fields.ts";

/**
 * One grid as columns. Row `i` is bucket `k = i - HALF_WIDTH`, so row `HALF_WIDTH` is the bucket
 * of spot. Only the columns that were sent are present.
 */
export interface Grid {
  readonly columns: Readonly<Partial<Record<StreamField, Float64Array>>>;
}

const ABSENT = new Float64Array(GRID_ROWS);

/**
 * Reads a grid off the wire.
 *
 * Float columns are views of `bytes`; `last_event_id` is converted from int64.
 *
 * @param bytes An Arrow IPC stream of one record batch of `GRID_ROWS` rows.
 * @returns The known columns; columns of unknown name are left out.
 * @throws Error when the rows are not k = -HALF_WIDTH … +HALF_WIDTH, when a column has nulls or is
 * not numeric, or when an event id is beyond 2^53.
 */
export function readGrid(bytes: ArrayBuffer | Uint8Array): Grid {
  const table = tableFromIPC(bytes);
  const k = table.getChild("k")?.toArray();
  if (!(k instanceof Int32Array) || k.length !== GRID_ROWS) {
    throw new Error(`grid: expected ${GRID_ROWS} rows with an int32 column k`);
  }
  for (let i = 0; i < GRID_ROWS; i++) {
    if (k[i] !== i - HALF_WIDTH) throw new Error(`grid: row ${i} has k ${k[i]}`);
  }
  const columns: Partial<Record<StreamField, Float64Array>> = {};
  for (const name of STREAM_FIELDS) {
    const values = table.getChild(name)?.toArray();
    if (values === undefined) continue;
    if (!(values instanceof Float64Array)) throw new Error(`grid: column ${name} is not numeric`);
    columns[name] = values;
  }
  return { columns };
}

/**
 * A column of a grid, for readers that treat what was not sent as nothing.
 *
 * @param grid The grid.
 * @param field Name of the column.
 * @returns `GRID_ROWS` values, all 0 when the column was not sent; not to be written to.
 */
export function columnOf(grid: Grid, field: StreamField): Float64Array {
  return grid.columns[field] ?? ABSENT;
}
