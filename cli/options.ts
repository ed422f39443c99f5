/** Flags that several commands have. */
import { Option } from "@commander-js/extra-typings";
import type { ProductType } from "../engine/instrument.ts";
import { DEFAULT_THROTTLE_MS } from "./defaults.ts";
import type { LogLevel } from "./log_level.ts";
import { readShard, type Shard } from "./shard.ts";
import { readLogLevel, readProductType, readSymbol, readThrottleMs, readWhole } from "./values.ts";

/** What kind of instrument is asked for. */
export function productTypeOption() {
  return new Option(
    "--product-type <type>",
    "future_mbo or equity_mbo (default: instrument.yaml)",
  ).argParser<ProductType>((v) => readProductType("--product-type", v));
}

/** Which instrument is asked for. */
export function symbolOption() {
  return new Option("--symbol <symbol>", "instrument (default: instrument.yaml)")
    .argParser<string>((v) => readSymbol("--symbol", v));
}

/** How much event time lies between grids. */
export function throttleOption() {
  return new Option("--throttle-ms <ms>", "least event time between grids")
    .argParser<number>((v) => readThrottleMs("--throttle-ms", v))
    .default<number>(DEFAULT_THROTTLE_MS);
}

/** How much is logged. */
export function logLevelOption() {
  return new Option(
    "--log-level <level>",
    "least level that is logged: DEBUG, INFO, WARNING or ERROR",
  ).argParser<LogLevel>((v) => readLogLevel("--log-level", v)).default<LogLevel>("INFO");
}

/** Most days at a time: each is a thread with a day's series. */
const MOST_JOBS = 256;

/** How many days are worked on at a time. */
export function jobsOption() {
  return new Option("--jobs <days>", "days at a time (default: as many as there are cores)")
    .argParser<number>((v) => readWhole("--jobs", v, 1, MOST_JOBS));
}

/** Which of several days are this machine's. */
export function shardOption() {
  return new Option(
    "--shard <i/n>",
    "this machine's share of the days: every n-th, from the i-th on",
  )
    .argParser<Shard>((v) => readShard("--shard", v));
}

/** @param jobs as they were asked for @returns how many days are worked on at a time */
export function jobsOf(jobs: number | undefined): number {
  return jobs ?? Math.max(1, navigator.hardwareConcurrency);
}
