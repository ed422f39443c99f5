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
   * @param reader alone in its shared run, of which it wants what comes after the client's last grid
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
   * @param lastEvent event of the last grid that the client had, none before that of the beginning
   */
  take(lastEvent: number): RunReader {
    const { reader } = this;
    this.#isOver = true;
    while (reader.grid !== undefined && reader.grid.eventId <= lastEvent) reader.position++;
    reader.lastEvent = lastEvent;
    return reader;
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
      if (shared.run.frame.eventId >= reader.lastEvent) return true;
      if (turnIsOver()) await nextTurn();
      else await shared.advance(() => true);
    }
    return false;
  }
}
