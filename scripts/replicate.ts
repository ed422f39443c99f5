/** Writes what a recorder publishes at a broker into the lake of this machine. */
import { systemClock } from "../engine/databento/clock.ts";
import { loadInstrument } from "../engine/instrument.ts";
import { connectNats } from "../engine/relay/nats_broker.ts";
import { Replicator } from "../engine/relay/replicator.ts";
import { SIMULATED_DATASET } from "../engine/source/data_source.ts";
import { brokerAccess } from "../cli/broker_access.ts";
import { ownSignals, runCommand } from "../cli/command.ts";
import { instrumentFile, lakeFolder } from "../cli/environment.ts";
import { RecordReport } from "./record/report.ts";
import { parseReplicateFlags } from "./replicate/flags.ts";

/** What the broker is told of who asks. */
const CLIENT = "Spymaster replicate";

/**
 * Replicates until a signal stops it, or all that the broker has has ended where that is wanted.
 *
 * @param args what the user wrote
 * @throws UserError when it cannot be gone on with
 */
export async function replicateTask(args: readonly string[]): Promise<void> {
  const flags = parseReplicateFlags(args, () => loadInstrument(instrumentFile()));
  const { instrument, dataset, from, dt, isOnce } = flags;
  const access = brokerAccess(from, flags);
  const encoder = new TextEncoder();
  const report = new RecordReport({
    level: flags.logLevel,
    isTerminal: Deno.stderr.isTerminal(),
    write: (text) => void Deno.stderr.writeSync(encoder.encode(text)),
    now: systemClock.now,
  });
  const stop = new AbortController();
  const end = () => stop.abort();
  const signals = ["SIGINT", "SIGTERM"] as const;
  ownSignals();
  for (const signal of signals) Deno.addSignalListener(signal, end);
  try {
    await new Replicator({
      lake: lakeFolder(flags.lake),
      productType: instrument.product_type,
      symbol: instrument.symbol,
      symbolRoot: instrument.symbol_root,
      datasets: [dataset, SIMULATED_DATASET],
      ...{ from: dt, isOnce },
      connect: () => connectNats(access, CLIENT),
      clock: systemClock,
      random: Math.random,
      onEvent: (event) => report.tell(event),
      signal: stop.signal,
    }).run();
  } finally {
    report.end();
    for (const signal of signals) Deno.removeSignalListener(signal, end);
  }
}

if (import.meta.main) await runCommand(() => replicateTask(Deno.args));
