import type { Metadata } from "dbn-ts";
import type { Clock } from "../clock.ts";
import { type LiveRequest, LiveSession } from "./live_session.ts";
import { ProtocolError } from "./protocol_error.ts";

/** Longest time until there is a connection, and until the gateway has accepted the key, milliseconds. */
const CONNECT_MS = 10_000;
const AUTHENTICATE_MS = 30_000;

/** How much longer than the heartbeat's interval a connection may be silent, milliseconds. */
const GRACE_MS = 10_000;

const PIECE_BYTES = 256 * 1024;

/** Where a gateway is. */
export interface GatewayAddress {
  hostname: string;
  port: number;
}

/** A connection that bytes go through. */
export type Socket = Pick<Deno.TcpConn, "read" | "write" | "close">;

/**
 * Connects.
 *
 * @param address a gateway, whose name is resolved now
 * @param signal ends the attempt
 */
export type Dial = (address: GatewayAddress, signal: AbortSignal) => Promise<Socket>;

/** Plain TCP. */
export const dialTcp: Dial = async (address, signal) => {
  const socket = await Deno.connect({ ...address, signal });
  socket.setNoDelay();
  return socket;
};

/** Is told what comes, in order. */
export interface LiveListener {
  /** @param sessionId what the gateway calls the session */
  onAuthenticated(sessionId: string): void;
  /** @returns whether to leave */
  onHeader(bytes: Uint8Array, metadata: Metadata): boolean;
  /**
   * @param bytes whole records, valid until it returns
   * @returns whether to leave
   */
  onRecords(bytes: Uint8Array): boolean;
}

/** What a connection needs. */
export interface ConnectionOptions {
  address: GatewayAddress;
  request: LiveRequest;
  listener: LiveListener;
  clock: Clock;
  dial: Dial;
  /** Leaves. */
  signal: AbortSignal;
}

/** How a connection ended. */
export interface Ending {
  /** The gateway closed it, it broke or never was, the gateway refused, the listener or the signal left. */
  kind: "closed" | "broken" | "refused" | "left";
  /** In one line; without the key. */
  message: string;
  /** Whether it is no use to ask again unchanged. */
  isFatal: boolean;
}

/**
 * Connects to a gateway, asks, and hands on what comes, until it ends.
 *
 * @param options where and what
 * @returns how it ended; whatever a gateway does is no exception
 * @throws what the listener throws
 */
export async function liveConnection(options: ConnectionOptions): Promise<Ending> {
  const { request, signal } = options;
  const broken = (message: string): Ending => ({ kind: "broken", message, isFatal: false });
  const session = new LiveSession(request);
  const socket = await connected(options);
  if (typeof socket === "string") return signal.aborted ? left() : broken(socket);
  const watch = new Watch(options, socket, session);
  try {
    return await received(options, socket, session, watch);
  } catch (error) {
    if (signal.aborted) return left();
    if (watch.verdict !== null) return broken(watch.verdict);
    if (error instanceof ProtocolError) return broken(withoutKey(error.message, request.key));
    if (isOfConnection(error)) return broken(`the connection broke: ${(error as Error).message}`);
    throw error;
  } finally {
    watch.end();
  }
}

/** @returns the connection, or why there is none */
async function connected(options: ConnectionOptions): Promise<Socket | string> {
  const { address, clock, dial, signal } = options;
  const where = `${address.hostname}:${address.port}`;
  const over = new AbortController();
  const late = clock.sleep(CONNECT_MS, AbortSignal.any([over.signal, signal])).then(
    () => "late" as const,
    () => "over" as const,
  );
  const attempt = new AbortController();
  const dialled = dial(address, attempt.signal).catch((error: unknown) => {
    if (error instanceof Error) return error;
    throw error;
  });
  const first = await Promise.race([dialled, late]);
  over.abort();
  if (first === "late" || first === "over") {
    attempt.abort();
    // One that comes about all the same is of no use any more.
    dialled.then((socket) => socket instanceof Error || socket.close(), () => {});
    return first === "late" ? `${where}: no connection within ${CONNECT_MS / 1e3} s` : "left";
  }
  if (!(first instanceof Error)) return first;
  if (first instanceof Deno.errors.NotCapable) throw first;
  return `${where}: no connection: ${first.message}`;
}

