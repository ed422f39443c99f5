import { Option } from "@commander-js/extra-typings";
import type { Beginning } from "../../engine/databento/live/live_session.ts";
import { UserError } from "../../engine/errors.ts";
import { assertLocked, type InstrumentConfig } from "../../engine/instrument.ts";
import { daysOf } from "../../engine/recorder/recorder.ts";
import { isSessionDay, nextSession, sessionDateAt } from "../../engine/recorder/session_days.ts";
import type { SessionPart } from "../../engine/recorder/session_recorder.ts";
import { clockOf, isTimeOfDay, sessionTimeNs, sessionWindow } from "../../engine/session.ts";
import type { Limits } from "../../engine/relay/broker.ts";
import { readBroker } from "../../cli/broker_access.ts";
import type { BrokerAddress } from "../../cli/broker_address.ts";
import { FlagError, newCommand, parseFlags } from "../../cli/command.ts";
import { DEFAULT_DATASETS, type HostPort, liveGateway } from "../../cli/gateway_address.ts";
import type { LogLevel } from "../../cli/log_level.ts";
import {
  datasetOption,
  logLevelOption,
  natsCaOption,
  natsCredsOption,
  productTypeOption,
  rawLakeOption,
  symbolOption,
} from "../../cli/options.ts";
import { readDate, readGateway, readWhole } from "../../cli/values.ts";

/** What is recorded, as flags say it. */
export interface RecordFlags {
  dataset: string;
  gateway: HostPort;
  /** Whether every day counts: another gateway than the vendor's has sessions when it likes. */
  isEveryDay: boolean;
  heartbeatSeconds: number;
  lake: string | undefined;
  logLevel: LogLevel;
  /** The session to begin with. */
  part: SessionPart;
  /** Whether sessions follow it. */
  goesOn: boolean;
  /** Where it is published; null for nowhere. */
  publish: { broker: BrokerAddress; limits: Limits } | null;
  natsCreds: string | undefined;
  natsCa: string | undefined;
}

const SESSION_END = "session-end";

function command() {
  return newCommand(
    "record",
    "Records the live feed of the locked instrument from Databento into the lake, session after " +
      "session, and goes on by itself whatever breaks. The key is DATABENTO_API_KEY, in the " +
      "environment or in .env.",
    [
      ["", "the book as it is now, and all that follows"],
      ["--from session", "and all that the gateway still has of the session"],
      ["--until 16:00", "until 16:00 New York"],
      ["--until session-end", "this session alone"],
      ["--gateway 127.0.0.1:13000", 'what "simulate --gateway 13000" plays'],
      ["--publish nats://broker:4222", "for other machines too (docs/scale.md)"],
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
      "snapshot: the book now; session: all the gateway still has; or HH:MM, the session's start",
      (v) => readTimeOr("--from", v, ["snapshot", "session"]),
      "snapshot",
    )
    .option(
      "--until <end>",
      "HH:MM New York, or session-end (default: sessions follow one another)",
      (v) => readTimeOr("--until", v, [SESSION_END]),
    )
    .addOption(datasetOption())
    .option(
      "--gateway <host:port>",
      "another gateway than Databento's for the dataset",
      (v) => readGateway("--gateway", v),
    )
    .addOption(
      new Option(
        "--heartbeat-seconds <seconds>",
        "how often a quiet gateway signals that it is there",
      )
        .argParser<number>((v) => readWhole("--heartbeat-seconds", v, 1, 60)).default<number>(5),
    )
    .option(
      "--publish <url>",
      "also publish it to a NATS JetStream broker: nats://HOST:PORT or tls://HOST:PORT",
      (v) => readBroker("--publish", v),
    )
    .addOption(
      new Option("--publish-max-age <hours>", "how long the broker keeps it")
        .argParser<number>((v) => readWhole("--publish-max-age", v, 1, 8_760)).default<number>(72),
    )
    .addOption(
      new Option(
        "--publish-max-size <MB>",
        "most that the broker keeps; it refuses more (default: no limit)",
      ).argParser<number>((v) => readWhole("--publish-max-size", v, 1, 1e9)),
    )
    .addOption(natsCredsOption())
    .addOption(natsCaOption())
    .addOption(rawLakeOption())
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
  const isEveryDay = flags.gateway !== undefined;
  const days = daysOf({ productType, dataset, isEveryDay });
  const dt = flags.dt ?? sessionDateAt(days, nowNs);
  if (!isSessionDay(days, dt)) {
    throw new FlagError(
      `--dt: ${dt} has no session, and the next is that of ${
        nextSession(days, dt).dt
      }; record that`,
    );
  }
  return {
    instrument,
    dataset,
    gateway: flags.gateway ?? liveGateway(dataset),
    isEveryDay,
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
    publish: flags.publish === undefined ? null : {
      broker: flags.publish,
      limits: {
        maxAgeMs: flags.publishMaxAge * 3_600_000,
        maxBytes: flags.publishMaxSize === undefined ? -1 : flags.publishMaxSize * 1_000_000,
      },
    },
    natsCreds: flags.natsCreds,
    natsCa: flags.natsCa,
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
