import { setImmediate } from "node:timers/promises";
import { ensureBookCache } from "../../engine/cache.ts";
import { UserError } from "../../engine/errors.ts";
import { resolveRequest } from "../../engine/request.ts";
import { EngineRun } from "../../engine/run.ts";
import { etTimeNs } from "../../engine/session.ts";
import { midnightNs } from "../../engine/source/replay.ts";
import { GridEncoder } from "../../engine/wire/arrow.ts";
import { gridHead } from "../../engine/wire/jsonl.ts";
import type { ControlMessage, StateMessage } from "../../engine/wire/messages.ts";
import { SIMULATED_START } from "../defaults.ts";
import { log } from "../log.ts";
import type { ServerSettings } from "../settings.ts";
import { EventClock } from "./event_clock.ts";
import type { Outbox } from "./outbox.ts";
import { ProgressReporter } from "./progress_reporter.ts";
import { runtimeConfig } from "./runtime_config.ts";
import type { StreamRequest } from "./stream_request.ts";
import { Wakeup } from "./wakeup.ts";

/** Records applied at a time, and wall milliseconds of work before other streams have their turn. */
const SLICE = 1_000;
const TURN_MS = 5;

/** A gap in event time that is not waited for, milliseconds. */
const MAX_GAP_MS = 60_000;

/** The decoder's buffer is small here: there is one for every client. */
const DECODER_BYTES = 64 * 1024;

const NS_PER_MS = 1e6;

/** How a stream came to its end. */
export type StreamEnd = "end_of_file" | "stopped";

/**
 * One client's stream: its own run of the engine, clock and pace (spec/stream.md).
 *
 * It knows nothing of sockets but the outbox; controls come in through `control`, and whoever owns
 * the socket stops it with `stop`.
 */
export class StreamSession {
  readonly #clock: EventClock;
  readonly #wakeup = new Wakeup();
  readonly #encoder: GridEncoder;
  readonly #midnightNs: bigint;
  /** First grid in force, HH:MM America/New_York; null emits from the first record. */
  #startTime: string | null;
  /** Whether the request was found good: what fails from then on is not the client's fault. */
  accepted = false;
  #stopped = false;
  /** What a control asked for that the loop has not done yet. */
  #restart = false;
  /** No grid before this event time (ms since midnight) is sent; -Infinity when not seeking. */
  #seekMs = -Infinity;
  /** After a seek or restart one grid is shown even while paused. */
  #showNext = false;
  /** Event time of the last grid sent, ms since midnight; null before the first. */
  #lastMs: number | null = null;

  /**
   * @param request what is streamed
   * @param settings the server's
   * @param outbox takes the messages
   */
  constructor(
    readonly request: StreamRequest,
    readonly settings: ServerSettings,
    readonly outbox: Outbox,
  ) {
    this.#clock = new EventClock(request.speed);
    this.#encoder = new GridEncoder(request.fields);
    this.#midnightNs = midnightNs(request.dt);
    this.#startTime = request.startTime;
  }

