/** Records a live feed from Databento into the lake. */
import { systemClock } from "../engine/databento/clock.ts";
import { dialTcp } from "../engine/databento/live/connection.ts";
import { loadInstrument } from "../engine/instrument.ts";
import { record } from "../engine/recorder/recorder.ts";
import type { RecorderEvent } from "../engine/recorder/recording_status.ts";
import { connectNats } from "../engine/relay/nats_broker.ts";
import { Publishing } from "../engine/relay/publishing.ts";
import { SIMULATED_DATASET } from "../engine/source/data_source.ts";
import { recordingPaths } from "../engine/source/recording.ts";
import { apiKey } from "../cli/api_key.ts";
import { brokerAccess } from "../cli/broker_access.ts";
import { ownSignals, runCommand } from "../cli/command.ts";
import { instrumentFile, lakeFolder } from "../cli/environment.ts";
import { parseRecordFlags, type RecordFlags } from "./record/flags.ts";
import { RecordReport } from "./record/report.ts";

/** What the gateway is told of who asks. */
const CLIENT = "Spymaster";

/**
 * Records until the session is over, or a signal stops it: then it may be gone on with.
 *
 * @param args what the user wrote
 * @throws UserError when it cannot be recorded any further
 */
export async function recordTask(args: readonly string[]): Promise<void> {
  const nowNs = BigInt(systemClock.now()) * 1_000_000n;
  const flags = parseRecordFlags(args, () => loadInstrument(instrumentFile()), nowNs);
  const { instrument, dataset, gateway, isEveryDay, heartbeatSeconds, part, goesOn } = flags;
  const key = apiKey(gateway);
  const recorded = {
    lake: lakeFolder(flags.lake),
    productType: instrument.product_type,
    symbol: instrument.symbol,
    symbolRoot: instrument.symbol_root,
    dataset,
  };
  const isTerminal = Deno.stderr.isTerminal();
  const encoder = new TextEncoder();
  const report = new RecordReport({
    level: flags.logLevel,
    isTerminal,
    write: (text) => void Deno.stderr.writeSync(encoder.encode(text)),
    now: systemClock.now,
  });
  const publishing = publishingOf(flags, instrument.symbol, (event) => report.tell(event));
  const datasetOf = (path: string, dt: string) =>
    path === recordingPaths({ ...recorded, dt }).data ? dataset : SIMULATED_DATASET;
  const stop = new AbortController();
  const end = () => stop.abort();
  const signals = ["SIGINT", "SIGTERM"] as const;
  ownSignals();
  for (const signal of signals) Deno.addSignalListener(signal, end);
  try {
    await record(
      {
        ...recorded,
        ...{ key, client: CLIENT, heartbeatSeconds, address: gateway, isEveryDay },
        clock: systemClock,
        random: Math.random,
        dial: dialTcp,
        onEvent: (event) => {
          report.tell(event);
          if (event.kind === "state") publishing?.hear(event, datasetOf(event.path, event.dt));
        },
        signal: stop.signal,
      },
      part,
      goesOn,
    );
  } catch (error) {
    end();
    throw error;
  } finally {
    await publishing?.finish(stop.signal);
    report.end();
    for (const signal of signals) Deno.removeSignalListener(signal, end);
  }
}

/** What publishes it, where that is wanted. */
function publishingOf(
  flags: RecordFlags,
  symbol: string,
  onEvent: (event: RecorderEvent) => void,
): Publishing | null {
  if (flags.publish === null) return null;
  const { broker, limits } = flags.publish;
  const access = brokerAccess(broker, flags);
  return new Publishing({
    ...{ symbol, limits, onEvent },
    connect: () => connectNats(access, `${CLIENT} record`),
    clock: systemClock,
    random: Math.random,
  });
}

if (import.meta.main) await runCommand(() => recordTask(Deno.args));
