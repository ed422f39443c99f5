import { Option } from "@commander-js/extra-typings";
import { type InstrumentConfig, loadInstrument, type ProductType } from "../engine/instrument.ts";
import type { SessionRequest } from "../engine/request.ts";
import { newCommand } from "./command.ts";
import { DEFAULT_DT, DEFAULT_LAKE } from "./defaults.ts";
import { instrumentFile, lakeFolder } from "./environment.ts";
import {
  inSession,
  SESSION_CUTS,
  type SessionCut,
  sessionTimeNs,
  sessionWindow,
  type TimeOfDay,
} from "../engine/session.ts";
import { UserError } from "../engine/errors.ts";
import { FlagError } from "./command.ts";
import { assertRequested, Contracts } from "./contracts.ts";
import { productTypeOption } from "./options.ts";
import { type Dates, readDate, readDates, readPath, readSymbol, readTime } from "./values.ts";

type Examples = readonly (readonly [args: string, what: string])[];

const START_TIME = "first grid, HH:MM New York (default: the session's start)";

/**
 * A command about the book cache of one session, with the flags that name it; more may be added.
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
  const input =
    "a DBN file, plain or Zstandard, instead of what the lake holds; no standard input " +
    "or pipe, for they have no book cache";
  return commandWith(task, description, examples, { startTime, input }).addOption(dt);
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
  const cut = new Option(
    "--session <cut>",
    "what a day of a future is: the UTC day, or globex, 18:00 to 17:00 New York of its date",
  ).choices(SESSION_CUTS).default("utc-day" as const);
  const input =
    "a DBN file, plain or Zstandard, or - for standard input, instead of what the lake holds";
  return commandWith(task, description, examples, { startTime, input }).addOption(dt).addOption(cut)
    .option(
      "--follow",
      "follow a session that is being recorded to its end; without it, what is there now",
    );
}

function commandWith(
  task: string,
  description: string,
  examples: Examples,
  { startTime, input }: Readonly<Record<"startTime" | "input", string>>,
) {
  return newCommand(task, description, examples)
    .addOption(productTypeOption())
    .option(
      "--symbol <symbol>",
      "instrument (default: instrument.yaml); ROOT.front: the front contract of each day",
      (v) => readSymbol("--symbol", v),
    )
    .option(
      "--contracts <symbols>",
      "contracts of the locked product, separated by commas; each day takes the busiest of them",
      readContracts,
    )
    .option(
      "--start-time <time>",
      startTime,
      (v) => readTime("--start-time", v),
    )
    .option(
      "--lake <dir>",
      `folder of raw files and caches (default: VP_LAKE_ROOT, else ${DEFAULT_LAKE})`,
      (v) => readPath("--lake", v),
    )
    .option(
      "--input <file>",
      input,
      (v) => readPath("--input", v),
    )
    .option(
      "--allow-truncated",
      "use the intact part of a truncated file, and say so, instead of refusing it",
    );
}

function readContracts(text: string): string[] {
  return [...new Set(text.split(",").map((part) => readSymbol("--contracts", part.trim())))];
}

/** What the flags of a session command say. */
export interface SessionFlags {
  productType?: string | undefined;
  symbol?: string | undefined;
  contracts?: readonly string[] | undefined;
  dt: string;
  session?: SessionCut | undefined;
  startTime?: string | undefined;
  lake?: string | undefined;
  input?: string | undefined;
  allowTruncated?: boolean | undefined;
  /** Whether a session that is being recorded is followed to its end. */
  follow?: boolean | undefined;
}

/**
 * Completes the flags with the locked instrument and the environment.
 *
 * @param flags the flags
 * @param throttleMs least event time between grids
 * @returns the locked instrument, the session, the folder of the lake, and what tells the contract of
 * each day, which has to be asked before the session is opened
 * @throws UserError when the instrument's configuration cannot be read, or another is asked for
 * @throws FlagError when the start time is not in the session, or flags exclude each other
 */
export function completeSession(flags: SessionFlags, throttleMs: number): {
  instrument: InstrumentConfig;
  request: SessionRequest;
  lake: string;
  contracts: Contracts;
} {
  const instrument = loadInstrument(instrumentFile());
  const { product_type: productType, symbol } = instrument;
  const rule = assertRequested(instrument, flags);
  const cut = flags.session === "globex" ? flags.session : undefined;
  if (cut !== undefined && flags.input !== undefined) {
    throw new FlagError(
      `--session ${cut} is of two files of the lake; leave --input ${flags.input} out`,
    );
  }
  try {
    sessionWindow(productType, flags.dt, cut);
  } catch (error) {
    throw error instanceof UserError ? new FlagError(`--session: ${error.message}`) : error;
  }
  if (flags.startTime !== undefined) {
    const start = { name: "--start-time", text: flags.startTime };
    spanNs(productType, flags.dt, { start }, cut);
  }
  const lake = lakeFolder(flags.lake);
  return {
    instrument,
    request: {
      productType,
      symbol,
      dt: flags.dt,
      ...(cut && { cut }),
      startTime: flags.startTime ?? null,
      throttleMs,
    },
    lake,
    contracts: new Contracts(instrument, rule, { lake, input: flags.input }),
  };
}

/**
 * Finds the stretch of a session that flags name.
 *
 * @param productType decides the session's window
 * @param dt session date, YYYY-MM-DD
 * @param times when it starts and ends, exclusive, by the flags' names; either may be left out
 * @param cut how sessions of futures are cut
 * @returns both, UTC nanoseconds since the epoch; null for what was left out
 * @throws FlagError when a time is not in the session, or the end not after the start
 */
export function spanNs(
  productType: ProductType,
  dt: string,
  { start, end }: { start?: TimeOfDay; end?: TimeOfDay },
  cut?: SessionCut,
): { startNs: bigint | null; endNs: bigint | null } {
  try {
    const startNs = start ? sessionTimeNs(productType, dt, start, cut) : null;
    const endNs = end ? sessionTimeNs(productType, dt, { ...end, isEnd: true }, cut) : null;
    if (startNs !== null && endNs !== null && endNs <= startNs) {
      throw new UserError(
        `${end!.name} ${end!.text} is not after ${start!.name} ${start!.text} ` +
          inSession(dt, endNs),
      );
    }
    return { startNs, endNs };
  } catch (error) {
    throw error instanceof UserError ? new FlagError(error.message) : error;
  }
}
