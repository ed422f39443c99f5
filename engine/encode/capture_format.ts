import { ArrowGridWriter } from "./arrow_file.ts";
import type { StreamField } from "../wire/fields.ts";
import type { CaptureMeta } from "./capture_meta.ts";
import type { GridWriter } from "./grid_writer.ts";
import { jsonLines } from "./jsonl.ts";
import { ParquetGridWriter, ROW_GROUP_GRIDS } from "./parquet_file.ts";

/** Formats that grids are captured in. */
export const CAPTURE_FORMATS = ["jsonl", "arrow", "parquet"] as const;

/** Name of a format that grids are captured in. */
export type CaptureFormat = (typeof CAPTURE_FORMATS)[number];

/** How the name of a file of each format ends. */
export const FILE_ENDING = { jsonl: "jsonl", arrow: "arrows", parquet: "parquet" } as const;

/**
 * Makes a writer of grids.
 *
 * @param format format of the file
 * @param fields bucket columns wanted, in any order
 * @param meta what the grids come from, for formats that have a place for it
 * @returns the writer of one file
 */
export function gridWriter(
  format: CaptureFormat,
  fields: readonly StreamField[],
  meta: CaptureMeta = {},
): GridWriter {
  if (format === "arrow") return new ArrowGridWriter(fields, meta);
  if (format === "parquet") return new ParquetGridWriter(fields, ROW_GROUP_GRIDS, meta);
  const line = jsonLines(fields);
  const encoder = new TextEncoder();
  return { add: (frame) => encoder.encode(line(frame)), end: () => new Uint8Array(0) };
}
