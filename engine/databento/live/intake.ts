import { RTYPE_MBO } from "dbn-ts";
import { ERROR, type Notice, SYSTEM } from "./notices.ts";
import { RunMatch } from "./run_match.ts";

/** So many records more than the run may come without it, before a snapshot is asked for instead. */
export const MOST_WITHOUT_RUN = 65_536;

/** What the records of one connection are to a recording: new, or known and dropped. */
export class Intake {
  readonly #isReplay: boolean;
  #match: RunMatch | null;
  #needsSnapshot = false;

  /**
   * @param run the end of the recording that a replay has to show first; null when all is new
   * @param isReplay whether a time was asked for, and not a snapshot
   */
  constructor(run: Uint8Array | null, isReplay: boolean) {
    this.#match = run === null ? null : new RunMatch(run);
    this.#isReplay = isReplay;
  }

  /** Whether the run is still looked for: no MBO record is written. */
  get isMatching(): boolean {
    return this.#match !== null;
  }

  /** Whether the replay does not hold the recording's end, or is not to be had. */
  get needsSnapshot(): boolean {
    return this.#needsSnapshot;
  }

  /** Records of the run that came with another ts_recv or ts_in_delta. */
  differing = 0;

  /**
   * Decides about a record.
   *
   * @param bytes bytes that hold it whole
   * @param at index at which it begins
   * @param rtype its type
   * @returns whether it is written
   */
  takes(bytes: Uint8Array, at: number, rtype: number): boolean {
    const match = this.#match;
    if (match === null || rtype !== RTYPE_MBO) return true;
    if (match.offer(bytes, at)) {
      this.differing = match.countDiffering();
      this.#match = null;
    } else if (match.offered - match.length >= MOST_WITHOUT_RUN) this.#needsSnapshot = true;
    return false;
  }

  /**
   * Hears what the gateway says, which is written as any other record.
   *
   * @param notice an error or system record
   */
  hear({ isError, code }: Notice): void {
    if (!isError) {
      if (code === SYSTEM.REPLAY_COMPLETED && this.isMatching) this.#needsSnapshot = true;
    } else if (this.#isReplay && (code === ERROR.AGED_OUT || code === ERROR.SUBSCRIPTION)) {
      this.#needsSnapshot = true;
    }
  }
}
