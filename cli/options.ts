/** Flags that several commands have. */
import { Option } from "@commander-js/extra-typings";
import type { ProductType } from "../engine/instrument.ts";
import { DEFAULT_THROTTLE_MS } from "./defaults.ts";
import type { LogLevel } from "./log_level.ts";
import { readLogLevel, readProductType, readSymbol, readThrottleMs } from "./values.ts";

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
