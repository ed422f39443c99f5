import type { Clock } from "../databento/clock.ts";
import { type RecordingPhase, type RecordingState, statePathOf } from "../source/recording.ts";
import type { RecordingFile } from "./recording_file.ts";
import { StateFile } from "./state_file.ts";

/** What a recorder has to say. */
export type RecorderEvent =
  /** On every change, and once a second. */
  | { kind: "state"; dt: string; path: string; state: RecordingState }
  | { kind: "log"; dt: string; level: "INFO" | "WARNING"; message: string };

/** What a recorder is doing, as its state file and whoever listens are told. */
export class RecordingStatus {
  phase: RecordingPhase = "connecting";
  #sinceNs: bigint;
  #message = "";
  #sessionId: string | null = null;
  #connections = 0;
  /** What is told of; null while it changes. */
  #file: RecordingFile | null = null;
  #stateFile: StateFile | null = null;

  /**
   * @param dt session date, YYYY-MM-DD
   * @param clock tells since when
   * @param onEvent hears of it
   */
  constructor(
    readonly dt: string,
    readonly clock: Clock,
    readonly onEvent: (event: RecorderEvent) => void,
  ) {
    this.#sinceNs = this.#now();
  }

  /** Whether the gateway has accepted the key at least once for what is told of. */
  get wasConnected(): boolean {
    return this.#connections > 0;
  }

  /**
   * Goes on to a recording.
   *
   * @param file what is told of
   */
  tellOf(file: RecordingFile): void {
    this.#file = file;
    this.#stateFile = new StateFile(statePathOf(file.path));
    this.set("connecting");
  }

  /** Says nothing more of a recording, until it goes on to another. */
  async leave(): Promise<void> {
    this.#file = null;
    this.#connections = 0;
    await this.flushed();
  }

  /** Counts a session with the gateway. */
  connected(sessionId: string): void {
    this.#sessionId = sessionId;
    this.#connections++;
  }

  /**
   * @param phase what it does from now on
   * @param message what there is to say about it, in one line
   */
  set(phase: RecordingPhase, message = ""): void {
    if (phase !== this.phase) this.#sinceNs = this.#now();
    this.phase = phase;
    this.#message = message;
    this.publish();
  }

  /** Tells how it goes. */
  publish(): void {
    if (this.#file === null) return;
    const { path, bytes, records, lastEventNs, lastRecvNs, latencyMs, gaps } = this.#file;
    const state: RecordingState = {
      state: this.phase,
      sinceNs: this.#sinceNs,
      message: this.#message,
      sessionId: this.#sessionId,
      ...{ bytes, records, lastEventNs, lastRecvNs, latencyMs, gaps },
      reconnections: Math.max(0, this.#connections - 1),
    };
    this.#stateFile!.write(state);
    this.onEvent({ kind: "state", dt: this.dt, path, state });
  }

  /** Tells of something, in one line. */
  log(level: "INFO" | "WARNING", message: string): void {
    this.onEvent({ kind: "log", dt: this.dt, level, message });
  }

  /**
   * Waits until the state file says what was told last.
   *
   * @throws the system's error when it cannot be written
   */
  async flushed(): Promise<void> {
    await this.#stateFile?.flushed();
  }

  #now(): bigint {
    return BigInt(this.clock.now()) * 1_000_000n;
  }
}
