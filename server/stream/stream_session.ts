import { ensureBookCache } from "../../engine/cache.ts";
import { UserError } from "../../engine/errors.ts";
import { integrityCounts } from "../../engine/integrity_counts.ts";
import { resolveRequest } from "../../engine/request.ts";
import { EngineRun, type RunRequest } from "../../engine/run.ts";
import { etTimeNs, formatEt, type SessionWindow, sessionWindow } from "../../engine/session.ts";
import { assertUnchanged } from "../../engine/source/unchanged.ts";
import { midnightNs } from "../../engine/source/replay.ts";
import { nextTurn, TURN_MS } from "../../engine/turn.ts";
import { GridEncoder } from "../../engine/wire/arrow.ts";
import { gridHead } from "../../engine/wire/jsonl.ts";
import type { ControlMessage, EndMessage, StateMessage } from "../../engine/wire/messages.ts";
import { SIMULATED_START } from "../defaults.ts";
import { log } from "../log.ts";
import { bookCacheTotal, lateness } from "../metrics.ts";
import type { ServerSettings } from "../settings.ts";
import type { Outbox } from "./outbox.ts";
import { Playhead } from "./playhead.ts";
import { ProgressReporter } from "./progress_reporter.ts";
import { runtimeConfig } from "./runtime_config.ts";
import type { StreamRequest } from "./stream_request.ts";
import { StreamMeter } from "./stream_meter.ts";
import { TradeTape } from "./trade_tape.ts";
import { Wakeup } from "./wakeup.ts";

/** Records applied between two looks at the clock. */
const SLICE = 1_000;

/** The decoder's buffer is small here: there is one for every client. */
const DECODER_BYTES = 64 * 1024;

