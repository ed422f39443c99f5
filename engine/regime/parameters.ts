import type { SessionRequest } from "../request.ts";
import { REGIME_DEFAULTS, type RegimeParams, type RegimeWindow } from "./params.ts";

/** What parameters are read off. */
export interface Parametrised {
  request: Pick<SessionRequest, "productType" | "symbol" | "dt" | "throttleMs"> & {
    allowTruncated?: boolean;
    /** Contracts to choose among, or the one of the day; default the symbol, which is locked. */
    contracts?: readonly string[] | undefined;
  };
  window: RegimeWindow;
  params: RegimeParams;
}

/**
 * Every parameter of an analysis by the name of its flag, without the dashes before it and with _ for -:
 * given back as flags, they make the same figures. A flag without a value has "true".
 *
 * @param of what was asked for
 */
export function parametersOf({ request, window, params }: Parametrised): Record<string, string> {
  return {
    product_type: request.productType,
    ...(request.contracts === undefined
      ? { symbol: request.symbol }
      : { contracts: `${request.contracts}` }),
    dt: request.dt,
    start_time: window.startTime,
    eval_start: window.evalStart,
    eval_end: window.evalEnd,
    ...(window.cut === "globex" && { session: window.cut }),
    ...(request.allowTruncated && { allow_truncated: "true" }),
    throttle_ms: `${request.throttleMs}`,
    ...paramsByFlag(params),
  };
}

/** @param params of an analysis @returns those that are in force, by the names of their flags */
export function paramsByFlag(params: RegimeParams): Record<string, string> {
  const names = Object.keys(REGIME_DEFAULTS) as (keyof RegimeParams)[];
  return Object.fromEntries(
    names.filter((name) =>
      name === "maxHoldSnapshots" ? params.maxHoldMs === null : params[name] !== null
    ).map((name) => [flagName(name), textOf(name, params[name])]),
  );
}

function textOf(name: keyof RegimeParams, value: RegimeParams[keyof RegimeParams]): string {
  if (typeof value === "number") return numberText(value);
  return name === "baselines" && `${value}` === "" ? "none" : `${value}`;
}

/** All digits that a number has, and no exponent. */
const PLAIN = new Intl.NumberFormat("en-US", { useGrouping: false, maximumSignificantDigits: 21 });

/** @param value any number @returns it as flags take it: without an exponent, the same number when read again */
export function numberText(value: number): string {
  const text = `${value}`;
  return text.includes("e") ? PLAIN.format(value) : text;
}

/** @param name of a parameter in the code @returns that of its flag, without the dashes before it and with _ for - */
export function flagName(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
