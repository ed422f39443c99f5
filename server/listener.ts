import { createServer, type IncomingMessage, type Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { getRequestListener } from "@hono/node-server";
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import { type WebSocket as Ws, WebSocketServer } from "ws";
import { Descriptors } from "./descriptors.ts";
import { log } from "./log.ts";
import { Metrics } from "./metrics.ts";
import type { ServerSettings } from "./settings.ts";
import { Seats } from "./seats.ts";
import { MAX_MESSAGE_BYTES } from "./stream/controls.ts";
import { type TurnGiver, Turns } from "./turns.ts";
import type { Upgrader } from "./websocket_upgrade.ts";
import { WsSocket } from "./ws_socket.ts";

/** Longest head of a request, bytes. */
const MAX_HEAD_BYTES = 8_192;
/** Most header lines of a request. */
const MAX_HEADERS = 64;
/** Status of a request that has more. */
const TOO_LARGE = 431;
/** What a WebSocket takes of a client. */
const MESSAGE_LIMITS = {
  /** Bytes of a message, counted while it arrives. */
  maxPayload: MAX_MESSAGE_BYTES,
  /** Frames of a message, and pieces in which the network gives what is not yet a frame. */
  maxFragments: 64,
  maxBufferedChunks: 1_024,
};
/** How often silent clients and descriptors are looked at, milliseconds. */
const ATTEND_MS = 250;
/** Without a connection for so long, it is asked whether any can be taken still, milliseconds. */
const QUIET_MS = 1_000;
/** Connections that wait to be taken: so many may come at once, past any limit. */
const BACKLOG = 256;

/** Connections that may be open besides those of streams. */
const OTHER_CONNECTIONS = 768;
/** How long a client may take, milliseconds. */
export interface Patience {
  /** For the head of its request. */
  head: number;
  /** For its whole request. */
  request: number;
  /** Between two requests. */
  between: number;
  /** Without reading or writing anything. */
  silence: number;
  /** To answer the close frame of a WebSocket. */
  closing: number;
  /** How often the first two are looked at. */
  look: number;
}

/** How long clients may take. */
export const PATIENCE: Patience = {
  head: 10_000,
  request: 20_000,
  between: 5_000,
  silence: 30_000,
  closing: 5_000,
  look: 1_000,
};

/** What answers requests, as the application does. */
export type Answers = (
  request: Request,
  info: Deno.ServeHandlerInfo & TurnGiver & Partial<Upgrader>,
) => Response | Promise<Response>;

/** Where and how a listener listens. */
export interface ListenerOptions {
  /** A name or an address. */
  hostname: string;
  /** 0 for any that is free. */
  port: number;
  /**
   * Connections that may be open at once; whoever comes next is closed. Before that, whoever has asked
   * for nothing for the longest time gives way.
   */
  maxConnections: number;
  /** Silence after which an open WebSocket is asked for a sign of life, seconds. */
  idleSeconds: number;
  /** How long clients may take; {@link PATIENCE} when left out. */
  patience?: Patience;
  /** A monotonic clock, milliseconds; the system's when left out. */
  wall?: () => number;
  /** What counts requests that are none; counts of its own when left out. */
  metrics?: Metrics;
  /** This process's, with room for the connections; looked up when left out. */
  descriptors?: Descriptors;
}

/**
 * How the server listens.
 *
 * @param settings the server's
 * @param port 0 for any that is free
 */
export function listenerOptions(settings: ServerSettings, port: number): ListenerOptions {
  const { host, maxStreams, idleSeconds } = settings;
  return { hostname: host, port, maxConnections: maxStreams + OTHER_CONNECTIONS, idleSeconds };
}

/**
 * The server's own listener: HTTP by `node:http`, WebSockets by `ws`, all else by the application.
 *
 * What clients may take of it is bounded before the application hears of them: connections, the
 * length and the time of a request's head, messages of a WebSocket while they arrive. A client that
 * is given up is dropped at once.
 */
export class Listener {
  /** Rejects when there is nothing that listens any more; never resolves. */
  readonly ended: Promise<never>;
  readonly #http: Server;
  readonly #upgrades: WebSocketServer;
  readonly #sockets = new Set<WsSocket>();
  readonly #turns = new Turns();
  readonly #seats: Seats;
  readonly #descriptors: Descriptors;
  readonly #metrics: Metrics;
  readonly #fail: (error: unknown) => void;
  #attending: ReturnType<typeof setInterval> | undefined;
  readonly #wall: () => number;
  #isOpening = false;
  /** When a connection came last. */
  #lastMs = 0;
  /** Who waits for any connection to be taken. */
  #onTaken: (() => void) | null = null;
  #address = { hostname: "", port: 0 };

  /**
   * @param answers what answers requests
   * @param options where and how it listens
   */
  constructor(answers: Answers, readonly options: ListenerOptions) {
    const { patience = PATIENCE, maxConnections } = options;
    this.#metrics = options.metrics ?? new Metrics();
    this.#wall = options.wall ?? (() => performance.now());
    this.#http = createServer({
      headersTimeout: patience.head,
      requestTimeout: patience.request,
      keepAliveTimeout: patience.between,
      connectionsCheckingInterval: patience.look,
      maxHeaderSize: MAX_HEAD_BYTES,
    });
    // One more is kept, for what is left out would be looked at by nobody: a second Host, an Origin.
    this.#http.maxHeadersCount = MAX_HEADERS + 1;
    this.#http.timeout = patience.silence;
    this.#descriptors = options.descriptors ?? new Descriptors(maxConnections + BACKLOG);
    const { most } = this.#descriptors;
    this.#http.maxConnections = Math.min(maxConnections, Math.floor(most / 2));
    if (this.#http.maxConnections < maxConnections) {
      const connections = this.#http.maxConnections;
      log("WARNING", "few file descriptors: raise `ulimit -n`", { connections });
    }
    this.#seats = new Seats(this.#http.maxConnections);
    this.#upgrades = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      perMessageDeflate: false,
      autoPong: false,
      // Spread: the types of `ws` do not name it.
      ...{ ...MESSAGE_LIMITS, closeTimeout: patience.closing },
    });
    const { promise, reject } = Promise.withResolvers<never>();
    this.ended = promise;
    this.#fail = reject;
    promise.catch(() => {});
    this.#take(answers);
  }

  /** Connections that may be open at once. */
  get maxConnections(): number {
    return this.#http.maxConnections;
  }

  /** Where it listens. */
  get address(): { readonly hostname: string; readonly port: number } {
    return this.#address;
  }

  /**
   * Begins to listen.
   *
   * @throws Error with a `code` such as EADDRINUSE when it cannot
   */
  async listen(): Promise<void> {
    const { hostname, port } = this.options;
    await this.#open(hostname, port);
    const address = this.#http.address();
    if (address === null || typeof address === "string") throw new Error("no TCP address");
    this.#address = { hostname: address.address, port: address.port };
    this.#http.on("error", (error) => {
      if (!this.#isOpening) this.#fail(error);
    });
    this.#attending = setInterval(() => this.attend(), ATTEND_MS);
  }

  /** Looks at silent clients and at the descriptors; done by itself several times a second. */
  attend(): void {
    for (const socket of this.#sockets) socket.attend();
    if (this.#isOpening) return;
    if (this.#descriptors.haveComeBack()) {
      log("WARNING", "file descriptors were used up, and have come back");
      void this.#reopen();
    } else if (this.#wall() - this.#lastMs >= QUIET_MS && this.#descriptors.mayHaveBeenMissed()) {
      void this.#check();
    }
  }

  /** Ends it and all its connections. */
  async close(): Promise<void> {
    clearInterval(this.#attending);
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#http.close(() => resolve());
    this.#http.closeAllConnections();
    for (const socket of this.#sockets) socket.terminate();
    await promise;
  }

  async #open(host: string, port: number): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const backlog = Math.min(BACKLOG, Math.floor(this.#descriptors.most / 2));
    this.#isOpening = true;
    this.#http.once("error", reject);
    try {
      this.#http.listen({ host, port, backlog }, resolve);
      await promise;
    } finally {
      this.#http.off("error", reject);
      this.#isOpening = false;
    }
  }

  /** Connects to itself, and listens anew when nobody takes that. */
  async #check(): Promise<void> {
    const { hostname } = this.options;
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const giveUp = setTimeout(() => resolve(false), QUIET_MS);
    this.#isOpening = true;
    this.#onTaken = () => resolve(true);
    // With too many that wait it is long in coming.
    Deno.connect({ hostname, port: this.#address.port }).then(
      (connection) => connection.close(),
      // What is not permitted tells nothing; all else is as bad as not being taken.
      (error) => resolve(error instanceof Deno.errors.NotCapable),
    );
    const isTaken = await promise;
    clearTimeout(giveUp);
    this.#onTaken = null;
    this.#isOpening = false;
    if (isTaken) return;
    await this.#reopen();
    // To be asked again, until one is taken.
    this.#descriptors.look();
  }

  /**
   * Listens anew after descriptors were used up: Deno takes no connection any more once one could
   * not be taken, and says nothing of it. Connections that are open stay.
   */
  async #reopen(): Promise<void> {
    if (this.#http.listening) this.#http.close();
    try {
      await this.#open(this.#address.hostname, this.#address.port);
    } catch (error) {
      if (error instanceof Error && "code" in error && error.code === "EMFILE") {
        this.#descriptors.missed();
      } else this.#fail(error);
    }
  }

  #take(answers: Answers): void {
    const upgrading = new WeakMap<IncomingMessage, (serve: Serve) => Response>();
    const answer = getRequestListener((request, { incoming }) => {
      // A Host of plain characters is not looked at before, and may be no host: "xn--", "1.2.3.256".
      if (!URL.canParse(request.url)) return this.#refuse(new Error(`Invalid URL: ${request.url}`));
      if (incoming.rawHeaders.length > 2 * MAX_HEADERS) {
        return this.#refuse(new Error("too many headers"), TOO_LARGE);
      }
      // Who stands before this server may go by the other one (RFC 9112, 3.2).
      if (hosts(incoming as IncomingMessage) > 1) return this.#refuse(new Error("several hosts"));
      const upgrade = upgrading.get(incoming as IncomingMessage);
      const connection = incoming.socket;
      const { remoteAddress = "", remotePort = 0 } = connection;
      return answers(request, {
        remoteAddr: { transport: "tcp", hostname: remoteAddress, port: remotePort },
        completed: Promise.resolve(),
        turn: () => this.#turns.next(remoteAddress, () => !connection.writable),
        ...(upgrade && { upgrade }),
      });
    }, { overrideGlobalObjects: false, errorHandler: (error) => this.#refuse(error) });
    const http = this.#http;
    http.on("request", (incoming: IncomingMessage, outgoing: ServerResponse) => {
      // HTTP/1.0 knows no Host, and load balancers still ask by it.
      if (incoming.httpVersion === "1.0") incoming.headers.host ??= "localhost";
      if (this.#admits(incoming.socket, outgoing)) void answer(incoming, outgoing);
    });
    http.on("connection", (connection: Socket) => {
      this.#seats.take(connection);
      this.#lastMs = this.#wall();
      // One that comes while this is asked is the answer, its own or somebody's.
      if (this.#onTaken !== null) this.#onTaken();
      else this.#descriptors.look();
    });
    http.on("drop", () => {
      this.#seats.makeRoom();
      this.#lastMs = this.#wall();
      this.#descriptors.lost();
    });
    http.on("clientError", (error: NodeJS.ErrnoException, socket) => this.#hangUp(error, socket));
    http.on("upgrade", (incoming: IncomingMessage, connection: Socket, head: Uint8Array) => {
      this.#seats.keep(connection);
      connection.on("error", () => {});
      connection.setTimeout(
        (this.options.patience ?? PATIENCE).silence,
        () => connection.destroy(),
      );
      const outgoing = new ServerResponse(incoming);
      outgoing.assignSocket(connection);
      outgoing.shouldKeepAlive = false;
      outgoing.on("finish", () => connection.destroySoon());
      upgrading.set(incoming, (serve) => {
        outgoing.detachSocket(connection);
        connection.setTimeout(0);
        connection.removeAllListeners("timeout");
        this.#upgrade(incoming, connection, head, serve);
        return RESPONSE_ALREADY_SENT;
      });
      void answer(incoming, outgoing);
    });
  }

  /** Whether a request is looked at: whoever has too many unanswered is dropped. */
  #admits(connection: Socket, outgoing: ServerResponse): boolean {
    if (connection.destroyed) return false;
    if (this.#seats.asks(connection, outgoing)) return true;
    this.#metrics.errorsTotal.inc({ kind: "flood" });
    log("DEBUG", "a connection has too many requests unanswered");
    connection.destroy();
    return false;
  }

  /** Answers a request that is none, such as one whose Host is no host. */
  #refuse(error: unknown, status = 400): Response {
    this.#metrics.errorsTotal.inc({ kind: "request" });
    log("DEBUG", "bad request", { error: error instanceof Error ? error.message : `${error}` });
    return new Response("This is no request for this server.\n", {
      status,
      headers: { "content-type": "text/plain; charset=utf-8" },
    });
  }

  /** Ends a connection on which no whole request came. */
  #hangUp({ code, message }: NodeJS.ErrnoException, connection: Duplex): void {
    log("DEBUG", "bad request", { error: code ?? message });
    if (!connection.writable || code === "ECONNRESET") {
      connection.destroy();
      return;
    }
    this.#metrics.errorsTotal.inc({ kind: "request" });
    connection.write(`HTTP/1.1 ${statusOf(code)}\r\nConnection: close\r\n\r\n`);
    (connection as Socket).destroySoon();
  }

  #upgrade(incoming: IncomingMessage, connection: Duplex, head: Uint8Array, serve: Serve): void {
    const { idleSeconds, wall = () => performance.now() } = this.options;
    this.#upgrades.handleUpgrade(incoming, connection, head as never, (ws: Ws) => {
      const socket = new WsSocket(ws, connection, idleSeconds * 1000, wall, this.#metrics);
      this.#sockets.add(socket);
      void socket.gone.then(() => this.#sockets.delete(socket));
      serve(socket);
    });
  }
}

type Serve = Parameters<Upgrader["upgrade"]>[0];

/** Hosts that a request names. */
function hosts({ rawHeaders }: IncomingMessage): number {
  return rawHeaders.filter((name, i) => i % 2 === 0 && name.toLowerCase() === "host").length;
}

function statusOf(code: string | undefined): string {
  if (code === "HPE_HEADER_OVERFLOW") return "431 Request Header Fields Too Large";
  return code === "ERR_HTTP_REQUEST_TIMEOUT" ? "408 Request Timeout" : "400 Bad Request";
}
