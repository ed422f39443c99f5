/**
 * Sees to it that a task which names no other session has the default one: a machine without a Databento file of the
 * locked instrument on the default date gets a simulated one. Not a task by itself; the launcher
 * runs it before those that need it, with the permissions of `simulate`.
 */
import { NoRawFile, UserError } from "../engine/errors.ts";
import { assertLocked, loadInstrument, type ProductType } from "../engine/instrument.ts";
import { findRawFile } from "../engine/source/lake.ts";
import {
  ensureSimulated,
  simulatedPath,
  type SimulatedRequest,
} from "../engine/source/simulator/simulated_file.ts";
import { runCommand } from "../cli/command.ts";
import { assertRequested } from "../cli/contracts.ts";
import { DEFAULT_DT } from "../cli/defaults.ts";
import { instrumentFile, lakeFolder } from "../cli/environment.ts";
import { parseServeFlags } from "../cli/serve_flags.ts";
import { parseAnalyzeFlags } from "../cli/analyze_flags.ts";
import { windowOf } from "../cli/analyze_window.ts";
import { progressBar } from "../cli/progress.ts";
import { parseSweepFlags } from "./sweep/flags.ts";
import { readPlan } from "./sweep/plan_file.ts";

/** What of a task's flags matters here. */
interface Flags {
  lake?: string | undefined;
  productType?: string | undefined;
  symbol?: string | undefined;
  contracts?: readonly string[] | undefined;
  /** Looks at what the flags alone do not tell. */
  check?: (productType: ProductType) => void;
}

/** Reads the flags of each task that needs a session, so that wrong ones end it before any work. */
const PARSERS: Readonly<Record<string, (args: readonly string[]) => Flags>> = {
  serve: parseServeFlags,
  analyze(args) {
    const flags = parseAnalyzeFlags(args);
    return { ...flags, check: (productType) => void windowOf(flags, productType) };
  },
  sweep(args) {
    const flags = parseSweepFlags(args);
    readPlan(flags.plan);
    return { ...flags, check: (productType) => void windowOf(flags, productType) };
  },
};

await runCommand(async () => {
  const [task = "", ...args] = Deno.args;
  const parse = PARSERS[task];
  if (parse === undefined) throw new Error(`no task ${JSON.stringify(task)} needs a session`);
  const flags = parse(args);
  const lake = lakeFolder(flags.lake);
  const instrument = loadInstrument(instrumentFile());
  const { product_type: productType, symbol } = instrument;
  // Serving takes no symbol that stands for the contract of each day.
  if (task === "serve") {
    const asked = {
      product_type: flags.productType ?? productType,
      symbol: flags.symbol ?? symbol,
    };
    assertLocked(instrument, asked);
  } else assertRequested(instrument, flags);
  flags.check?.(productType);
  const request = { lake, productType, symbol, dt: DEFAULT_DT };
  if (productType !== "future_mbo" || await isThere(request)) return;
  const none = `No Databento file for ${symbol} on ${DEFAULT_DT}`;
  const problem = whyNotSimulated(request);
  if (problem !== null) {
    // The task says itself what it lacks, or has other dates to serve.
    console.error(`${none}, and it cannot be simulated: ${problem}`);
    return;
  }
  console.error(`${none}: making a simulated session.`);
  const bar = progressBar();
  try {
    await ensureSimulated(request, (share) => bar.update(share, "of the session"));
  } finally {
    bar.stop();
  }
});

/** Why a session cannot be simulated; null when it can. An instrument may be locked without that. */
function whyNotSimulated(request: SimulatedRequest): string | null {
  try {
    simulatedPath(request);
    return null;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return error.message;
  }
}

/** Whether there is a file; one that does not fit counts, and the task itself says what is wrong. */
async function isThere(request: Parameters<typeof findRawFile>[0]): Promise<boolean> {
  try {
    await findRawFile(request);
    return true;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return !(error instanceof NoRawFile);
  }
}
