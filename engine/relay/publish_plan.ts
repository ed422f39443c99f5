/** What a publisher sends next, and who may: no input or output. */
import { UserError } from "../errors.ts";
import { BrokerError, type Piece, type Receipt, type StoredPiece } from "./broker.ts";

/** Somebody else publishes this session, or published another recording of it. */
export class Fenced extends UserError {
  override name = "Fenced";

  constructor() {
    super(
      "another recording of this session is published at the broker; this one is recorded, but " +
        "not published",
    );
  }
}

/**
 * Where a recording's publisher is. The broker alone knows: it is asked at the beginning, after each
 * connection, and when a piece turns out to be a repeat. What it keeps has to be what the file holds,
 * so that the pieces of a session are one file whoever sends them. Whoever finds another piece behind
 * its own has been overtaken, and stops.
 */
export class PublishPlan {
  /** Where in the file the next piece begins; null while the broker is to be asked. */
  position: number | null = null;
  /** Number of the piece before it. */
  #sequence = 0;
  /** Where the piece began that was a repeat; null while none was. */
  #repeated: number | null = null;

  /**
   * Goes on where the broker is.
   *
   * @param first the first piece it keeps; null for none
   * @param last the last one
   * @param held gives the bytes of the file at an offset, fewer where it ends before
   * @throws Fenced when they are not the file's
   * @throws BrokerError when it has dropped a piece as a repeat of one that it does not keep
   */
  resume(
    first: StoredPiece | null,
    last: StoredPiece | null,
    held: (offset: number, length: number) => Uint8Array,
  ): void {
    for (const piece of [first, last]) {
      if (piece !== null && !isSame(piece.bytes, held(piece.offset, piece.bytes.length))) {
        throw new Fenced();
      }
    }
    const position = last === null ? 0 : last.offset + last.bytes.length;
    if (position === this.#repeated) {
      throw new BrokerError("the broker takes for a repeat what was deleted there a moment ago");
    }
    this.#repeated = null;
    this.position = position;
    this.#sequence = last?.sequence ?? 0;
  }

  /** Number of the piece that has to be the broker's last one. */
  get after(): number {
    return this.#sequence;
  }

  /**
   * @param piece what was sent, from {@link position}
   * @param receipt what became of it
   * @throws Fenced when somebody else has sent one
   */
  sent(piece: Piece, receipt: Receipt): void {
    if (receipt.kind === "fenced") throw new Fenced();
    // As long as that one was, or longer: the broker tells.
    if (receipt.kind === "repeat") {
      this.position = null;
      this.#repeated = piece.offset;
    } else {
      this.position = piece.offset + piece.bytes.length;
      this.#sequence = receipt.sequence;
    }
  }
}

/** Whether bytes are the same. */
export function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
