import type { RegimeParams } from "../params.ts";
import type { Hold } from "../tail.ts";

/** Parameters that a sweep varies, from the slowest to the fastest. */
export const VARIED = [
  "directionalBands",
  "microWindows",
  "directionalEdgeThreshold",
  "signalCooldown",
  "tpTicks",
  "slTicks",
  "maxHoldSnapshots",
  "maxHoldMs",
  "entry",
  "exit",
  "latencyMs",
  "slippageTicks",
  "feePerSide",
  "spectrumThreshold",
] as const satisfies readonly (keyof RegimeParams)[];

/** For each of them what it takes, one after another; at least one value. */
export type SweepLists = {
  readonly [name in (typeof VARIED)[number]]: readonly RegimeParams[name][];
};

/** What a sweep goes through. */
export interface SweepPlan {
  lists: SweepLists;
  /** What all combinations have; of what is varied nothing is looked at. */
  base: RegimeParams;
}

/** @param lists of a plan @returns how many combinations they come to */
export function countOf(lists: SweepLists): number {
  return VARIED.reduce((count, name) => count * lists[name].length, 1);
}

/**
 * @param plan what is varied
 * @returns the parameters of each combination, the last list of VARIED fastest
 */
export function combinationsOf({ lists, base }: SweepPlan): RegimeParams[] {
  return VARIED.reduce<RegimeParams[]>(
    (all, name) =>
      all.flatMap((params) => lists[name].map((value) => ({ ...params, [name]: value }))),
    [base],
  );
}

/**
 * @param lists of a plan
 * @returns the longest hold and the greatest latency: a trade that ends sooner is over by then
 */
export function longestHold({ maxHoldSnapshots, maxHoldMs, latencyMs }: SweepLists): Hold {
  const times = maxHoldMs.filter((ms) => ms !== null);
  return {
    maxHoldSnapshots: Math.max(...maxHoldSnapshots),
    maxHoldMs: times.length === 0 ? null : Math.max(...times),
    latencyMs: Math.max(...latencyMs),
  };
}

/** Combinations that are alike in some parameters have a number in common. */
export interface Classes {
  /** The first combination of each. */
  first: readonly number[];
  /** The number of each combination. */
  of: readonly number[];
}

/** What a spectrum depends on. */
const SPECTRUM = ["directionalBands", "microWindows"] as const;
/** What decides when events are, and on which side. */
const EVENTS = [...SPECTRUM, "directionalEdgeThreshold", "signalCooldown"] as const;
/** What decides how a trade ends, and what lies between the prices of its fills. */
const TERMS = [
  ...["tpTicks", "slTicks", "maxHoldSnapshots", "maxHoldMs", "entry", "exit", "latencyMs"] as const,
] as const;

/** Which combinations share what: each of these is worked out once. */
export interface SweepClasses {
  spectra: Classes;
  events: Classes;
  terms: Classes;
  /** Those with the same events under the same terms: the same trades, before costs. */
  trades: Classes;
}

/** @param combinations of a plan */
export function classesOf(combinations: readonly RegimeParams[]): SweepClasses {
  const by = (names: readonly (keyof RegimeParams)[]) => classes(combinations, names);
  return {
    spectra: by(SPECTRUM),
    events: by(EVENTS),
    terms: by(TERMS),
    trades: by([...EVENTS, ...TERMS]),
  };
}

function classes(
  combinations: readonly RegimeParams[],
  names: readonly (keyof RegimeParams)[],
): Classes {
  const numbers = new Map<string, number>();
  const first: number[] = [];
  const of = combinations.map((params, i) => {
    const key = JSON.stringify(names.map((name) => params[name]));
    const known = numbers.get(key);
    if (known !== undefined) return known;
    numbers.set(key, first.length);
    return first.push(i) - 1;
  });
  return { first, of };
}
