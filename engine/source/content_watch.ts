import { UserError } from "../errors.ts";
import { nextTurn, turnIsOver } from "../event_loop.ts";

/** Most of a file that may give nothing in a row, bytes. */
const MOST_BYTES = 64 * 2 ** 20;
/** What a part of a frame counts besides its own: a decompressor for each that is empty. */
const PART_BYTES = 2_048;
/** Parts in a row that give nothing before everything else may have its turn. */
const PARTS_TO_TURN = 8;

/**
 * Watches over a Zstandard file that it gives something. Empty and skippable frames do not, of which a
 * file may hold any number: they let others have their turn, and are no more than so many.
 */
export class ContentWatch {
  #parts = 0;
  #since = 0;

  /** @param name what to call the file in messages */
  constructor(readonly name: string) {}

  /**
   * Something came out.
   *
   * @param position compressed bytes read so far
   */
  gave(position: number): void {
    this.#parts = 0;
    this.#since = position;
  }

  /**
   * Another part of a frame is to be decompressed.
   *
   * @param position compressed bytes read so far
   * @returns when it may be
   * @throws UserError when too much has given nothing
   */
  async part(position: number): Promise<void> {
    this.#parts++;
    if (position - this.#since + this.#parts * PART_BYTES > MOST_BYTES) {
      throw new UserError(
        `${this.name}: empty or skippable Zstandard frames without end before compressed byte ` +
          `${position}; get the file again`,
      );
    }
    if (this.#parts % PARTS_TO_TURN === 0 && turnIsOver()) await nextTurn();
  }
}
