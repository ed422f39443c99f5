import { UserError } from "../errors.ts";
import { type BucketField, GRID_FIELDS } from "./fields.ts";

/**
 * Reads a list of grid columns.
 *
 * @param text names separated by commas; k may be among them, it always comes
 * @returns the bucket columns named
 * @throws UserError that names the first unknown one and lists the known
 */
export function parseFields(text: string): BucketField[] {
  const names = text.split(",").map((name) => name.trim()).filter((name) => name !== "");
  const known: readonly string[] = GRID_FIELDS;
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined || names.length === 0) {
    const what = unknown === undefined ? "no column named" : `unknown column ${unknown}`;
    throw new UserError(`fields: ${what}; choose from ${GRID_FIELDS.join(", ")}`);
  }
  return names.filter((name): name is BucketField => name !== "k");
}
