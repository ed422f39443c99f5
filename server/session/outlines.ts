import { type Outline, outlineOf } from "../../engine/source/outline.ts";
import type { Replay } from "../../engine/source/replay.ts";

/** Outlines that are kept, some 12 kB each. */
const MAX_OUTLINES = 32;

/** Least recently asked for first. */
const outlines = new Map<string, Promise<Outline>>();

/** The pass that was begun last: one file is read at a time, so that streams wait for one alone. */
let pass: Promise<unknown> = Promise.resolve();

/**
 * The outline of a session, made once for a file as it is (path, time of modification, size) and
 * shared by whoever asks.
 *
 * @param replay the session's file just opened; closed when it is no longer needed
 * @returns the outline
 * @throws UserError on a damaged or truncated file
 */
export function outlineFor(replay: Replay): Promise<Outline> {
  const key = identityOf(replay);
  const known = outlines.get(key);
  if (known !== undefined) {
    replay.close();
    outlines.delete(key);
    outlines.set(key, known);
    return known;
  }
  const made = pass.then(() => outlineOf(replay)).finally(() => replay.close());
  // A file that failed is tried again when it is asked for again.
  pass = made.catch(() => {
    if (outlines.get(key) === made) outlines.delete(key);
  });
  outlines.set(key, made);
  if (outlines.size > MAX_OUTLINES) outlines.delete(outlines.keys().next().value!);
  return made;
}

function identityOf({ request, bytes }: Replay): string {
  const { path, productType, symbol, dt } = request;
  const { mtimeNs, size } = bytes.identity!;
  return [productType, symbol, dt, mtimeNs, size, path].join(":");
}
