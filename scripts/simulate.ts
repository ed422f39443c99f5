/** Writes a simulated session into the lake, for a machine without licensed data. */
import { dirname } from "node:path";
import { Option } from "@commander-js/extra-typings";
import { UserError } from "../engine/errors.ts";
import { loadInstrument } from "../engine/instrument.ts";
import { simulatedPath, simulateInto } from "../engine/source/simulator/simulated_file.ts";
import { DRIFTS } from "../engine/source/simulator/price_path.ts";
import {
  type SimulatedSession,
  SIMULATOR_DEFAULTS,
} from "../engine/source/simulator/simulation.ts";
import { FlagError, newCommand, ownSignals, parseFlags, runCommand } from "../cli/command.ts";
import { DEFAULT_DT, DEFAULT_LAKE } from "../cli/defaults.ts";
import { instrumentFile, lakeFolder } from "../cli/environment.ts";
import { spanNs } from "../cli/session_command.ts";
import { standardOf } from "../cli/standard_output.ts";
import {
  readDate,
  readOutput,
  readPath,
  readPort,
  readSymbol,
  readTime,
  readWhole,
} from "../cli/values.ts";
import { SIMULATED } from "../cli/output/format.ts";
import { assertOutsideLakes, fileUnder, keptFiles } from "../cli/output/gate.ts";
import { makeFolder, openOutput } from "../cli/output_file.ts";
import { progressBar } from "../cli/progress.ts";
import { playLive } from "./simulate/play_live.ts";

const { seed, from, to, eventsPerSecond } = SIMULATOR_DEFAULTS;

const command = () =>
  newCommand("simulate", "Writes a simulated session of a future into the lake.", [
    ["", "the locked instrument on its default date"],
    ["--seed 7 --events-per-second 300", "another session, a busier one"],
    ["--from 09:20 --to 10:00 --output short.dbn", "a short one, to a file of its own"],
    [
      "--drift none",
      "a price that nothing in the book predicts: an analysis that finds an edge is wrong",
    ],
    ["--drift planted", "a price that the book predicts: an analysis that finds no edge is blind"],
    ["--gateway 13000", "a live feed, for record --gateway 127.0.0.1:13000"],
  ])
    .option(
      "--symbol <symbol>",
      "future to simulate (default: instrument.yaml)",
      (v) => readSymbol("--symbol", v),
    )
    .option("--dt <date>", "session date, YYYY-MM-DD", (v) => readDate("--dt", v), DEFAULT_DT)
    .option(
      "--seed <number>",
      "random seed, 0 to 4294967295; the same seed gives the same bytes",
      (v) => readWhole("--seed", v, 0, 0xffffffff),
      seed as number,
    )
    .option(
      "--from <time>",
      "when it becomes busy, HH:MM New York",
      (v) => readTime("--from", v),
      from as string,
    )
    .option(
      "--to <time>",
      "when it ends, HH:MM New York",
      (v) => readTime("--to", v),
      to as string,
    )
    .option(
      "--events-per-second <number>",
      "records a second while busy, on average; 1 to 1000",
      (v) => readWhole("--events-per-second", v, 1, 1000),
      eventsPerSecond as number,
    )
    .addOption(
      new Option(
        "--drift <drift>",
        "how the price moves: by the flow of orders (regimes), by chance alone (none), or as the " +
          "flow predicts (planted)",
      ).choices(DRIFTS).default("regimes" as const),
    )
    .option(
      "--lake <dir>",
      `folder of raw files (default: VP_LAKE_ROOT, else ${DEFAULT_LAKE})`,
      (v) => readPath("--lake", v),
    )
    .option(
      "--output <file>",
      "file to write instead of the lake's, or - for standard output",
      readSessionOutput,
    )
    .option("--force", "replace a file that is not a simulated session")
    .option(
      "--gateway <port>",
      "write nothing: play it in real time as a live gateway on that port of 127.0.0.1, for " +
        "record, as if --from was now, whatever the day; any key will do",
      (v) => readPort("--gateway", v),
    );

/**
 * Makes a session.
 *
 * @param args what the user wrote
 * @throws UserError when it cannot be done
 */
export async function simulate(args: readonly string[]): Promise<void> {
  const { output, symbol, gateway, force = false, ...flags } = parseFlags(command(), args);
  spanNs("future_mbo", flags.dt, {
    start: { name: "--from", text: flags.from },
    end: { name: "--to", text: flags.to },
  });
  const session = { ...flags, symbol: symbol ?? lockedFuture() };
  if (gateway !== undefined) {
    if (output !== undefined) throw new FlagError("--gateway writes no file: leave --output out");
    return await playUntilSignal(session, gateway);
  }
  const lake = lakeFolder(flags.lake);
  const path = output ?? simulatedPath({ ...session, lake });
  const begun = performance.now();
  const kept = { ...keptFiles(lake), product: `${lake}/raw/source=simulator` };
  if (standardOf(path) === null && fileUnder(path) === null) {
    assertOutsideLakes(path, kept);
    makeFolder(dirname(path));
  }
  using file = openOutput(path, { format: SIMULATED, force, kept });
  const bar = progressBar();
  try {
    await simulateInto(
      session,
      (bytes) => file.write(bytes),
      (share) => bar.update(share, "of the session"),
    );
    file.finish();
  } finally {
    bar.stop();
  }
  if (path === "-") return;
  console.log(`path     ${path}`);
  console.log(
    `data     simulated: ${session.symbol} on ${session.dt}, seed ${session.seed}${
      session.drift === "regimes" ? "" : `, drift ${session.drift}`
    }`,
  );
  console.log(`seconds  ${((performance.now() - begun) / 1e3).toFixed(3)}`);
}

/** A file of a session is never compressed, and other programs go by the name. */
function readSessionOutput(text: string): string {
  const path = readOutput("--output", text);
  if (!/\.zst$/i.test(path)) return path;
  throw new UserError(
    `--output: ${JSON.stringify(text)} ends as a Zstandard file, and a plain one is written; ` +
      "leave .zst out",
  );
}

/** The symbol of the locked instrument, which has to be a future. */
function lockedFuture(): string {
  const { product_type: productType, symbol } = loadInstrument(instrumentFile());
  if (productType === "future_mbo") return symbol;
  throw new UserError(
    `this installation is locked to ${symbol}, ${productType}, and only futures can be simulated; ` +
      "name one with --symbol",
  );
}

async function playUntilSignal(session: SimulatedSession, port: number): Promise<void> {
  const stop = new AbortController();
  ownSignals();
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    Deno.addSignalListener(signal, () => stop.abort());
  }
  await playLive(session, port, stop.signal);
  Deno.exit(0);
}

if (import.meta.main) await runCommand(() => simulate(Deno.args));
