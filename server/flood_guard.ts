import type { ClientSocket } from "./client_socket.ts";
import type { Metrics } from "./metrics.ts";

const WINDOW_MS = 1_000;
const MAX_IN_WINDOW = 50;

/** Counts what a client sends, and closes on a flood. */
export class FloodGuard {
  #windowMs: number;
  #count = 0;

  /**
   * @param socket the client
   * @param metrics the server's
   * @param many what is counted, such as "messages"
   * @param wall a monotonic clock, milliseconds
   */
  constructor(
    readonly socket: Pick<ClientSocket, "closeToFlood">,
    readonly metrics: Pick<Metrics, "errorsTotal">,
    readonly many: string,
    readonly wall: () => number = () => performance.now(),
  ) {
    this.#windowMs = wall();
  }

  /** Counts one more; false when there are too many, and the client is closed. */
  admits(): boolean {
    const now = this.wall();
    if (now - this.#windowMs >= WINDOW_MS) {
      this.#windowMs = now;
      this.#count = 0;
    }
    if (++this.#count <= MAX_IN_WINDOW) return true;
    this.metrics.errorsTotal.inc({ kind: "flood" });
    this.socket.closeToFlood(`too many ${this.many}`);
    return false;
  }
}
