import { UserError } from "../../engine/errors.ts";
import { secondsOf } from "../../engine/regime/cost.ts";
import type { DayRequest } from "../../engine/regime/analyze_day.ts";
import type { RegimeField } from "../../engine/wire/regime_messages.ts";
import { resolveRequest } from "../../engine/request.ts";
import type { ServerSettings } from "../settings.ts";
import { areSeveral } from "../../cli/values.ts";
import { parseAnalyzeFlags } from "../../cli/analyze_flags.ts";
import { analysisOptions } from "../../cli/analyze_options.ts";
import { windowOf } from "../../cli/analyze_window.ts";

/** Fields of a page's form that are wrong. */
export class WrongFields extends UserError {
  /**
   * @param message what is wrong with all of them
   * @param fields what is wrong with each, by its name in a query
   */
  constructor(message: string, readonly fields: Readonly<Record<string, string>>) {
    super(message);
  }
}

/** Longest analysis for a page, as it is estimated, seconds: others wait for it. */
const MOST_SECONDS = 60;

/** Flags that are no business of a page: files of this machine, and what only a terminal has. */
const NOT_FOR_PAGES = [
  "--lake",
  "--input",
  "--json-output",
  "--html-output",
  "--events-output",
  "--days-output",
  "--days-events",
  "--days-pages",
  "--pool",
  "--jobs",
  "--shard",
  "--log-level",
  "--force",
  "--allow-truncated",
  "--mode",
];

/**
 * @param settings the server's own, for the date and the instrument
 * @returns every flag that a page may set
 */
export function analysisFields({ dt, symbol, productType }: ServerSettings): RegimeField[] {
  const own = new Map([["--dt", dt], ["--symbol", symbol], ["--product-type", productType]]);
  return analysisOptions().filter(({ flag }) => !NOT_FOR_PAGES.includes(flag)).map((option) => ({
    ...option,
    name: option.flag.slice(2).replaceAll("-", "_"),
    value: own.get(option.flag) ?? option.value,
  }));
}

/**
 * Reads what a page wants analysed. The same rules hold as for the flags of `deno task analyze`, and
 * the same words are said.
 *
 * @param query the query parameters, named as {@link analysisFields} has them
 * @param settings the server's own
 * @returns the day, and what was left out of it, in words
 * @throws WrongFields when parameters are unknown or wrong; UserError when another instrument is
 * asked for, or there is no data
 */
export async function readAnalysisQuery(
  query: URLSearchParams,
  settings: ServerSettings,
): Promise<{ day: DayRequest; warnings: readonly string[] }> {
  const { instrument, lake } = settings;
  const fields = analysisFields(settings);
  const given: Given[] = [];
  for (const [name, value] of query) {
    const field = fields.find((field) => field.name === name);
    if (field === undefined) {
      const message = `unknown parameter ${JSON.stringify(name)}`;
      throw new WrongFields(message, { [name]: message });
    }
    if (value !== "") given.push({ name, flag: field.flag, arg: `${field.flag}=${value}` });
  }
  const read = (args: readonly string[]) => {
    const flags = parseAnalyzeFlags([`--dt=${settings.dt}`, ...args]);
    if (areSeveral(flags.dt)) {
      throw new UserError(`--dt: a page shows one day; deno task analyze takes several`);
    }
    return { flags, window: windowOf(flags, instrument.product_type) };
  };
  const { flags, window } = readAll(given, read);
  const request = await resolveRequest(instrument, {
    productType: flags.productType ?? settings.productType,
    symbol: flags.symbol ?? settings.symbol,
    dt: flags.dt.dates[0]!,
    startTime: window.startTime,
    throttleMs: flags.throttleMs,
  }, { lake });
  const { params, warnings } = flags;
  const day = { request, lake, instrument, window, params };
  const seconds = secondsOf(day);
  if (seconds > MOST_SECONDS) {
    throw new UserError(
      `this analysis would take about ${Math.ceil(seconds / 60)} minutes, and a page's takes one ` +
        `at most: choose fewer hours, a longer throttle_ms or fewer windows, or run it with ` +
        `deno task analyze`,
    );
  }
  return { day, warnings };
}

/** A parameter as a flag. */
interface Given {
  name: string;
  flag: string;
  arg: string;
}

/**
 * Reads all parameters; where that fails, each by itself, so that all that are wrong are told.
 *
 * @throws WrongFields that says of each what is wrong; of those that do not go together, of all
 */
function readAll<Read>(given: readonly Given[], read: (args: readonly string[]) => Read): Read {
  try {
    return read(given.map(({ arg }) => arg));
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const wrong = given.flatMap(({ name, flag, arg }) => {
      try {
        read([arg]);
        return [];
      } catch (alone) {
        // What does not go with a default may go with another field.
        const isOwn = alone instanceof UserError && flagsIn(alone.message)[0] === flag;
        return isOwn && !given.some((other) => other.flag !== flag && names(alone, other.flag))
          ? [[name, alone.message] as const]
          : [];
      }
    });
    if (wrong.length > 0) {
      throw new WrongFields(
        wrong.map(([, message]) => message).join("; "),
        Object.fromEntries(wrong),
      );
    }
    const together = given.filter(({ flag }) => names(error, flag));
    throw new WrongFields(
      error.message,
      Object.fromEntries(together.map(({ name }) => [name, error.message])),
    );
  }
}

function flagsIn(message: string): string[] {
  return message.match(/--[a-z][a-z-]*/g) ?? [];
}

function names({ message }: Error, flag: string): boolean {
  return flagsIn(message).includes(flag);
}
