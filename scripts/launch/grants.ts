/**
 * What a task may do beyond its named permission set: what its flags and the environment name, and
 * nothing else. Pure: the launcher reads, this computes.
 */
import { dirname } from "node:path";
import { UserError } from "../../engine/errors.ts";
import { authority, isHost, isName, isPort } from "../../cli/address.ts";
import { parseBroker } from "../../cli/broker_address.ts";
import {
  DEFAULT_DT,
  DEFAULT_HOST,
  DEFAULT_LAKE,
  DEFAULT_PORT,
  LIVE_HOST,
} from "../../cli/defaults.ts";
import {
  DEFAULT_DATASETS,
  isDataset,
  liveGateway,
  parseHostPort,
} from "../../cli/gateway_address.ts";
import { recordingFolder } from "../../engine/source/recording_folder.ts";
import { STANDARD_INPUT } from "../../engine/source/standard_input.ts";
import { standardOf } from "../../cli/standard_output.ts";
import { areSeveral, readDates } from "../../cli/values.ts";
import { partNames } from "../../engine/part_names.ts";
import { flag, type Given } from "./given.ts";
import { type Permissions, union } from "./permissions.ts";

/** Tells what one flag or variable grants. */
export type Grant = (given: Given) => Permissions;

/** The lake is read, and its cache written: `--lake`, `VP_LAKE_ROOT`, else the project's. */
export const lake: Grant = (given) => {
  const cache = `${lakeRoot(given)}/cache`;
  return union([lakeToRead(given), { read: [cache], write: [cache] }]);
};

/** The lake is read and nothing in it written; its raw files are named, for they may be a link. */
export const lakeToRead: Grant = (given) => {
  const root = lakeRoot(given);
  return { read: [root, `${root}/raw`], denied: [`${root}/raw`] };
};

/**
 * What is simulated goes where `--output` says, else to the lake's own place for it. Renaming a file
 * takes leave to read it too.
 */
export const simulated: Grant = (given) => {
  if (flag(given, "--gateway") !== undefined) return {};
  const output = flag(given, "--output");
  if (!output) return firstSession(given);
  if (standardOf(output) !== null) return {};
  return { ...firstSession(given), ...written(dirname(output), `${lakeRoot(given)}/raw`) };
};

/** A session that is made for a task goes to the lake's place for it, whatever that task's flags mean. */
export const firstSession: Grant = (given) => {
  const raw = `${lakeRoot(given)}/raw`;
  const product = `${raw}/source=simulator`;
  return { ...written(product, raw), denied: [raw], product };
};

function written(dir: string, raw: string): Permissions {
  return { read: [dir, raw], write: [dir] };
}

/** What is downloaded goes to the lake's raw files, and its log is appended to `--log-file`. */
export const downloaded: Grant = (given) => {
  const raw = `${lakeRoot(given)}/raw`;
  const log = flag(given, "--log-file");
  return log ? { read: [raw, log], write: [raw, log] } : { read: [raw], write: [raw] };
};

/** What is recorded goes to the one folder that the lake has for it, or its simulation. */
export const recorded: Grant = (given) => {
  const { product_type: locked, symbol, symbol_root: root } = given.instrument ?? {};
  const type = flag(given, "--product-type") || locked;
  // What is not locked is refused by the task, in its own words.
  if (type !== locked || !type || !symbol || !root) return {};
  const instrument = { lake: lakeRoot(given), productType: type, symbol, symbolRoot: root };
  const dirs = (["databento", "simulator"] as const).map((source) =>
    recordingFolder(source, instrument)
  );
  return { read: dirs, write: dirs };
};

/** A simulation that is played as a live feed is listened for at `--gateway`, on this machine alone. */
export const played: Grant = (given) => {
  const port = flag(given, "--gateway");
  return port && isPort(port) ? { net: [authority("127.0.0.1", port)] } : {};
};

