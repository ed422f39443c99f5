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

/** What decompression may be told. */
export interface DecompressOptions {
  /** Is told what the result is before that takes its name from what has it; throws to prevent that. */
  beforeName?: (made: Fingerprint) => Promise<void>;
  signal?: AbortSignal | undefined;
}

/**
 * Decompresses a Zstandard file. The result has its name when it is complete; when the same file
 * is there already, that one is kept as it is.
 *
 * @param from the compressed file
 * @param to where the result goes
 * @param options permission, abortion
 * @returns what the result is
 * @throws UserError when the file is damaged or truncated, or the disk is full; whatever `beforeName`
 * throws
 */
export async function decompressFile(
  from: string,
  to: string,
  { beforeName, signal }: DecompressOptions = {},
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
  await beforeName?.(made);
  await onDisk(to, () => file.finish());
  onDisk(to, () => syncFolder(to));
  return made;
}
