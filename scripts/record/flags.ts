import { Option } from "@commander-js/extra-typings";
import type { Beginning } from "../../engine/databento/live/live_session.ts";
import { UserError } from "../../engine/errors.ts";
import { assertLocked, type InstrumentConfig } from "../../engine/instrument.ts";
import { daysOf } from "../../engine/recorder/recorder.ts";
import { sessionDateAt } from "../../engine/recorder/session_days.ts";
import type { SessionPart } from "../../engine/recorder/session_recorder.ts";
import { clockOf, isTimeOfDay, sessionTimeNs, sessionWindow } from "../../engine/session.ts";
import { FlagError, newCommand, parseFlags } from "../../cli/command.ts";
import { DEFAULT_LAKE } from "../../cli/defaults.ts";
import {
  DEFAULT_DATASETS,
  type HostPort,
  isDataset,
  liveGateway,
} from "../../cli/gateway_address.ts";
import type { LogLevel } from "../../cli/log_level.ts";
import { logLevelOption, productTypeOption, symbolOption } from "../../cli/options.ts";
import { readDate, readGateway, readPath, readWhole } from "../../cli/values.ts";

/** What is recorded, as flags say it. */
export interface RecordFlags {
  dataset: string;
  gateway: HostPort;
  heartbeatSeconds: number;
  lake: string | undefined;
  logLevel: LogLevel;
  /** The session to begin with. */
  part: SessionPart;
  /** Whether sessions follow it. */
  goesOn: boolean;
}

const SESSION_END = "session-end";

function command() {
  return newCommand(
    "record",
    "Records the live feed of the locked instrument from Databento into the lake, session after " +
      "session, and goes on by itself after whatever breaks. The key is DATABENTO_API_KEY, in the " +
      "environment or in .env.",
    [
      ["", "the book as it is now, and all that follows"],
      ["--from session", "all that the gateway still has of the session, too"],
      ["--until 16:00", "until then, New York"],
      ["--until session-end", "this session alone"],
      ["--gateway 127.0.0.1:13000", 'what "simulate --gateway 13000" plays'],
    ],
  )
    .addOption(productTypeOption())
    .addOption(symbolOption())
    .option(
      "--dt <date>",
      "session date, YYYY-MM-DD (default: the session that is open, or opens next)",
      (v) => readDate("--dt", v),
    )
    .option(
      "--from <beginning>",
      "snapshot: the book now; session: all there still is; or HH:MM, the session's beginning",
      (v) => readTimeOr("--from", v, ["snapshot", "session"]),
      "snapshot",
    )
    .option(
      "--until <end>",
      "HH:MM New York, or session-end (default: sessions follow one another)",
      (v) => readTimeOr("--until", v, [SESSION_END]),
    )
    .option(
      "--dataset <code>",
      `dataset of Databento (default: ${DEFAULT_DATASETS.future_mbo}; of equities ` +
        `${DEFAULT_DATASETS.equity_mbo})`,
      (v) => readDataset("--dataset", v),
    )
    .option(
      "--gateway <host:port>",
      "another gateway than Databento's for the dataset",
      (v) => readGateway("--gateway", v),
    )
    .addOption(
      new Option("--heartbeat-seconds <seconds>", "after which a quiet gateway says it is there")
        .argParser<number>((v) => readWhole("--heartbeat-seconds", v, 1, 60)).default<number>(5),
    )
    .option(
      "--lake <dir>",
      `folder of raw files (default: VP_LAKE_ROOT, else ${DEFAULT_LAKE})`,
      (v) => readPath("--lake", v),
    )
    .addOption(logLevelOption());
}

/**
 * Reads the flags of `record`.
 *
 * @param args what the user wrote
 * @param instrumentOf gives the locked instrument
 * @param nowNs UTC nanoseconds since the epoch
 * @returns what they say
 * @throws FlagError when one is wrong
 * @throws UserError when another instrument is asked for than the locked one
 */
export function parseRecordFlags(
  args: readonly string[],
  instrumentOf: () => InstrumentConfig,
  nowNs: bigint,
): RecordFlags & { instrument: InstrumentConfig } {
  const flags = parseFlags(command(), args);
  const instrument = instrumentOf();
  const { product_type: productType, symbol } = instrument;
  assertLocked(instrument, {
    product_type: flags.productType ?? productType,
    symbol: flags.symbol ?? symbol,
  });
  const dataset = flags.dataset ?? DEFAULT_DATASETS[productType];
  const dt = flags.dt ?? sessionDateAt(daysOf({ productType, dataset }), nowNs);
  return {
    instrument,
    dataset,
    gateway: flags.gateway ?? liveGateway(dataset),
    heartbeatSeconds: flags.heartbeatSeconds,
    lake: flags.lake,
    logLevel: flags.logLevel,
    part: {
      dt,
      from: beginningOf(flags.from, instrument, dt),
      untilNs: flags.until === undefined || flags.until === SESSION_END
        ? null
        : timeNs(instrument, dt, "--until", flags.until, true),
    },
    goesOn: flags.until === undefined,
  };
}

function beginningOf(text: string, instrument: InstrumentConfig, dt: string): Beginning {
  if (text === "snapshot") return { kind: "snapshot" };
  if (text === "session") return { kind: "replay", startNs: 0n };
  const { startNs } = sessionWindow(instrument.product_type, dt);
  if (timeNs(instrument, dt, "--from", text) <= startNs) return { kind: "replay", startNs };
  throw new FlagError(
    `--from ${text}: there would be no book before it; give snapshot, session, or ` +
      `${clockOf(startNs)}, with which the session of ${dt} begins`,
  );
}

function timeNs(
  { product_type }: InstrumentConfig,
  dt: string,
  name: string,
  text: string,
  isEnd = false,
): bigint {
  try {
    return sessionTimeNs(product_type, dt, { name, text, isEnd });
  } catch (error) {
    throw error instanceof UserError ? new FlagError(error.message) : error;
  }
}

function readTimeOr(name: string, text: string, words: readonly string[]): string {
  if (words.includes(text) || isTimeOfDay(text)) return text;
  throw new UserError(
    `${name}: ${JSON.stringify(text)} is none of ${words.join(", ")} or a time of day; ` +
      "give one of them, or HH:MM of New York",
  );
}

function readDataset(name: string, text: string): string {
  if (isDataset(text)) return text;
  throw new UserError(
    `${name}: ${JSON.stringify(text)} is not a dataset; give its code, such as GLBX.MDP3`,
  );
}
