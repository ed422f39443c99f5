import { type CaptureFormat, FILE_ENDING } from "../../engine/wire/capture_format.ts";

/**
 * The file of a session in a data set, where readers of partitioned tables find dt and symbol.
 *
 * @param dir folder of the data set
 * @param dt session date, YYYY-MM-DD
 * @param symbol instrument
 * @param format format of the file
 */
export function partitionFile(
  dir: string,
  dt: string,
  symbol: string,
  format: CaptureFormat,
): string {
  return `${dir}/dt=${dt}/symbol=${symbol}/grids.${FILE_ENDING[format]}`;
}
