import { messageOf } from "../../cli/error_line.ts";
import { UserError } from "../../engine/errors.ts";
import type { RegimePayload } from "../../engine/regime/payload.ts";
import { viewInThread } from "../../engine/regime/view_thread.ts";
import type { RegimeMessage } from "../../engine/wire/regime_messages.ts";
import type { ClientSocket } from "../client_socket.ts";
import { log } from "../log.ts";
import { enoughMemory } from "../memory.ts";
import { errorsTotal } from "../metrics.ts";
import { publicMessage } from "../public_message.ts";
import { settings } from "../settings.ts";
import { ControlRate } from "../stream/controls.ts";
import { ConnectionLimits } from "../connection_limits.ts";
import { readAnalysisQuery } from "./analysis_query.ts";

/** Results whose JSON output is kept, some kilobytes each. */
const MOST_RESULTS = 16;

const NORMAL = 1000;
const GOING_AWAY = 1001;
const INTERNAL_ERROR = 1011;
const POLICY_VIOLATION = 1008;
const TRY_AGAIN_LATER = 1013;

/** Counts the clients, the one whose analysis runs and those that are told of it. */
export const connections: ConnectionLimits = new ConnectionLimits();

/** By id, oldest first. */
const results = new Map<string, RegimePayload>();

/** The analysis that runs, as others are told of it; null when none does. */
let underWay: string | null = null;

/** Whom it is for. */
let client: ClientSocket | null = null;

/** @param id of a result @returns its JSON output, while it is kept */
export function analysisResult(id: string): RegimePayload | undefined {
  return results.get(id);
}

/** Cancels the analysis that runs, if any: the server stops. */
export function stopAnalyses(): void {
  if (client !== null) close(client, GOING_AWAY);
}

/**
 * Analyses for a client, in a thread of its own: progress, then the result. One analysis runs at a
 * time; who comes meanwhile is told so. The client cancels by closing.
 *
 * @param socket the client
 * @param query what it asks for
 * @param address where it comes from
 */
export function serveAnalysis(
  socket: ClientSocket,
  query: URLSearchParams,
  address: string,
): void {
  const leave = connections.take(address);
  let work = Promise.resolve();
  // A place is free when nothing is done for it any more.
  void socket.gone.then(() => work).then(leave);
  // There is nothing to be said here: it is the same rate as where there is.
  const rate = new ControlRate();
  socket.onMessage(() => {
    if (socket.readyState !== WebSocket.OPEN || !rate.isFlood()) return;
    errorsTotal.inc({ kind: "flood" });
    socket.closeToFlood("too many messages");
  });
  socket.onOpen(() => {
    work = answer(socket, query);
  });
}

async function answer(socket: ClientSocket, query: URLSearchParams): Promise<void> {
  const say = (message: RegimeMessage) => tell(socket, JSON.stringify(message));
  if (underWay !== null) {
    const message = `An analysis of ${underWay} runs, and one runs at a time: try again later.`;
    say({ type: "error", message });
    return close(socket, TRY_AGAIN_LATER);
  }
  underWay = "a day";
  client = socket;
  try {
    await analyse(socket, query, say);
    close(socket, NORMAL);
  } catch (error) {
    if (error instanceof UserError) {
      log("WARNING", `analysis refused: ${error.message}`);
      say({ type: "error", message: publicMessage(messageOf(error), settings().lake) });
      return close(socket, POLICY_VIOLATION);
    }
    log("ERROR", `analysis failed: ${error instanceof Error ? error.stack : error}`);
    say({ type: "error", message: "The server failed; its log says why." });
    close(socket, INTERNAL_ERROR);
  } finally {
    underWay = null;
    client = null;
  }
}

async function analyse(
  socket: ClientSocket,
  query: URLSearchParams,
  say: (message: RegimeMessage) => void,
): Promise<void> {
  const leaving = new AbortController();
  void socket.gone.then(() => leaving.abort());
  const { day, warnings } = await readAnalysisQuery(query, settings());
  const { request: { symbol, dt } } = day;
  underWay = `${symbol} on ${dt}`;
  log("INFO", `analysis of ${underWay}`);
  for (const message of warnings) say({ type: "warning", message });
  const { lake, instrument, maxMemory } = settings();
  try {
    await enoughMemory(maxMemory, leaving.signal);
  } catch (error) {
    if (!leaving.signal.aborted) throw error;
    return log("INFO", `analysis of ${underWay} cancelled`);
  }
  const result = await viewInThread(day, instrument, {
    onProgress: (share) => say({ type: "progress", share }),
    onWarning: (message) => say({ type: "warning", message: publicMessage(message, lake) }),
    signal: leaving.signal,
  });
  if (result === null) return log("INFO", `analysis of ${underWay} cancelled`);
  const json = JSON.stringify(`/v1/regime/results/${keep(result.payload)}.json`);
  tell(socket, `{"type":"result","json":${json},"view":${result.view}}`);
}

function keep(payload: RegimePayload): string {
  const id = crypto.randomUUID();
  results.set(id, payload);
  if (results.size > MOST_RESULTS) results.delete(results.keys().next().value!);
  return id;
}

function tell(socket: ClientSocket, text: string): void {
  if (socket.readyState === WebSocket.OPEN) socket.send(text);
}

function close(socket: ClientSocket, code: number): void {
  if (socket.readyState === WebSocket.OPEN) socket.close(code);
}
