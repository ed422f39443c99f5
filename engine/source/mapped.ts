import { type Metadata, SCHEMA_MIXED } from "dbn-ts";
import { instrumentIds } from "../dbn_input.ts";
import { UserError } from "../errors.ts";
import { isParent } from "../symbol.ts";

/**
 * Whether a file is a live session as it was recorded: records of several kinds, and a header from
 * before anything was subscribed to.
 *
 * @param metadata what the file says of itself
 */
export function isLiveRecording({ schema, mappings }: Metadata): boolean {
  return schema === SCHEMA_MIXED && mappings.length === 0;
}

/**
 * @param metadata what the file says of itself
 * @param name what to call it
 * @param symbol the symbol wanted
 * @param dt the date, YYYY-MM-DD
 * @returns the instrument_ids of the symbol on that date
 * @throws UserError that lists what is mapped, when the symbol is not; when it is a product with several
 */
export function assertMapped(
  metadata: Metadata,
  name: string,
  symbol: string,
  dt: string,
): number[] {
  const mapped = instrumentIds(metadata, dt, name);
  const ids = mapped.get(symbol);
  if (ids !== undefined) {
    if (ids.length === 1 || !isParent(symbol)) return ids;
    throw severalInstruments(name, symbol, `${ids.length} in its mapping for ${dt}`);
  }
  const isNot = `${name}: symbol ${symbol} is not in its mapping for ${dt}, which has`;
  if (mapped.size === 0) {
    throw new UserError(`${isNot} no symbol at all; choose another date or another file`);
  }
  throw new UserError(
    `${isNot} ${[...mapped.keys()].sort().join(", ")}; ` +
      `take one of them as the symbol (commands have it from instrument.yaml) or another file`,
  );
}

/**
 * The orders of several instruments are no book.
 *
 * @param name what to call the file
 * @param symbol the product that was asked for as if it were one
 * @param why what says that there are several
 * @returns what refuses it
 */
export function severalInstruments(name: string, symbol: string, why: string): UserError {
  return new UserError(
    `${name}: ${symbol} is several instruments, ${why}; ` +
      `take one of them as the symbol (commands have it from instrument.yaml)`,
  );
}