/** Closes a connection that is silent for too long, or that is to be left. */
class Watch {
  /** Why it was closed. */
  verdict: string | null = null;
  readonly #over = new AbortController();
  readonly #close: () => void;
  readonly #signal: AbortSignal;
  #isOpen = true;
  /** When something came last, milliseconds since the epoch. */
  lastMs: number;

  constructor(options: ConnectionOptions, socket: Socket, session: LiveSession) {
    const { clock, signal } = options;
    this.lastMs = clock.now();
    this.#close = () => {
      if (this.#isOpen) socket.close();
      this.#isOpen = false;
    };
    this.#signal = signal;
    signal.addEventListener("abort", this.#close);
    if (signal.aborted) this.#close();
    void this.#watch(options, session);
  }

  async #watch({ clock, request }: ConnectionOptions, session: LiveSession): Promise<void> {
    const begunMs = clock.now();
    const silentMs = request.heartbeatSeconds * 1e3 + GRACE_MS;
    while (!this.#over.signal.aborted) {
      // By as much as the clock was set back a silence would go on unseen.
      this.lastMs = Math.min(this.lastMs, clock.now());
      const endMs = session.isAuthenticated ? this.lastMs + silentMs : begunMs + AUTHENTICATE_MS;
      const leftMs = endMs - clock.now();
      if (leftMs <= 0) {
        this.verdict = session.isAuthenticated
          ? `no sign of life for ${silentMs / 1e3} s`
          : `not authenticated within ${AUTHENTICATE_MS / 1e3} s`;
        this.#close();
        return;
      }
      // What is waited for may change meanwhile: to a shorter time at most by what this allows.
      await clock.sleep(Math.min(leftMs, silentMs), this.#over.signal).catch(() => {});
    }
  }

  end(): void {
    this.#over.abort();
    this.#signal.removeEventListener("abort", this.#close);
    this.#close();
  }
}

async function received(
  { request, listener, clock, signal }: ConnectionOptions,
  socket: Socket,
  session: LiveSession,
  watch: Watch,
): Promise<Ending> {
  const piece = new Uint8Array(PIECE_BYTES);
  for (;;) {
    const n = await socket.read(piece);
    if (n === null) {
      const message = session.isAuthenticated
        ? "the gateway closed the connection"
        : session.wasChallenged
        ? "the gateway closed the connection before it accepted the key"
        : "what answered closed the connection and asked for no key; check that it is a live gateway";
      return { kind: "closed", message, isFatal: false };
    }
    if (signal.aborted) return left();
    watch.lastMs = clock.now();
    const { events, reply } = session.receive(piece.subarray(0, n));
    for (const event of events) {
      switch (event.kind) {
        case "authenticated":
          listener.onAuthenticated(withoutKey(event.sessionId, request.key));
          break;
        case "refused": {
          const message = `the gateway refused: ${withoutKey(event.message, request.key)}`;
          return { kind: "refused", message, isFatal: event.isFatal };
        }
        case "header":
          if (listener.onHeader(event.bytes, event.metadata)) return left();
          break;
        case "records":
          if (listener.onRecords(event.bytes)) return left();
      }
    }
    for (let at = 0; at < reply.length;) at += await socket.write(reply.subarray(at));
  }
}

/**
 * @param text what a gateway said
 * @param key the API key
 * @returns it without the key, should it have been said back
 */
export function withoutKey(text: string, key: string): string {
  return text.replaceAll(key, "(the key)");
}

function left(): Ending {
  return { kind: "left", message: "left", isFatal: false };
}

/** Whether the system says it of a connection: reset, a pipe that is closed, no way there. */
function isOfConnection(error: unknown): boolean {
  const { ConnectionReset, ConnectionAborted, BrokenPipe, BadResource, Interrupted, TimedOut } =
    Deno.errors;
  const kinds = [ConnectionReset, ConnectionAborted, BrokenPipe, BadResource, Interrupted, TimedOut]
    .concat(Deno.errors.NotConnected);
  return kinds.some((kind) => error instanceof kind) ||
    error instanceof Error && "code" in error && /^E(HOST|NET)/.test(`${error.code}`);
}
