import { statSync } from "node:fs";
import type { Metadata } from "dbn-ts";
import { Decoder } from "../dbn_input.ts";
import { UserError } from "../errors.ts";
import { DAY_NS, midnightNs } from "../session.ts";
import { fileSafe } from "../symbol.ts";
import { type DataSource, dataSourceOf } from "./data_source.ts";
import { assertInLake, type LakeRequest, NoFile, unseen } from "./lake_folder.ts";
import { assertMapped, isLiveRecording } from "./mapped.ts";
import { RawInput } from "./raw_input.ts";
import { RecordedBytes } from "./recorded_bytes.ts";
import { LIVE_ENDING } from "./recording.ts";

/** A file of the lake has to be looked into first, and that was not allowed. */
export class NotLookedInto extends Error {
  override name = "NotLookedInto";
}

/** A file of a folder that holds the session asked for. */
export interface Fitting {
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

/**
 * Looks into files: which of them hold the session, and what is in the way of the others.
 *
 * @param names of files
 * @param dir folder that they are in
 * @param request the session
 * @param folder whose files these are
 * @throws NotLookedInto when one would have to be read, and none may be
 */
export async function looked(
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