/** A live feed comes from `--gateway`, else from Databento's for `--dataset`, and nowhere else. */
export const gateway: Grant = (given) => {
  const type = given.instrument?.product_type === "equity_mbo" ? "equity_mbo" : "future_mbo";
  const dataset = flag(given, "--dataset") || DEFAULT_DATASETS[type];
  const named = flag(given, "--gateway");
  const found = named ? parseHostPort(named) : isDataset(dataset) ? liveGateway(dataset) : null;
  return found === null ? {} : { net: [authority(found.hostname, found.port)] };
};

/**
 * @param name a flag whose value is the address of a broker, the one host that is reached by it
 * @returns its grant
 */
export function broker(name: string): Grant {
  return (given) => {
    const found = parseBroker(flag(given, name) ?? "");
    return found === null ? {} : { net: [authority(found.hostname, found.port)] };
  };
}

/** A package goes to the folder that `--output-dir` names, else to `dist`. */
export const packed: Grant = (given) => {
  const dir = flag(given, "--output-dir") || "dist";
  return { read: [dir], write: [dir] };
};

/** What is captured goes to the file that `--output` names; with several dates that is a folder. */
export const captured: Grant = (given) => {
  const dir = flag(given, "--output");
  const isFolder = dir && standardOf(dir) === null && namesSeveral(given);
  return isFolder ? { read: [dir], write: [dir] } : writes("--output")(given);
};

/** What a sweep leaves behind goes to the folder that `--output` names. */
export const swept: Grant = writesInto("--output");

/** The figures of days go to the folder that `--days-output` names. */
export const daysOutput: Grant = writesInto("--days-output");

/** The instrument's configuration is read where `VP_INSTRUMENT_CONFIG_PATH` says. */
export const instrument: Grant = ({ env }) => readable(env["VP_INSTRUMENT_CONFIG_PATH"]);

/**
 * The server listens on `--host` and `--port`, and goes nowhere else. Of a name Deno asks for leave to
 * look it up, which is asked without a port when that is 0, and to listen on the address that it has.
 */
export const address: Grant = (given) => {
  const isLive = given.args.includes("--live");
  const host = flag(given, "--host") || (isLive ? LIVE_HOST : DEFAULT_HOST);
  const port = flag(given, "--port") || `${DEFAULT_PORT}`;
  // What is neither is refused by the task, in its own words.
  if (!isHost(host) || !isPort(port)) return {};
  const name = isName(host) && Number(port) === 0 ? host : authority(host, port);
  const { hostAddresses = [] } = given;
  return { net: [name, ...hostAddresses.map((one) => authority(one, port))] };
};

/**
 * @param name a flag whose value is a file to read, `-` being standard input
 * @returns its grant
 */
export function reads(name: string): Grant {
  return (given) => {
    const path = flag(given, name);
    return path === STANDARD_INPUT ? {} : readable(path);
  };
}

/**
 * @param name a flag whose value is a file to write, or one of the standard outputs; its names
 * until it is whole are granted too
 * @returns its grant
 */
export function writes(name: string): Grant {
  return (given) => {
    const path = flag(given, name);
    if (!path || standardOf(path) !== null) return {};
    // Renaming needs both rights on both names.
    const files = [path, ...partNames(path)];
    return { read: files, write: files };
  };
}

/**
 * @param name a flag whose value is a folder to write into
 * @returns its grant
 */
export function writesInto(name: string): Grant {
  return (given) => {
    const dir = flag(given, name);
    return dir && standardOf(dir) === null ? { read: [dir], write: [dir] } : {};
  };
}

/** Whether `--dt` is a list or a range. What is no date is refused by the task, in its own words. */
function namesSeveral(given: Given): boolean {
  try {
    return areSeveral(readDates("--dt", flag(given, "--dt") ?? DEFAULT_DT));
  } catch (error) {
    if (error instanceof UserError) return false;
    throw error;
  }
}

function readable(path: string | undefined): Permissions {
  return path ? { read: [path] } : {};
}

function lakeRoot(given: Given): string {
  return flag(given, "--lake") || given.env["VP_LAKE_ROOT"] || DEFAULT_LAKE;
}
