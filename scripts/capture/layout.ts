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
 * @param dir folder of a data set
 * @param places sessions that belong there
 * @returns other instruments that there is a folder of on the same dates, each as "2026-03-16 (MNQH6)": who
 * reads the whole data set counts these dates twice
 */
export function otherSymbols(
  dir: string,
  places: readonly { dt: string; symbol: string }[],
): string[] {
  return places.flatMap(({ dt, symbol }) =>
    namesIn(`${dir}/dt=${dt}`)
      .filter((name) => name.startsWith("symbol=") && name !== `symbol=${partitionValue(symbol)}`)
      .map((name) => `${dt} (${name.slice("symbol=".length)})`)
  );
}

function namesIn(dir: string): string[] {
  try {
    return [...Deno.readDirSync(dir)].map(({ name }) => name).sort();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
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
