import { CLOSE, closeReason } from "./close_frame.ts";

/** How long a socket has to open, milliseconds. */
const OPENING_MS = 5_000;

/** A grid as it goes to a client: two messages. */
export interface Pair {
  /** The text message. */
  readonly head: string;
  /** The binary message; it does not change any more. */
  readonly rows: Uint8Array<ArrayBuffer>;
}

/** A client's WebSocket, whichever listener it came in through. */
export interface ClientSocket {
  /** One of WebSocket.CONNECTING, OPEN, CLOSING, CLOSED. */
  readonly readyState: number;
  /** Bytes that wait in this process. */
  readonly bufferedAmount: number;
  /** Resolves when the client is gone, or never came. */
  readonly gone: Promise<void>;
  /**
   * Sends a text message.
   *
   * @param text the message
   */
  send(text: string): void;
  /**
   * Sends a text message and a binary one.
   *
   * @param pair both
   */
  sendPair(pair: Pair): void;
  /**
   * Lets what is sent meanwhile leave in one write, where that can be had.
   *
   * @param send sends
   */
  together(send: () => void): void;
  /**
   * Begins to close, unless that has begun.
   *
   * @param code of RFC 6455, 7.4
   * @param reason is cut where a close frame ends
   */
  close(code: number, reason?: string): void;
  /** Closes, and hears no more of what a client sends that sends without end. */
  closeToFlood(reason: string): void;
  /** Lets the client go without waiting for it, as far as that can be had. */
  terminate(): void;
  /**
   * @param run is called once, when the client can be sent to: at once if it can be already
   */
  onOpen(run: () => void): void;
  /**
   * @param hear is called with every message: text, or bytes
   */
  onMessage(hear: (data: string | Uint8Array | ArrayBuffer) => void): void;
}

/** A socket of `Deno.upgradeWebSocket`, for listeners that are Deno's own. */
export class DenoSocket implements ClientSocket {
  readonly gone: Promise<void>;
  #isLate = false;

  /** @param socket the client, not open yet */
  constructor(readonly socket: WebSocket) {
    socket.binaryType = "arraybuffer";
    const { promise, resolve } = Promise.withResolvers<void>();
    this.gone = promise;
    // Of a client that leaves before its socket opens nothing is ever heard.
    const giveUp = setTimeout(() => {
      this.#isLate = true;
      resolve();
    }, OPENING_MS);
    socket.addEventListener("open", () => {
      clearTimeout(giveUp);
      if (this.#isLate) this.close(CLOSE.goingAway, "too late");
    });
    socket.addEventListener("close", () => {
      clearTimeout(giveUp);
      resolve();
    });
    // What follows an error is a close.
    socket.addEventListener("error", (event) => event.preventDefault());
  }

  get readyState(): number {
    return this.socket.readyState;
  }

  get bufferedAmount(): number {
    return this.socket.bufferedAmount;
  }

  send(text: string): void {
    this.socket.send(text);
  }

  sendPair({ head, rows }: Pair): void {
    this.socket.send(head);
    this.socket.send(rows);
  }

  together(send: () => void): void {
    send();
  }

  close(code: number, reason = ""): void {
    if (this.readyState === WebSocket.OPEN) this.socket.close(code, closeReason(reason));
  }

  closeToFlood(reason: string): void {
    this.close(CLOSE.policyViolation, reason);
  }

  terminate(): void {
    this.close(CLOSE.policyViolation);
  }

  onOpen(run: () => void): void {
    this.socket.addEventListener("open", () => {
      if (!this.#isLate) run();
    });
  }

  onMessage(hear: (data: string | Uint8Array | ArrayBuffer) => void): void {
    this.socket.addEventListener("message", ({ data }) => hear(data));
  }
}
