/** Where the lake has the files of a job, and whether they are there. */
import { isNotFound, onDisk } from "./durable.ts";
import type { TrackedFile, TrackedJob } from "./job_tracker.ts";
import { type JobParts, partsOf } from "./wanted_job.ts";

/** How a DBN file begins. */
const MAGIC = new TextEncoder().encode("DBN");

/** Folder of the lake for the files of a job. */
export function lakeFolder(lake: string, { product, root, schema }: JobParts): string {
  const table = schema === "mbo" ? "market_by_order_dbn" : schema;
  return `${lake}/raw/source=databento/product_type=${product}/symbol=${root}/table=${table}`;
}

/**
 * @param compressed Path or name of a file of a job, as it is downloaded
 * @returns The same of what it is decompressed to
 */
export function withoutZst(compressed: string): string {
  return compressed.slice(0, -".zst".length);
}

/**
 * Looks whether a file of a job is in its place: a file, as long as it was, that begins as DBN.
 *
 * @param folder Folder of its job, see {@link lakeFolder}.
 * @param file The file.
 * @returns False also when it never was.
 * @throws UserError when the disk does not tell.
 */
export function isPlaced(folder: string, { filename, placed }: TrackedFile): boolean {
  if (placed === null) return false;
  const path = withoutZst(`${folder}/${filename}`);
  return onDisk(path, () => {
    try {
      const { isFile, size } = Deno.statSync(path);
      return isFile && size === placed.size && beginsAsDbn(path);
    } catch (error) {
      if (isNotFound(error)) return false;
      throw error;
    }
  });
}

/**
 * Names what of a job is not in its place in the lake.
 *
 * @param key The job's key.
 * @param job The job.
 * @param lake Folder of the lake.
 * @returns Paths of files, decompressed; the folder alone when it is not known which there were.
 * @throws UserError when the disk does not tell.
 */
export function missingFiles(key: string, { files }: Readonly<TrackedJob>, lake: string): string[] {
  const folder = lakeFolder(lake, partsOf(key));
  if (files.length === 0) return [folder];
  return files.filter((file) => !isPlaced(folder, file))
    .map(({ filename }) => withoutZst(`${folder}/${filename}`));
}

function beginsAsDbn(path: string): boolean {
  using file = Deno.openSync(path);
  const start = new Uint8Array(MAGIC.length);
  return file.readSync(start) === MAGIC.length && start.every((byte, i) => byte === MAGIC[i]);
}
