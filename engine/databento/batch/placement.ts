import { UserError } from "../../errors.ts";
import type { BatchFile, HistoricalClient } from "../historical.ts";
import { decompressFile } from "./decompress_file.ts";
import { onDisk, removeIfThere } from "./durable.ts";
import type { OnEvent } from "./events.ts";
import { fetchFile } from "./fetch_file.ts";
import type { JobTracker, TrackedFile } from "./job_tracker.ts";
import { isPlaced, lakeFolder, withoutZst } from "./placed_files.ts";
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
  const { id, files: known } = tracker.jobs.get(key)!;
  const folder = lakeFolder(lake, partsOf(key));
  onDisk(folder, () => Deno.mkdirSync(folder, { recursive: true }));
  if (known.length === 0 || known.some((file) => !isPlaced(folder, file))) {
    const listed = (await client.listFiles(id!, { signal }))
      .filter(({ filename }) => filename.endsWith(COMPRESSED));
    if (listed.length === 0) {
      throw new UserError(`job ${id} has no file ${COMPRESSED}: Databento delivered no data`);
    }
    tracker.update(key, { files: listed.map((file) => trackedFile(file, known)) });
    for (const file of listed) await placeFile(key, file, folder, context);
  }
  for (const { filename } of tracker.jobs.get(key)!.files) removeIfThere(`${folder}/${filename}`);
  tracker.update(key, { state: "downloaded", problem: null });
  const bytes = tracker.jobs.get(key)!.files.reduce((sum, { placed }) => sum + placed!.size, 0);
  onEvent({ verb: "downloaded", key, detail: `${bytes} bytes in ${folder}` });
}

async function placeFile(
  key: string,
  file: BatchFile,
  folder: string,
  { client, tracker, onEvent, onProgress, signal }: PlacementContext,
): Promise<void> {
  const tracked = () => tracker.jobs.get(key)!.files;
  const { filename, size } = file;
  if (isPlaced(folder, tracked().find((one) => one.filename === filename)!)) return;
  const compressed = `${folder}/${filename}`;
  onEvent({ verb: "download", key, detail: `${filename}, ${size} bytes` });
  await fetchFile(client.transport, file, compressed, {
    onProgress: (bytes) => onProgress?.(filename, bytes, size),
    signal,
  });
  const placed = await decompressFile(compressed, withoutZst(compressed), signal);
  // Before the compressed file goes: from here on the decompressed one counts.
  const files = tracked().map((one) => one.filename === filename ? { ...one, placed } : one);
  tracker.update(key, { files });
}

/** A file as the tracker has it; what was placed before stands, if it is still the same file. */
function trackedFile(
  { filename, size, sha256 }: BatchFile,
  known: readonly TrackedFile[],
): TrackedFile {
  const before = known.find((one) => one.filename === filename && one.sha256 === sha256);
  return { filename, size, sha256, placed: before?.placed ?? null };
}
