import { configVersion } from "../../engine/config_version.ts";
import { type InstrumentConfig, tickInt } from "../../engine/instrument.ts";
import type { DayRequest } from "../../engine/regime/analyze_day.ts";
import { parametersOf } from "../../engine/regime/parameters.ts";
import type { RegimeWindow } from "../../engine/regime/params.ts";
import { PooledDays } from "../../engine/regime/pooled.ts";
import type { RegimeResult } from "../../engine/regime/result.ts";
import { regimeView } from "../../engine/regime/regime_view.ts";
import { resolveRequest, type SessionRequest } from "../../engine/request.ts";
import { originName } from "../../engine/source/origin.ts";
import { VERSION } from "../../engine/version.ts";
import type { AnalyzeFlags } from "../../cli/analyze_flags.ts";
import type { Contracts, FoundBy } from "../../cli/contracts.ts";
import { terminalLine } from "../../cli/error_line.ts";
import { log } from "../../server/log.ts";

/** The contract of a day, as the figures have it. */
export interface ContractOfDay {
  dt: string;
  symbol: string;
  by: FoundBy;
  rolled_from: string | null;
}

/** What the flags, the locked instrument and the environment come to. */
export interface Session {
  flags: AnalyzeFlags;
  window: RegimeWindow;
  instrument: InstrumentConfig;
  request: SessionRequest;
  lake: string;
  contracts: Contracts;
  /** Of each day that was gone to, where days have contracts of their own. */
  rolls: ContractOfDay[];
  /** Whether tables of events are wanted. */
  wantsEvents: boolean;
}

/**
 * Days are gone to in order, so that rolls are seen.
 *
 * @param session what is analysed
 * @param dt one of its dates
 * @returns that day, with its file
 * @throws UserError when no file serves it
 */
export async function dayOf(session: Session, dt: string): Promise<DayRequest> {
  const { flags, window, instrument, request, lake, contracts, rolls, wantsEvents } = session;
  const day = await contracts.goTo(dt, (line) => console.error(terminalLine(line)));
  if (day.contract !== null) {
    const { rolledFrom, ...found } = day.contract;
    rolls.push({ dt, ...found, rolled_from: rolledFrom });
  }
  const { symbol } = day.instrument;
  const resolved = await resolveRequest(day.instrument, { ...request, dt, symbol }, {
    lake,
    input: flags.input,
    follow: flags.follow ? "always" : undefined,
  });
  log("DEBUG", `${originName(resolved.origin)}: ${resolved.source}`);
  const { allowTruncated = false, params } = flags;
  return {
    request: { ...resolved, allowTruncated },
    lake,
    instrument,
    window,
    params,
    wantsEvents,
  };
}

/**
 * What it takes to analyse the same days again.
 *
 * @param session what is analysed
 * @param dates those that were looked for, in a range those with data
 */
export function metaOf(
  { flags, window, instrument, request }: Session,
  dates: readonly string[],
) {
  const { params, throttleMs, allowTruncated = false } = flags;
  const { productType } = request;
  // Who asked for the front contract of each day asks for that again.
  const { symbol = request.symbol, contracts } = flags;
  const [first] = dates;
  // One date of a range is a range still: a list of one is a day.
  const dt = dates.length === 1 ? `${first}..${first}` : dates.join(",");
  return {
    version: VERSION,
    config_version: configVersion(instrument),
    parameters: parametersOf({
      request: { productType, symbol, contracts, dt, throttleMs, allowTruncated },
      window,
      params,
    }),
  };
}

/** @param session what is analysed @returns what its days are added up in */
export function poolOf({ flags, instrument }: Session): PooledDays {
  return new PooledDays(
    flags.params,
    tickInt(instrument) * instrument.contract_multiplier / 1e9,
  );
}

/**
 * The view of a day as JSON: of several days, text takes the least room until all are there.
 *
 * @param session what is analysed
 * @param result what was found
 * @param days how many share a page
 */
export function viewOf({ flags, instrument }: Session, result: RegimeResult, days = 1): string {
  const { params, throttleMs } = flags;
  return JSON.stringify(regimeView(result, { params, throttleMs, instrument, days }));
}

/** Prints a part of the report; standard output holds the figures alone when they go there. */
export function say({ flags }: Session, text: string): void {
  if (flags.jsonOutput !== "-") console.log(text);
}

/** Prints where the contract of a day is another than that of the day before. */
export function sayRolls(session: Session): void {
  for (const { dt, symbol, rolled_from } of session.rolls) {
    if (rolled_from !== null) say(session, `Rolled from ${rolled_from} to ${symbol} on ${dt}\n`);
  }
}

/** @param begun when the work began @returns how long it took, in words */
export function doneIn(begun: number): string {
  return `Done in ${((performance.now() - begun) / 1e3).toFixed(2)} s.`;
}
