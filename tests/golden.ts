/**
 * The recorded right answers ("vp-golden-1") and how a run is held against them. The check takes
 * grids in a neutral shape, so that the oracle and the real engine face the same code.
 */
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { newYorkNs } from "./new_york.ts";
import { hasShared, sharedFile } from "./shared_data.ts";

/** What a checked run was made with. Nanoseconds and prices as exact integers. */
export interface GoldenParams {
  readonly productType: "future_mbo" | "equity_mbo";
  readonly symbol: string;
  readonly dt: string;
  readonly tickInt: bigint;
  /** HH:MM America/New_York, or null. */
  readonly startTime: string | null;
  /** `startTime` as UTC nanoseconds. */
  readonly startNs: bigint | null;
  readonly throttleMs: number;
  readonly throttleNs: bigint;
  /** Only this many last boundaries of the file may emit; null: all. */
  readonly onlyLastBoundaries: number | null;
}

/** An emitted grid: an absent best price is 0, an unknown spot is null. */
export interface NeutralGrid {
  readonly tsNs: bigint;
  readonly eventId: number;
  readonly midPrice: number;
  readonly spot: bigint | null;
  readonly bestBid: bigint;
  readonly bestAsk: bigint;
  readonly bookValid: boolean;
  readonly lastEventId: ArrayLike<number>;
  /** The 101 values of a field, k = -50 first. */
  column(field: string): ArrayLike<number>;
}

export interface NeutralStats {
  readonly kept: number;
  readonly bookOnly: number;
  /** Boundaries of phases 2 and 3. */
  readonly boundaries: number;
  readonly emitted: number;
  readonly finalEventId: number;
}

/** The book at the end; an absent best price or spot is null. */
export interface NeutralBook {
  readonly orderCount: number;
  readonly bestBid: bigint | null;
  readonly bestAsk: bigint | null;
  readonly spot: bigint | null;
  readonly bidLevels: number;
  readonly askLevels: number;
  readonly bidQty: bigint;
  readonly askQty: bigint;
  readonly bookValid: boolean;
}

export interface Golden {
  readonly name: string;
  /** Name of the input without `.zst`. */
  readonly input: string;
  /** SHA-256 of the decompressed input. */
  readonly inputSha256: string;
  readonly params: GoldenParams;
  readonly raw: RawGolden;
}

interface RawGrid {
  readonly index: number;
  readonly ts_ns: string;
  readonly event_id: number;
  readonly mid_price: number;
  readonly spot_ref_price_int: string | null;
  readonly best_bid_price_int: string;
  readonly best_ask_price_int: string;
  readonly book_valid: boolean;
  readonly touched_k: readonly number[];
  readonly buckets: readonly (readonly number[])[];
}

interface RawGolden {
  readonly format: string;
  readonly input: { readonly file: string; readonly sha256: string };
  readonly params: {
    readonly symbol: string;
    readonly tick_int: string;
    readonly dt: string;
    readonly start_time: string | null;
    readonly throttle_ms: number;
    readonly product_type: GoldenParams["productType"];
    readonly only_last_boundaries: number | null;
  };
  readonly stats: {
    readonly records_accepted: number;
    readonly records_book_only: number;
    readonly boundaries: number;
    readonly emitted: number;
    readonly final_event_id: number;
  };
  readonly final: Readonly<Record<string, string | number | boolean | null>>;
  readonly bucket_fields: readonly string[];
  readonly grids_full: readonly RawGrid[];
  readonly compact: readonly (readonly [
    string, // ts_ns
    number, // event_id
    number, // mid_price
    string | null, // spot
    number, // sum of pressure, k > 0
    number, // sum of pressure, k < 0
    number, // sum of vacuum, k > 0
    number, // sum of vacuum, k < 0
    number, // sum of rest_depth, all k
    boolean, // book_valid
  ])[];
}

interface Manifest {
  readonly goldens: Readonly<Record<string, { readonly format: string }>>;
}

/** File names of every engine golden; empty when the shared data is absent. */
export const GOLDENS: readonly string[] = hasShared ? listGoldens() : [];

function listGoldens(): string[] {
  const text = readFileSync(sharedFile("golden", "MANIFEST.json"), "utf8");
  const manifest = JSON.parse(text) as Manifest;
  return Object.entries(manifest.goldens)
    .filter(([, entry]) => entry.format === "vp-golden-1")
    .map(([name]) => name);
}

/**
 * @param name one of `GOLDENS`
 * @returns the golden with its parameters as exact integers
 * @throws Error when the shared data is absent
 */
export function loadGolden(name: string): Golden {
  const raw = JSON.parse(
    gunzipSync(readFileSync(sharedFile("golden", name))).toString("utf8"),
  ) as RawGolden;
  const { params } = raw;
  return {
    name,
    input: raw.input.file,
    inputSha256: raw.input.sha256,
    params: {
      productType: params.product_type,
      symbol: params.symbol,
      dt: params.dt,
      tickInt: BigInt(params.tick_int),
      startTime: params.start_time,
      startNs: params.start_time === null ? null : newYorkNs(params.dt, params.start_time),
      throttleMs: params.throttle_ms,
      throttleNs: BigInt(Math.round(params.throttle_ms * 1e6)),
      onlyLastBoundaries: params.only_last_boundaries,
    },
    raw,
  };
}

