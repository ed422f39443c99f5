import { UserError } from "../../engine/errors.ts";
import { log } from "../log.ts";
import { publicMessage } from "../public_message.ts";
import { settings } from "../settings.ts";
import { ControlRate, MAX_CONTROL_LENGTH, parseControl } from "./controls.ts";
import { Outbox } from "./outbox.ts";
import { readStreamRequest } from "./stream_request.ts";
import { StreamSession } from "./stream_session.ts";

const NORMAL = 1000;
const GOING_AWAY = 1001;
const POLICY_VIOLATION = 1008;
const TOO_BIG = 1009;
const INTERNAL_ERROR = 1011;

/** Bytes that a close reason may have (RFC 6455, 5.5). */
const MAX_REASON_BYTES = 123;

/** How often waiting bytes are looked at, milliseconds. */
const ATTEND_MS = 100;

const open = new Map<WebSocket, Promise<void>>();

/** Streams under way. */
export function streamCount(): number {
  return open.size;
}

/**
 * Serves a stream to a client until either side ends it.
 *
 * @param socket the client, not open yet
 * @param query what it asks for
 */
export function serveStream(socket: WebSocket, query: URLSearchParams): void {
  socket.binaryType = "arraybuffer";
  const { promise: closed, resolve } = Promise.withResolvers<void>();
  open.set(socket, closed);
  socket.addEventListener("close", () => {
    open.delete(socket);
    resolve();
  });
  // What follows an error is a close; there is nothing to do but to know of it.
  socket.addEventListener("error", (event) => {
    log("DEBUG", `stream: ${event instanceof ErrorEvent ? event.message : "socket error"}`);
  });
  socket.addEventListener("open", () => void stream(socket, query));
}

/** Ends all streams; resolves when their clients have let go. */
export async function closeAllStreams(): Promise<void> {
  const closing = [...open.values()];
  for (const socket of open.keys()) close(socket, GOING_AWAY, "the server stops");
  await Promise.all(closing);
}

async function stream(socket: WebSocket, query: URLSearchParams): Promise<void> {
  const outbox = new Outbox(socket);
  let session: StreamSession | null = null;
  const attending = setInterval(() => {
    if (!outbox.attend()) close(socket, POLICY_VIOLATION, "the client takes nothing");
  }, ATTEND_MS);
  socket.addEventListener("close", () => {
    clearInterval(attending);
    session?.stop();
  });
  try {
    const request = readStreamRequest(query, settings());
    session = new StreamSession(request, settings(), outbox);
    takeControls(socket, session, outbox);
    log("INFO", `stream of ${request.symbol} ${request.dt} from ${request.startTime ?? "open"}`);
    if (await session.run() === "end_of_file") close(socket, NORMAL, "end_of_file");
  } catch (error) {
    refuse(socket, outbox, error, session?.accepted ? INTERNAL_ERROR : POLICY_VIOLATION);
  }
}

function takeControls(socket: WebSocket, session: StreamSession, outbox: Outbox): void {
  const rate = new ControlRate();
  socket.addEventListener("message", ({ data }) => {
    if (rate.isFlood()) return close(socket, POLICY_VIOLATION, "too many messages");
    if ((data.length ?? data.byteLength) > MAX_CONTROL_LENGTH) {
      return close(socket, TOO_BIG, `messages have at most ${MAX_CONTROL_LENGTH} characters`);
    }
    try {
      outbox.text(session.control(parseControl(data)));
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      outbox.text({ type: "error", message: error.message });
    }
  });
}

/** Tells a client why its stream stops; what is not a UserError stays in the log. */
function refuse(socket: WebSocket, outbox: Outbox, error: unknown, code: number): void {
  if (!(error instanceof UserError)) {
    log("ERROR", `stream failed: ${error instanceof Error ? error.stack : error}`);
    const message = "the server failed; its log says why";
    outbox.text({ type: "error", message });
    return close(socket, INTERNAL_ERROR, message);
  }
  log("WARNING", `stream refused: ${error.message}`);
  const message = publicMessage(error, settings().lake);
  outbox.text({ type: "error", message });
  close(socket, code, message);
}

function close(socket: WebSocket, code: number, reason: string): void {
  if (socket.readyState !== WebSocket.OPEN) return;
  const bytes = new TextEncoder().encode(reason).subarray(0, MAX_REASON_BYTES);
  // A cut inside a character leaves its replacement mark, which is three bytes: drop it.
  socket.close(code, new TextDecoder().decode(bytes).replace(/\ufffd$/, ""));
}
