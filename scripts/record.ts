/** Records a live feed from Databento into the lake. */
import { systemClock } from "../engine/databento/clock.ts";
import { dialTcp } from "../engine/databento/live/connection.ts";
import { loadInstrument } from "../engine/instrument.ts";
import { record } from "../engine/recorder/recorder.ts";
import { apiKey } from "../cli/api_key.ts";
import { ownSignals, runCommand } from "../cli/command.ts";
import { instrumentFile, lakeFolder } from "../cli/environment.ts";
import { parseRecordFlags } from "./record/flags.ts";
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
  const { instrument, dataset, gateway, heartbeatSeconds, part, goesOn } = flags;
  const key = apiKey(gateway);
  const isTerminal = Deno.stderr.isTerminal();
  const encoder = new TextEncoder();
  const report = new RecordReport({
    level: flags.logLevel,
    isTerminal,
    write: (text) => void Deno.stderr.writeSync(encoder.encode(text)),
    now: systemClock.now,
  });
  const stop = new AbortController();
  const end = () => stop.abort();
  const signals = ["SIGINT", "SIGTERM"] as const;
  ownSignals();
  for (const signal of signals) Deno.addSignalListener(signal, end);
  try {
    await record(
      {
        lake: lakeFolder(flags.lake),
        productType: instrument.product_type,
        symbol: instrument.symbol,
        symbolRoot: instrument.symbol_root,
        ...{ dataset, key, client: CLIENT, heartbeatSeconds, address: gateway },
        clock: systemClock,
        random: Math.random,
        dial: dialTcp,
        onEvent: (event) => report.tell(event),
        signal: stop.signal,
      },
      part,
      goesOn,
    );
  } finally {
    report.end();
    for (const signal of signals) Deno.removeSignalListener(signal, end);
  }
}

if (import.meta.main) await runCommand(() => recordTask(Deno.args));
