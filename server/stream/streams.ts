import { messageOf } from "../../cli/error_line.ts";
import { UserError } from "../../engine/errors.ts";
import type { ErrorMessage, StateMessage } from "../../engine/wire/messages.ts";
import type { ClientSocket } from "../client_socket.ts";
import { log, traceOf } from "../log.ts";
import type { Metrics } from "../metrics.ts";
import { publicMessage } from "../public_message.ts";
import type { ServerSettings } from "../settings.ts";
import { ControlRate, MAX_CONTROL_LENGTH, parseMessage } from "./controls.ts";
import { SharedRuns } from "./shared_runs.ts";
import { Outbox } from "./outbox.ts";
import { RunSlots } from "./run_slots.ts";
import { ConnectionLimits } from "../connection_limits.ts";
import { readStreamRequest } from "./stream_request.ts";
import { StreamSession } from "./stream_session.ts";

const NORMAL = 1000;
const GOING_AWAY = 1001;
const POLICY_VIOLATION = 1008;
const TOO_BIG = 1009;
const INTERNAL_ERROR = 1011;

/** Bytes that a close reason may have (RFC 6455, 5.5). */
const MAX_REASON_BYTES = 123;

/** How long clients have to let go when the server stops, milliseconds. */
const GRACE_MS = 6_000;

/** How often waiting bytes are looked at, milliseconds. */
const ATTEND_MS = 100;

/** The streams of one server. */
export class Streams {
  /** Counts the streams under way. */
  readonly connections: ConnectionLimits = new ConnectionLimits();
  /** Runs of the engine, shared by the streams that watch the same. */
  readonly #sharedRuns: SharedRuns;
  #stopping = false;
  /** Sockets, each until it has closed and its stream has ended. */
  readonly #open = new Map<ClientSocket, Promise<void>>();

  /**
   * @param settings the server's
   * @param metrics the server's
   */
  constructor(readonly settings: ServerSettings, readonly metrics: Metrics) {
    this.#sharedRuns = new SharedRuns(undefined, new RunSlots(() => settings), metrics);
  }

  /**
   * Serves a stream to a client until either side ends it.
   *
   * @param socket the client
   * @param query what it asks for
   * @param address where it comes from
   */
  serve(socket: ClientSocket, query: URLSearchParams, address: string): void {
    const leave = this.connections.take(address);
    this.metrics.streamsTotal.inc();
    this.metrics.streams.set(this.connections.taken);
    let work = Promise.resolve();
    // A place is free when nothing is done for it any more.
    const ended = socket.gone.then(() => work).then(() => {
      this.#open.delete(socket);
      leave();
      this.metrics.streams.set(this.connections.taken);
    });
    this.#open.set(socket, ended);
    socket.onOpen(() => {
      work = this.#stream(socket, query);
    });
  }

  /** Whether the server has been told to stop. */
  get isStopping(): boolean {
    return this.#stopping;
  }

  /** Ends all streams; resolves when their clients have let go, or have had the time to. */
  async closeAll(): Promise<void> {
    this.#stopping = true;
    const closing = [...this.#open.values()];
    for (const socket of this.#open.keys()) close(socket, GOING_AWAY, "the server stops");
    const { promise: late, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, GRACE_MS);
    await Promise.race([Promise.all(closing), late]);
    clearTimeout(timer);
    this.#stopping = false;
  }

  async #stream(socket: ClientSocket, query: URLSearchParams): Promise<void> {
    const outbox = new Outbox(socket);
    let session: StreamSession | null = null;
    const attending = setInterval(() => {
      if (outbox.attend()) return;
      this.metrics.errorsTotal.inc({ kind: "stall" });
      // What waits for a client that reads nothing stands before the close frame.
      if (socket.bufferedAmount > 0) socket.terminate();
      else close(socket, POLICY_VIOLATION, "client stopped reading");
    }, ATTEND_MS);
    void socket.gone.then(() => {
      clearInterval(attending);
      session?.stop();
    });
    try {
      const request = readStreamRequest(query, this.settings);
      session = new StreamSession(request, this.settings, outbox, this.#sharedRuns);
      this.#takeMessages(socket, session, outbox);
      const { symbol, dt, startTime, speed } = request;
      log("INFO", "stream opened", {
        symbol,
        dt,
        start_time: startTime,
        speed,
        streams: this.connections.taken,
      });
      if (await session.run() === "end_of_file") close(socket, NORMAL, "end_of_file");
    } catch (error) {
      this.#refuse(socket, outbox, error, session?.accepted ? INTERNAL_ERROR : POLICY_VIOLATION);
    }
  }

  #takeMessages(socket: ClientSocket, session: StreamSession, outbox: Outbox): void {
    const rate = new ControlRate();
    socket.onMessage((data) => {
      // What a client sends after it was told to go is nobody's business.
      if (socket.readyState !== WebSocket.OPEN) return;
      const length = typeof data === "string" ? data.length : data.byteLength;
      if (length > MAX_CONTROL_LENGTH) {
        return close(socket, TOO_BIG, `messages have at most ${MAX_CONTROL_LENGTH} characters`);
      }
      try {
        const answer = this.#answerTo(data, session, outbox);
        if (answer === "taken") return;
        if (rate.isFlood()) {
          this.metrics.errorsTotal.inc({ kind: "flood" });
          return socket.closeToFlood("too many messages");
        }
        if (answer !== "nothing new") outbox.text(answer);
      } catch (error) {
        this.#refuse(socket, outbox, error, INTERNAL_ERROR);
      }
    });
  }

  /**
   * Does what a message asks for.
   *
   * @returns the answer; "taken" for an acknowledgement, of which there are as many as grids at most,
   * and "nothing new" for one of what was acknowledged before, of which there is no end
   */
  #answerTo(
    data: unknown,
    session: StreamSession,
    outbox: Outbox,
  ): StateMessage | ErrorMessage | "taken" | "nothing new" {
    try {
      const message = parseMessage(data);
      if (message.type === "control") return session.control(message);
      return outbox.acknowledge(message.grids) ? "taken" : "nothing new";
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      this.metrics.errorsTotal.inc({ kind: "control" });
      return { type: "error", message: error.message };
    }
  }

  /** Tells a client why its stream stops; what is not a UserError stays in the log. */
  #refuse(socket: ClientSocket, outbox: Outbox, error: unknown, code: number): void {
    if (!(error instanceof UserError)) {
      this.metrics.errorsTotal.inc({ kind: "server" });
      log("ERROR", "stream failed", { error: traceOf(error) });
      const message = "the server failed; its log says why";
      outbox.text({ type: "error", message });
      return close(socket, INTERNAL_ERROR, message);
    }
    this.metrics.errorsTotal.inc({ kind: code === POLICY_VIOLATION ? "request" : "source" });
    log("WARNING", "stream refused", { error: error.message });
    const message = publicMessage(messageOf(error), this.settings.lake);
    outbox.text({ type: "error", message });
    close(socket, code, message);
  }
}

function close(socket: ClientSocket, code: number, reason: string): void {
  if (socket.readyState !== WebSocket.OPEN) return;
  const bytes = new TextEncoder().encode(reason).subarray(0, MAX_REASON_BYTES);
  // A cut inside a character leaves its replacement mark, which is three bytes: drop it.
  socket.close(code, new TextDecoder().decode(bytes).replace(/\ufffd$/, ""));
}
