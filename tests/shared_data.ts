/**
 * Where the shared contract data is: real sessions, fixtures and goldens that are licensed market
 * data and therefore live beside the repository, never in it. Tests that need them are skipped when
 * the folder is absent.
 */
import { Buffer } from "node:buffer";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { zstdDecompressSync } from "node:zlib";

const beside = join(dirname(fileURLToPath(import.meta.url)), "..", "..", "shared");

/** True when the shared data can be read; `ignore: !hasShared` skips a test without it. */
export const hasShared: boolean = existsSync(join(beside, "golden", "MANIFEST.json"));

/** Absolute path of the shared folder, or null when it is absent. */
export const sharedDir: string | null = hasShared ? beside : null;

if (!hasShared) {
  console.error(`Tests against shared data are skipped: no ../shared beside the repository.`);
}

/**
 * @param parts path inside the shared folder, e.g. `"golden", "MANIFEST.json"`
 * @returns the absolute path
 * @throws Error when the shared folder is absent: guard the test with `hasShared`
 */
export function sharedFile(...parts: string[]): string {
  if (sharedDir === null) throw new Error(`Shared data is absent: ${parts.join("/")}`);
  return join(sharedDir, ...parts);
}

/**
 * @param name file in the data folder, with or without `.zst`, e.g. `"esh4_20231225.mbo.dbn"`
 * @returns the decompressed bytes, all zstd frames joined
 * @throws Error when the shared folder or the file is absent
 */
export function sharedDbn(name: string): Uint8Array {
  const plain = sharedFile("data", name);
  if (existsSync(plain) && !name.endsWith(".zst")) return readFileSync(plain);
  const compressed = name.endsWith(".zst") ? plain : `${plain}.zst`;
  const frames = zstdFrames(readFileSync(compressed)).map((frame) => zstdDecompressSync(frame));
  return new Uint8Array(Buffer.concat(frames));
}

/** The frames of a zstd file, since node:zlib stops silently after the first one (RFC 8878, 3.1). */
function zstdFrames(bytes: Uint8Array): Uint8Array[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const frames: Uint8Array[] = [];
  for (let start = 0; start < bytes.length;) {
    const descriptor = view.getUint8(start + 4);
    const singleSegment = (descriptor & 32) !== 0;
    const contentSize = [singleSegment ? 1 : 0, 2, 4, 8][descriptor >> 6]!;
    const dictionary = [0, 1, 2, 4][descriptor & 3]!;
    let at = start + 5 + (singleSegment ? 0 : 1) + dictionary + contentSize;
    for (let last = false; !last;) {
      const header = view.getUint16(at, true) | (view.getUint8(at + 2) << 16);
      last = (header & 1) === 1;
      at += 3 + ((header >> 1 & 3) === 1 ? 1 : header >> 3); // a run-length block is one byte
    }
    if ((descriptor & 4) !== 0) at += 4; // checksum
    frames.push(bytes.subarray(start, at));
    start = at;
  }
  return frames;
}
