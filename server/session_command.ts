import { Option } from "@commander-js/extra-typings";
import { type InstrumentConfig, loadInstrument } from "../engine/instrument.ts";
import type { SessionRequest } from "../engine/request.ts";
import { newCommand } from "./command.ts";
import { DEFAULT_DT, DEFAULT_LAKE } from "./defaults.ts";
import {
  type Dates,
  readDate,
  readDates,
  readPath,
  readProductType,
  readStartTime,
  readSymbol,
} from "./values.ts";

type Examples = readonly (readonly [args: string, what: string])[];

const START_TIME = "first grid, HH:MM New York";

/**
 * A command about one session, with the flags that name it; more may be added.
 *
 * @param task name of the task
 * @param description what it does, in one sentence
 * @param examples arguments of examples, each with what it does
 * @param startTime what the start time is, for the help
 */
export function sessionCommand(
  task: string,
  description: string,
  examples: Examples,
  startTime = START_TIME,
) {
  const dt = new Option("--dt <date>", "session date, YYYY-MM-DD")
    .argParser<string>((v) => readDate("--dt", v)).default(DEFAULT_DT, DEFAULT_DT);
  return commandWith(task, description, examples, startTime).addOption(dt);
}

/**
 * A command about one session or several: its --dt may list dates or span them.
 *
 * @param task name of the task
 * @param description what it does, in one sentence
 * @param examples arguments of examples, each with what it does
 * @param startTime what the start time is, for the help
 */
export function sessionsCommand(
  task: string,
  description: string,
  examples: Examples,
  startTime = START_TIME,
) {
  const dt = new Option(
    "--dt <dates>",
    "session date, YYYY-MM-DD; a list with commas; or FIRST..LAST, without weekends",
  ).argParser<Dates>((v) => readDates("--dt", v))
    .default<Dates>({ dates: [DEFAULT_DT], isRange: false }, DEFAULT_DT);
  return commandWith(task, description, examples, startTime).addOption(dt);
}

function commandWith(task: string, description: string, examples: Examples, startTime: string) {
  return newCommand(task, description, examples)
    .option(
      "--product-type <type>",
      "future_mbo or equity_mbo (default: instrument.yaml)",
      (v) => readProductType("--product-type", v),
    )
    .option(
      "--symbol <symbol>",
      "instrument (default: instrument.yaml)",
      (v) => readSymbol("--symbol", v),
    )
    .option(
      "--start-time <time>",
      startTime,
      (v) => readStartTime("--start-time", v),
    )
    .option(
      "--lake <dir>",
      `folder of raw files and caches (default: VP_LAKE_ROOT, else ${DEFAULT_LAKE})`,
      (v) => readPath("--lake", v),
    )
    .option(
      "--input <file>",
      "a .dbn or .dbn.zst file, instead of what the lake holds",
      (v) => readPath("--input", v),
    );
}

/** What the flags of a session command say. */
export interface SessionFlags {
  productType?: string | undefined;
  symbol?: string | undefined;
  dt: string;
  startTime?: string | undefined;
  lake?: string | undefined;
  input?: string | undefined;
}

/**
 * Completes the flags with the locked instrument and the environment.
 *
 * @param flags the flags
 * @param throttleMs least event time between grids
 * @throws UserError when the instrument's configuration cannot be read
 */
export function completeSession(flags: SessionFlags, throttleMs: number): {
  instrument: InstrumentConfig;
  request: SessionRequest;
  lake: string;
} {
  const instrument = loadInstrument();
  return {
    instrument,
    request: {
      productType: flags.productType ?? instrument.product_type,
      symbol: flags.symbol ?? instrument.symbol,
      dt: flags.dt,
      startTime: flags.startTime ?? null,
      throttleMs,
    },
    lake: flags.lake ?? (Deno.env.get("VP_LAKE_ROOT") || DEFAULT_LAKE),
  };
}
