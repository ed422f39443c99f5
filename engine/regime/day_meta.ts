import { configVersion } from "../config_version.ts";
import type { InstrumentConfig } from "../instrument.ts";
import { fileMeta } from "../source/file_hash.ts";
import type { DayMeta } from "./meta.ts";
import type { Origin } from "../source/origin.ts";
import { parametersOf, type Parametrised } from "./parameters.ts";
import { VERSION } from "../version.ts";

/** The part of a day's request that its figures are made of. */
type MadeOf = Parametrised & {
  request: { origin: Origin; before?: Origin | undefined };
  instrument: InstrumentConfig;
  lake: string;
};

/**
 * @param day what was analysed
 * @param signal ends the hashing of its file early
 * @returns what it takes to make its figures again
 * @throws the signal's reason when aborted
 */
export async function dayMeta(day: MadeOf, signal?: AbortSignal): Promise<DayMeta> {
  const { request, request: { origin, before, symbol }, instrument, lake } = day;
  const contracts = symbol === instrument.symbol ? undefined : [symbol];
  return {
    version: VERSION,
    config_version: configVersion(instrument),
    parameters: parametersOf({ ...day, request: { ...request, contracts } }),
    file: await fileMeta(origin, lake, signal),
    ...(before && { file_before: await fileMeta(before, lake, signal) }),
  };
}
