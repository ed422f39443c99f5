import { type Clock, systemClock } from "../../engine/databento/clock.ts";
import { SERVICE_URL } from "../../engine/databento/http_transport.ts";
import { lakeFolder } from "../../cli/environment.ts";

/** What a download depends on besides its flags. */
export interface Environment {
  /** Where the service is: scheme, host and port. */
  baseUrl: string;
  /** Folder of the lake. */
  lake: string;
  clock: Clock;
}

/** Every job there ever was, from the project's folder. */
export const TRACKER_FILE = "logs/futures_jobs.json";

/** The environment of a task. `DATABENTO_BASE_URL` leads tests elsewhere; no task may follow it. */
export function taskEnvironment(): Environment {
  return {
    baseUrl: Deno.env.get("DATABENTO_BASE_URL") || SERVICE_URL,
    lake: lakeFolder(),
    clock: systemClock,
  };
}
