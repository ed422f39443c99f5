import { UserError } from "../../engine/errors.ts";
import { flagName, numberText } from "../../engine/regime/parameters.ts";
import { REGIME_DEFAULTS, type RegimeParams } from "../../engine/regime/params.ts";
import {
  classesOf,
  combinationsOf,
  countOf,
  type SweepLists,
  type SweepPlan,
  VARIED,
} from "../../engine/regime/sweep/combinations.ts";
import { HALF_WIDTH } from "../../engine/wire/fields.ts";
import { parseYamlFile } from "../../engine/yaml_file.ts";
import { readParameter } from "../../cli/analyze_options.ts";

/** Most combinations of a plan: each has a row a day, and is tried on the same data. */
export const MOST_COMBINATIONS = 1_000;

/** Most spectra, which are what takes time. */
export const MOST_SPECTRA = 32;

/** Runs of random sides, when the plan does not say. */
const RUNS = 2_000;

/** Keys of a plan with one value, by what they are in the code. */
const SINGLE: ReadonlyMap<string, keyof RegimeParams> = new Map([
  ["normalization_window", "normalizationWindow"],
  ["normalization_min_periods", "normalizationMinPeriods"],
  ["block_minutes", "blockMinutes"],
  ["seed", "seed"],
  ["runs", "baselineRuns"],
]);

/** Keys with a list. */
const LISTS: ReadonlyMap<string, (typeof VARIED)[number]> = new Map(
  VARIED.map((name) => [flagName(name), name]),
);

/** Those whose values are lists themselves. */
const SETS: readonly string[] = ["directional_bands", "micro_windows"];

const KEYS = [...LISTS.keys(), ...SINGLE.keys()];

/**
 * Reads a plan: a YAML file of parameters by the names of their flags, with _ for -.
 *
 * @param path the file
 * @returns what is varied, every value checked as its flag is
 * @throws UserError when it cannot be read or a key or value is wrong: one line that names file, key and
 * value
 */
export function readPlan(path: string): SweepPlan {
  const fields = parseYamlFile(path);
  const wrong = (message: string) => new UserError(`${path}: ${message}`);
  const unknown = Object.keys(fields).find((key) => !KEYS.includes(key));
  if (unknown !== undefined) {
    throw wrong(`${JSON.stringify(unknown)} is no key of a plan: give some of ${KEYS.join(", ")}`);
  }
  const { max_hold_ms: ms, max_hold_snapshots: snapshots } = fields;
  if (ms !== undefined && snapshots !== undefined) {
    throw wrong("max_hold_ms and max_hold_snapshots both say how long a trade is held; give one");
  }
  const single: Record<string, unknown> = { baselineRuns: RUNS };
  const lists: Record<string, readonly unknown[]> = {};
  try {
    for (const [key, name] of SINGLE) {
      if (key in fields) single[name] = valueOf(key, fields[key]);
    }
    for (const [key, name] of LISTS) {
      lists[name] = key in fields ? listOf(key, fields[key]) : [REGIME_DEFAULTS[name]];
    }
  } catch (error) {
    throw error instanceof UserError ? wrong(error.message) : error;
  }
  const base: RegimeParams = { ...REGIME_DEFAULTS, baselines: [], ...single };
  const { normalizationWindow: window, normalizationMinPeriods: least } = base;
  if (least > window) {
    throw wrong(`normalization_min_periods ${least} is above normalization_window ${window}`);
  }
  const plan = { lists: lists as unknown as SweepLists, base };
  assertBounded(plan, wrong);
  return plan;
}

function assertBounded(plan: SweepPlan, wrong: (message: string) => UserError): void {
  const count = countOf(plan.lists);
  const counted = (n: number) => n.toLocaleString("en-US");
  if (count > MOST_COMBINATIONS) {
    throw wrong(
      `${counted(count)} combinations; give ${counted(MOST_COMBINATIONS)} at most: each that is ` +
        "tried takes its part of what can be found",
    );
  }
  const spectra = classesOf(combinationsOf(plan)).spectra.first.length;
  if (spectra > MOST_SPECTRA) {
    throw wrong(
      `directional_bands and micro_windows come to ${spectra} pairs; give ${MOST_SPECTRA} at most`,
    );
  }
}

/** The values of a key, each read once; a value alone is a list of one. */
function listOf(key: string, given: unknown): readonly unknown[] {
  const values = Array.isArray(given) ? given : [given];
  if (values.length === 0) throw new UserError(`${key}: [] is empty; give a value or leave it out`);
  const seen = new Set<string>();
  return values.map((value) => {
    const read = SETS.includes(key) ? setOf(key, value) : valueOf(key, value);
    const text = JSON.stringify(read);
    if (seen.has(text)) throw new UserError(`${key}: ${text} is given twice`);
    seen.add(text);
    return read;
  });
}

function setOf(key: string, given: unknown): readonly number[] {
  if (!Array.isArray(given) || given.length === 0 || given.some(Array.isArray)) {
    throw new UserError(
      `${key}: ${
        JSON.stringify(given)
      } is no list; give lists in a list, such as [[4, 8, 16], [8]]`,
    );
  }
  const values = readParameter(key, given.map((value) => textOf(key, value)).join()) as number[];
  const far = values.find((value) => key === "directional_bands" && value > HALF_WIDTH);
  if (far === undefined) return values;
  throw new UserError(`${key}: ${far} reaches beyond ${HALF_WIDTH} buckets`);
}

function valueOf(key: string, given: unknown): unknown {
  const text = textOf(key, given);
  if (key !== "runs") return readParameter(key, text);
  try {
    return readParameter("baseline_runs", text);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    throw new UserError(error.message.replace("baseline_runs", key));
  }
}

function textOf(key: string, given: unknown): string {
  if (typeof given === "number") return numberText(given);
  if (typeof given === "string") return given;
  throw new UserError(`${key}: ${JSON.stringify(given)} is not a value`);
}
