import { readFileSync, statSync } from "node:fs";
import { parse } from "yaml";
import { UserError } from "./errors.ts";

/** Longest file that is read, bytes: what it takes grows with the square of its keys. */
const MOST_BYTES = 2 ** 18;

/**
 * Reads a small YAML file of named fields.
 *
 * @param file its path
 * @returns the fields as parsed, not checked
 * @throws UserError with the file's name, when it cannot be read or is no YAML mapping
 */
export function parseYamlFile(file: string): Record<string, unknown> {
  let fields: unknown;
  try {
    // Looked at first: reading a pipe would wait for who writes into it.
    const found = statSync(file);
    if (!found.isFile()) throw new Error("it is no file");
    if (found.size > MOST_BYTES) {
      throw new Error(`it has ${found.size} bytes, and may have ${MOST_BYTES}`);
    }
    fields = parse(readFileSync(file, "utf8"));
    if (holdsItself(fields)) throw new Error("an anchor holds its own alias");
  } catch (error) {
    // What follows the first line shows the place.
    const reason = (error as Error).message.split("\n")[0]!.replace(/:$/, "");
    throw new UserError(`${file}: cannot be read: ${reason}`, { cause: error });
  }
  if (typeof fields !== "object" || fields === null || Array.isArray(fields)) {
    throw new UserError(`${file}: must hold fields, one "name: value" per line`);
  }
  return fields as Record<string, unknown>;
}

/** Whether a value is a part of itself: such a one can neither be checked nor shown. */
function holdsItself(value: unknown, within: readonly unknown[] = []): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (within.includes(value)) return true;
  return Object.values(value).some((part) => holdsItself(part, [...within, value]));
}
