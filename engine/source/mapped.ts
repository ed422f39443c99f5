import { type Metadata, SCHEMA_MIXED } from "dbn-ts";
import { instrumentIds } from "../dbn_input.ts";
import { UserError } from "../errors.ts";

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
 * @throws UserError that lists what is mapped, when the symbol is not
 */
export function assertMapped(
  metadata: Metadata,
  name: string,
  symbol: string,
  dt: string,
): number[] {
  const mapped = instrumentIds(metadata, dt, name);
  const ids = mapped.get(symbol);
  if (ids !== undefined) return ids;
  const isNot = `${name}: symbol ${symbol} is not in its mapping for ${dt}, which has`;
  if (mapped.size === 0) {
    throw new UserError(`${isNot} no symbol at all; choose another date or another file`);
  }
  throw new UserError(
    `${isNot} ${[...mapped.keys()].sort().join(", ")}; ` +
      `take one of them as the symbol (commands have it from instrument.yaml) or another file`,
  );
}
