import { createHash } from "node:crypto";
import { basename, resolve } from "node:path";
import { UserError } from "../errors.ts";
import { assertReadable } from "../readable_file.ts";
import { WholeFile } from "../whole_file.ts";
import { isRecording, type Origin, originIdentity, originName } from "./origin.ts";
import { type FileIdentity, identityOf } from "./raw_file.ts";

/** Longest note of a hash that is read, bytes. */
const MOST_KEPT_BYTES = 4_096;

/** What tells a file from others, wherever it lies. */
export interface FileMeta {
  /** Without its folder. */
  name: string;
  /** Bytes; null of what can be read once, and, in a capture, of a recording that goes on. */
  size: number | null;
  /** SHA-256 of the file as it lies there; null of what can be read once or still grows. */
  sha256: string | null;
}

/**
 * @param origin where bytes come from
 * @param lake folder of the lake, whose cache keeps hashes
 * @param signal ends it early
 * @returns what tells the file from others
 * @throws UserError when it changes meanwhile; the signal's reason when aborted
 */
export async function fileMeta(
  origin: Origin,
  lake: string,
  signal?: AbortSignal,
): Promise<FileMeta> {
  const identity = originIdentity(origin);
  const isWhole = identity !== null && !isRecording(origin) && "path" in origin;
  return {
    name: basename(originName(origin)),
    size: identity === null ? null : Number(identity.size),
    sha256: isWhole ? await fileHash(origin.path, identity, lake, signal) : null,
  };
}

const PIECE_BYTES = 1 << 20;

/**
 * The SHA-256 of a file, kept in the lake's cache for as long as the file has its size and its time of
 * modification. Where it cannot be kept, it is made anew each time.
 *
 * @param path the file
 * @param identity what the file was when it was read
 * @param lake folder of the lake
 * @param signal ends it early
 * @returns 64 hex digits
 * @throws UserError when the file is another one now; the signal's reason when aborted
 */
async function fileHash(
  path: string,
  identity: FileIdentity,
  lake: string,
  signal?: AbortSignal,
): Promise<string> {
  const { size, mtimeNs } = identity;
  const stamp = `${size} ${mtimeNs} ${resolve(path)}`;
  const name = createHash("sha256").update(resolve(path)).digest("hex").slice(0, 16);
  const dir = `${lake}/cache/sha256`;
  const kept = keptHash(`${dir}/${name}`, stamp);
  if (kept !== null) return kept;
  const hash = createHash("sha256");
  const piece = new Uint8Array(PIECE_BYTES);
  using file = await Deno.open(path, { read: true });
  for (;;) {
    signal?.throwIfAborted();
    const read = await file.read(piece);
    if (read === null) break;
    hash.update(piece.subarray(0, read));
  }
  const now = identityOf(path);
  if (now === null || now.size !== size || now.mtimeNs !== mtimeNs) {
    throw new UserError(`${path} has changed while it was read; start again`);
  }
  const digest = hash.digest("hex");
  try {
    Deno.mkdirSync(dir, { recursive: true });
    using whole = new WholeFile(`${dir}/${name}`);
    whole.writeSync(new TextEncoder().encode(`${digest} ${stamp}\n`));
    whole.finishSync();
  } catch {
    // A lake that cannot be written to is one that is read.
  }
  return digest;
}

function keptHash(path: string, stamp: string): string | null {
  try {
    assertReadable(path, MOST_KEPT_BYTES);
    const [, digest, of] = /^([0-9a-f]{64}) (.*)\n$/s.exec(Deno.readTextFileSync(path)) ?? [];
    return of === stamp ? digest! : null;
  } catch {
    return null;
  }
}
