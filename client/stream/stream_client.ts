import type {
  AckMessage,
  ControlMessage,
  EndMessage,
  EventsMessage,
  GapMessage,
  GridUpdateMessage,
  LagMessage,
  ProgressMessage,
  ReadingUpdateMessage,
  RuntimeConfigMessage,
  ServerMessage,
  SourceMessage,
  StateMessage,
  TradesMessage,
} from "../../engine/wire/messages.ts";
import { reconnectDelay } from "./backoff.ts";

/** Close code for a request that the server will not serve (RFC 6455, 7.4.1). */
const POLICY_VIOLATION = 1008;
/** Close code of a connection that ended without a close. */
const GONE = 1006;

/** Grids that may be on their way; more are left out, so that what comes is never old. */
export const CREDIT = 256;
/** Grids between two acknowledgements; so few that the credit never runs out in between. */
const ACK_EVERY = CREDIT / 8;
/** How long a grid waits for others to be acknowledged with, milliseconds. */
const ACK_WITHIN_MS = 250;

/** How often a stream is looked at for a sign of life, milliseconds. */
const LOOK_MS = 5_000;
/** After so many looks without a word the server is asked for one, and after so many it is gone. */
const ASKED_AFTER = 2;
const GONE_AFTER = 4;

/** What the client is doing. */
export type StreamStatus =
  | { readonly kind: "connecting" }
  | { readonly kind: "streaming" }
  | { readonly kind: "reconnecting"; /** Until the next attempt. */ readonly seconds: number }
  | { readonly kind: "ended" }
  | { readonly kind: "refused"; /** The server's words. */ readonly message: string };

/** Who hears what the stream says. */
export interface StreamHandlers {
  onStatus(status: StreamStatus): void;
  onConfig(message: RuntimeConfigMessage): void;
  onProgress(message: ProgressMessage): void;
  /** A grid: its header and its Arrow IPC bytes. */
  onGrid(header: GridUpdateMessage, bytes: ArrayBuffer): void;
  /** What the balance of forces has become since the grid before, though no other has come. */
  onReading(message: ReadingUpdateMessage): void;
  /** Executions since the grid before; the grid follows. */
  onTrades(message: TradesMessage): void;
  /** Sweeps and reserves since the grid before; the grid follows. */
  onEvents(message: EventsMessage): void;
  onState(message: StateMessage): void;
  onLag(message: LagMessage): void;
  /** What the feed does that is recorded. */
  onSource(message: SourceMessage): void;
  /** Flow that the feed never brought, before the next grid. */
  onGap(message: GapMessage): void;
  /** Nothing more comes: the source is exhausted. */
  onEnd(message: EndMessage): void;
  /** An error message of the server, fatal or not. */
  onError(message: string): void;
}

/** The open end of a WebSocket. */
export interface StreamSocket {
  send(text: string): void;
  close(): void;
}

/** What a WebSocket reports. A failure to connect is a close. */
export interface SocketListeners {
  onMessage(data: unknown): void;
  onClose(code: number): void;
}

/** What the client needs of its surroundings; tests give their own. */
export interface StreamEnvironment {
  /** Opens a WebSocket whose binary messages are ArrayBuffers. */
  open(url: string, listeners: SocketListeners): StreamSocket;
  /** A number in [0, 1). */
  random(): number;
  /**
   * Calls back once after `ms` milliseconds.
   *
   * @returns What forgets it.
   */
  after(ms: number, callback: () => void): () => void;
  /**
   * Calls back every `ms` milliseconds.
   *
   * @returns What ends it.
   */
  every(ms: number, callback: () => void): () => void;
}

