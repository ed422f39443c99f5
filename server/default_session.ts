import { messageOf } from "../cli/error_line.ts";
import { UserError } from "../engine/errors.ts";
import type { DataSource } from "../engine/source/data_source.ts";
import { findRawFile, NotLookedInto } from "../engine/source/lake.ts";
import { log, traceOf } from "./log.ts";
import { settings } from "./settings.ts";

/** What the lake holds of the session that is served when a request names none. */
export type DefaultSession =
  | { source: DataSource }
  /** Nothing that can be served, and why. */
  | { source: null; problem: string };

let looking: Promise<DefaultSession> | null = null;

/**
 * Looks for the default session, anew each time: a day may arrive while the server runs.
 *
 * @returns where its records come from, or why there are none
 */
export function defaultSession(): Promise<DefaultSession> {
  return looking ??= find(false).finally(() => looking = null);
}

/**
 * What is known of the default session without reading a file. One that is new is looked into
 * afterwards, for whoever asks next.
 *
 * @returns where its records come from, or why there are none
 */
export async function knownSession(): Promise<DefaultSession> {
  try {
    return await find(true);
  } catch (error) {
    if (!(error instanceof NotLookedInto)) throw error;
    // Nobody waits for it, so that only the log can tell what goes wrong.
    defaultSession().catch((error) =>
      log("ERROR", "look into the lake failed", { error: traceOf(error) })
    );
    return { source: null, problem: "the file of the day is being looked into" };
  }
}

/** What was passed over in the lake and has been said. */
const said = new Set<string>();
const MOST_SAID = 100;

function onSkip(problem: string): void {
  if (said.has(problem) || said.size >= MOST_SAID) return;
  said.add(problem);
  log("WARNING", problem);
}

async function find(onlyKnown: boolean): Promise<DefaultSession> {
  const { lake, instrument: { product_type: productType, symbol }, dt } = settings();
  try {
    return {
      source: (await findRawFile({ lake, productType, symbol, dt, onlyKnown, onSkip })).source,
    };
  } catch (error) {
    if (error instanceof UserError) return { source: null, problem: messageOf(error) };
    throw error;
  }
}
