/** What a publisher sends next, and who may: no input or output. */
import { UserError } from "../errors.ts";
import type { Piece, Receipt, StoredPiece } from "./broker.ts";

/** Somebody else publishes this session, or published another recording of it. */
export class Fenced extends UserError {
  override name = "Fenced";
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

  /**
   * Goes on where the broker is.
   *
   * @param first the first piece it keeps, and the last; null for none
   * @param last
   * @param held gives the bytes of the file at an offset, fewer where it ends before
   * @throws Fenced when they are not the file's
   */
  resume(
    first: StoredPiece | null,
    last: StoredPiece | null,
    held: (offset: number, length: number) => Uint8Array,
  ): void {
    for (const piece of [first, last]) {
      if (piece !== null && !isSame(piece.bytes, held(piece.offset, piece.bytes.length))) {
        throw new Fenced(
          "the broker has another recording of this session; this one is recorded, but not published",
        );
      }
    }
    this.position = last === null ? 0 : last.offset + last.bytes.length;
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
    if (receipt.kind === "fenced") {
      throw new Fenced(
        "another recorder publishes this session; this one is recorded, but published no more",
      );
    }
    // As long as that one was, or longer: the broker tells.
    if (receipt.kind === "repeat") this.position = null;
    else {
      this.position = piece.offset + piece.bytes.length;
      this.#sequence = receipt.sequence;
    }
  }
}

/** Whether bytes are the same. */
export function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
