import { assertReadable } from "../../readable_file.ts";
import { onDisk } from "./durable.ts";

/** The options of a day. */
export interface FoundOptions {
  /** The parent they were found under, such as "MQ1.OPT". */
  parent: string;
  /** When they expire, YYYY-MM-DD, UTC. */
  expiration: string;
  /** Their raw symbols, ascending. */
  symbols: string[];
}

/** What was found out about a root on a day. */
export interface FoundDay {
  /** Raw symbol of the front month, such as "MNQH6". */
  frontMonth: string;
  /** Its options; null while nobody asked. */
  options: FoundOptions | null;
}

/** Where the answers for a root and day are kept. */
export function foundPath(lake: string, root: string, date: string): string {
  return `${lake}/raw/source=databento/dataset=definition/venue=glbx/type=futures_options/` +
    `symbol=${root}/resolved_${date}.json`;
}

/**
 * @param root root of the future
 * @param date YYYY-MM-DD
 * @param found what was found out
 * @returns the text that is kept of it
 */
export function foundText(root: string, date: string, { frontMonth, options }: FoundDay): string {
  return `${JSON.stringify({ root, date, front_month: frontMonth, options }, null, 1)}\n`;
}

/**
 * @param path where it is kept
 * @returns what was kept; null when nothing was, or it is not what this wrote
 * @throws UserError when it is no file, or the disk does not give it
 */
export function readFound(path: string): Promise<FoundDay | null> {
  return onDisk(path, async () => {
    try {
      assertReadable(path);
      const { front_month: frontMonth, options } = Object(
        JSON.parse(await Deno.readTextFile(path)),
      );
      const ok = typeof frontMonth === "string" && (options === null || isFoundOptions(options));
      return ok ? { frontMonth, options } : null;
    } catch (error) {
      if (error instanceof Deno.errors.NotFound || error instanceof SyntaxError) return null;
      throw error;
    }
  });
}

function isFoundOptions(value: unknown): value is FoundOptions {
  const { parent, expiration, symbols } = Object(value);
  return typeof parent === "string" && typeof expiration === "string" &&
    Array.isArray(symbols) && symbols.length > 0 &&
    symbols.every((symbol) => typeof symbol === "string");
}
