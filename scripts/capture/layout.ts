import { type CaptureFormat, FILE_ENDING } from "../../engine/encode/capture_format.ts";

/**
 * The folder of a session in a data set, where readers of partitioned tables find dt and symbol.
 *
 * @param dir folder of the data set
 * @param dt session date, YYYY-MM-DD
 * @param symbol instrument
 */
export function partitionFolder(dir: string, dt: string, symbol: string): string {
  return `${dir}/dt=${dt}/symbol=${partitionValue(symbol)}`;
}

/**
 * The file of a session in a data set, where readers of partitioned tables find dt and symbol.
 *
 * @param dir folder of the data set
 * @param dt session date, YYYY-MM-DD
 * @param symbol instrument
 * @param format format of the file
 * @param what what it holds
 */
export function partitionFile(
  dir: string,
  dt: string,
  symbol: string,
  format: CaptureFormat,
  what: "grids" | "events",
): string {
  return `${partitionFolder(dir, dt, symbol)}/${what}.${FILE_ENDING[format]}`;
}

/**
 * A value as Hive and Spark write it into the name of a partition's folder: what means something in
 * a path, to a shell or to Hive is written as % and two hexadecimal digits. Spaces stay.
 *
 * @param value the value, such as a symbol
 */
export function partitionValue(value: string): string {
  return value.replace(
    /[\p{Cc}"#%'*/:=?\\{[\]^]/gu,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`,
  );
}
