import { statSync } from "node:fs";
import type { Metadata } from "dbn-ts";
import { Decoder } from "../dbn_input.ts";
import { NoRawFile, SeveralFiles, UserError } from "../errors.ts";
import { fileSafe, productIn } from "../symbol.ts";
import { DAY_NS, midnightNs } from "../session.ts";
import { type DataSource, dataSourceOf } from "./data_source.ts";
import { RawInput } from "./raw_input.ts";
import { RecordedBytes } from "./recorded_bytes.ts";
import { LIVE_ENDING } from "./recording.ts";
import { assertMapped, isLiveRecording } from "./mapped.ts";

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

/** A raw file, and where its records come from: its own metadata says so. */
export interface RawFile {
  path: string;
  source: DataSource;
  /** Whether it is named as a live recording, which may be growing. */
  isRecording: boolean;
  /** Whether it is a recording of a live feed, whatever it is called. */
  isLive: boolean;
}

/** What is named like a file is none, or none that can be looked at. */
class NoFile extends UserError {}

/** A file of the lake has to be looked into first, and that was not allowed. */
export class NotLookedInto extends Error {
  override name = "NotLookedInto";
}

/**
 * Finds the one raw file of a session (docs/pipeline.md): by the date in its name, else by the range
 * in its metadata; of several those that hold the symbol. A Databento file wins over a simulated one.
 *
 * @param request the session
 * @returns the file
 * @throws NoRawFile when the lake has none, real or simulated
 * @throws UserError when one is there but does not fit, or several do
 * @throws NotLookedInto when a file would have to be read, and none may be
 */
export async function findRawFile(request: LakeRequest): Promise<RawFile> {
  try {
    return await findIn("databento", request);
  } catch (missing) {
    if (!(missing instanceof NoRawFile)) throw missing;
    try {
      return await findIn("simulator", request);
    } catch (error) {
      // What is missing first of all is the real day.
      throw error instanceof NoRawFile ? missing : error;
    }
  }
}

async function findIn(source: DataSource, request: LakeRequest): Promise<RawFile> {
  const { dt } = request;
  const { dir, names } = await folderOf(source, request).catch((error) => {
    if (error instanceof NoFile) request.onUnseen?.(error);
    throw error;
  });
  const files: string[] = [];
  for (const name of names) {
    if (!/\.dbn(\.zst)?$/.test(name)) continue;
    if (await isFile(`${dir}/${name}`)) files.push(name);
    else request.onSkip?.(`${dir}/${name} is no file, and is passed over`);
  }
  const stamp = dt.replaceAll("-", "");
  const dated = await looked(files.filter((name) => name.includes(stamp)), dir, request, source);
  // A file of a week is named after its ends, if after any day.
  const found = dated.fitting.length > 0
    ? dated
    : await looked(files.filter((name) => !name.includes(stamp)), dir, request, source);
  const [first, ...more] = preferred(found.fitting);
  if (more.length > 0) {
    throw new SeveralFiles(dir, [first!, ...more].map(({ name }) => name), dt);
  }
  if (first !== undefined) {
    const { name, source, isLive } = first;
    return { path: `${dir}/${name}`, source, isRecording: name.endsWith(LIVE_ENDING), isLive };
  }
  if (dated.refused.length > 0) throw new UserError(dated.refused.join("; "));
  throw new NoRawFile(
    `No .dbn or .dbn.zst file for ${dt} in ${dir}; ` +
      (files.length === 0 ? "the folder holds none" : `files there: ${files.join(", ")}`) +
      "; fetch the day or choose another `dt`",
    dt,
    request.productType,
    request.symbol,
  );
}

