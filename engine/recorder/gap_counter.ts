import { ACTION, F_LAST, F_SNAPSHOT, MBO } from "dbn-ts";

/**
 * Counts the gaps of a recording: snapshots that were taken after records of the flow, for what came
 * between was missed. The one that a recording begins with, or that follows an unfinished one, is none.
 */
export class GapCounter {
  gaps = 0;
  #hasFlow = false;
  /** Where the last snapshot is: none since the last record of the flow, begun, complete. */
  #run: "none" | "open" | "whole" = "none";

  /**
   * Counts in a record that was written.
   *
   * @param bytes bytes that hold an MBO record whole
   * @param at index at which it begins
   */
  add(bytes: Uint8Array, at: number): void {
    const flags = bytes[at + MBO.FLAGS]!;
    if ((flags & F_SNAPSHOT) === 0) {
      this.#hasFlow = true;
      this.#run = "none";
      return;
    }
    const isClear = bytes[at + MBO.ACTION] === ACTION.CLEAR;
    const begins = this.#run === "none" || isClear;
    if (begins && this.#run !== "open" && this.#hasFlow) this.gaps++;
    if (begins) this.#run = "open";
    if ((flags & F_LAST) !== 0) this.#run = "whole";
  }
}
