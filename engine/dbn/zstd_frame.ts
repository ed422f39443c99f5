import { DbnError } from "./error.ts";

const MAGIC = 0xfd2fb528;
const SKIPPABLE_MAGIC = 0x184d2a50;
const RLE_BLOCK = 1;
const RESERVED_BLOCK = 3;

/** Bytes that tell what a file is. */
export const MAGIC_BYTES = 4;

/**
 * @param first the first MAGIC_BYTES of a file
 * @returns whether it is Zstandard: one of its frames begins there, a skippable one included
 */
export function isZstd(first: Uint8Array): boolean {
  if (first.length < MAGIC_BYTES) return false;
  return beginsFrame(new DataView(first.buffer, first.byteOffset).getUint32(0, true), MAGIC_BYTES);
}

/** Whether so many first bytes, as a number, may be a frame's. */
function beginsFrame(begun: number, bytes: number): boolean {
  const end = 2 ** (8 * bytes);
  return begun === MAGIC % end || begun - begun % 16 === SKIPPABLE_MAGIC % end;
}

/** A step of a walk: a little-endian field to read, or bytes to pass over. */
interface Step {
  kind: "read" | "pass";
  bytes: number;
}

/**
 * Finds where a Zstandard frame and each of its blocks end without decompressing them, however the
 * bytes are cut.
 * Source: RFC 8878, section 3.1 (frame header, block header, checksum, skippable frames).
 */
export class ZstdFrameWalker {
  /** Whether the frame's last byte was met. */
  done = false;
  /** Memory that decompressing the frame needs, bytes; 0 until its header was met. */
  windowBytes = 0;
  /** The dictionary that it was compressed with, by its number; 0 for none. */
  dictionary = 0;
  /** Whether its last four bytes are a checksum of its content. */
  hasChecksum = false;
  readonly #steps = walk((bytes, dictionary, hasChecksum) => {
    this.windowBytes = bytes;
    this.dictionary = dictionary;
    this.hasChecksum = hasChecksum;
  });
  #step: Step;
  #met = 0;
  #value = 0;

  /** Begins at the first byte of a frame. */
  constructor() {
    this.#step = this.#steps.next().value as Step;
  }

  /**
   * Goes on through the input, to the end of the current part of the frame at most: its header, one
   * of its blocks, or its checksum.
   *
   * @param bytes The next bytes of the input.
   * @returns How many of them belong to that part.
   * @throws DbnError when they are no Zstandard frame; the message is to follow the position.
   */
  take(bytes: Uint8Array): number {
    let at = 0;
    let partEnds = false;
    while (!partEnds && at < bytes.length) {
      const { kind, bytes: wanted } = this.#step;
      if (kind === "pass") {
        const part = Math.min(wanted - this.#met, bytes.length - at);
        this.#met += part;
        at += part;
      } else {
        // Multiplied, not shifted: the fourth byte must not become a sign.
        this.#value += bytes[at++]! * 2 ** (8 * this.#met++);
      }
      while (!this.done && this.#met === this.#step.bytes) {
        partEnds ||= this.#step.kind === "pass";
        this.#advance();
      }
    }
    return at;
  }

  #advance(): void {
    const { value: step, done } = this.#steps.next(this.#value);
    this.#met = 0;
    this.#value = 0;
    if (done) this.done = true;
    else this.#step = step;
  }
}

/** @param onHeader hears of the frame's window, in bytes, its dictionary, 0 for none, and its checksum */
function* walk(
  onHeader: (window: number, dictionary: number, hasChecksum: boolean) => void,
): Generator<Step, void, number> {
  let magic = 0;
  // Each by itself: what the input is may not depend on how it is cut.
  for (let met = 0; met < MAGIC_BYTES;) {
    magic += (yield read(1)) * 2 ** (8 * met++);
    if (!beginsFrame(magic, met)) throw new DbnError("no Zstandard frame begins here");
  }
  if (magic !== MAGIC) {
    yield pass(yield read(4));
    return;
  }
  const descriptor = yield read(1);
  const singleSegment = descriptor >> 5 & 1;
  const sizeBytes = [singleSegment, 2, 4, 8][descriptor >> 6]!;
  const dictionaryBytes = [0, 1, 2, 4][descriptor & 3]!;
  // RFC 8878, 3.1.1.1.2: an exponent and eighths of it; a single segment needs all of its content.
  const window = singleSegment ? 0 : yield read(1);
  const dictionary = yield read(dictionaryBytes);
  // Two bytes of it count from 256.
  const contentBytes = (yield read(sizeBytes)) + (sizeBytes === 2 ? 256 : 0);
  const base = 2 ** (10 + (window >> 3));
  const hasChecksum = (descriptor & 4) !== 0;
  onHeader(singleSegment ? contentBytes : base + base / 8 * (window & 7), dictionary, hasChecksum);
  yield pass(0);
  for (let last = false; !last;) {
    const header = yield read(3);
    last = (header & 1) === 1;
    const type = header >> 1 & 3;
    if (type === RESERVED_BLOCK) throw new DbnError("a block of a reserved type is not Zstandard");
    yield pass(type === RLE_BLOCK ? 1 : header >> 3);
  }
  if (hasChecksum) yield pass(4);
}

function read(bytes: number): Step {
  return { kind: "read", bytes };
}

function pass(bytes: number): Step {
  return { kind: "pass", bytes };
}
