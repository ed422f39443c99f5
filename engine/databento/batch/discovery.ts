import { UserError } from "../../errors.ts";
import type { HistoricalClient } from "../historical.ts";
import { ServiceError } from "../service_error.ts";
import { type Definition, readDefinitions } from "./definitions.ts";
import { writeDurably } from "./durable.ts";
import type { OnEvent } from "./events.ts";
import { type FoundDay, type FoundOptions, foundPath, foundText, readFound } from "./found_day.ts";
import { candidateParents, expiringParents, hasOptionCodes } from "./option_parents.ts";
import { DATASET, dayAfter } from "./wanted_job.ts";

/** What discovery works with. */
export interface DiscoveryContext {
  client: HistoricalClient;
  /** Folder of the lake, where answers are kept: the definitions they come from are billed. */
  lake: string;
  onEvent: OnEvent;
  signal?: AbortSignal | undefined;
}

/**
 * Finds the front month of a root on a day, and its options (spec: front month by volume; the first
 * parent that resolves). What is known already is not asked again.
 *
 * @param root root of the future
 * @param date YYYY-MM-DD
 * @param withOptions whether the options are wanted too
 * @param context client, lake and so on
 * @throws UserError when there is none; ServiceError when the service does not tell
 */
export async function discover(
  root: string,
  date: string,
  withOptions: boolean,
  context: DiscoveryContext,
): Promise<FoundDay> {
  const path = foundPath(context.lake, root, date);
  let found = await readFound(path);
  if (found === null) {
    found = { frontMonth: await findFrontMonth(root, date, context), options: null };
    writeDurably(path, foundText(root, date, found));
    context.onEvent({ verb: "front", key: `${root}|${date}`, detail: found.frontMonth });
  }
  if (withOptions && found.options === null) {
    found = { ...found, options: await findOptions(root, date, found.frontMonth, context) };
    writeDurably(path, foundText(root, date, found));
    const { parent, expiration, symbols } = found.options!;
    const detail = `${symbols.length} of ${parent} that expire on ${expiration}`;
    context.onEvent({ verb: "options", key: `${root}|${date}`, detail });
  }
  return found;
}

async function findFrontMonth(
  root: string,
  date: string,
  context: DiscoveryContext,
): Promise<string> {
  const symbol = `${root}.v.0`;
  const [front] = await definitionsOf(symbol, "continuous", date, context, 1);
  if (front !== undefined) return front.rawSymbol;
  throw new UserError(
    `${root} on ${date}: no definition of ${symbol}, so no front month; ` +
      `choose a day of trading and a root of ${DATASET}`,
  );
}

async function findOptions(
  root: string,
  date: string,
  frontMonth: string,
  context: DiscoveryContext,
): Promise<FoundOptions> {
  const parent = await firstResolved(root, date, context);
  const definitions = await definitionsOf(parent, "parent", date, context);
  const options = definitions.filter(({ instrumentClass, underlying, rawSymbol }) =>
    isOption(instrumentClass) && underlying === frontMonth && !isUserDefined(rawSymbol)
  ).map(({ rawSymbol, expiration }) => ({ rawSymbol, expires: dateOf(expiration) }));
  const isToday = expiringParents(root, date).includes(parent);
  const dates = options.map(({ expires }) => expires)
    .filter((expires) => isToday ? expires === date : expires >= date).sort();
  const [expiration] = dates;
  if (expiration === undefined) {
    throw new UserError(
      `${root} on ${date}: none of the ${definitions.length} definitions of ${parent} is an ` +
        `option on ${frontMonth} that expires ${isToday ? "that day" : "then or later"}`,
    );
  }
  const symbols = options.filter(({ expires }) => expires === expiration)
    .map(({ rawSymbol }) => rawSymbol);
  return { parent, expiration, symbols: [...new Set(symbols)].sort() };
}

async function firstResolved(
  root: string,
  date: string,
  { client, onEvent, signal }: DiscoveryContext,
): Promise<string> {
  const parents = candidateParents(root, date);
  for (const parent of parents) {
    try {
      const { symbols } = await client.resolve({
        dataset: DATASET,
        symbols: [parent],
        stype_in: "parent",
        stype_out: "instrument_id",
        start: date,
        end: dayAfter(date),
      }, { signal });
      if (symbols.some((symbol) => !isUserDefined(symbol))) return parent;
    } catch (error) {
      if (!(error instanceof ServiceError) || !isUnknownSymbol(error)) throw error;
      onEvent({ verb: "skip", key: `${root}|${date}`, detail: `${parent}: ${error.message}` });
    }
  }
  const why = hasOptionCodes(root)
    ? `none of ${parents.join(", ")} resolves`
    : `the codes of ${root} options are not known here, and ${
      parents.join(", ")
    } does not resolve; ` +
      `\`options_schemas\` none gets the future alone`;
  throw new UserError(`${root} on ${date}: no options, ${why}`);
}

/** Whether the parent is at fault, as opposed to the key, the account or the service. */
function isUnknownSymbol({ status }: ServiceError): boolean {
  return status === 400 || status === 404 || status === 422;
}

function definitionsOf(
  symbol: string,
  stypeIn: "continuous" | "parent",
  date: string,
  { client, signal }: DiscoveryContext,
  limit?: number,
): Promise<Definition[]> {
  const request = {
    dataset: DATASET,
    symbols: [symbol],
    schema: "definition",
    stype_in: stypeIn,
    stype_out: "instrument_id",
    start: date,
    end: dayAfter(date),
    ...(limit !== undefined && { limit }),
  };
  const name = `definitions of ${symbol} on ${date}`;
  return client.getRange(request, (bytes) => readDefinitions(bytes, name), { signal });
}

/** Calls and puts; spreads and futures have other letters. */
function isOption(instrumentClass: string): boolean {
  return instrumentClass === "C" || instrumentClass === "P";
}

/** Spreads that users define on the fly, of which there are thousands. */
function isUserDefined(symbol: string): boolean {
  return symbol.startsWith("UD:");
}

/** Calendar day, UTC, of a time in nanoseconds; after all others when it is undefined. */
function dateOf(ns: bigint): string {
  const ms = Number(ns / 1_000_000n);
  return ms < 8.64e15 ? new Date(ms).toISOString().slice(0, 10) : "9999-12-31";
}
