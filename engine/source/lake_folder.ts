import { NoRawFile, UserError } from "../errors.ts";
import { productIn } from "../symbol.ts";
import type { DataSource } from "./data_source.ts";

/** What is asked of the lake. */
export interface LakeRequest {
  /** Folder of the lake. */
  lake: string;
  productType: string;
  symbol: string;
  /** Session date, YYYY-MM-DD. */
  dt: string;
  /** Whether no file may be read: what was not looked into before is not looked into now. */
  onlyKnown?: boolean;
  /**
   * Hears of what is named like a file and is none: a pipe, a link that leads nowhere.
   *
   * @param problem what it is, in one line
   */
  onSkip?: (problem: string) => void;
  /**
   * Hears of what the system does not let be looked into, so that nobody knows what is there; of live
   * recordings the name tells.
   *
   * @param error names it
   */
  onUnseen?: (error: UserError) => void;
}

/** What is named like a file is none, or none that can be looked at. */
export class NoFile extends UserError {}

/**
 * The folder of a session's raw files; for futures the longest prefix of the symbol that exists.
 *
 * @param source whose files
 * @param request the session
 * @throws NoRawFile when there is none
 */
export async function rawDirectory(source: DataSource, request: LakeRequest): Promise<string> {
  const { lake, productType, symbol, dt } = request;
  const base = `${lake}/raw/source=${source}/product_type=${productType}`;
  const path = (dir: string) => `${base}/symbol=${dir}/table=market_by_order_dbn`;
  const shortest = productType === "future_mbo" ? 1 : symbol.length;
  for (let length = symbol.length; length >= shortest; length--) {
    const dir = path(symbol.slice(0, length));
    if (await isDirectory(dir)) return dir;
  }
  const example = productType === "future_mbo" ? productIn(symbol) : null;
  throw new NoRawFile(
    `Raw DBN directory not found: ${path(example ?? symbol)}; put the day's .dbn file there ` +
      "or name another `lake`",
    dt,
    productType,
    symbol,
  );
}

async function isDirectory(path: string): Promise<boolean> {
  return (await statIfThere(path))?.isDirectory ?? false;
}

/**
 * @param path what is named like a file
 * @returns whether it is no pipe, device or folder; where a link leads is looked at when it is opened
 * @throws UserError when it cannot be looked at
 */
export async function isFile(path: string): Promise<boolean> {
  try {
    const { isSymlink, isFile } = await Deno.lstat(path);
    return isSymlink || isFile;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw unseen(path, error);
  }
}

/**
 * Makes sure that a file of the lake is one: what a link leads to may be anybody's.
 *
 * @param path the file
 * @param lake folder of the lake
 * @throws UserError when it leads out of the lake, or to no file
 */
export async function assertInLake(path: string, lake: string): Promise<void> {
  let real: string;
  let roots: string[];
  try {
    real = await Deno.realPath(path);
    const found = await Promise.all([lake, `${lake}/raw`].map(realPathIfAllowed));
    roots = found.filter((root) => root !== null);
  } catch (error) {
    throw unseen(path, error);
  }
  if (!roots.some((root) => real.startsWith(`${root}/`))) {
    throw new UserError(`${path}: leads out of the lake; put the file itself there`);
  }
  if ((await statIfThere(real))?.isFile !== true) {
    throw new NoFile(`${path}: leads to no file; put the file itself there`);
  }
}

/** Who writes raw files may read no more of the lake than them. */
async function realPathIfAllowed(path: string): Promise<string | null> {
  try {
    return await Deno.realPath(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) return null;
    throw error;
  }
}

async function statIfThere(path: string): Promise<Deno.FileInfo | null> {
  try {
    return await Deno.stat(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) {
      return null;
    }
    throw unseen(path, error);
  }
}

/**
 * @param path what cannot be looked at
 * @param error why: a loop of links, a folder that is closed to this user, a disk that fails
 * @returns what to throw
 */
export function unseen(path: string, error: unknown): NoFile {
  const [reason] = (error as Error).message.replace(/^E[A-Z]+: /, "").split(/: |, /);
  return new NoFile(`${path}: cannot be looked at: ${reason}; check the lake`, { cause: error });
}

/**
 * @param dir a folder
 * @returns the names in it, in order
 * @throws UserError when it cannot be looked at
 */
export async function namesIn(dir: string): Promise<string[]> {
  try {
    return (await Array.fromAsync(Deno.readDir(dir), ({ name }) => name)).sort();
  } catch (error) {
    throw unseen(dir, error);
  }
}
