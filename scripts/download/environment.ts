import { parseEnv } from "node:util";
import { type Clock, systemClock } from "../../engine/databento/clock.ts";
import { SERVICE_URL } from "../../engine/databento/http_transport.ts";
import { UserError } from "../../engine/errors.ts";
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

const KEY = "DATABENTO_API_KEY";
const ENV_FILE = ".env";

/** The environment of a task. `DATABENTO_BASE_URL` leads tests elsewhere; no task may follow it. */
export function taskEnvironment(): Environment {
  return {
    baseUrl: Deno.env.get("DATABENTO_BASE_URL") || SERVICE_URL,
    lake: lakeFolder(),
    clock: systemClock,
  };
}

/**
 * Finds the API key: in the environment, else in the file `.env`. It is given on to the client and
 * to nothing else.
 *
 * @throws UserError when there is none
 */
export function apiKey(): string {
  const key = Deno.env.get(KEY) || fromEnvFile();
  if (key) return key;
  throw new UserError(
    `${KEY} is set neither in the environment nor in ${ENV_FILE}; ` +
      `get a key from the portal of Databento and set it (docs/download.md)`,
  );
}

function fromEnvFile(): string | undefined {
  try {
    return parseEnv(Deno.readTextFileSync(ENV_FILE))[KEY];
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}
