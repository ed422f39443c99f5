import { parseEnv } from "node:util";
import { UserError } from "../engine/errors.ts";
import type { HostPort } from "./gateway_address.ts";

const KEY = "DATABENTO_API_KEY";
const LOOPBACK = ["localhost", "127.0.0.1", "::1"];
const ENV_FILE = ".env";

/** What a gateway on this machine is told where there is no key: one that simulates takes any. */
const NO_KEY = "no-key-00000";

/**
 * Finds the API key: in the environment, else in the file `.env`. It is given on to the client and
 * to nothing else.
 *
 * @param gateway who is told of it
 * @throws UserError when there is none, and the gateway is another machine's
 */
export function apiKey(gateway?: HostPort): string {
  const key = Deno.env.get(KEY) || fromEnvFile();
  if (key) return key;
  if (gateway && LOOPBACK.includes(gateway.hostname)) return NO_KEY;
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
