import { createHash } from "node:crypto";
import { decompressZstd } from "../../dbn_input.ts";
import { WholeFile } from "../../whole_file.ts";
import {
  bytesOf,
  type Fingerprint,
  fingerprintOf,
  onDisk,
  sizeIfThere,
  syncFolder,
} from "./durable.ts";

/**
 * Decompresses a Zstandard file. The result has its name when it is complete; when the same file
 * is there already, that one is kept as it is.
 *
 * @param from the compressed file
 * @param to where the result goes
 * @param signal ends it early
 * @returns what the result is
 * @throws UserError when the file is damaged or truncated, or the disk is full
 */
export async function decompressFile(
  from: string,
  to: string,
  signal?: AbortSignal,
): Promise<Fingerprint> {
  const hash = createHash("sha256");
  let size = 0;
  using file = onDisk(to, () => new WholeFile(to));
  for await (const piece of decompressZstd(bytesOf(from), from)) {
    signal?.throwIfAborted();
    hash.update(piece);
    await onDisk(to, () => file.write(piece));
    size += piece.length;
  }
  const made = { size, sha256: hash.digest("hex") };
  if (sizeIfThere(to) === size && (await fingerprintOf(to, signal)).sha256 === made.sha256) {
    return made;
  }
  await onDisk(to, () => file.finish());
  onDisk(to, () => syncFolder(to));
  return made;
}
