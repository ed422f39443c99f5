import { Option } from "@commander-js/extra-typings";
import {
  assertLocked,
  type InstrumentConfig,
  loadInstrument,
  type ProductType,
} from "../engine/instrument.ts";
import type { SessionRequest } from "../engine/request.ts";
import { newCommand } from "./command.ts";
import { DEFAULT_DT, DEFAULT_LAKE } from "./defaults.ts";
import { instrumentFile, lakeFolder } from "./environment.ts";
import { sessionTimeNs, type TimeOfDay } from "../engine/session.ts";
import { UserError } from "../engine/errors.ts";
import { FlagError } from "./command.ts";
import { productTypeOption, symbolOption } from "./options.ts";
import { type Dates, readDate, readDates, readPath, readTime } from "./values.ts";

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
  return commandWith(task, description, examples, startTime).addOption(dt)
    .option(
      "--follow",
      "of a session that is being recorded, to its end; without it, what is there now",
    );
}

function commandWith(task: string, description: string, examples: Examples, startTime: string) {
  return newCommand(task, description, examples)
    .addOption(productTypeOption())
    .addOption(symbolOption())
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
      "a DBN file, plain or Zstandard, or - for standard input, instead of what the lake holds",
      (v) => readPath("--input", v),
    )
    .option(
      "--allow-truncated",
      "take what is whole of a file that is cut off, and say so, instead of refusing it",
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
  allowTruncated?: boolean | undefined;
  /** Whether a session that is being recorded is followed to its end. */
  follow?: boolean | undefined;
}

/**
 * Completes the flags with the locked instrument and the environment.
 *
 * @param flags the flags
 * @param throttleMs least event time between grids
 * @throws UserError when the instrument's configuration cannot be read, or another is asked for
 * @throws FlagError when the start time is not in the session
 */
export function completeSession(flags: SessionFlags, throttleMs: number): {
  instrument: InstrumentConfig;
  request: SessionRequest;
  lake: string;
} {
  const instrument = loadInstrument(instrumentFile());
  const productType = flags.productType ?? instrument.product_type;
  const symbol = flags.symbol ?? instrument.symbol;
  assertLocked(instrument, { product_type: productType, symbol });
  if (flags.startTime !== undefined) {
    const start = { name: "--start-time", text: flags.startTime };
    spanNs(instrument.product_type, flags.dt, { start });
  }
  return {
    instrument,
    request: {
      productType,
      symbol,
      dt: flags.dt,
      startTime: flags.startTime ?? null,
      throttleMs,
    },
    lake: lakeFolder(flags.lake),
  };
}

/**
 * Finds the stretch of a session that flags name.
 *
 * @param productType decides the session's window
 * @param dt session date, YYYY-MM-DD
 * @param times when it starts and ends, exclusive, by the flags' names; either may be left out
 * @returns both, UTC nanoseconds since the epoch; null for what was left out
 * @throws FlagError when a time is not in the session, or the end not after the start
 */
export function spanNs(
  productType: ProductType,
  dt: string,
  { start, end }: { start?: TimeOfDay; end?: TimeOfDay },
): { startNs: bigint | null; endNs: bigint | null } {
  try {
    const startNs = start ? sessionTimeNs(productType, dt, start) : null;
    const endNs = end ? sessionTimeNs(productType, dt, { ...end, isEnd: true }) : null;
    if (startNs !== null && endNs !== null && endNs <= startNs) {
      throw new UserError(
        `${end!.name} ${end!.text} is not after ${start!.name} ${
          start!.text
        } in the session of ${dt}`,
      );
    }
    return { startNs, endNs };
  } catch (error) {
    throw error instanceof UserError ? new FlagError(error.message) : error;
  }
}
