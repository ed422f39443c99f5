import { UserError } from "../engine/errors.ts";
import type { DataSource } from "../engine/source/data_source.ts";
import { findRawFile } from "../engine/source/lake.ts";
import { settings } from "./settings.ts";

/** What the lake holds of the session that is served when a request names none. */
export type DefaultSession =
  | { source: DataSource }
  /** Nothing that can be served, and why. */
  | { source: null; problem: string };

/**
 * Looks for the default session, anew each time: a day may arrive while the server runs.
 *
 * @returns where its records come from, or why there are none
 */
export async function defaultSession(): Promise<DefaultSession> {
  const { lake, instrument: { product_type: productType, symbol }, dt } = settings();
  try {
    return { source: (await findRawFile({ lake, productType, symbol, dt })).source };
  } catch (error) {
    if (error instanceof UserError) return { source: null, problem: error.message };
    throw error;
  }
}
