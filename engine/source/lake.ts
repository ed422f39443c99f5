import { SCHEMA_MBO } from "../dbn/constants.ts";
import { UserError } from "../errors.ts";
import { type ByteSource, openByteSource } from "./byte_source.ts";
import { DbnDecoder } from "../dbn/decoder.ts";

/** Where data comes from, as named in paths, messages and on the page. */
export type DataSource = "databento" | "simulator";

/** What is asked of the lake. */
export interface LakeRequest {
  /** Folder of the lake. */
  lake: string;
  source: DataSource;
  productType: string;
  symbol: string;
  /** Session date, YYYY-MM-DD. */
  dt: string;
}

const DAY_NS = 86_400_000_000_000n;

/**
 * Finds the one raw file of a session (spec/pipeline.md, "Where raw files are").
 *
 * @param request the session
 * @returns path of the file
 * @throws UserError when the folder is missing, no file fits, or several do
 */
export async function findRawFile(request: LakeRequest): Promise<string> {
  const dir = await rawDirectory(request);
  const stamp = request.dt.replaceAll("-", "");
  const files = [...Deno.readDirSync(dir)].filter((entry) => !entry.isDirectory).map((e) => e.name)
    .filter((name) => name.endsWith(".dbn") || name.endsWith(".dbn.zst")).sort();
  const dated = files.filter((name) => name.includes(stamp));
  const candidates = dated.filter((name) =>
    name.endsWith(".dbn") || !dated.includes(name.slice(0, -".zst".length))
  );
  if (candidates.length === 0) {
    throw new UserError(
      `No .dbn or .dbn.zst file for ${request.dt} in ${dir}; ` +
        (files.length === 0 ? "the folder holds none" : `files there: ${files.join(", ")}`) +
        `; fetch the day or choose another --dt`,
    );
  }
  const fitting: string[] = [];
  const refused: string[] = [];
  for (const name of candidates) {
    const reason = await whyNot(`${dir}/${name}`, request.dt);
    if (reason === null) fitting.push(name);
    else refused.push(reason);
  }
  if (fitting.length > 1) {
    throw new UserError(
      `Several files hold ${request.dt} in ${dir}: ${fitting.join(", ")}; leave one of them there`,
    );
  }
  if (fitting.length === 0) throw new UserError(refused.join("; "));
  return `${dir}/${fitting[0]}`;
}

/** The folder of a session's raw files; for futures the longest prefix of the symbol that exists. */
async function rawDirectory(request: LakeRequest): Promise<string> {
  const { lake, source, productType, symbol } = request;
  const base = `${lake}/raw/source=${source}/product_type=${productType}`;
  const path = (dir: string) => `${base}/symbol=${dir}/table=market_by_order_dbn`;
  const shortest = productType === "future_mbo" ? 1 : symbol.length;
  for (let length = symbol.length; length >= shortest; length--) {
    const dir = path(symbol.slice(0, length));
    if (await isDirectory(dir)) return dir;
  }
  const example = productType === "future_mbo" ? symbol.replace(/[A-Z]\d{1,2}$/, "") : symbol;
  throw new UserError(
    `Raw DBN directory not found: ${path(example || symbol)}; put the day's .dbn file there, ` +
      `name another lake with --lake or VP_LAKE_ROOT, or give a file with --input where a command takes it`,
  );
}

async function isDirectory(path: string): Promise<boolean> {
  try {
    return (await Deno.stat(path)).isDirectory;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) {
      return false;
    }
    throw error;
  }
}

/** Why a file does not count for a date, or null when it does. */
async function whyNot(path: string, dt: string): Promise<string | null> {
  const decoder = new DbnDecoder({ name: path, capacity: 4096, schemas: [SCHEMA_MBO] });
  let bytes: ByteSource | null = null;
  try {
    bytes = openByteSource(path);
    while (decoder.metadata === null) {
      if (!await bytes.fill(decoder)) decoder.finish();
    }
  } catch (error) {
    if (error instanceof UserError) return error.message;
    throw error;
  } finally {
    bytes?.close();
  }
  const { start, end } = decoder.metadata;
  const midnight = BigInt(Date.parse(`${dt}T00:00:00Z`)) * 1_000_000n;
  if (start >= midnight + DAY_NS || (end !== null && end <= midnight)) {
    return `${path}: its metadata says that it covers another day than ${dt}; ` +
      `rename it or choose its date`;
  }
  return null;
}
