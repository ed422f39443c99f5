import { originName } from "./source/origin.ts";
import type { EngineRun } from "./run.ts";

/**
 * @param run a run that has read its file
 * @returns that the file has nothing of what is asked for, and what to do; null where it has
 */
export function noRecords({ request, session }: EngineRun): string | null {
  if (session.records.counters.kept > 0) return null;
  return `${originName(request.origin)} has no record of ${request.symbol} in the session of ` +
    `${request.dt}; choose another file or date`;
}
