import { createHash } from "node:crypto";
import { decompressZstd } from "../../dbn_input.ts";
import {
  bytesOf,
  type Fingerprint,
  fingerprintOf,
  onDisk,
  removeIfThere,
  renameDurably,
  sizeIfThere,
  writeAll,
} from "./durable.ts";

/**
 * Decompresses a Zstandard file. The result grows under `….part` and gets its name when it is
 * complete; when the same file is there already, that one is kept as it is.
 *
 * @param from The compressed file.
 * @param to Where the result goes.
 * @param signal Ends it early.
 * @returns What the result is.
 * @throws UserError when the file is damaged or truncated, or the disk is full.
 */
export async function decompressFile(
  from: string,
  to: string,
  signal?: AbortSignal,
): Promise<Fingerprint> {
  const part = `${to}.part`;
  const hash = createHash("sha256");
  let size = 0;
  {
    const open = () => Deno.openSync(part, { write: true, create: true, truncate: true });
    using sink = onDisk(part, open);
    for await (const piece of decompressZstd(bytesOf(from), from)) {
      signal?.throwIfAborted();
      hash.update(piece);
      await onDisk(part, () => writeAll(sink, piece));
      size += piece.length;
    }
    await onDisk(part, () => sink.sync());
  }
  const made = { size, sha256: hash.digest("hex") };
  if (sizeIfThere(to) === size && (await fingerprintOf(to, signal)).sha256 === made.sha256) {
    removeIfThere(part);
  } else {
    onDisk(to, () => renameDurably(part, to));
  }
  return made;
}
