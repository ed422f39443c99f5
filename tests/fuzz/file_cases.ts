/** Damaged files, plain and compressed. */
import { zstdCompressSync } from "node:zlib";
import { MBO } from "dbn-ts";
import { decompressZstd } from "../../engine/dbn_input.ts";
import { UserError } from "../../engine/errors.ts";
import type { Random } from "../../engine/source/simulator/random.ts";
import { mutate } from "./mutate.ts";
import { type FuzzSeed, runCase } from "./run_case.ts";
import { caseRandom } from "./case_random.ts";
import type { Tally } from "./tally.ts";

/** Every refusal says where, but for two that are about the whole file. */
const POSITIONED = /\bbytes? \d+|does not begin with "DBN"|is not in its mapping/;

/** The message of an error, once it has been seen to say where. */
function positioned(error: UserError | null): string | null {
  if (error === null || POSITIONED.test(error.message)) return error?.message ?? null;
  throw new Error(`no position in "${error.message}"`);
}

/**
 * Runs damaged files.
 *
 * @param tally counts them
 * @param seeds sound files
 * @param count how many cases
 * @param start number of the first: another start, other cases
 */
export function damagedFiles(
  tally: Tally,
  seeds: readonly FuzzSeed[],
  count: number,
  start = 0,
): void {
  for (let i = start; i < start + count; i++) {
    const random = caseRandom(i);
    const seed = seeds[random.below(seeds.length)]!;
    const bytes = mutate(seed.bytes, random);
    const piece = 1 + random.below(4096);
    tally.case(
      `${seed.name}, case ${i}`,
      bytes.length,
      () => positioned(runCase(seed, bytes, piece).error),
    );
  }
}

/**
 * Cuts a file after each of its bytes. All complete records come first, then the error.
 *
 * @param tally counts the cases
 * @param seed a sound file of MBO records alone
 */
export function cutFiles(tally: Tally, seed: FuzzSeed): void {
  const header = 8 + new DataView(seed.bytes.buffer, seed.bytes.byteOffset).getUint32(4, true);
  for (let length = 0; length < seed.bytes.length; length++) {
    tally.case(`${seed.name} cut at ${length}`, length, () => {
      const { records, error } = runCase(seed, seed.bytes.subarray(0, length), 999);
      const whole = Math.max(0, Math.floor((length - header) / MBO.BYTES));
      const sound = length >= header && (length - header) % MBO.BYTES === 0;
      if (records !== whole) throw new Error(`${records} records where ${whole} are complete`);
      if ((error === null) !== sound) throw new Error(`error: ${error?.message}`);
      if (error !== null && !error.message.includes(`truncated at byte ${length}`)) {
        throw new Error(error.message);
      }
      return positioned(error);
    });
  }
}

/**
 * Runs files of several Zstandard frames that are cut, damaged, joined in the wrong order or left
 * out: what comes through is run as a file.
 *
 * @param tally counts them
 * @param seeds sound files
 * @param count how many cases
 * @param start number of the first
 */
export async function damagedFrames(
  tally: Tally,
  seeds: readonly FuzzSeed[],
  count: number,
  start = 0,
): Promise<void> {
  const compressed = seeds.map(({ bytes }) => framesOf(bytes));
  for (let i = start; i < start + count; i++) {
    const random = caseRandom(i);
    const which = random.below(seeds.length);
    const seed = seeds[which]!;
    const file = spoil(compressed[which]!, random);
    const piece = 1 + random.below(4096);
    await tally.caseAsync(`frames of ${seed.name}, case ${i}`, file.length, async () => {
      const { bytes, error } = await decompress(file, piece);
      const outcome = runCase(seed, bytes, piece);
      return positioned(error) ?? positioned(outcome.error);
    });
  }
}

function framesOf(bytes: Uint8Array): Uint8Array[] {
  const frames: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += 3_000) {
    frames.push(zstdCompressSync(bytes.subarray(at, at + 3_000)));
  }
  return frames;
}

function spoil(frames: readonly Uint8Array[], random: Random): Uint8Array {
  const chosen = [...frames];
  const at = random.below(chosen.length);
  switch (random.below(5)) {
    case 0:
      chosen.splice(at, 1);
      break;
    case 1:
      chosen.splice(at, 0, frames[random.below(frames.length)]!);
      break;
    case 2:
      chosen[at] = chosen[at]!.slice(0, random.below(chosen[at]!.length));
      break;
    case 3:
      chosen[at] = mutate(chosen[at]!, random);
  }
  const file = new Uint8Array(chosen.reduce((sum, { length }) => sum + length, 0));
  let to = 0;
  for (const frame of chosen) {
    file.set(frame, to);
    to += frame.length;
  }
  if (random.chance(0.3) && file.length > 0) {
    file[random.below(file.length)]! ^= 1 << random.below(8);
  }
  return random.chance(0.2) ? file.slice(0, random.below(file.length + 1)) : file;
}

/** What comes through before the error, bounded as the decoder's reader would bound it. */
async function decompress(
  file: Uint8Array,
  piece: number,
): Promise<{ bytes: Uint8Array; error: UserError | null }> {
  const pieces: Uint8Array[] = [];
  let error: UserError | null = null;
  let length = 0;
  try {
    for await (const part of decompressZstd(cut(file, piece), "fuzz")) {
      pieces.push(part);
      length += part.length;
      if (length > 1 << 20) break;
    }
  } catch (thrown) {
    if (!(thrown instanceof UserError)) throw thrown;
    error = thrown;
  }
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const part of pieces) {
    bytes.set(part, at);
    at += part.length;
  }
  return { bytes, error };
}

async function* cut(file: Uint8Array, piece: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < file.length; at += piece) {
    yield await Promise.resolve(file.slice(at, at + piece));
  }
}
