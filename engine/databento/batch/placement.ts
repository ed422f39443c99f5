import { UserError } from "../../errors.ts";
import type { BatchFile, HistoricalClient } from "../historical.ts";
import { decompressFile } from "./decompress_file.ts";
import { type Fingerprint, onDisk, removeIfThere } from "./durable.ts";
import type { OnEvent } from "./events.ts";
import { fetchFile } from "./fetch_file.ts";
import type { JobTracker, TrackedFile } from "./job_tracker.ts";
import { assertOwn } from "./own_files.ts";
import {
  isDecompressed,
  isPlaced,
  isTheFile,
  lakeFolder,
  missingFiles,
  withoutZst,
} from "./placed_files.ts";
import { partsOf } from "./wanted_job.ts";

/** What placement works with. */
export interface PlacementContext {
  client: HistoricalClient;
  tracker: JobTracker;
  /** Folder of the lake. */
  lake: string;
  onEvent: OnEvent;
  /** Shows how a download gets on; null for none. */
  onProgress: ((filename: string, bytes: number, size: number) => void) | null;
  signal?: AbortSignal | undefined;
}

const COMPRESSED = ".dbn.zst";

/** What to do about a file that is in the way. */
const REMEDY = "move it away, then poll again";

/**
 * Brings the data files of a job that is done into the lake: downloads, verifies, decompresses, and
 * writes down each step, so that it can be ended and begun again at any point.
 *
 * @param key the job's key; it is done at the service
 * @param context client, tracker, lake and so on
 * @throws UserError when a file cannot be got or is wrong; the job stays as it is then
 */
export async function placeJob(key: string, context: PlacementContext): Promise<void> {
  const { client, tracker, lake, onEvent, signal } = context;
  const folder = lakeFolder(lake, partsOf(key));
  onDisk(folder, () => Deno.mkdirSync(folder, { recursive: true }));
  const { id, files: known } = tracker.jobs.get(key)!;
  // What came before needs no service, which may not have it any more.
  for (const file of known) {
    if (await isTheFile(`${folder}/${file.filename}`, file, signal)) {
      await unpack(key, file, folder, context);
    }
  }
  if (missingFiles(key, tracker.jobs.get(key)!, lake).length > 0) {
    const listed = (await client.listFiles(id!, { signal }))
      .filter(({ filename }) => filename.endsWith(COMPRESSED));
    if (listed.length === 0) {
      throw new UserError(`job ${id} has no file ${COMPRESSED}: Databento delivered no data`);
    }
    const { files: before } = tracker.jobs.get(key)!;
    const files = listed.map((file) => trackedFile(file, before));
    tracker.update(key, { files });
    for (const [i, file] of files.entries()) {
      if (isPlaced(folder, file)) continue;
      await download(key, listed[i]!, folder, context);
      await unpack(key, file, folder, context);
    }
  }
  tracker.update(key, { state: "downloaded", problem: null });
  const bytes = tracker.jobs.get(key)!.files.reduce((sum, { placed }) => sum + placed!.size, 0);
  onEvent({ verb: "downloaded", key, detail: `${bytes} bytes in ${folder}` });
}

async function download(
  key: string,
  file: BatchFile,
  folder: string,
  { client, tracker, onEvent, onProgress, signal }: PlacementContext,
): Promise<void> {
  const { filename, size } = file;
  const compressed = `${folder}/${filename}`;
  if (await isTheFile(compressed, file, signal)) return;
  const { made } = tracker.jobs.get(key)!;
  const beforeName = () => assertOwn(compressed, made, REMEDY, signal);
  // Before much is downloaded in vain.
  await beforeName();
  await assertOwn(withoutZst(compressed), made, REMEDY, signal);
  onEvent({ verb: "download", key, detail: `${filename}, ${size} bytes` });
  await fetchFile(client.transport, file, compressed, {
    onProgress: (bytes) => onProgress?.(filename, bytes, size),
    beforeName,
    signal,
  });
}

/** Decompresses what is there as it came from the service, where that is to be done, and removes it. */
async function unpack(
  key: string,
  file: TrackedFile,
  folder: string,
  { tracker, signal }: PlacementContext,
): Promise<void> {
  const compressed = `${folder}/${file.filename}`;
  if (!isDecompressed(folder, file)) {
    const path = withoutZst(compressed);
    const { made } = tracker.jobs.get(key)!;
    const beforeName = async ({ sha256 }: Fingerprint) => {
      await assertOwn(path, made, REMEDY, signal);
      // A run that is killed once it has its name has to know it again.
      tracker.update(key, { made: [...made, sha256] });
    };
    const placed = await decompressFile(compressed, path, { beforeName, signal });
    const files = tracker.jobs.get(key)!.files
      .map((one) => one.filename === file.filename ? { ...one, placed } : one);
    // Before the compressed file goes: from here on the decompressed one counts.
    tracker.update(key, { files });
  }
  onDisk(compressed, () => removeIfThere(compressed));
}

/** A file as the tracker has it; what was placed before stands, if it is still the same file. */
function trackedFile(
  { filename, size, sha256 }: BatchFile,
  known: readonly TrackedFile[],
): TrackedFile {
  const before = known.find((one) => one.filename === filename && one.sha256 === sha256);
  return { filename, size, sha256, placed: before?.placed ?? null };
}