/** How often the raw file is looked at, wall milliseconds. */
const LOOK_MS = 1_000;

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
  readonly #playhead: Playhead;
  readonly #wakeup = new Wakeup();
  readonly #encoder: GridEncoder;
  readonly #meter: StreamMeter;
  /** Executions since the last grid; null when the client has not asked for them. */
  readonly #trades: TradeTape | null;
  readonly #midnightNs: bigint;
  /** First grid in force, HH:MM America/New_York; null begins with the session. */
  #startTime: string | null;
  /** Whether the request was found good: what fails from then on is not the client's fault. */
  accepted = false;
  /** When the raw file is looked at next, wall milliseconds. */
  #looksAtMs = 0;
  #stopped = false;

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
    this.#midnightNs = midnightNs(request.dt);
    this.#startTime = request.startTime;
    this.#playhead = new Playhead(request.speed, this.#startMs());
    this.#meter = new StreamMeter(outbox);
    this.#encoder = new GridEncoder(request.fields.columns);
    if (request.credit !== null) outbox.limit(request.credit);
    this.#trades = request.fields.trades ? new TradeTape() : null;
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
    this.#playhead.startsAt(this.#startMs());
    this.accepted = true;
    let run = await this.#open(runRequest);
    try {
      outbox.text(runtimeConfig(request, runRequest, settings.instrument));
      for (;;) {
        const ended = await this.#play(run);
        if (this.#stopped) return "stopped";
        if (ended && !this.#playhead.rewinds) {
          this.#end(run);
          return "end_of_file";
        }
        this.#playhead.rewound();
        run.close();
        run = await this.#open(runRequest);
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
    const playhead = this.#playhead;
    switch (message.action) {
      case "pause":
      case "resume":
        playhead.paused = message.action === "pause";
        break;
      case "step":
        if (!playhead.paused) throw new UserError("step is for a paused stream; send pause first");
        playhead.step();
        break;
      case "speed":
        playhead.speed = message.value;
        break;
      case "restart":
        playhead.restart();
        this.outbox.discard();
        break;
      case "seek":
        playhead.seek(this.#seekMs(message.value));
        this.outbox.discard();
    }
    this.#wakeup.signal();
    return this.#state();
  }

  async #open(request: RunRequest): Promise<EngineRun> {
    this.#trades?.clear();
    const source = { ...request, capacity: DECODER_BYTES };
    await nextTurn();
    const run = await EngineRun.open(source, this.#trades ?? undefined);
    this.#meter.begin(run);
    return run;
  }

  #seekMs(value: string): number {
    const startTime = this.#startTime;
    const { startNs, endNs } = this.#window();
    const toNs = etTimeNs(this.request.dt, value);
    if (toNs < startNs || toNs >= endNs) {
      const bound = toNs < startNs
        ? `begins at ${formatEt(startNs)}`
        : `ends at ${formatEt(endNs)}`;
      throw new UserError(`seek ${value} is outside the session, which ${bound}`);
    }
    const toMs = this.#msOf(toNs);
    if (startTime !== null && toMs < this.#startMs()) {
      throw new UserError(
        `seek ${value} is before this stream's start_time ${startTime}; ` +
          `open a stream with an earlier start_time`,
      );
    }
    return toMs;
  }

  /** Plays a run until it ends (true), or a restart or stop interrupts it (false). */
  async #play(run: EngineRun): Promise<boolean> {
    if (this.#stopped || this.#playhead.rewinds) return false;
    const progress = new ProgressReporter(run, this.outbox);
    const aborted = new AbortController();
    const unhook = this.#wakeup.onSignal(() => {
      if (this.#stopped || this.#playhead.rewinds) aborted.abort();
    });
    try {
      const cache = await ensureBookCache(run, {
        lake: this.settings.lake,
        onProgress: () => progress.report("bootstrap"),
        signal: aborted.signal,
      });
      if (cache?.problem) log("WARNING", cache.problem);
      if (cache?.hit) this.#meter.begin(run);
      else this.#meter.update(run);
      if (cache) bookCacheTotal.inc({ result: cache.hit ? "hit" : "built" });
    } catch (error) {
      if (aborted.signal.aborted) return false;
      throw error;
    } finally {
      unhook();
    }
    return await this.#emit(run, progress);
  }

  async #emit(run: EngineRun, progress: ProgressReporter): Promise<boolean> {
    const playhead = this.#playhead;
    await nextTurn();
    let turnEnds = performance.now() + TURN_MS;
    while (!this.#stopped && !playhead.rewinds) {
      const pending = run.advance(SLICE);
      const reached = typeof pending === "string" ? pending : await pending;
      if (reached === "end") return true;
      if (reached === "grid") {
        const ms = run.frame.ts / NS_PER_MS;
        if (await this.#show(run, ms)) {
          turnEnds = Math.max(turnEnds, performance.now());
        } else {
          this.#trades?.clear();
          if (!playhead.rewinds) progress.report("warmup", playhead.share(ms));
        }
      } else if (!playhead.hasBegun) {
        progress.report("warmup");
      }
      if (performance.now() >= turnEnds) {
        this.#attend(run);
        await nextTurn();
        turnEnds = performance.now() + TURN_MS;
      }
    }
    return false;
  }

  /** What is done now and then: figures, and a look at the raw file. */
  #attend(run: EngineRun): void {
    this.#meter.update(run);
    const now = performance.now();
    if (now < this.#looksAtMs) return;
    this.#looksAtMs = now + LOOK_MS;
    assertUnchanged(run.request.path, run.replay.bytes);
  }

  /** Waits until a grid is due and sends it; false when it is not wanted. */
  async #show(run: EngineRun, ms: number): Promise<boolean> {
    while (!this.#stopped) {
      const turn = this.#playhead.turn(ms);
      if (turn === "pass") return false;
      if (turn === "leap") this.outbox.text(this.#state());
      if (typeof turn === "string") {
        // Without waiting in between, or a control could be answered first and be belied by it.
        this.#send(run);
        return true;
      }
      await this.#wakeup.wait(turn);
    }
    return false;
  }

  #send({ frame }: EngineRun): void {
    lateness.observe(this.#playhead.lateMs / 1000);
    const head = { type: "grid_update", ...gridHead(frame) };
    this.outbox.grid(head, this.#encoder.encode(frame), this.#trades);
  }

  #end(run: EngineRun): void {
    assertUnchanged(run.request.path, run.replay.bytes);
    this.outbox.flush();
    this.#meter.update(run);
    // What was executed after the last grid; past it, when the end was reached by a seek.
    const { pipeline } = run;
    const trades = this.#playhead.hasArrived ? this.#trades?.take(`${pipeline.lastTsNs}`) : null;
    if (trades) this.outbox.text(trades);
    this.outbox.text(endMessage(run));
  }

  #state(): StateMessage {
    const ns = this.#midnightNs + BigInt(Math.round(this.#playhead.ms * NS_PER_MS));
    const { paused, speed } = this.#playhead;
    return { type: "state", paused, speed, ts_ns: `${ns < 0n ? 0n : ns}` };
  }

  /** Where the stream begins, on the scale of the playhead: at its start time or with the session. */
  #startMs(): number {
    return this.#msOf(
      this.#startTime === null
        ? this.#window().startNs
        : etTimeNs(this.request.dt, `${this.#startTime}:00`),
    );
  }

  #window(): SessionWindow {
    return sessionWindow(this.settings.instrument.product_type, this.request.dt);
  }

  /** On the scale of the playhead. */
  #msOf(ns: bigint): number {
    return Number(ns - this.#midnightNs) / NS_PER_MS;
  }
}

function endMessage(run: EngineRun): EndMessage {
  const { replay, pipeline } = run;
  return {
    type: "end",
    reason: "end_of_file",
    records_read: replay.decoder.recordsRead,
    records_kept: replay.records.counters.kept,
    boundaries: pipeline.counters.boundaries,
    grids: pipeline.counters.grids,
    ...integrityCounts(run),
    event_id: pipeline.book.eventId,
  };
}
