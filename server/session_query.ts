import { UserError } from "../engine/errors.ts";
import { assertLocked } from "../engine/instrument.ts";
import type { ServerSettings } from "./settings.ts";
import { readDate, readProductType, readSymbol } from "../cli/values.ts";

/** The session that a query names. */
export interface SessionQuery {
  productType: string;
  symbol: string;
  /** Session date, YYYY-MM-DD. */
  dt: string;
}

/**
 * Reads one parameter of a query.
 *
 * @param query the query parameters
 * @param name which of them
 * @param reader gives its value, or throws a UserError
 * @param otherwise the value when it is left out or empty
 * @throws UserError when it is given more than once, and the reader's
 */
export function readParameter<T>(
  query: URLSearchParams,
  name: string,
  reader: (name: string, text: string) => T,
  otherwise: T,
): T {
  const [text = "", ...more] = query.getAll(name);
  if (more.length > 0) throw new UserError(`${name}: given ${more.length + 1} times; give it once`);
  return text === "" ? otherwise : reader(name, text);
}

/**
 * Reads which session a query is about; what it leaves out comes from the server's settings.
 *
 * @param query the query parameters
 * @param settings the server's own
 * @throws UserError that names the parameter and its value, or the instrument that is not served
 */
export function readSessionQuery(query: URLSearchParams, settings: ServerSettings): SessionQuery {
  const productType = readParameter<string>(
    query,
    "product_type",
    readProductType,
    settings.productType,
  );
  const symbol = readParameter(query, "symbol", readSymbol, settings.symbol);
  const dt = readParameter(query, "dt", readDate, settings.dt);
  assertLocked(settings.instrument, { product_type: productType, symbol });
  return { productType, symbol, dt };
}
