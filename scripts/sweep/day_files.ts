/** What a sweep leaves of a day: its rows, and a stamp by which it is known again. */
import { EventFileWriter } from "../../engine/encode/regime_event_file.ts";
import type { EventColumn } from "../../engine/regime/event_table.ts";
import { paramsByFlag } from "../../engine/regime/parameters.ts";
import type { RegimeParams } from "../../engine/regime/params.ts";
import { VARIED } from "../../engine/regime/sweep/combinations.ts";
import { SWEEP_FIGURES, type SweepDay } from "../../engine/regime/sweep/sweep_day.ts";
import type { FileMeta } from "../../engine/source/file_hash.ts";
import { flagName } from "../../engine/regime/parameters.ts";
import { SWEEP } from "../../cli/output/format.ts";
import type { KeptFiles } from "../../cli/output/gate.ts";
import { makeFolder, openOutput } from "../../cli/output_file.ts";
import { partitionValue } from "../capture/layout.ts";

/** What the figures of a day are made of: with another one they are made again. */
export interface Stamp {
  version: string;
  config_version: string;
  parameters: Readonly<Record<string, unknown>>;
  file: FileMeta;
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
  return `${output}/dt=${dt}/symbol=${partitionValue(symbol)}`;
}

/**
 * @param place where a day's files are
 * @param stamp what they have to be made of
 * @returns what the day adds; null when it is not there, or made of something else
 */
export function sweptDay(place: DayPlace, stamp: Stamp): SweepDay | null {
  // What can be read once, or still grows, is known by nothing.
  if (stamp.file.sha256 === null) return null;
  try {
    Deno.statSync(`${folderOf(place)}/sweep.parquet`);
    const kept = JSON.parse(Deno.readTextFileSync(`${folderOf(place)}/stamp.json`));
    return JSON.stringify(kept.stamp) === JSON.stringify(stamp) ? kept.day : null;
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
  makeFolder(folder);
  const writer = new EventFileWriter("parquet", stamp);
  using rows = openOutput(`${folder}/sweep.parquet`, { format: SWEEP.rows, force, kept });
  using known = openOutput(`${folder}/stamp.json`, { format: SWEEP.stamp, force, kept });
  rows.write(writer.add(columnsOf(place, day, combinations)));
  rows.write(writer.end());
  rows.finish();
  known.write(new TextEncoder().encode(JSON.stringify({ stamp, day })));
  known.finish();
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
