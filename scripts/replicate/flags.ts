import { assertLocked, type InstrumentConfig } from "../../engine/instrument.ts";
import { readBroker } from "../../cli/broker_access.ts";
import type { BrokerAddress } from "../../cli/broker_address.ts";
import { FlagError, newCommand, parseFlags } from "../../cli/command.ts";
import { DEFAULT_DATASETS } from "../../cli/gateway_address.ts";
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
import { readDate } from "../../cli/values.ts";

/** What is replicated, as flags say it. */
export interface ReplicateFlags {
  from: BrokerAddress;
  /** First session date, YYYY-MM-DD; null for all that the broker has. */
  dt: string | null;
  dataset: string;
  /** Whether it ends when all that the broker has has ended. */
  isOnce: boolean;
  lake: string | undefined;
  natsCreds: string | undefined;
  natsCa: string | undefined;
  logLevel: LogLevel;
}

const SESSION_END = "session-end";

function command() {
  return newCommand(
    "replicate",
    "Writes what another machine records and publishes into the lake of this one, as it comes, " +
      'session after session: the same files, which "serve" follows. It goes on from what is here.',
    [
      ["--from nats://broker:4222", "all that the broker has, and what follows"],
      ["--from nats://broker:4222 --dt 2026-02-06", "from that session on"],
      [
        "--from nats://broker:4222 --until session-end",
        "ending with the last session at the broker",
      ],
      ["--from tls://broker:4222 --nats-creds edge.creds", "encrypted, with credentials"],
    ],
  )
    .option(
      "--from <url>",
      "the NATS JetStream broker: nats://HOST:PORT or tls://HOST:PORT",
      (v) => readBroker("--from", v),
    )
    .addOption(productTypeOption())
    .addOption(symbolOption())
    .option(
      "--dt <date>",
      "first session date, YYYY-MM-DD (default: all that the broker has)",
      (v) => readDate("--dt", v),
    )
    .option("--until <end>", "session-end (default: sessions follow one another)", (v) => {
      if (v === SESSION_END) return v;
      throw new FlagError(`--until: ${JSON.stringify(v)} is not ${SESSION_END}; give that`);
    })
    .addOption(datasetOption())
    .addOption(natsCredsOption())
    .addOption(natsCaOption())
    .addOption(rawLakeOption())
    .addOption(logLevelOption());
}

/**
 * Reads the flags of `replicate`.
 *
 * @param args what the user wrote
 * @param instrumentOf gives the locked instrument
 * @returns what they say
 * @throws FlagError when one is wrong
 * @throws UserError when another instrument is asked for than the locked one
 */
export function parseReplicateFlags(
  args: readonly string[],
  instrumentOf: () => InstrumentConfig,
): ReplicateFlags & { instrument: InstrumentConfig } {
  const flags = parseFlags(command(), args);
  if (flags.from === undefined) {
    throw new FlagError("--from is missing; give the broker's address, nats://HOST:PORT");
  }
  const instrument = instrumentOf();
  assertLocked(instrument, {
    product_type: flags.productType ?? instrument.product_type,
    symbol: flags.symbol ?? instrument.symbol,
  });
  return {
    instrument,
    from: flags.from,
    dt: flags.dt ?? null,
    dataset: flags.dataset ?? DEFAULT_DATASETS[instrument.product_type],
    isOnce: flags.until !== undefined,
    lake: flags.lake,
    natsCreds: flags.natsCreds,
    natsCa: flags.natsCa,
    logLevel: flags.logLevel,
  };
}
