/** What a sweep leaves of a day: its rows, and a stamp by which it is known again. */
import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { EventFileWriter } from "../../engine/encode/regime_event_file.ts";
import { assertReadable } from "../../engine/readable_file.ts";
import type { EventColumn } from "../../engine/regime/event_table.ts";
import { flagName, paramsByFlag } from "../../engine/regime/parameters.ts";
import type { RegimeParams } from "../../engine/regime/params.ts";
import { VARIED } from "../../engine/regime/sweep/combinations.ts";
import { SWEEP_FIGURES, type SweepDay } from "../../engine/regime/sweep/sweep_day.ts";
import type { FileMeta } from "../../engine/source/file_hash.ts";
import { SWEEP } from "../../cli/output/format.ts";
import type { KeptFiles } from "../../cli/output/gate.ts";
import { makeFolderIn, openOutput } from "../../cli/output_file.ts";
import { partitionFolder } from "../capture/layout.ts";

/** What the figures of a day are made of: with another one they are made again. */
export interface Stamp {
  version: string;
  config_version: string;
  parameters: Readonly<Record<string, unknown>>;
  file: FileMeta;
  /** The file of the UTC day before, of a globex session. */
  file_before?: FileMeta;
}

/** The file by which a day is known again: written last, it is of the rows beside it. */
interface Known {
  stamp: Stamp;
  /** SHA-256 of the rows. */
  rows_sha256: string;
  day: SweepDay;
}

/** A day's files. */
export interface DayPlace {
  /** Folder of the sweep. */
  output: string;
  dt: string;
  symbol: string;
}

/** What outputs may replace. */
export interface Replaced {
  force: boolean;
  kept: KeptFiles;
}

function folderOf({ output, dt, symbol }: DayPlace): string {
  return partitionFolder(output, dt, symbol);
}

/**
 * @param place where a day's files are
 * @param stamp what they have to be made of
 * @returns what the day adds; null when it is not there, or made of something else
 */
export function sweptDay(place: DayPlace, stamp: Stamp): SweepDay | null {
  // What can be read once, or still grows, is known by nothing.
  if (stamp.file.sha256 === null) return null;
  const folder = folderOf(place);
  try {
    for (const name of ["stamp.json", "sweep.parquet"]) assertReadable(`${folder}/${name}`);
    const known: Known = JSON.parse(Deno.readTextFileSync(`${folder}/stamp.json`));
    const isSame = isDeepStrictEqual(known.stamp, stamp) &&
      known.rows_sha256 === hashOf(Deno.readFileSync(`${folder}/sweep.parquet`));
    return isSame ? known.day : null;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof SyntaxError) return null;
    throw error;
  }
}

/**
 * Writes a day's rows, and when these are whole its stamp.
 *
 * @param place where they go
 * @param stamp what they are made of
 * @param day what the day adds
 * @param combinations the parameters of each
 * @param rules what may be replaced
 * @throws UserError when they cannot be written
 */
export function writeDay(
  place: DayPlace,
  stamp: Stamp,
  day: SweepDay,
  combinations: readonly RegimeParams[],
  { force, kept }: Replaced,
): void {
  const folder = folderOf(place);
  makeFolderIn(place.output, folder);
  const writer = new EventFileWriter("parquet", stamp);
  using rows = openOutput(`${folder}/sweep.parquet`, { format: SWEEP.rows, force, kept });
  using known = openOutput(`${folder}/stamp.json`, { format: SWEEP.stamp, force, kept });
  const bytes = Buffer.concat([writer.add(columnsOf(place, day, combinations)), writer.end()]);
  rows.write(bytes);
  rows.finish();
  const all: Known = { stamp, rows_sha256: hashOf(bytes), day };
  known.write(new TextEncoder().encode(JSON.stringify(all)));
  known.finish();
}

/**
 * @param output folder of a sweep
 * @param dates those of this one
 * @returns dates of other days that the folder has rows of, which its readers meet too
 */
export function strayDays(output: string, dates: readonly string[]): string[] {
  return [...Deno.readDirSync(output)].map(({ name }) => name)
    .filter((name) => /^dt=\d{4}-\d\d-\d\d$/.test(name)).map((name) => name.slice(3))
    .filter((dt) => !dates.includes(dt)).sort();
}

function hashOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** A row for each combination. */
function columnsOf(
  { dt, symbol }: DayPlace,
  { sums }: SweepDay,
  combinations: readonly RegimeParams[],
): EventColumn[] {
  const byFlag = combinations.map(paramsByFlag);
  const isText = (name: string) => typeof combinations[0]![name as keyof RegimeParams] !== "number";
  return [
    { name: "dt", type: "string", values: sums.map(() => dt) },
    { name: "symbol", type: "string", values: sums.map(() => symbol) },
    { name: "combination", type: "int64", values: sums.map((_, i) => BigInt(i + 1)) },
    ...VARIED.map((name): EventColumn => {
      const texts = byFlag.map((flags) => flags[flagName(name)] ?? null);
      const isNumber = !isText(name) || name === "maxHoldMs";
      return {
        name: flagName(name),
        type: isNumber ? "float64" : "string",
        values: isNumber ? texts.map((text) => text === null ? null : Number(text)) : texts,
      };
    }),
    ...SWEEP_FIGURES.map((name): EventColumn => ({
      name,
      type: "float64",
      values: sums.map((ofOne) => ofOne[name]),
    })),
  ];
}
