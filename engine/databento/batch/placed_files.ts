/** Where the lake has the files of a job, and whether they are there. */
import { isZstd, MAGIC_BYTES } from "dbn-ts";
import { type Fingerprint, fingerprintOf, isNotFound, onDisk, sizeIfThere } from "./durable.ts";
import type { TrackedFile, TrackedJob } from "./job_tracker.ts";
import { type JobParts, partsOf } from "./wanted_job.ts";

/** How a DBN file begins. */
const MAGIC = new TextEncoder().encode("DBN");

/** Folder of the lake for the files of a job. */
export function lakeFolder(lake: string, { product, root, schema }: JobParts): string {
  const table = schema === "mbo" ? "market_by_order_dbn" : schema;
  return `${lake}/raw/source=databento/product_type=${product}/symbol=${root}/table=${table}`;
}

/** Name of a day's file as Databento has it, decompressed; its portal names it so too. */
export function vendorName({ dataset, date, schema }: JobParts): string {
  return `${dataset.toLowerCase().replace(".", "-")}-${date.replaceAll("-", "")}.${schema}.dbn`;
}

/**
 * @param compressed path or name of a file of a job, as it is downloaded
 * @returns the same of what it is decompressed to
 */
export function withoutZst(compressed: string): string {
  return compressed.slice(0, -".zst".length);
}

/**
 * Looks whether a file of a job is in its place: a file, as long as it was, that begins as DBN; or
 * Zstandard under the name that it came by, for whoever compresses the days that lie there.
 *
 * @param folder folder of its job, see {@link lakeFolder}
 * @param file the file
 * @returns false also when it never was
 * @throws UserError when the disk does not tell
 */
export function isPlaced(folder: string, file: TrackedFile): boolean {
  if (file.placed === null) return false;
  return isDecompressed(folder, file) || begins(`${folder}/${file.filename}`, isZstd);
}

/**
 * Looks whether a file of a job is in its place decompressed: as long as it was, and beginning as DBN.
 *
 * @param folder folder of its job, see {@link lakeFolder}
 * @param file the file
 * @returns false also when it never was
 * @throws UserError when the disk does not tell
 */
export function isDecompressed(folder: string, { filename, placed }: TrackedFile): boolean {
  return placed !== null && begins(withoutZst(`${folder}/${filename}`), isDbn, placed.size);
}

/**
 * Looks whether a file is the one that is meant, to the byte.
 *
 * @param path the file, there or not
 * @param wanted what it is to be
 * @param signal ends it early
 * @throws UserError when the disk does not tell
 */
export async function isTheFile(
  path: string,
  { size, sha256 }: Fingerprint,
  signal?: AbortSignal,
): Promise<boolean> {
  if (onDisk(path, () => sizeIfThere(path)) !== size) return false;
  return (await onDisk(path, () => fingerprintOf(path, signal))).sha256 === sha256;
}

/**
 * Names what of a job is not in its place in the lake.
 *
 * @param key the job's key
 * @param job the job
 * @param lake folder of the lake
 * @returns paths of files, decompressed; the folder alone when it is not known which there were
 * @throws UserError when the disk does not tell
 */
export function missingFiles(key: string, { files }: Readonly<TrackedJob>, lake: string): string[] {
  const folder = lakeFolder(lake, partsOf(key));
  if (files.length === 0) return [folder];
  return files.filter((file) => !isPlaced(folder, file))
    .map(({ filename }) => withoutZst(`${folder}/${filename}`));
}

/**
 * Looks whether what of a job is not in its place lies there as it came from the service, so that it
 * has only to be decompressed.
 *
 * @param key the job's key
 * @param job the job
 * @param lake folder of the lake
 * @param signal ends it early
 * @returns false also when it is not known which files there were
 * @throws UserError when the disk does not tell
 */
export async function isToBeDecompressed(
  key: string,
  { files }: Readonly<TrackedJob>,
  lake: string,
  signal?: AbortSignal,
): Promise<boolean> {
  const folder = lakeFolder(lake, partsOf(key));
  for (const file of files) {
    if (isPlaced(folder, file)) continue;
    if (!await isTheFile(`${folder}/${file.filename}`, file, signal)) return false;
  }
  return files.length > 0;
}

/** Whether there is a file that begins so, of a size where one is given. */
function begins(path: string, as: (first: Uint8Array) => boolean, size?: number): boolean {
  return onDisk(path, () => {
    try {
      const found = Deno.statSync(path);
      if (!found.isFile || (size !== undefined && found.size !== size)) return false;
      using file = Deno.openSync(path);
      const first = new Uint8Array(MAGIC_BYTES);
      return file.readSync(first) === MAGIC_BYTES && as(first);
    } catch (error) {
      if (isNotFound(error)) return false;
      throw error;
    }
  });
}

function isDbn(first: Uint8Array): boolean {
  return MAGIC.every((byte, i) => byte === first[i]);
}
