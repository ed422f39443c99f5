import type { RecorderEvent } from "../../engine/recorder/recording_status.ts";
import { recordingStateText } from "../../engine/source/recording.ts";
import { formatEt } from "../../engine/session.ts";
import { oneLine, terminalLine } from "../../cli/error_line.ts";
import { LOG_LEVELS, type LogLevel } from "../../cli/log_level.ts";

/** Takes the line of a terminal away. */
const CLEAR_LINE = "\r\x1b[2K";

/** Where a report goes. */
export interface ReportOptions {
  /** Least level that is told. */
  level: LogLevel;
  /** Whether somebody looks on: a line that changes; else JSON lines. */
  isTerminal: boolean;
  /** Takes text; what it throws is passed over. */
  write(text: string): void;
  /** Milliseconds since the epoch. */
  now(): number;
}

/** Tells how a recording goes. */
export class RecordReport {
  readonly #options: ReportOptions;
  #phases = new Map<string, string>();
  /** Records as they were told last, by session, and when. */
  #told = new Map<string, { records: number; ms: number; rate: number }>();
  #hasLine = false;

  /** @param options where it goes */
  constructor(options: ReportOptions) {
    this.#options = options;
  }

  /**
   * @param event what a recorder says
   */
  tell(event: RecorderEvent): void {
    if (event.kind === "log") this.#line(event.level, event.dt, event.message);
    else this.#state(event);
  }

  /** Leaves the terminal as it was. */
  end(): void {
    if (this.#hasLine) this.#write(CLEAR_LINE);
    this.#hasLine = false;
  }

  /** A log that takes no more, as where its disk is full or its reader has gone, costs no recording. */
  #write(text: string): void {
    try {
      this.#options.write(text);
    } catch {
      // There is nowhere to say so.
    }
  }

  #state({ dt, path, state }: RecorderEvent & { kind: "state" }): void {
    const now = this.#options.now();
    const phase = `${state.state} ${state.message}`.trim();
    const isNew = this.#phases.get(dt) !== phase;
    this.#phases.set(dt, phase);
    const told = this.#told.get(dt) ?? { records: state.records, ms: now, rate: 0 };
    const seconds = (now - told.ms) / 1e3;
    if (seconds >= 0.9) told.rate = (state.records - told.records) / seconds;
    if (seconds >= 0.9) Object.assign(told, { records: state.records, ms: now });
    this.#told.set(dt, told);
    if (!this.#options.isTerminal) {
      if (!this.#isTold(isNew ? "INFO" : "DEBUG")) return;
      const fields = JSON.parse(recordingStateText(state));
      this.#json({
        level: isNew ? "INFO" : "DEBUG",
        ...{ dt, path, ...fields, records_per_second: Math.round(told.rate) },
      });
      return;
    }
    if (isNew) this.#line("INFO", dt, phase);
    const last = state.lastRecvNs === null ? "" : ` · last ${formatEt(state.lastRecvNs)}`;
    const lag = state.latencyMs === null ? "" : ` · lag ${Math.round(state.latencyMs)} ms`;
    this.#write(
      `${CLEAR_LINE}${dt} ${state.state} · ${state.records} records · ` +
        `${Math.round(told.rate)}/s${lag}${last}`,
    );
    this.#hasLine = true;
  }

  #line(level: LogLevel, dt: string, message: string): void {
    if (!this.#isTold(level)) return;
    if (!this.#options.isTerminal) return this.#json({ level, dt, message });
    this.end();
    const time = new Date(this.#options.now()).toISOString();
    this.#write(`${time} ${dt} ${terminalLine(message)}\n`);
  }

  #json(fields: Readonly<Record<string, unknown>>): void {
    const time = new Date(this.#options.now()).toISOString();
    // Whoever looks at a log looks in a terminal: JSON leaves there what would steer it.
    this.#write(`${oneLine(JSON.stringify({ time, ...fields }))}\n`);
  }

  #isTold(level: LogLevel): boolean {
    return LOG_LEVELS.indexOf(level) >= LOG_LEVELS.indexOf(this.#options.level);
  }
}