/** Holds one run against a golden, grid by grid, so that a reused grid buffer is fine. */
export interface GoldenCheck {
  /** Give every emitted grid, in order. */
  grid(grid: NeutralGrid): void;
  /**
   * @param stats counters of the finished run
   * @param book the book at the end
   * @returns every difference, one line each (at most 50); empty when the run is right
   */
  finish(stats: NeutralStats, book: NeutralBook): string[];
}

/** @returns a check for one run; nothing is thrown, differences are collected */
export function checkGolden(golden: Golden): GoldenCheck {
  const { compact, grids_full, bucket_fields, stats, final } = golden.raw;
  const full = new Map(grids_full.map((grid) => [grid.index, grid]));
  const differences: string[] = [];
  let index = 0;
  let fullSeen = 0;

  const report = (where: string, actual: unknown, expected: unknown) => {
    if (differences.length < 50) differences.push(`${where}: got ${actual}, expected ${expected}`);
  };
  const exact = (where: string, actual: unknown, expected: unknown) => {
    if (!Object.is(actual, expected)) report(where, actual, expected);
  };
  const close = (where: string, actual: number, expected: number, tolerance: number) => {
    if (!(Math.abs(actual - expected) <= tolerance)) report(where, actual, expected);
  };

  const compareCompact = (grid: NeutralGrid, at: string) => {
    const row = compact[index];
    if (row === undefined) return report(at, "a grid", "no more grids");
    exact(`${at} ts_ns`, String(grid.tsNs), row[0]);
    exact(`${at} event_id`, grid.eventId, row[1]);
    exact(`${at} mid_price`, grid.midPrice, row[2]);
    exact(`${at} spot`, text(grid.spot), row[3]);
    const sums: [string, string, number, number][] = [
      ["pressure above", "pressure_variant", 1, row[4]],
      ["pressure below", "pressure_variant", -1, row[5]],
      ["vacuum above", "vacuum_variant", 1, row[6]],
      ["vacuum below", "vacuum_variant", -1, row[7]],
    ];
    for (const [name, field, sign, expected] of sums) {
      const tolerance = 1e-7 * Math.max(1, Math.abs(expected));
      close(`${at} sum of ${name}`, sumBeside(grid.column(field), sign), expected, tolerance);
    }
    exact(`${at} sum of rest_depth`, sumBeside(grid.column("rest_depth"), 0), row[8]);
    exact(`${at} book_valid`, grid.bookValid, row[9]);
  };

  const compareFull = (grid: NeutralGrid, expected: RawGrid, at: string) => {
    fullSeen++;
    exact(`${at} best bid`, String(grid.bestBid), expected.best_bid_price_int);
    exact(`${at} best ask`, String(grid.bestAsk), expected.best_ask_price_int);
    exact(`${at} touched_k`, touchedK(grid).join(), expected.touched_k.join());
    bucket_fields.forEach((field, f) => {
      const column = field === "last_event_id" ? grid.lastEventId : grid.column(field);
      exact(`${at} length of ${field}`, column.length, expected.buckets.length);
      expected.buckets.forEach((bucket, i) => {
        const value = bucket[f]!;
        close(`${at} ${field} k=${i - 50}`, column[i] ?? NaN, value, tolerance(field, value));
      });
    });
  };

  return {
    grid(grid) {
      const at = `grid ${index}`;
      compareCompact(grid, at);
      const expected = full.get(index);
      if (expected !== undefined) compareFull(grid, expected, at);
      index++;
    },
    finish(actual, book) {
      exact("grids", index, compact.length);
      exact("full grids", fullSeen, full.size);
      exact("kept", actual.kept, stats.records_accepted);
      exact("book only", actual.bookOnly, stats.records_book_only);
      exact("boundaries", actual.boundaries, stats.boundaries);
      exact("emitted", actual.emitted, stats.emitted);
      exact("final event_id", actual.finalEventId, stats.final_event_id);
      exact("final order count", book.orderCount, final["order_count"]);
      exact("final best bid", text(book.bestBid), final["best_bid_price_int"]);
      exact("final best ask", text(book.bestAsk), final["best_ask_price_int"]);
      exact("final spot", text(book.spot), final["spot_ref_price_int"]);
      exact("final bid levels", book.bidLevels, final["bid_levels"]);
      exact("final ask levels", book.askLevels, final["ask_levels"]);
      exact("final bid quantity", Number(book.bidQty), final["bid_qty"]);
      exact("final ask quantity", Number(book.askQty), final["ask_qty"]);
      exact("final book_valid", book.bookValid, final["book_valid"]);
      return differences;
    },
  };
}

/** Buckets whose last event is the grid's own, as k. */
function touchedK(grid: NeutralGrid): number[] {
  return Array.from(grid.lastEventId).flatMap((id, i) => id === grid.eventId ? [i - 50] : []);
}

/** `exp` may differ in the last bit between libraries, so only what it feeds has a tolerance. */
function tolerance(field: string, expected: number): number {
  if (field === "rest_depth" || field === "last_event_id") return 0;
  if (field.endsWith("_mass")) return 1e-12 * Math.abs(expected);
  return 1e-8 * Math.max(1, Math.abs(expected));
}

/** Sum over k > 0 (sign 1), k < 0 (sign -1) or all k (sign 0). */
function sumBeside(column: ArrayLike<number>, sign: number): number {
  return Array.from(column).reduce(
    (sum, value, i) => sign === 0 || Math.sign(i - 50) === sign ? sum + value : sum,
    0,
  );
}

function text(value: bigint | null): string | null {
  return value === null ? null : String(value);
}
