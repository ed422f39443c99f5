import { UserError } from "../../engine/errors.ts";
import type { ErrorMessage, StateMessage } from "../../engine/wire/messages.ts";
import type { ClientSocket } from "../client_socket.ts";
import { Clients } from "../clients.ts";
import { CLOSE } from "../close_frame.ts";
import { FloodGuard } from "../flood_guard.ts";
import { log } from "../log.ts";
import type { Metrics } from "../metrics.ts";
import type { ServerSettings } from "../settings.ts";
import { MAX_CONTROL_LENGTH, parseMessage } from "./controls.ts";
import { Feeds } from "../live/feed.ts";
import { SharedRuns } from "./shared_runs.ts";
import { Outbox } from "./outbox.ts";
import { RunSlots } from "./run_slots.ts";
import type { ConnectionLimits } from "../connection_limits.ts";
import { readStreamRequest } from "./stream_request.ts";
import { StreamSession } from "./stream_session.ts";

/** How often waiting bytes are looked at, milliseconds. */
const ATTEND_MS = 100;

/** The streams of one server. */
export class Streams {
  readonly #clients: Clients;
  /** Runs of the engine, shared by the streams that watch the same. */
  readonly #sharedRuns: SharedRuns;

  /**
   * @param settings the server's
   * @param metrics the server's
   * @param feeds what it knows of feeds that are recorded
   */
  constructor(
    readonly settings: ServerSettings,
    readonly metrics: Metrics,
    readonly feeds: Feeds = new Feeds(),
  ) {
    this.#clients = new Clients("stream", settings, metrics);
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
    const count = () => this.metrics.streams.set(this.connections.taken);
    const ended = this.#clients.serve(socket, address, () => this.#stream(socket, query));
    this.metrics.streamsTotal.inc();
    count();
    void ended.then(count);
  }

  /** Runs of the engine under way. */
  get runs(): number {
    return this.#sharedRuns.runs;
  }

  /** Counts the streams under way. */
  get connections(): ConnectionLimits {
    return this.#clients.connections;
  }

  /** Whether the server has been told to stop. */
  get isStopping(): boolean {
    return this.#clients.isStopping;
  }

  /** Ends all streams; resolves when their clients have let go, or have had the time to. */
  closeAll(): Promise<void> {
    return this.#clients.closeAll();
  }

  async #stream(socket: ClientSocket, query: URLSearchParams): Promise<void> {
    const outbox = new Outbox(socket);
    let session: StreamSession | null = null;
    const attending = setInterval(() => {
      if (outbox.attend()) return;
      this.metrics.errorsTotal.inc({ kind: "stall" });
      // What waits for a client that reads nothing stands before the close frame.
      if (socket.bufferedAmount > 0) socket.terminate();
      else socket.close(CLOSE.policyViolation, "client stopped reading");
    }, ATTEND_MS);
    void socket.gone.then(() => {
      clearInterval(attending);
      session?.stop();
    });
    try {
      const request = readStreamRequest(query, this.settings);
      session = new StreamSession(request, this.settings, outbox, this.#sharedRuns, this.feeds);
      this.#takeMessages(socket, session, outbox);
      const { symbol, dt, startTime, speed } = request;
      log("INFO", "stream opened", {
        symbol,
        dt,
        start_time: startTime,
        speed,
        streams: this.connections.taken,
      });
      const end = await session.run();
      if (end !== "stopped") socket.close(CLOSE.normal, end);
    } catch (error) {
      const code = session?.accepted ? CLOSE.internalError : CLOSE.policyViolation;
      this.#clients.refuse(socket, (message) => outbox.text(message), error, code);
    }
  }

  #takeMessages(socket: ClientSocket, session: StreamSession, outbox: Outbox): void {
    const guard = new FloodGuard(socket, this.metrics, "messages");
    socket.onMessage((data) => {
      // What a client sends after it was told to go is nobody's business.
      if (socket.readyState !== WebSocket.OPEN) return;
      const length = typeof data === "string" ? data.length : data.byteLength;
      if (length > MAX_CONTROL_LENGTH) {
        return socket.close(CLOSE.tooBig, `messages have at most ${MAX_CONTROL_LENGTH} characters`);
      }
      try {
        const answer = this.#answerTo(data, session, outbox);
        if (answer === "taken" || !guard.admits()) return;
        if (answer !== "nothing new") session.answers.send(answer);
      } catch (error) {
        this.#clients.refuse(socket, (m) => outbox.text(m), error, CLOSE.internalError);
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
}
