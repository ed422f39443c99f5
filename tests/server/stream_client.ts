/** A server on a port of its own and plain clients of its stream. */
import type { ServerMessage } from "../../engine/wire/messages.ts";
import { applicationOf } from "../../main.ts";
import { Listener, type ListenerOptions, listenerOptions } from "../../server/listener.ts";
import { Service } from "../../server/service.ts";
import { defaultSettings, type ServerSettings } from "../../server/settings.ts";

/** A message as it came: text parsed, binary as bytes. */
export type Received = ServerMessage | Uint8Array;

/** A running server. */
export interface TestServer extends AsyncDisposable {
  readonly port: number;
  readonly listener: Listener;
  readonly service: Service;
  /** Opens a stream with a query such as "start_time=09:35". */
  connect(query: string): StreamReader;
}

/**
 * Serves the application in this process, through the server's own listener.
 *
 * @param changes settings that differ from those of serving without flags
 * @param options of the listener that differ
 */
export async function serveApp(
  changes: Partial<ServerSettings>,
  options: Partial<ListenerOptions> = {},
): Promise<TestServer> {
  // The memory in use is that of all tests that run beside this one.
  const service = new Service({ ...defaultSettings(), maxMemory: Infinity, ...changes });
  const { settings, metrics } = service;
  const here = { ...listenerOptions(settings, 0), hostname: "127.0.0.1", metrics };
  const listener = new Listener(applicationOf(() => service).handler(), { ...here, ...options });
  await listener.listen();
  const { port } = listener.address;
  return {
    port,
    listener,
    service,
    connect: (query) => new StreamReader(port, query),
    async [Symbol.asyncDispose]() {
      await service.stop();
      await listener.close();
    },
  };
}

/** A client that reads a stream message by message. */
export class StreamReader {
  readonly socket: WebSocket;
  /** Close code and reason, once it has closed. */
  readonly closed: Promise<{ code: number; reason: string }>;
  /** Grids of which the server said that it left them out. */
  dropped = 0;
  readonly #received: Received[] = [];
  #arrival = Promise.withResolvers<void>();
  #isClosed = false;

  constructor(port: number, query: string) {
    this.socket = new WebSocket(
      `ws://127.0.0.1:${port}/v1/vacuum-pressure/stream${query && `?${query}`}`,
    );
    this.socket.binaryType = "arraybuffer";
    this.socket.addEventListener("message", ({ data }) => {
      const message: Received = typeof data === "string" ? JSON.parse(data) : new Uint8Array(data);
      if (!(message instanceof Uint8Array) && message.type === "lag") {
        this.dropped += message.dropped;
      }
      this.#received.push(message);
      this.#arrive();
    });
    const { promise, resolve } = Promise.withResolvers<{ code: number; reason: string }>();
    this.closed = promise;
    this.socket.addEventListener("close", ({ code, reason }) => {
      this.#isClosed = true;
      resolve({ code, reason });
      this.#arrive();
    });
  }

  /** The next message; null when the stream has closed. */
  async next(): Promise<Received | null> {
    for (;;) {
      const message = this.#received.shift();
      if (message !== undefined) return message;
      if (this.#isClosed) return null;
      await this.#arrival.promise;
    }
  }

  /** Goes on to the next message of a type, passing others. */
  async until<Type extends ServerMessage["type"]>(
    type: Type,
  ): Promise<Extract<ServerMessage, { type: Type }>> {
    for (;;) {
      const message = await this.next();
      if (message === null) throw new Error(`the stream closed before a ${type} message`);
      if (!(message instanceof Uint8Array) && message.type === type) {
        return message as Extract<ServerMessage, { type: Type }>;
      }
    }
  }

  /** All messages up to the close. */
  async rest(): Promise<Received[]> {
    const all: Received[] = [];
    for (let message = await this.next(); message; message = await this.next()) all.push(message);
    return all;
  }

  /** Sends a control; its answer is a `state` or `error` message. */
  control(action: string, value?: unknown): void {
    this.socket.send(JSON.stringify({ type: "control", action, value }));
  }

  /** Closes from this side and waits for the other. */
  async close(): Promise<void> {
    this.socket.close();
    await this.closed;
  }

  #arrive(): void {
    this.#arrival.resolve();
    this.#arrival = Promise.withResolvers<void>();
  }
}
