/** Where the lake keeps a live session as it is recorded, and what its recorder says of it. */
import { systemReason, UserError } from "../errors.ts";
import type { ProductType } from "../instrument.ts";
import { assertReadable } from "../readable_file.ts";
import { fileSafe } from "../symbol.ts";
import { dataSourceOf } from "./data_source.ts";
import { recordingFolder } from "./recording_folder.ts";

/** How the names of live recordings end, after the symbol. */
export const LIVE_ENDING = ".live.dbn";

/** How the names of their state files end, after the symbol. */
const STATE_ENDING = ".live.json";

/** Longest state that is read, bytes; a recorder writes some hundred. */
const MOST_STATE_BYTES = 65_536;

/** Most of a text in it, UTF-16 code units: each takes six bytes at most. */
const MOST_TOLD = 2_000;

/** Which session is recorded. */
export interface RecordedSession {
  /** Folder of the lake. */
  lake: string;
  productType: ProductType;
  /** Dataset code, such as "GLBX.MDP3": what is simulated has a folder of its own. */
  dataset: string;
  symbol: string;
  /** Product of a future, which its folder is named after where its symbol begins with it. */
  symbolRoot: string;
  /** Session date, YYYY-MM-DD. */
  dt: string;
}

/** Files of a recording, there or not. */
export interface RecordingPaths {
  /** The folder of both. */
  dir: string;
  /** The bytes of the gateway. */
  data: string;
  /** What the recorder says of it: {@link RecordingState}. */
  state: string;
}

/**
 * Where the lake keeps a recording.
 *
 * @param session which one
 * @returns its paths
 */
export function recordingPaths(session: RecordedSession): RecordingPaths {
  const { dataset, symbol, dt } = session;
  const dir = recordingFolder(dataSourceOf(dataset), session);
  const venue = dataset.toLowerCase().replaceAll(".", "-");
  const data = `${dir}/${venue}-${dt.replaceAll("-", "")}.mbo.${fileSafe(symbol)}${LIVE_ENDING}`;
  return { dir, data, state: statePathOf(data) };
}

/**
 * @param path a recording
 * @returns its state file, there or not
 */
export function statePathOf(path: string): string {
  return path.slice(0, -LIVE_ENDING.length) + STATE_ENDING;
}

/** What a recorder is doing, or did last. */
export const RECORDING_STATES = [
  /** The session's window has not begun. */
  "waiting",
  "connecting",
  /** What was missed, or asked for from the past, is being replayed. */
  "catching_up",
  "live",
  /** The connection was lost. */
  "reconnecting",
  /** It was told to end, or could not go on: a recorder may go on with the recording. */
  "stopped",
  /** The window is over, or the time it was to record until: nothing is ever added. */
  "ended",
] as const;

/** One of {@link RECORDING_STATES}. */
export type RecordingPhase = typeof RECORDING_STATES[number];

/** What a recorder says of its recording. Shown to people; nothing correct depends on it. */
export interface RecordingState {
  state: RecordingPhase;
  /** Since when it is in that state, UTC nanoseconds since the epoch. */
  sinceNs: bigint;
  /** What there is to say about it, in one line; empty for nothing. */
  message: string;
  /** What the gateway calls the session; null before the first one. */
  sessionId: string | null;
  /** Bytes of the recording. */
  bytes: number;
  /** Records in it, of all types. */
  records: number;
  /** Times of the last MBO record, UTC nanoseconds since the epoch; null before the first one. */
  lastEventNs: bigint | null;
  lastRecvNs: bigint | null;
  /**
   * From the vendor's receipt of that record to its arrival here, milliseconds: negative when a clock is
   * off; null before the first one, and while what was missed is replayed.
   */
  latencyMs: number | null;
  /** Connections after the first one. */
  reconnections: number;
  /** Times that something was missed for good, and a snapshot taken instead. */
  gaps: number;
}

/**
 * @param state what a recorder says
 * @returns the text of the state file; times are decimal text, for they are above 2^53
 */
export function recordingStateText(state: RecordingState): string {
  const text = (ns: bigint | null) => ns === null ? null : `${ns}`;
  return JSON.stringify(
    {
      state: state.state,
      since_ns: text(state.sinceNs),
      message: told(state.message),
      session_id: state.sessionId === null ? null : told(state.sessionId),
      bytes: state.bytes,
      records: state.records,
      last_ts_ns: text(state.lastEventNs),
      last_recv_ns: text(state.lastRecvNs),
      latency_ms: state.latencyMs,
      reconnections: state.reconnections,
      gaps: state.gaps,
    },
    undefined,
    2,
  ) + "\n";
}

/** What a gateway said, as much of it as leaves the state short enough to be read. */
function told(text: string): string {
  return text.slice(0, MOST_TOLD);
}

/**
 * Reads what a recorder says.
 *
 * @param text the text of a state file
 * @param path the file, for messages
 * @returns the state
 * @throws UserError that names the field, when it is none
 */
