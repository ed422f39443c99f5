import type { ServerResponse } from "node:http";
import type { Socket } from "node:net";

/** Requests of a connection that may wait for their answers: browsers send one at a time. */
const MOST_UNANSWERED = 4;
/** Of the seats, how many stay free while anybody is connected who asks for nothing. */
const SPARE = 32;

/**
 * The connections of a listener. Whoever connects and asks for nothing, as thousands at once may, keeps
 * nobody out who does.
 */
export class Seats {
  readonly #taken = new Set<Socket>();
  /** Connections that nothing is asked on, the oldest first. */
  readonly #waiting = new Set<Socket>();
  readonly #unanswered = new WeakMap<Socket, number>();

  /** @param most how many there are */
  constructor(readonly most: number) {}

  /** Takes a connection in. */
  take(connection: Socket): void {
    this.#taken.add(connection);
    connection.once("close", () => {
      this.#taken.delete(connection);
      this.#waiting.delete(connection);
    });
    if (this.#taken.size > this.most - Math.min(SPARE, this.most >> 1)) this.makeRoom();
    this.#waiting.add(connection);
  }

  /** Drops who has asked for nothing for the longest time. */
  makeRoom(): void {
    const [oldest] = this.#waiting;
    if (oldest === undefined) return;
    // It is told to have closed a moment later, and others may come before that.
    this.#waiting.delete(oldest);
    oldest.destroy();
  }

  /** Says that a connection waits for nothing any more, as one that has become a WebSocket. */
  keep(connection: Socket): void {
    this.#waiting.delete(connection);
  }

  /**
   * Counts a request of a connection until its answer has left: what is asked for and never read would be
   * kept without end.
   *
   * @returns whether there are no more of them than there may be
   */
  asks(connection: Socket, outgoing: ServerResponse): boolean {
    const unanswered = this.#unanswered.get(connection) ?? 0;
    if (unanswered >= MOST_UNANSWERED) return false;
    this.#unanswered.set(connection, unanswered + 1);
    this.#waiting.delete(connection);
    outgoing.once("finish", () => {
      const left = this.#unanswered.get(connection)! - 1;
      this.#unanswered.set(connection, left);
      if (left === 0 && !connection.destroyed) this.#waiting.add(connection);
    });
    return true;
  }
}