/** The browser's own WebSocket, timers and chance. */
export const BROWSER: StreamEnvironment = {
  open(url, listeners) {
    const socket = new WebSocket(url);
    socket.binaryType = "arraybuffer";
    socket.onmessage = (event) => listeners.onMessage(event.data);
    socket.onclose = (event) => listeners.onClose(event.code);
    return {
      // A socket that the server closes takes nothing more, before its close is reported too.
      send: (text) => {
        if (socket.readyState === WebSocket.OPEN) socket.send(text);
      },
      close: () => socket.close(),
    };
  },
  random: () => Math.random(),
  after(ms, callback) {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
  every(ms, callback) {
    const timer = setInterval(callback, ms);
    return () => clearInterval(timer);
  },
};

/**
 * Client of the grid stream: pairs each header with its binary message, ignores what it does not
 * know, and connects again by itself unless the source ended or the server refused the request: also
 * when the connection has died without a close, as while a computer sleeps. It acknowledges the grids,
 * which takes effect when the address asks for `credit`.
 */
export class StreamClient {
  readonly #url: () => string;
  readonly #handlers: StreamHandlers;
  readonly #environment: StreamEnvironment;
  #socket: StreamSocket | null = null;
  #cancelWait: (() => void) | null = null;
  #attempt = 0;
  #streaming = false;
  #ended = false;
  /** Grids that came over this connection. */
  #grids = 0;
  /** Forgets the acknowledgement that is due; null when none is. */
  #forgetAck: (() => void) | null = null;
  /** Header whose binary message is still to come. */
  #header: GridUpdateMessage | null = null;
  /** The last message, if it was an error: a close that follows is explained by it. */
  #lastWords: string | null = null;
  /** What the server said before its last close, and how often in a row: what is wrong with a file stays. */
  #stoppedBy: { words: string | null; times: number } = { words: null, times: 0 };
  /** Ends the looks for a sign of life; null when nobody looks. */
  #endLooks: (() => void) | null = null;
  /** Looks since the server was heard last. */
  #silentLooks = 0;
  /** Whether a control was sent since then: its answer is a sign of life. */
  #isAsked = false;
  /** Whether the next state answers what was asked for a sign of life alone. */
  #isProbed = false;
  /** The speed that the server said last. */
  #speed = 1;

  /**
   * @param url Gives the `ws:` or `wss:` address of the stream, at every connection anew.
   * @param handlers Who hears what it says.
   * @param environment Sockets, timers and chance; the browser's by default.
   */
  constructor(
    url: () => string,
    handlers: StreamHandlers,
    environment: StreamEnvironment = BROWSER,
  ) {
    this.#url = url;
    this.#handlers = handlers;
    this.#environment = environment;
  }

  /** Connects now, whatever was going on before. */
  connect(): void {
    this.stop();
    this.#streaming = false;
    this.#ended = false;
    this.#grids = 0;
    this.#header = null;
    this.#lastWords = null;
    this.#handlers.onStatus({ kind: "connecting" });
    // A socket that was given up still reports: only the one in use is listened to.
    const socket: StreamSocket = this.#environment.open(this.#url(), {
      onMessage: (data) => {
        if (this.#socket === socket) this.#receive(data);
      },
      onClose: (code) => {
        if (this.#socket === socket) this.#closed(code);
      },
    });
    this.#socket = socket;
  }

  /** Closes the connection and stays closed. */
  stop(): void {
    this.#cancelWait?.();
    this.#cancelWait = null;
    this.#forgetAck?.();
    this.#forgetAck = null;
    this.#endWatch();
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
  }

  /**
   * Sends a control message.
   *
   * @returns Whether there was a stream to send it to.
   */
  send(message: ControlMessage): boolean {
    if (this.#socket === null || !this.#streaming) return false;
    this.#isAsked = true;
    this.#send(message);
    return true;
  }

  /** Starts over: by a control message while streaming, else by connecting anew. */
  restart(): void {
    if (this.send({ type: "control", action: "restart" })) return;
    this.#attempt = 0;
    this.connect();
  }

  #watch(): void {
    this.#endWatch();
    this.#endLooks = this.#environment.every(LOOK_MS, () => this.#look());
  }

  #endWatch(): void {
    this.#endLooks?.();
    this.#endLooks = null;
    this.#isProbed = false;
    this.#hear();
  }

  #hear(): void {
    this.#silentLooks = 0;
    this.#isAsked = false;
  }

  /** A stream that stands still says nothing of itself: it is told the speed that it has, and answers. */
  #look(): void {
    this.#silentLooks++;
    if (this.#silentLooks === ASKED_AFTER && !this.#isAsked) {
      this.#isProbed = true;
      this.#send({ type: "control", action: "speed", value: this.#speed });
    } else if (this.#silentLooks >= GONE_AFTER) {
      const socket = this.#socket;
      this.#closed(GONE);
      socket?.close();
    }
  }

  /** What makes no sense is told, and the stream goes on with what comes after it. */
  #receive(data: unknown): void {
    this.#hear();
    try {
      this.#take(data);
    } catch (error) {
      this.#handlers.onError(`A message could not be read: ${String(error)}`);
    }
  }

  #take(data: unknown): void {
    if (typeof data === "string") {
      const message = parse(data);
      if (message !== null) this.#dispatch(message);
    } else if (data instanceof ArrayBuffer && this.#header !== null) {
      const header = this.#header;
      this.#header = null;
      if (++this.#grids % ACK_EVERY === 0) this.#acknowledge();
      else this.#forgetAck ??= this.#environment.after(ACK_WITHIN_MS, () => this.#acknowledge());
      this.#handlers.onGrid(header, data);
    }
  }

  #acknowledge(): void {
    this.#forgetAck?.();
    this.#forgetAck = null;
    this.#send({ type: "ack", grids: this.#grids });
  }

  #send(message: ControlMessage | AckMessage): void {
    this.#socket?.send(JSON.stringify(message));
  }

  #dispatch(message: ServerMessage): void {
    this.#lastWords = null;
    switch (message.type) {
      case "runtime_config":
        this.#streaming = true;
        this.#attempt = 0;
        this.#speed = message.speed;
        this.#watch();
        this.#handlers.onStatus({ kind: "streaming" });
        return this.#handlers.onConfig(message);
      case "progress":
        return this.#handlers.onProgress(message);
      case "grid_update":
        this.#header = message;
        return;
      case "reading":
        return this.#handlers.onReading(message);
      case "trades":
        return this.#handlers.onTrades(message);
      case "events":
        return this.#handlers.onEvents(message);
      case "state":
        this.#speed = message.speed;
        if (!this.#isProbed) return this.#handlers.onState(message);
        this.#isProbed = false;
        return;
      case "lag":
        return this.#handlers.onLag(message);
      case "source":
        return this.#handlers.onSource(message);
      case "gap":
        return this.#handlers.onGap(message);
      case "end":
        this.#ended = true;
        return this.#handlers.onEnd(message);
      case "error":
        this.#lastWords = message.message;
        return this.#handlers.onError(message.message);
    }
  }

  #closed(code: number): void {
    this.#socket = null;
    this.#streaming = false;
    this.#endWatch();
    if (this.#ended) {
      this.#handlers.onStatus({ kind: "ended" });
    } else if (code === POLICY_VIOLATION && this.#lastWords !== null) {
      this.#handlers.onStatus({ kind: "refused", message: this.#lastWords });
    } else {
      const words = this.#lastWords;
      const isAgain = words !== null && words === this.#stoppedBy.words;
      this.#stoppedBy = { words, times: isAgain ? this.#stoppedBy.times + 1 : 0 };
      const attempt = Math.max(this.#attempt++, this.#stoppedBy.times);
      this.#wait(reconnectDelay(attempt, this.#environment.random()));
    }
  }

  /** Counts down a second at a time, then connects. */
  #wait(ms: number): void {
    if (ms <= 0) return this.connect();
    this.#handlers.onStatus({ kind: "reconnecting", seconds: Math.ceil(ms / 1000) });
    const step = ms % 1000 || 1000;
    this.#cancelWait = this.#environment.after(step, () => this.#wait(ms - step));
  }
}

/** A text message, or null when it is not JSON with a `type`. */
function parse(text: string): ServerMessage | null {
  try {
    const message: unknown = JSON.parse(text);
    return typeof message === "object" && message !== null && "type" in message
      ? message as ServerMessage
      : null;
  } catch {
    return null;
  }
}
