/** Flags that several commands have. */
import { Option } from "@commander-js/extra-typings";
import type { ProductType } from "../engine/instrument.ts";
import { UserError } from "../engine/errors.ts";
import { DEFAULT_WINDOW } from "../engine/regime/params.ts";
import { DEFAULT_LAKE, DEFAULT_THROTTLE_MS } from "./defaults.ts";
import { DEFAULT_DATASETS, isDataset } from "./gateway_address.ts";
import type { LogLevel } from "./log_level.ts";
import { readShard, type Shard } from "./shard.ts";
import {
  readBounded,
  readLogLevel,
  readPath,
  readProductType,
  readSymbol,
  readThrottleMs,
  readTime,
  readWhole,
} from "./values.ts";

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

/** Which dataset of Databento is recorded. */
export function datasetOption() {
  return new Option(
    "--dataset <code>",
    `Databento dataset (default: ${DEFAULT_DATASETS.future_mbo}; for equities ` +
      `${DEFAULT_DATASETS.equity_mbo})`,
  ).argParser<string>((v) => {
    if (isDataset(v)) return v;
    throw new UserError(
      `--dataset: ${JSON.stringify(v)} is not a dataset; give its code, such as GLBX.MDP3`,
    );
  });
}

/** How a broker knows who asks. */
export function natsCredsOption() {
  return new Option(
    "--nats-creds <file>",
    "credentials file (default: NATS_USER and NATS_PASSWORD, or NATS_TOKEN, from the environment)",
  ).argParser<string>((v) => readPath("--nats-creds", v));
}

/** How a broker is known. */
export function natsCaOption() {
  return new Option("--nats-ca <file>", "certificate authority of the broker, PEM")
    .argParser<string>((v) => readPath("--nats-ca", v));
}

/** Where raw files are written. */
export function rawLakeOption() {
  return new Option(
    "--lake <dir>",
    `folder of raw files (default: VP_LAKE_ROOT, else ${DEFAULT_LAKE})`,
  ).argParser<string>((v) => readPath("--lake", v));
}

/** When the evaluation begins. */
export function evalStartOption() {
  return new Option(
    "--eval-start <time>",
    `evaluation begins, HH:MM New York (default: the later of ${DEFAULT_WINDOW.evalStart} and ` +
      "--start-time)",
  ).argParser<string>((v) => readTime("--eval-start", v));
}

/** When the evaluation ends. */
export function evalEndOption() {
  return new Option(
    "--eval-end <time>",
    `evaluation ends, HH:MM New York, exclusive (default: ${DEFAULT_WINDOW.evalEnd})`,
  ).argParser<string>((v) => readTime("--eval-end", v));
}

/** How long the evaluation is. */
export function evalMinutesOption() {
  return new Option(
    "--eval-minutes <minutes>",
    "length of the evaluation, instead of --eval-end",
  ).argParser<number>((v) => readBounded("--eval-minutes", v, 1, 1_440));
}
