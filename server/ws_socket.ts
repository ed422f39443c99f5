import type { Buffer } from "node:buffer";
import type { Duplex } from "node:stream";
import type { WebSocket as Ws } from "ws";
import type { ClientSocket, Pair } from "./client_socket.ts";
import { CLOSE, closeReason } from "./close_frame.ts";
import { FloodGuard } from "./flood_guard.ts";
import { pairFrames, textFrame } from "./frames.ts";
import { Heartbeat } from "./heartbeat.ts";
import { log } from "./log.ts";
import type { Metrics } from "./metrics.ts";

/**
 * A socket of `ws`, for the listener of this server.
 *
 * What `ws` does is all that comes in, pings and the closing. Messages go out past it, as frames
 * that are made once for all clients and leave in one write. No more of them lie in the
 * connection's own queue than it asks for: it takes what lies there as one, and tells of it only
 * when all is gone.
 */
export class WsSocket implements ClientSocket {
  readonly gone: Promise<void>;
  readonly #heartbeat: Heartbeat;
  readonly #queue: Buffer[] = [];
  #queuedBytes = 0;

  /**
   * @param socket the client, open
   * @param connection what it speaks through
   * @param idleMs silence after which it is asked for a sign of life, milliseconds
   * @param wall a monotonic clock, milliseconds
   */
  constructor(
    readonly socket: Ws,
    readonly connection: Duplex,
    idleMs: number,
    wall: () => number,
    readonly metrics: Pick<Metrics, "errorsTotal">,
  ) {
    this.#heartbeat = new Heartbeat(idleMs, wall);
    const { promise, resolve } = Promise.withResolvers<void>();
    this.gone = promise;
    socket.on("close", () => resolve());
    // What follows an error is a close: `ws` has said to the client what was wrong.
    socket.on("error", ({ message }) => {
      this.metrics.errorsTotal.inc({ kind: "control" });
      log("DEBUG", "socket error", { error: message });
    });
    connection.on("drain", () => this.#pump());
    this.#answerPings(new FloodGuard(this, metrics, "pings", wall));
  }

  get readyState(): number {
    return this.socket.readyState;
  }

  get bufferedAmount(): number {
    return this.#queuedBytes + this.connection.writableLength;
  }

  send(text: string): void {
    this.#write(textFrame(text));
  }

  sendPair(pair: Pair): void {
    this.#write(pairFrames(pair));
  }

  together(send: () => void): void {
    this.connection.cork();
    try {
      send();
    } finally {
      this.connection.uncork();
    }
  }

  close(code: number, reason = ""): void {
    if (this.readyState !== WebSocket.OPEN) return;
    for (const frame of this.#queue.splice(0)) this.connection.write(frame);
    this.#queuedBytes = 0;
    this.socket.close(code, closeReason(reason));
  }

  closeToFlood(reason: string): void {
    this.close(CLOSE.policyViolation, reason);
    // Its answer lies behind the flood: it is waited for no longer than the closing takes.
    this.socket.pause();
  }

  terminate(): void {
    this.#queue.length = 0;
    this.#queuedBytes = 0;
    this.socket.terminate();
  }

  onOpen(run: () => void): void {
    run();
  }

  onMessage(hear: (data: string | Uint8Array | ArrayBuffer) => void): void {
    this.socket.on("message", (data: Buffer, isBinary) => hear(isBinary ? data : `${data}`));
  }

  /** Asks for a sign of life when it is time, and lets go of a client that gave none. */
  attend(): void {
    switch (this.#heartbeat.due()) {
      case "ask":
        if (this.readyState === WebSocket.OPEN) this.socket.ping();
        break;
      case "end":
        log("DEBUG", "a client gave no sign of life");
        this.terminate();
    }
  }

  /** Pings and pongs that nobody asked for are bounded as controls are. */
  #answerPings(guard: FloodGuard): void {
    const hear = (answer: () => void) => {
      this.#heartbeat.heard();
      if (this.readyState === WebSocket.OPEN && guard.admits()) answer();
    };
    this.socket.on("ping", (data) => hear(() => this.socket.pong(data)));
    this.socket.on("pong", () => hear(() => {}));
    this.socket.on("message", () => this.#heartbeat.heard());
  }

  #write(frame: Buffer): void {
    if (this.#queue.length === 0 && !this.connection.writableNeedDrain) {
      this.connection.write(frame);
      return;
    }
    this.#queue.push(frame);
    this.#queuedBytes += frame.length;
  }

  #pump(): void {
    while (this.#queue.length > 0 && !this.connection.writableNeedDrain) {
      const frame = this.#queue.shift()!;
      this.#queuedBytes -= frame.length;
      this.connection.write(frame);
    }
  }
}
