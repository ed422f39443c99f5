import { UserError } from "../../errors.ts";
import type { BatchFile } from "../historical.ts";
import { ServiceError } from "../service_error.ts";
import { type Answer, ConnectionLost, type HttpTransport } from "../http_transport.ts";
import {
  fingerprintOf,
  onDisk,
  removeIfThere,
  renameDurably,
  sizeIfThere,
  writeAll,
} from "./durable.ts";

/** What a download may be told. */
export interface FetchOptions {
  /** Is told how many bytes are there. */
  onProgress?: (bytes: number) => void;
  /** Is awaited before the file takes its name from what has it; throws to prevent that. */
  beforeName?: () => Promise<void>;
  signal?: AbortSignal | undefined;
}

/** The bytes that are there are no use: the service would not go on from them. */
class CannotResume extends Error {}

/**
 * Downloads a file of a job. It grows under `….part`, goes on where an earlier attempt ended, and
 * gets its name when size and SHA-256 are those that the service lists. A file that is there and
 * right is kept.
 *
 * @param transport sends requests
 * @param file the file, as the service lists it
 * @param path where it goes
 * @param options progress, permission, abortion
 * @throws UserError when it is not what the service lists; ServiceError when it cannot be got; what
 * came of it stays, unless it is wrong; whatever `beforeName` throws
 */
export async function fetchFile(
  transport: HttpTransport,
  file: BatchFile,
  path: string,
  options: FetchOptions = {},
): Promise<void> {
  const { signal } = options;
  if (sizeIfThere(path) === file.size && await hasHash(path, file, signal)) return;
  // One name for all attempts: what it holds is gone on from.
  const part = `${path}.part`;
  const isNew = sizeIfThere(part) === null;
  for (let again = isNew;; again = true) {
    try {
      await fill(transport, file, part, options);
    } catch (error) {
      if (!(error instanceof CannotResume)) throw error;
      removeIfThere(part);
      if (again) throw new UserError(`${file.filename}: ${error.message}; try again later`);
      continue;
    }
    if (await hasHash(part, file, signal)) break;
    removeIfThere(part);
    // What an earlier run left may have been the wrong part: one whole download decides.
    if (!again) continue;
    throw new UserError(
      `${file.filename}: its SHA-256 is not the one that the service lists, so it was thrown away; ` +
        `download it again, and ask Databento if that happens twice`,
    );
  }
  await options.beforeName?.();
  onDisk(path, () => renameDurably(part, path));
}

/** Appends to a part what it lacks. */
async function fill(
  transport: HttpTransport,
  { filename, size, path }: BatchFile,
  part: string,
  { onProgress, signal }: FetchOptions,
): Promise<void> {
  using sink = onDisk(part, () => Deno.openSync(part, { write: true, create: true }));
  let at = sink.seekSync(0, Deno.SeekMode.End);
  const restart = () => {
    sink.truncateSync();
    at = sink.seekSync(0, Deno.SeekMode.Start);
  };
  if (at > size) restart();
  const read = async ({ status, headers, body }: Answer) => {
    // Whole files are answered with 200, also where a part was asked for: never to be appended.
    if (status !== 206) {
      assertFile(headers, size);
      restart();
    } else if (headers.get("content-range") !== `bytes ${at}-${size - 1}/${size}`) {
      throw new CannotResume(
        `asked for bytes ${at} to ${size - 1}, got ${headers.get("content-range")}`,
      );
    }
    for await (const chunk of body) {
      if (at + chunk.length > size) throw new CannotResume(`it is longer than ${size} bytes`);
      await onDisk(part, () => writeAll(sink, chunk));
      at += chunk.length;
      onProgress?.(at);
      // A connection that is lost from here on is no loss.
      if (at === size) return;
    }
    throw new ConnectionLost(`it ended at byte ${at} of ${size}`);
  };
  onProgress?.(at);
  if (at < size) {
    await transport.request({
      name: filename,
      path,
      init: () => at === 0 ? {} : { headers: { range: `bytes=${at}-` } },
      read,
      progress: () => at,
      signal,
    }).catch((error) => {
      // 416: the service has fewer bytes than are there.
      if (error instanceof ServiceError && error.status === 416) {
        throw new CannotResume(error.message);
      }
      throw error;
    });
  }
  await onDisk(part, () => sink.sync());
}

/** A page of whoever stands between is no file: what is there is not given up for it. */
function assertFile(headers: Headers, size: number): void {
  const length = headers.get("content-length");
  const isPage = headers.get("content-type")?.startsWith("text/html") ?? false;
  const isOther = length !== null && !headers.has("content-encoding") && Number(length) !== size;
  if (isPage || isOther) {
    throw new ConnectionLost(
      `${isPage ? "a page" : `${length} bytes`} came, not its ${size} bytes`,
    );
  }
}

async function hasHash(path: string, { sha256 }: BatchFile, signal?: AbortSignal) {
  return (await onDisk(path, () => fingerprintOf(path, signal))).sha256 === sha256;
}