export function parseRecordingState(text: string, path: string): RecordingState {
  const fields = fieldsOf(text, path);
  const wrong = (name: string, must: string) =>
    new UserError(
      `${path}: ${name} is ${JSON.stringify(fields[name])}, but must be ${must}; ` +
        "the recorder writes it anew",
    );
  const ns = (name: string) => {
    const value = fields[name];
    if (typeof value === "string" && /^\d{1,20}$/.test(value)) return BigInt(value);
    throw wrong(name, "nanoseconds as decimal text");
  };
  const count = (name: string) => {
    const value = fields[name];
    if (Number.isSafeInteger(value) && (value as number) >= 0) return value as number;
    throw wrong(name, "a whole number");
  };
  const number = (name: string) => {
    const value = fields[name];
    if (typeof value === "number") return value;
    throw wrong(name, "a number");
  };
  const line = (name: string) => {
    const value = fields[name];
    if (typeof value === "string") return value;
    throw wrong(name, "a text");
  };
  const state = RECORDING_STATES.find((known) => known === fields["state"]);
  if (state === undefined) throw wrong("state", `one of ${RECORDING_STATES.join(", ")}`);
  return {
    state,
    sinceNs: ns("since_ns"),
    message: line("message"),
    sessionId: fields["session_id"] === null ? null : line("session_id"),
    bytes: count("bytes"),
    records: count("records"),
    lastEventNs: fields["last_ts_ns"] === null ? null : ns("last_ts_ns"),
    lastRecvNs: fields["last_recv_ns"] === null ? null : ns("last_recv_ns"),
    latencyMs: fields["latency_ms"] === null ? null : number("latency_ms"),
    reconnections: count("reconnections"),
    gaps: count("gaps"),
  };
}

function fieldsOf(text: string, path: string): Readonly<Record<string, unknown>> {
  let fields: unknown;
  try {
    fields = JSON.parse(text);
  } catch (error) {
    throw new UserError(`${path}: is no JSON: ${(error as Error).message}`, { cause: error });
  }
  if (typeof fields === "object" && fields !== null && !Array.isArray(fields)) {
    return fields as Record<string, unknown>;
  }
  throw new UserError(`${path}: holds no fields; the recorder writes it anew`);
}

/** The state of a recording is there, and the system does not let it be read: it may say anything. */
export class UnreadState extends UserError {
  override name = "UnreadState";
}

/**
 * Reads the state of a recording.
 *
 * @param path the recording
 * @returns its state; null when there is none
 * @throws UserError when what is there is none; {@link UnreadState} when the disk does not give it
 */
export async function readRecordingState(path: string): Promise<RecordingState | null> {
  const statePath = statePathOf(path);
  try {
    assertReadable(statePath, MOST_STATE_BYTES);
    return parseRecordingState(await Deno.readTextFile(statePath), statePath);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    if (!isOfSystem(error)) throw error;
    throw new UnreadState(
      `${statePath}: cannot be read: ${systemReason(error)}; change its permissions`,
    );
  }
}

/**
 * The same while nothing else goes on, with the text that says it.
 *
 * @param path the recording
 * @returns null when there is none, or none that can be read
 */
export function readStateText(path: string): { text: string; state: RecordingState } | null {
  const statePath = statePathOf(path);
  try {
    assertReadable(statePath, MOST_STATE_BYTES);
    const text = Deno.readTextFileSync(statePath);
    return { text, state: parseRecordingState(text, statePath) };
  } catch (error) {
    if (error instanceof UserError || isOfSystem(error)) return null;
    throw error;
  }
}

/** Whether the system said it: there is no such file, this user may not read it. */
function isOfSystem(error: unknown): boolean {
  return error instanceof Error && "code" in error && typeof error.code === "string";
}

/**
 * Whether a recorder holds a recording. Its lock is an exclusive one on the file itself, which the
 * system gives back however the recorder ends; for a moment this holds a shared one. Leave to read
 * suffices.
 *
 * @param path the recording
 * @returns false too when there is no such file
 */
export async function isRecorded(path: string): Promise<boolean> {
  try {
    using file = await Deno.open(path, { read: true });
    // Closing gives it back.
    return !await file.tryLock(false);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** How long after its window's end a recording without recorder is waited for, milliseconds. */
const LATE_MS = 60_000;

/**
 * Whether nothing will be added to a recording: nobody records it, and its recorder has said that it
 * ended, or its window is over.
 *
 * @param path the recording
 * @param windowEndMs end of the session's window, UTC milliseconds since the epoch
 */
export function hasRecordingEnded(path: string, windowEndMs: number): boolean {
  const isOver = Date.now() > windowEndMs + LATE_MS ||
    // Without a state that can be read, the lock and the clock tell.
    readStateText(path)?.state.state === "ended";
  if (!isOver) return false;
  try {
    using file = Deno.openSync(path, { read: true });
    return file.tryLockSync(false);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return true;
    throw error;
  }
}
