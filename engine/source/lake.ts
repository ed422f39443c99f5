import { NoRawFile, SeveralFiles, UserError } from "../errors.ts";
import type { DataSource } from "./data_source.ts";
import { isFile, type LakeRequest, namesIn, NoFile, rawDirectory } from "./lake_folder.ts";
import { type Fitting, looked } from "./lake_looks.ts";
import { LIVE_ENDING } from "./recording.ts";

/** A raw file, and where its records come from: its own metadata says so. */
export interface RawFile {
  path: string;
  source: DataSource;
  /** Whether it is named as a live recording, which may be growing. */
  isRecording: boolean;
  /** Whether it is a recording of a live feed, whatever it is called. */
  isLive: boolean;
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

/** Plain wins over Zstandard of the same stem, and what was delivered over what was recorded. */
function preferred(fitting: readonly Fitting[]): Fitting[] {
  const names = new Set(fitting.map(({ name }) => name));
  const plain = fitting.filter(({ name }) =>
    !(name.endsWith(".zst") && names.has(name.slice(0, -".zst".length)))
  );
  const delivered = plain.filter(({ isLive }) => !isLive);
  return delivered.length > 0 ? delivered : plain;
}
