import { type RecordingState, recordingStateText } from "../source/recording.ts";
import { WholeFile } from "../whole_file.ts";

const utf8 = new TextEncoder();

/** The state file of a recording, replaced as a whole; of states that come fast the last one is written. */
export class StateFile {
  #next: RecordingState | null = null;
  #writing: Promise<void> | null = null;

  /** @param path the file; its folder is there */
  constructor(readonly path: string) {}

  /**
   * Writes a state soon.
   *
   * @param state what to say
   */
  write(state: RecordingState): void {
    this.#next = { ...state };
    this.#writing ??= this.#writeAll();
    // What it throws is met in `flushed`.
    this.#writing.catch(() => {});
  }

  /**
   * Waits until the last state is written.
   *
   * @throws the system's error when one could not be
   */
  async flushed(): Promise<void> {
    await this.#writing;
  }

  async #writeAll(): Promise<void> {
    // Begun after what is going on, so that one turn's states are one.
    await null;
    for (let state = this.#next; state !== null; state = this.#next) {
      this.#next = null;
      using file = new WholeFile(this.path);
      await file.write(utf8.encode(recordingStateText(state)));
      await file.finish();
    }
    this.#writing = null;
  }
}
