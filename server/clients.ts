import { messageOf } from "../cli/error_line.ts";
import { UserError } from "../engine/errors.ts";
import type { ErrorMessage } from "../engine/wire/messages.ts";
import type { ClientSocket } from "./client_socket.ts";
import { CLOSE } from "./close_frame.ts";
import { ConnectionLimits } from "./connection_limits.ts";
import { log, traceOf } from "./log.ts";
import type { Metrics } from "./metrics.ts";
import { publicMessage } from "./public_message.ts";
import type { ServerSettings } from "./settings.ts";

/** How long clients have to let go when the server stops, milliseconds. */
const GRACE_MS = 6_000;

/** The clients of a server that came for the same: each has its place from first to last. */
export class Clients {
  /** Counts them. */
  readonly connections: ConnectionLimits = new ConnectionLimits();
  #stopping = false;
  /** Each until it has closed and nothing is done for it any more. */
  readonly #open = new Map<ClientSocket, Promise<void>>();

  /**
   * @param kind what each comes for, such as "stream"
   * @param settings the server's
   * @param metrics the server's
   */
  constructor(
    readonly kind: string,
    readonly settings: ServerSettings,
    readonly metrics: Pick<Metrics, "errorsTotal">,
  ) {}

  /** Whether the server has been told to stop. */
  get isStopping(): boolean {
    return this.#stopping;
  }

  /**
   * Serves a client until either side ends it.
   *
   * @param socket the client
   * @param address where it comes from
   * @param work is done for it, from when it can be sent to
   * @returns when its place is free: it has closed, and nothing is done for it any more
   */
  serve(socket: ClientSocket, address: string, work: () => Promise<void>): Promise<void> {
    const leave = this.connections.take(address);
    let working = Promise.resolve();
    const ended = socket.gone.then(() => working).then(() => {
      this.#open.delete(socket);
      leave();
    });
    this.#open.set(socket, ended);
    socket.onOpen(() => {
      working = work();
    });
    return ended;
  }

  /** Closes all; resolves when they have let go, or have had the time to. */
  async closeAll(): Promise<void> {
    this.#stopping = true;
    const closing = [...this.#open.values()];
    for (const socket of this.#open.keys()) socket.close(CLOSE.goingAway, "the server stops");
    const { promise: late, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, GRACE_MS);
    await Promise.race([Promise.all(closing), late]);
    clearTimeout(timer);
    this.#stopping = false;
  }

  /**
   * Tells a client why it gets no more, and closes; what is not a UserError stays in the log.
   *
   * @param socket the client
   * @param tell sends it a message
   * @param error what was thrown
   * @param code why it is closed when that is a UserError
   */
  refuse(
    socket: ClientSocket,
    tell: (message: ErrorMessage) => void,
    error: unknown,
    code: number = CLOSE.policyViolation,
  ): void {
    const { message, kind } = this.#explain(error, code);
    this.metrics.errorsTotal.inc({ kind });
    tell({ type: "error", message });
    socket.close(kind === "server" ? CLOSE.internalError : code, message);
  }

  #explain(error: unknown, code: number) {
    if (error instanceof UserError) {
      log("WARNING", `${this.kind} refused`, { error: error.message });
      const message = publicMessage(messageOf(error), this.settings.lake);
      return { message, kind: code === CLOSE.policyViolation ? "request" : "source" } as const;
    }
    log("ERROR", `${this.kind} failed`, { error: traceOf(error) });
    return { message: "the server failed; its log says why", kind: "server" } as const;
  }
}
