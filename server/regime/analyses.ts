import type { RegimePayload } from "../../engine/regime/payload.ts";
import { viewInThread } from "../../engine/regime/view_thread.ts";
import type { RegimeMessage } from "../../engine/wire/regime_messages.ts";
import type { ClientSocket } from "../client_socket.ts";
import { Clients } from "../clients.ts";
import { CLOSE } from "../close_frame.ts";
import { FloodGuard } from "../flood_guard.ts";
import { log } from "../log.ts";
import { enoughMemory } from "../memory.ts";
import type { Metrics } from "../metrics.ts";
import { publicMessage } from "../public_message.ts";
import type { ServerSettings } from "../settings.ts";
import type { ConnectionLimits } from "../connection_limits.ts";
import { readAnalysisQuery, WrongFields } from "./analysis_query.ts";

/** Results whose JSON output is kept, some kilobytes each. */
const MOST_RESULTS = 16;

/** The analyses of one server: one at a time. */
export class Analyses {
  /** The one whose analysis runs, and those that are told of it. */
  readonly #clients: Clients;
  /** By id, oldest first. */
  readonly #results = new Map<string, RegimePayload>();
  /** The analysis that runs: as others are told of it, whose it is, and its end; null when none does. */
  #underWay: { what: string; socket: ClientSocket; ended: Promise<void> } | null = null;

  /**
   * @param settings the server's
   * @param metrics the server's
   * @param isIdle whether the server runs nothing else
   */
  constructor(
    readonly settings: ServerSettings,
    readonly metrics: Metrics,
    readonly isIdle: () => boolean,
  ) {
    this.#clients = new Clients("analysis", settings, metrics);
  }

  /** Counts the clients. */
  get connections(): ConnectionLimits {
    return this.#clients.connections;
  }

  /** @param id of a result @returns its JSON output, while it is kept */
  result(id: string): RegimePayload | undefined {
    return this.#results.get(id);
  }

  /** Cancels the analysis that runs, if any; resolves when clients have let go, or had the time to. */
  closeAll(): Promise<void> {
    return this.#clients.closeAll();
  }

  /**
   * Analyses for a client, in a thread of its own: progress, then the result. One analysis runs at a
   * time; who comes meanwhile is told so. The client cancels by closing.
   *
   * @param socket the client
   * @param query what it asks for
   * @param address where it comes from
   */
  serve(socket: ClientSocket, query: URLSearchParams, address: string): void {
    // There is nothing to be said here: it is the same rate as where there is.
    const guard = new FloodGuard(socket, this.metrics, "messages");
    socket.onMessage(() => {
      if (socket.readyState === WebSocket.OPEN) guard.admits();
    });
    void this.#clients.serve(socket, address, () => this.#answer(socket, query));
  }

  async #answer(socket: ClientSocket, query: URLSearchParams): Promise<void> {
    const say = (message: RegimeMessage) => tell(socket, JSON.stringify(message));
    // One that was cancelled is as good as over.
    while (this.#underWay !== null && this.#underWay.socket.readyState !== WebSocket.OPEN) {
      await this.#underWay.ended;
    }
    if (this.#underWay !== null) {
      const message =
        `An analysis of ${this.#underWay.what} runs, and one runs at a time: try again later.`;
      say({ type: "error", message });
      return socket.close(CLOSE.tryAgainLater);
    }
    const { promise: ended, resolve } = Promise.withResolvers<void>();
    const underWay = this.#underWay = { what: "a day", socket, ended };
    try {
      await this.#analyse(socket, query, say, (what) => underWay.what = what);
      socket.close(CLOSE.normal);
    } catch (error) {
      const more = error instanceof WrongFields ? { fields: error.fields } : {};
      this.#clients.refuse(socket, (message) => say({ ...message, ...more }), error);
    } finally {
      this.#underWay = null;
      resolve();
    }
  }

  async #analyse(
    socket: ClientSocket,
    query: URLSearchParams,
    say: (message: RegimeMessage) => void,
    onKnown: (what: string) => void,
  ): Promise<void> {
    const leaving = new AbortController();
    void socket.gone.then(() => leaving.abort());
    const { day, warnings } = await readAnalysisQuery(query, this.settings);
    const { request: { symbol, dt } } = day;
    const what = `${symbol} on ${dt}`;
    onKnown(what);
    log("INFO", `analysis of ${what}`);
    for (const message of warnings) say({ type: "warning", message });
    const { lake, instrument, maxMemory } = this.settings;
    try {
      await enoughMemory(maxMemory, this.isIdle, leaving.signal);
    } catch (error) {
      if (!leaving.signal.aborted) throw error;
      return log("INFO", `analysis of ${what} cancelled`);
    }
    const result = await viewInThread(day, instrument, {
      onProgress: (share) => say({ type: "progress", share }),
      onWarning: (message) => say({ type: "warning", message: publicMessage(message, lake) }),
      signal: leaving.signal,
    });
    if (result === null) return log("INFO", `analysis of ${what} cancelled`);
    const json = JSON.stringify(`/v1/regime/results/${this.#keep(result.payload)}.json`);
    tell(socket, `{"type":"result","json":${json},"view":${result.view}}`);
  }

  #keep(payload: RegimePayload): string {
    const id = crypto.randomUUID();
    this.#results.set(id, payload);
    if (this.#results.size > MOST_RESULTS) this.#results.delete(this.#results.keys().next().value!);
    return id;
  }
}

function tell(socket: ClientSocket, text: string): void {
  if (socket.readyState === WebSocket.OPEN) socket.send(text);
}
