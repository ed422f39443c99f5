import { randomBytes } from "node:crypto";
import { systemReason, UserError } from "./errors.ts";
import { assertReadable } from "./readable_file.ts";
import { WholeFile } from "./whole_file.ts";

const BYTES = 32;

/** Longest that is looked at. */
const MOST_BYTES = 4_096;

/** What its name ends with, after the folder of the caches. */
const ENDING = ".key";

/**
 * The random number that keys the checksums of a lake's book caches: a cache that was made elsewhere
 * or by hand has another. It is made when there is none, for its owner alone to read.
 *
 * @param dir folder of the caches
 * @returns its bytes
 * @throws UserError when it can neither be read nor made
 */
export async function cacheSecret(dir: string): Promise<Uint8Array> {
  const path = `${dir}${ENDING}`;
  try {
    const known = await readIfThere(path);
    if (known?.length === BYTES) return known;
    // Of another length it is none of ours, and what it keyed is rebuilt.
    await make(dir, path, known !== null);
    return await Deno.readFile(path);
  } catch (error) {
    throw new UserError(`the key of its checksums, ${path}: ${systemReason(error)}`);
  }
}

/** Puts it under its name whole; of several processes at once, the first one's stays. */
async function make(dir: string, path: string, replace: boolean): Promise<void> {
  await Deno.mkdir(dir, { recursive: true });
  using file = new WholeFile(path, 0o600);
  file.writeSync(randomBytes(BYTES));
  if (replace) file.finishSync();
  else file.finishUnlessThere();
}

async function readIfThere(path: string): Promise<Uint8Array | null> {
  try {
    assertReadable(path, MOST_BYTES);
    return await Deno.readFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}
