/** What a replica takes of a piece: no input or output. */
import { RecordFraming } from "../databento/live/record_framing.ts";
import { ProtocolError } from "../databento/live/protocol_error.ts";
import { UserError } from "../errors.ts";
import type { Piece, StoredPiece } from "./broker.ts";
import { headerBytes } from "./recording_reader.ts";

/** Bytes between those that a replica has and those that there are. */
export class Hole extends UserError {
  override name = "Hole";
}

/** What a replica has. */
export interface Held {
  /** Bytes of the file, whole records. */
  bytes: number;
  /** Which file it is; null while its first record is not there. */
  file: string | null;
}

/** Parts of a piece. */
export interface Step {
  /** What is in the file already, if it is the same file: to be compared from the piece's offset on. */
  known: Uint8Array;
  /** What follows it: to be appended; the header that the file begins with is apart. */
  header: Uint8Array;
  records: Uint8Array;
}

/**
 * Decides what becomes of a piece. Pieces may come again, and may overlap what is there, as after a
 * crash; what is appended begins where the file ends.
 *
 * @param piece what came
 * @param held what is there
 * @param version gives the DBN version of a header, and by how much records are longer
 * @throws Hole when bytes before it are missing
 * @throws UserError when it is of another file, or not of whole records
 */
export function stepOf(
  piece: Piece,
  held: Held,
  version: (header: Uint8Array) => { version: number; extra: number },
): Step {
  const { file, offset, bytes } = piece;
  if (held.file !== null && held.file !== file) throw new UserError(OTHER_FILE);
  if (offset > held.bytes) {
    throw new Hole(`bytes ${held.bytes} to ${offset} of it are not to be had any more`);
  }
  const known = bytes.subarray(0, held.bytes - offset);
  const rest = bytes.subarray(known.length);
  const headerEnd = held.bytes > 0 ? 0 : headerBytes(rest) ?? Infinity;
  if (headerEnd > rest.length) throw new UserError(NOT_WHOLE);
  const header = rest.subarray(0, headerEnd);
  const records = rest.subarray(headerEnd);
  const framing = new RecordFraming(...framingOf(version(header)));
  try {
    if (framing.take(records).length < records.length) throw new UserError(NOT_WHOLE);
  } catch (error) {
    if (error instanceof ProtocolError) throw new UserError(NOT_WHOLE, { cause: error });
    throw error;
  }
  return { known, header, records };
}

/** Why a file cannot be gone on with. */
export const OTHER_FILE = "the broker has another recording of this session than is here; " +
  "move this one away to have that one";

const NOT_WHOLE = "the broker has bytes of it that are not whole records";

function framingOf({ version, extra }: { version: number; extra: number }) {
  return [version, extra] as const;
}

/**
 * Finds the piece that the next byte of a replica is in, or follows.
 *
 * @param bytes what the replica has
 * @param first the first piece there is
 * @param last the last one
 * @param pieceFrom gives the piece with a number, or the first one after it
 * @returns its number
 * @throws Hole when the first piece begins after that byte
 */
export async function locate(
  bytes: number,
  first: StoredPiece,
  last: StoredPiece,
  pieceFrom: (sequence: number) => Promise<StoredPiece | null>,
): Promise<number> {
  if (first.offset > bytes) {
    throw new Hole(`the broker has it from byte ${first.offset} on alone, and ${bytes} are here`);
  }
  if (last.offset <= bytes) return last.sequence;
  let from = first.sequence;
  let to = last.sequence;
  while (to - from > 1) {
    const middle = Math.floor((from + to) / 2);
    const piece = await pieceFrom(middle);
    if (piece !== null && piece.offset <= bytes) from = piece.sequence;
    else to = middle;
  }
  return from;
}