  /**
   * Streams until the file ends or the session is stopped.
   *
   * @returns how it ended
   * @throws UserError when the request cannot be served, or its file is damaged
   */
  async run(): Promise<StreamEnd> {
    const { settings, request, outbox } = this;
    const place = { lake: settings.lake, simulatedStart: SIMULATED_START };
    const runRequest = await resolveRequest(settings.instrument, request, place);
    this.#startTime = runRequest.startTime;
    this.accepted = true;
    let run = await EngineRun.open({ ...runRequest, capacity: DECODER_BYTES });
    try {
      outbox.text(runtimeConfig(request, runRequest, settings.instrument));
      for (;;) {
        const ended = await this.#play(run);
        if (this.#stopped) return "stopped";
        if (ended && !this.#restart) {
          outbox.flush();
          outbox.text(endMessage(run));
          return "end_of_file";
        }
        this.#restart = false;
        this.#lastMs = null;
        run.close();
        run = await EngineRun.open({ ...runRequest, capacity: DECODER_BYTES });
      }
    } finally {
      run.close();
    }
  }

  /** Ends the session at the next occasion. */
  stop(): void {
    this.#stopped = true;
    this.#wakeup.signal();
  }

  /**
   * Does what a client asks for.
   *
   * @param message the control
   * @returns the state to answer with
   * @throws UserError when it cannot be done
   */
  control(message: ControlMessage): StateMessage {
    switch (message.action) {
      case "pause":
      case "resume":
        this.#clock.paused = message.action === "pause";
        break;
      case "speed":
        this.#clock.speed = message.value;
        break;
      case "restart":
        this.#restart = true;
        this.#seekMs = -Infinity;
        this.#showNext = true;
        break;
      case "seek":
        this.#seek(message.value);
    }
    this.#wakeup.signal();
    return this.#state();
  }

  #seek(value: string): void {
    const { dt } = this.request;
    const startTime = this.#startTime;
    const toNs = etTimeNs(dt, value);
    if (startTime !== null && toNs < etTimeNs(dt, `${startTime}:00`)) {
      throw new UserError(
        `seek ${value} is before this stream's start_time ${startTime}; ` +
          `open a stream with an earlier start_time`,
      );
    }
    this.#seekMs = Number(toNs - this.#midnightNs) / NS_PER_MS;
    // The engine only goes forward: what lies behind is reached from the start.
    if (this.#lastMs !== null && this.#seekMs <= this.#lastMs) this.#restart = true;
    this.#showNext = true;
    this.#clock.set(this.#seekMs);
  }

  /** Plays a run until it ends (true), or a restart or stop interrupts it (false). */
  async #play(run: EngineRun): Promise<boolean> {
    const progress = new ProgressReporter(run, this.outbox);
    const aborted = new AbortController();
    const unhook = this.#wakeup.onSignal(() => {
      if (this.#stopped || this.#restart) aborted.abort();
    });
    try {
      const cache = await ensureBookCache(run, {
        lake: this.settings.lake,
        onProgress: () => progress.report("bootstrap"),
        signal: aborted.signal,
      });
      if (cache?.problem) log("WARNING", cache.problem);
    } catch (error) {
      if (aborted.signal.aborted) return false;
      throw error;
    } finally {
      unhook();
    }
    return await this.#emit(run, progress);
  }

  async #emit(run: EngineRun, progress: ProgressReporter): Promise<boolean> {
    let turnEnds = performance.now() + TURN_MS;
    while (!this.#stopped && !this.#restart) {
      const pending = run.advance(SLICE);
      const reached = typeof pending === "string" ? pending : await pending;
      if (reached === "end") return true;
      if (reached === "grid") {
        const ms = run.frame.ts / NS_PER_MS;
        if (ms >= this.#seekMs) {
          if (await this.#wait(ms)) {
            this.#send(run);
            turnEnds = Math.max(turnEnds, performance.now());
          }
        } else {
          progress.report("warmup", this.#seekShare(ms));
        }
      } else if (this.#lastMs === null) {
        progress.report("warmup");
      }
      if (performance.now() >= turnEnds) {
        await setImmediate();
        turnEnds = performance.now() + TURN_MS;
      }
    }
    return false;
  }

  /** Waits until a grid is due; false when it is no longer wanted. */
  async #wait(ms: number): Promise<boolean> {
    const isFirst = this.#lastMs === null || this.#seekMs > -Infinity;
    const jumped = !isFirst && (ms < this.#lastMs! || ms - this.#lastMs! > MAX_GAP_MS);
    this.#seekMs = -Infinity;
    if (isFirst || jumped) this.#clock.set(ms);
    if (jumped) this.outbox.text(this.#state());
    for (;;) {
      if (this.#stopped || this.#restart || ms < this.#seekMs) return false;
      const left = this.#clock.until(ms);
      if (left === 0 || this.#showNext) {
        this.#showNext = false;
        return true;
      }
      await this.#wakeup.wait(left);
    }
  }

  /** How much of the way to a seek's target is behind, from the last grid or the start. */
  #seekShare(ms: number): number {
    const startMs = this.#startTime === null
      ? 0
      : Number(etTimeNs(this.request.dt, `${this.#startTime}:00`) - this.#midnightNs) / NS_PER_MS;
    const fromMs = this.#lastMs ?? startMs;
    return (ms - fromMs) / (this.#seekMs - fromMs);
  }

  #send(run: EngineRun): void {
    const { frame } = run;
    this.#lastMs = frame.ts / NS_PER_MS;
    const head = { type: "grid_update", ...gridHead(frame) };
    this.outbox.grid(head, this.#encoder.encode(frame));
  }

  #state(): StateMessage {
    const ns = this.#midnightNs + BigInt(Math.round(this.#clock.ms * NS_PER_MS));
    return {
      type: "state",
      paused: this.#clock.paused,
      speed: this.#clock.speed,
      ts_ns: `${ns < 0n ? 0n : ns}`,
    };
  }
}

function endMessage({ replay, pipeline }: EngineRun) {
  return {
    type: "end",
    reason: "end_of_file",
    records_read: replay.decoder.recordsRead,
    records_kept: replay.records.counters.kept,
    boundaries: pipeline.counters.boundaries,
    grids: pipeline.counters.grids,
    ts_back: pipeline.counters.tsBack,
    event_id: pipeline.book.eventId,
  };
}
