/** The recorded right answers of the analysis ("vp-golden-regime-1"). */
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import type { RegimeWindow } from "../../../engine/regime/params.ts";
import { hasShared, sharedFile } from "../../shared_data.ts";

type Figure = number | string | null;
type Row = Readonly<Record<string, Figure>>;

/** A golden as it is written. */
export interface RegimeGolden {
  readonly input: { readonly file: string };
  readonly params: {
    readonly symbol: string;
    readonly dt: string;
    readonly tick_size: number;
    readonly throttle_ms: number;
  };
  readonly snapshots: number;
  readonly eval_snapshots: number;
  readonly first_ts_ns: string;
  readonly last_ts_ns: string;
  readonly mid_min: number;
  readonly mid_max: number;
  readonly payload: {
    readonly window: {
      readonly start_time: string;
      readonly eval_start: string;
      readonly eval_end: string;
    };
  };
  readonly direction_state_counts: Readonly<Record<string, number>>;
  readonly posture_state_counts: Readonly<Record<string, number>>;
  readonly outcome_counts: Readonly<Record<string, number>>;
  readonly last_snapshot: Row;
  readonly sample_snapshots: readonly Row[];
  readonly directional_series: {
    readonly fields: readonly string[];
    readonly rows: readonly (readonly Figure[])[];
  };
  readonly projection: {
    readonly current_last_all: readonly number[];
    readonly projected_last_all: Readonly<Record<string, readonly number[]>>;
    readonly last_eval_idx: number;
    readonly last_eval_ts_ns: string;
  };
  readonly events: readonly (readonly [number, string])[];
  readonly outcomes_fields: readonly string[];
  readonly outcomes: readonly (readonly Figure[])[];
}

/** File names of the goldens; empty when the shared data is absent. */
export const REGIME_GOLDENS: readonly string[] = hasShared ? list() : [];

function list(): string[] {
  const manifest = JSON.parse(readFileSync(sharedFile("golden", "MANIFEST.json"), "utf8")) as {
    goldens: Record<string, { format: string }>;
  };
  return Object.entries(manifest.goldens)
    .filter(([, { format }]) => format === "vp-golden-regime-1").map(([name]) => name);
}

/** @param name one of `REGIME_GOLDENS` */
export function loadRegimeGolden(name: string): RegimeGolden {
  return JSON.parse(gunzipSync(readFileSync(sharedFile("golden", name))).toString("utf8"));
}

/** When the golden was made. */
export function windowOf({ payload: { window } }: RegimeGolden): RegimeWindow {
  return { startTime: window.start_time, evalStart: window.eval_start, evalEnd: window.eval_end };
}

/** Names of the exact figures: counts, parameters and prices. */
const EXACT = /(^|\.)(n_events|n_pairs|event_count|mid_price|index)$|_params\./;

/**
 * Every difference between two values, path by path: numbers within 1e-7 * max(1, |expected|), those
 * of EXACT and all else exactly. Keys that only `actual` has are none.
 */
export function differences(actual: unknown, expected: unknown, path = ""): string[] {
  if (typeof expected === "object" && expected !== null) {
    if (typeof actual !== "object" || actual === null) return [`${path}: got ${actual}`];
    const inner = Object.entries(expected).flatMap(([key, value]) =>
      differences((actual as Record<string, unknown>)[key], value, path ? `${path}.${key}` : key)
    );
    const lengths = Array.isArray(expected) && expected.length !== (actual as unknown[]).length;
    return lengths ? [`${path}: got ${(actual as unknown[]).length} values`, ...inner] : inner;
  }
  const alike = typeof expected === "number" && typeof actual === "number" && !EXACT.test(path)
    ? Math.abs(actual - expected) <= 1e-7 * Math.max(1, Math.abs(expected))
    : actual === expected;
  return alike ? [] : [`${path}: got ${actual}, expected ${expected}`];
}
