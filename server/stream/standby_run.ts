import { nextTurn, turnIsOver } from "../../engine/event_loop.ts";
import type { RunReader } from "./shared_runs.ts";

/**
 * A run of a client's own, brought to where the client is while it still reads with others: what it
 * does next has not to wait for that.
 */
export class StandbyRun {
  readonly #done: Promise<void>;
  #isReady = false;
  #isOver = false;

  /**
   * @param reader alone in its shared run, from the grid on that the client wants next
   * @param onReady is called when the run is there
   */
  constructor(readonly reader: RunReader, onReady: () => void) {
    this.#done = this.#catchUp().then((isThere) => {
      if (!isThere) return;
      this.#isReady = true;
      onReady();
    });
    // The shared run tells whoever takes it.
    this.#done.catch(() => undefined);
  }

  /** Whether the run is there. */
  get isReady(): boolean {
    return this.#isReady;
  }

  /**
   * Hands the run over, ready or not.
   *
   * @param position number of the grid that the client wants now, none before that of the beginning
   */
  take(position: number): RunReader {
    this.#isOver = true;
    this.reader.position = position;
    return this.reader;
  }

  /** Ends the run, which nobody takes. */
  async leave(): Promise<void> {
    this.#isOver = true;
    await this.reader.leave();
    await this.#done.catch(() => undefined);
  }

  async #catchUp(): Promise<boolean> {
    const { reader } = this;
    const { shared } = reader;
    await shared.opened();
    if (this.#isOver) return false;
    await shared.bookReady();
    while (!this.#isOver) {
      if (shared.ring.next >= reader.position) return true;
      if (turnIsOver()) await nextTurn();
      else await shared.advance(() => true);
    }
    return false;
  }
}
