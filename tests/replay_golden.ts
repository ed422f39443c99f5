/** Goldens that a user makes from real days, and their replay. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { UserError } from "../engine/errors.ts";
import type { ProductType } from "../engine/instrument.ts";
import type { DayMeta } from "../engine/regime/meta.ts";
import type { RegimePayload } from "../engine/regime/payload.ts";
import { findRawFile } from "../engine/source/lake.ts";
import { taskHere } from "./in_process.ts";

/** The figures of a day, or of several. */
export type RegimeGolden = RegimePayload | { days: readonly RegimePayload[] };

/** @param golden the figures @returns the sessions that they are of */
export function sessionsOf(golden: RegimeGolden): RegimePayload["instrument"][] {
  return "days" in golden ? golden.days.map(({ instrument }) => instrument) : [golden.instrument];
}

/**
 * @param lake where the raw files should be
 * @param golden the figures
 * @returns why its real files cannot be replayed, null when they can
 */
export async function whyIncomplete(lake: string, golden: RegimeGolden): Promise<string | null> {
  for (const session of sessionsOf(golden)) {
    const missing = await whyMissing(lake, session);
    if (missing !== null) return missing;
  }
  return null;
}

/**
 * @param dir folder of goldens
 * @returns file names of those there
 */
export function goldensIn(dir: string): string[] {
  const names = [...Deno.readDirSync(dir)].map(({ name }) => name);
  return names.filter((name) => /^golden_.*\.json$/.test(name)).sort();
}

/**
 * @param lake where the raw file should be
 * @param session whose it is
 * @returns why its real file cannot be replayed, null when it can
 */
export async function whyMissing(
  lake: string,
  { product_type: productType, symbol, dt }: RegimePayload["instrument"],
): Promise<string | null> {
  try {
    const request = { lake, productType: productType as ProductType, symbol, dt };
    const { source, path } = await findRawFile(request);
    return source === "databento" ? null : `${path} is simulated; a real day is wanted`;
  } catch (error) {
    if (error instanceof UserError) return error.message;
    throw error;
  }
}

/**
 * Analyses a session again and holds the figures against its golden.
 *
 * @param golden path of the golden
 * @param lake where the raw file is
 */
export async function replay(golden: string, lake: string): Promise<void> {
  const expected: { meta?: Partial<DayMeta> } = JSON.parse(await Deno.readTextFile(golden));
  const args = ["analyze", "--lake", lake, "--json-output", "-", ...flagsOf(expected.meta)];
  const { code, out, err } = await taskHere(args);
  assert.equal(code, 0, err);
  assert.deepEqual(JSON.parse(out), expected);
}

/** The flags that a golden was made with: all of them, as it tells. */
function flagsOf(meta: Partial<DayMeta> | undefined): string[] {
  assert.ok(meta?.parameters, "it has no meta.parameters: make it again");
  return Object.entries(meta.parameters).map(([name, value]) => {
    const flag = `--${name.replaceAll("_", "-")}`;
    return value === "true" ? flag : `${flag}=${value}`;
  });
}

/**
 * @param dir folder of goldens
 * @param name one of them
 */
export async function readGolden(dir: string, name: string): Promise<RegimeGolden> {
  return JSON.parse(await Deno.readTextFile(join(dir, name)));
}