async function folderOf(source: DataSource, request: LakeRequest) {
  const dir = await rawDirectory(source, request);
  return { dir, names: await namesIn(dir) };
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

/** A file of a folder that holds the session asked for. */
interface Fitting {
  name: string;
  source: DataSource;
  isLive: boolean;
}

/** What was found out of files as they are, least recently asked for first: a few hundred bytes each. */
const known = new Map<string, Fitting | UserError>();
const MOST_KNOWN = 1_024;

/**
 * From when to when files as they are speak, first asked for first: whoever asks for one day after the
 * other has each read once, and those that ask together wait for the same.
 */
const ranges = new Map<string, Promise<Range>>();
const MOST_RANGES = 16_384;

type Range = Pick<Metadata, "start" | "end">;

/** Headers that are read at a time: each may take a decompressor and 32 MiB. */
const MOST_AT_ONCE = 4;
let reading = 0;
const waiting: (() => void)[] = [];

/** Looks into a file, once for as long as it is the same. */
async function look(
  dir: string,
  name: string,
  request: LakeRequest,
  folder: DataSource,
): Promise<Fitting> {
  const path = `${dir}/${name}`;
  await assertInLake(path, request.lake);
  // A recording grows, and stays what its name and its header say.
  const isRecording = name.endsWith(LIVE_ENDING);
  const identity = isRecording ? identityOf(path).slice(0, 2) : identityOf(path);
  const key = [path, ...identity, request.dt, request.symbol].join("\0");
  let found: Fitting | UserError | null | undefined = known.get(key);
  if (found === undefined) {
    if (request.onlyKnown) throw new NotLookedInto();
    const id = [path, ...identity].join("\0");
    found = await fileThatFits(path, name, id, request).catch((error) => {
      if (error instanceof UserError) return error;
      throw error;
    });
    if (found === null) return { name, source: folder, isLive: true };
    if (isRecording && found instanceof UserError) throw found;
  }
  known.delete(key);
  known.set(key, found);
  if (known.size > MOST_KNOWN) known.delete(known.keys().next().value!);
  if (found instanceof UserError) throw found;
  return found;
}

/** What changes when a file becomes another one. */
function identityOf(path: string): bigint[] {
  try {
    const { dev, ino, size, mtimeNs, ctimeNs } = statSync(path, { bigint: true });
    return [dev, ino, size, mtimeNs, ctimeNs];
  } catch (error) {
    throw unseen(path, error);
  }
}

/** Looks into files: which of them hold the session, and what is in the way of the others. */
async function looked(
  names: readonly string[],
  dir: string,
  request: LakeRequest,
  folder: DataSource,
): Promise<{ fitting: Fitting[]; refused: string[] }> {
  const fitting: Fitting[] = [];
  const refused: string[] = [];
  for (const name of names) {
    try {
      fitting.push(await look(dir, name, request, folder));
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      refused.push(error.message);
      if (error instanceof NoFile) request.onSkip?.(error.message);
      const isUnseen = error.cause instanceof Error && "code" in error.cause;
      if (isUnseen && !name.endsWith(LIVE_ENDING)) request.onUnseen?.(error);
    }
  }
  return { fitting, refused };
}

/** Plain wins over Zstandard of the same stem, and what was delivered over what was recorded. */
function preferred(fitting: readonly Fitting[]): Fitting[] {
  const names = new Set(fitting.map(({ name }) => name));
  const plain = fitting.filter(({ name }) =>
    !(name.endsWith(".zst") && names.has(name.slice(0, -".zst".length)))
  );
  const delivered = plain.filter(({ isLive }) => !isLive);
  return delivered.length > 0 ? delivered : plain;
}

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

/** Whether it is no pipe, device or folder; where a link leads is looked at when it is opened. */
async function isFile(path: string): Promise<boolean> {
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

/** A loop of links, a folder that is closed to this user, a disk that fails. */
function unseen(path: string, error: unknown): NoFile {
  const [reason] = (error as Error).message.replace(/^E[A-Z]+: /, "").split(/: |, /);
  return new NoFile(`${path}: cannot be looked at: ${reason}; check the lake`, { cause: error });
}

/**
 * Looks whether a file holds a session.
 *
 * @param id tells it from others, and from what it was or will be
 * @returns null of a recording whose header is not there yet: what its name says has to do
 * @throws UserError that says why not
 */
async function fileThatFits(
  path: string,
  name: string,
  id: string,
  { dt, symbol }: LakeRequest,
): Promise<Fitting | null> {
  if (name.endsWith(LIVE_ENDING)) return await recordingThatFits(path, name, dt, symbol);
  const known = ranges.get(id);
  const read = known === undefined ? headerOf(path) : null;
  if (read !== null) keepRange(id, read);
  const { start, end } = await (known ?? read!);
  const isDated = name.includes(dt.replaceAll("-", ""));
  const midnight = midnightNs(dt);
  const isOver = end === null ? !isDated : end <= midnight;
  if (start >= midnight + DAY_NS || isOver) {
    throw new UserError(
      `${path}: its metadata says that it covers another day than ${dt}; ` +
        `rename it or choose its date`,
    );
  }
  const metadata = await (read ?? headerOf(path));
  const { dataset, mappings } = metadata;
  if (mappings.length > 0) assertMapped(metadata, path, symbol, dt);
  return { name, source: dataSourceOf(dataset), isLive: isLiveRecording(metadata) };
}

async function headerOf(path: string): Promise<Metadata> {
  if (reading < MOST_AT_ONCE) reading++;
  else await new Promise<void>((resolve) => waiting.push(resolve));
  try {
    const input = await RawInput.open(path, { capacity: 4096 });
    input.close();
    return input.metadata;
  } finally {
    const next = waiting.shift();
    if (next === undefined) reading--;
    else next();
  }
}

/** What could not be read is tried again by who asks next. */
function keepRange(id: string, read: Promise<Range>): void {
  ranges.set(id, read.then(({ start, end }) => ({ start, end })));
  ranges.get(id)!.catch(() => ranges.delete(id));
  if (ranges.size > MOST_RANGES) ranges.delete(ranges.keys().next().value!);
}

/** A recording is of the date and the symbol in its name; its mapping records are checked as they come. */
async function recordingThatFits(
  path: string,
  name: string,
  dt: string,
  symbol: string,
): Promise<Fitting | null> {
  if (!name.includes(dt.replaceAll("-", ""))) {
    throw new UserError(`${path}: its name says that it is of another day than ${dt}`);
  }
  if (!name.endsWith(`.${fileSafe(symbol)}${LIVE_ENDING}`)) {
    throw new UserError(`${path}: its name says that it is of another symbol than ${symbol}`);
  }
  const metadata = await recordedMetadata(path);
  return metadata && { name, source: dataSourceOf(metadata.dataset), isLive: true };
}

async function recordedMetadata(path: string): Promise<Metadata | null> {
  const bytes = await RecordedBytes.open(path, { follow: false, windowEndMs: 0 });
  try {
    const decoder = new Decoder({ name: path, capacity: 4096 });
    while (decoder.metadata === null && bytes.fill(decoder) === true);
    return decoder.metadata;
  } finally {
    bytes.close();
  }
}
