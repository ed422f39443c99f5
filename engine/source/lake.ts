import { SCHEMA_MBO } from "../dbn/constants.ts";
import { DbnDecoder } from "../dbn/decoder.ts";
import type { Metadata } from "../dbn/metadata.ts";
import { UserError } from "../errors.ts";
import { type ByteSource, openByteSource } from "./byte_source.ts";
import { type DataSource, dataSourceOf } from "./data_source.ts";

/** What is asked of the lake. */
export interface LakeRequest {
  /** Folder of the lake. */
  lake: string;
  productType: string;
  symbol: string;
  /** Session date, YYYY-MM-DD. */
  dt: string;
}

/** A raw file, and where its records come from: its own metadata says so. */
export interface RawFile {
  path: string;
  source: DataSource;
}

/** The lake has no file of a session at all. */
export class NoRawFile extends UserError {
  override name = "NoRawFile";
}

const DAY_NS = 86_400_000_000_000n;

/**
 * Finds the one raw file of a session (spec/pipeline.md, "Where raw files are"). A Databento file
 * wins over a simulated one.
 *
 * @param request the session
 * @returns the file
 * @throws NoRawFile when the lake has none, real or simulated
 * @throws UserError when one is there but does not fit, or several do
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

/**
 * Looks into a raw file's metadata.
 *
 * @param path a .dbn or .dbn.zst file
 * @returns the file
 * @throws UserError when it cannot be read or is no DBN file
 */
export async function rawFileAt(path: string): Promise<RawFile> {
  return { path, source: dataSourceOf((await readMetadata(path)).dataset) };
}

async function findIn(source: DataSource, request: LakeRequest): Promise<RawFile> {
  const dir = await rawDirectory(source, request);
  const stamp = request.dt.replaceAll("-", "");
  const files = [...Deno.readDirSync(dir)].filter((entry) => !entry.isDirectory).map((e) => e.name)
    .filter((name) => name.endsWith(".dbn") || name.endsWith(".dbn.zst")).sort();
  const dated = files.filter((name) => name.includes(stamp));
  const candidates = dated.filter((name) =>
    name.endsWith(".dbn") || !dated.includes(name.slice(0, -".zst".length))
  );
  if (candidates.length === 0) {
    throw new NoRawFile(
      `No .dbn or .dbn.zst file for ${request.dt} in ${dir}; ` +
        (files.length === 0 ? "the folder holds none" : `files there: ${files.join(", ")}`) +
        `; fetch the day, choose another --dt, or make one with ` +
        `"deno task simulate --dt ${request.dt}"`,
    );
  }
  const fitting: RawFile[] = [];
  const refused: string[] = [];
  for (const name of candidates) {
    const found = await fileOrReason(`${dir}/${name}`, request.dt);
    if (typeof found === "string") refused.push(found);
    else fitting.push(found);
  }
  if (fitting.length > 1) {
    throw new UserError(
      `Several files hold ${request.dt} in ${dir}: ` +
        `${fitting.map(({ path }) => path.slice(dir.length + 1)).join(", ")}; ` +
        `leave one of them there`,
    );
  }
  if (fitting[0] === undefined) throw new UserError(refused.join("; "));
  return fitting[0];
}

/** The folder of a session's raw files; for futures the longest prefix of the symbol that exists. */
async function rawDirectory(source: DataSource, request: LakeRequest): Promise<string> {
  const { lake, productType, symbol, dt } = request;
  const base = `${lake}/raw/source=${source}/product_type=${productType}`;
  const path = (dir: string) => `${base}/symbol=${dir}/table=market_by_order_dbn`;
  const shortest = productType === "future_mbo" ? 1 : symbol.length;
  for (let length = symbol.length; length >= shortest; length--) {
    const dir = path(symbol.slice(0, length));
    if (await isDirectory(dir)) return dir;
  }
  const example = productType === "future_mbo" ? symbol.replace(/[A-Z]\d{1,2}$/, "") : symbol;
  throw new NoRawFile(
    `Raw DBN directory not found: ${path(example || symbol)}; put the day's .dbn file there, ` +
      `name another lake with --lake or VP_LAKE_ROOT, or make a session with ` +
      `"deno task simulate --dt ${dt}"`,
  );
}

async function isDirectory(path: string): Promise<boolean> {
  try {
    return (await Deno.stat(path)).isDirectory;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) {
      return false;
    }
    // A loop of links, a folder that is closed to this user, a disk that fails.
    const [reason] = (error as Error).message.split(": ");
    throw new UserError(`${path}: cannot be looked at: ${reason}; check the lake`);
  }
}

/** A file that counts for a date, or why it does not. */
async function fileOrReason(path: string, dt: string): Promise<RawFile | string> {
  let metadata: Metadata;
  try {
    metadata = await readMetadata(path, [SCHEMA_MBO]);
  } catch (error) {
    if (error instanceof UserError) return error.message;
    throw error;
  }
  const { start, end, dataset } = metadata;
  const midnight = BigInt(Date.parse(`${dt}T00:00:00Z`)) * 1_000_000n;
  if (start >= midnight + DAY_NS || (end !== null && end <= midnight)) {
    return `${path}: its metadata says that it covers another day than ${dt}; ` +
      `rename it or choose its date`;
  }
  return { path, source: dataSourceOf(dataset) };
}

async function readMetadata(path: string, schemas?: readonly number[]): Promise<Metadata> {
  const decoder = new DbnDecoder({ name: path, capacity: 4096, ...(schemas && { schemas }) });
  const bytes: ByteSource = openByteSource(path);
  try {
    while (decoder.metadata === null) {
      if (!await bytes.fill(decoder)) decoder.finish();
    }
  } finally {
    bytes.close();
  }
  return decoder.metadata;
}
