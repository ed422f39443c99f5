import { parseEnv } from "node:util";
import { UserError } from "../engine/errors.ts";

const KEY = "DATABENTO_API_KEY";
const ENV_FILE = ".env";

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
