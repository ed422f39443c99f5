import { NoRawFile, UserError } from "../../engine/errors.ts";
import { type ResolvedRequest, resolveRequest } from "../../engine/request.ts";
import { clockOf, dayAndMinute } from "../../engine/session.ts";
import { isFollowed, originIdentity, originName } from "../../engine/source/origin.ts";
import type { FileIdentity } from "../../engine/source/raw_file.ts";
import { assertUnchanged } from "../../engine/source/unchanged.ts";
import { nextTurn, turnIsOver, type Urgency } from "../../engine/event_loop.ts";
import type {
  ControlMessage,
  EndMessage,
  ProgressMessage,
  StateMessage,
} from "../../engine/wire/messages.ts";
import { SIMULATED_START } from "../../cli/defaults.ts";
import { Feeds, sourceMessage } from "../live/feed.ts";
import type { ServerSettings } from "../settings.ts";
import { Answers } from "./answers.ts";
import { endMessage } from "./end_message.ts";
import type { RunReader, SharedRuns } from "./shared_runs.ts";
import { FINE_HISTORY_MS } from "./history_cells.ts";
import type { SharedRun, SharedRunRequest, Wants } from "./shared_run.ts";
import { GridCursor, type Next } from "./grid_cursor.ts";
import type { GridKind, RunGrid } from "./run_grid.ts";
import { MAX_WAITING_MS, type Outbox } from "./outbox.ts";
import { Playhead } from "./playhead.ts";
import { ProgressReporter } from "./progress_reporter.ts";
import type { Raster } from "./raster.ts";
import type { Claimant } from "./run_slots.ts";
import { runtimeConfig } from "./runtime_config.ts";
import { SessionScale } from "./session_scale.ts";
import { StreamFeed } from "./stream_feed.ts";
import type { StreamRequest } from "./stream_request.ts";
import { StandbyRun } from "./standby_run.ts";
import { jsonOf } from "./flow_tape.ts";
import { Untold } from "./untold.ts";
import { Wakeup } from "./wakeup.ts";

/** How often figures are told and the raw file is looked at, wall milliseconds. */
const ATTEND_MS = 1_000;

/** How soon a client is looked at again that has no room for more history, wall milliseconds. */
const HISTORY_WAIT_MS = 10;

/** How often a client that waits for a run hears of it, wall milliseconds. */
const QUEUED_MS = 500;

/** Why a wait ends when its client is gone. */
const STOPPED = Symbol("stopped");

type SeekMessage = Extract<ControlMessage, { action: "seek" }>;

/** From so far behind a feed on, the way to it is not played but skipped, event milliseconds. */
const SKIPS_MS = 30_000;

/** How a stream came to its end. */
export type StreamEnd = EndMessage["reason"] | "stopped";

/** What ends the reading of a shared run; "lost" when what is wanted is not to be had from it. */
type Interruption = "end" | "lost" | "rewinds" | "stopped";

/**
 * One client's stream: its own clock and pace, and a place in a shared run (docs/stream.md).
 *
 * It knows nothing of sockets but the outbox; controls come in through `control`, and whoever owns
 * the socket stops it with `stop`.
 */
export class StreamSession {
  /** Takes the answers to what the client sends. */
  readonly answers: Answers;
  readonly #playhead: Playhead;
  readonly #cursor: GridCursor;
  /** What the client has not been told of yet. */
  readonly #untold: Untold;
  /** The feed that is recorded into what is streamed; null for a file. */
  #feed: StreamFeed | null = null;
  /** What wakes this stream at the edge of a recording. */
  #more: Promise<void> | null = null;
  /** Where a seek has the balance of forces begin, until the run was told. */
  #readsFromMs: number | null = null;
  readonly #wakeup = new Wakeup();
  readonly #stop = new AbortController();
  /** On which the playhead's times are. */
  readonly #scale: SessionScale;
  /** First grid in force, HH:MM or HH:MM:SS America/New_York; null begins with the session. */
  #startTime: string | null;
  /** Whether the request was found good: what fails from then on is not the client's fault. */
  accepted = false;
  /** Whether the client has left the pace that it shares with others. */
  #strays = false;
  #sharedRequest: SharedRunRequest | null = null;
  #resolved: ResolvedRequest | null = null;
  /** Whether the client was told what is streamed. */
  #isIntroduced = false;
  /** Which file the raw file was when it was first opened. */
  #file: FileIdentity | null = null;
  /** A run of its own that is on its way to where the client is. */
  #standby: StandbyRun | null = null;
  /** Grids sent and left out, as far as they have been told. */
  #told = { grids: 0, dropped: 0 };
  #attendsAtMs = 0;
  #stopped = false;
  /** Whether the session that was waited for is over. */
  #hasEnded = false;

  /**
   * @param request what is streamed
   * @param settings the server's
   * @param outbox takes the messages
   * @param sharedRuns gives the grids
   * @param feeds tells what is recorded
   */
  constructor(
    readonly request: StreamRequest,
    readonly settings: ServerSettings,
    readonly outbox: Outbox,
    readonly sharedRuns: SharedRuns,
    readonly feeds: Feeds = new Feeds(),
  ) {
    this.answers = new Answers(outbox);
    this.#scale = new SessionScale(settings.instrument.product_type, request.dt);
    this.#startTime = request.startTime;
    this.#playhead = new Playhead(request.speed, this.#startMs(), request.history * 1e3);
    this.#cursor = new GridCursor(this.#playhead, request.settle);
    this.#untold = new Untold(request);
    // Who wants nothing old acknowledges soon; others may wait for as many grids as they like.
    const isFresh = request.settle || request.rate !== null;
    if (request.credit !== null) outbox.limit(request.credit, isFresh ? MAX_WAITING_MS : Infinity);
  }

  /**
   * Streams until the file ends or the session is stopped.
   *
   * @returns how it ended
   * @throws UserError when the request cannot be served, or its file is damaged
   */
  async run(): Promise<StreamEnd> {
    const { settings, request } = this;
    const runRequest = await this.#resolve();
    if (runRequest === null) return this.#hasEnded ? "session_over" : "stopped";
    this.#startTime = runRequest.startTime;
    this.#resolved = runRequest;
    this.#playhead.startsAt(this.#startMs());
    this.accepted = true;
    const { fields: { columns }, reading, session } = request;
    this.#sharedRequest = {
      run: runRequest,
      lake: settings.lake,
      historyMs: request.history * 1e3,
      wishes: { columns, reading, session },
    };
    let reader: RunReader | null = null;
    try {
      reader = await this.#queued(() => this.#join("new"));
      for (;;) {
        const came = await this.#play(reader);
        if (came === "stopped") return "stopped";
        if (came === "end" && !this.#playhead.rewinds) return this.#end(reader);
        await reader.leave();
        const { lastEvent } = reader;
        if (came === "lost" && !this.#playhead.rewinds) {
          reader = await this.#queued(() => this.#moved(lastEvent));
        } else {
          await this.#standby?.leave();
          this.#standby = null;
          this.#playhead.rewound();
          this.#untold.forget();
          reader = await this.#queued(() => this.#join("in"));
        }
      }
    } catch (error) {
      if (error === STOPPED) return "stopped";
      // The last whole grid, and how many were left out, come before why there are no more.
      this.outbox.flush();
      throw error;
    } finally {
      this.#feed?.[Symbol.dispose]();
      await this.#standby?.leave();
      await reader?.leave();
      this.#tell();
    }
  }

  /** Finds the file; of the session that is live now it is waited for. Null when the client is gone. */
  async #resolve(): Promise<ResolvedRequest | null> {
    const { settings, request } = this;
    const { live, lake, dt } = settings;
    const isNow = live && request.dt === dt;
    const place = { lake, simulatedStart: SIMULATED_START } as const;
    const sinceMs = Date.now();
    while (!this.#stopped) {
      if (isNow && settings.dt !== request.dt) return this.#isOver();
      try {
        const follow = isNow ? "always" : "recorded";
        const resolved = await resolveRequest(settings.instrument, request, { ...place, follow });
        if (!isFollowed(resolved.origin)) return resolved;
        // One in which nothing is may still be given up: a gateway that simulates has another.
        if (!isNow || originIdentity(resolved.origin)?.size !== 0n) {
          return await this.#follow(resolved, isNow && request.startTime === null);
        }
        const feed = this.feeds.of(originName(resolved.origin));
        this.outbox.text(sourceMessage(await feed.look(), 0));
      } catch (error) {
        if (!isNow || !(error instanceof NoRawFile)) throw error;
        const news = { state: "connecting", sinceMs, message: "no recording has begun" } as const;
        this.outbox.text(sourceMessage({ ...news, recorder: null }, 0));
      }
      this.answers.begin();
      await this.#wakeup.wait(ATTEND_MS);
    }
    return null;
  }

  /** Tells that a session is over of which nothing was recorded. */
  #isOver(): null {
    this.#hasEnded = true;
    this.outbox.text({ type: "end", reason: "session_over" } satisfies EndMessage);
    return null;
  }

  /**
   * Watches the feed that is recorded.
   *
   * @param resolved what is followed
   * @param fromEdge whether the stream begins with what comes now
   */
  async #follow(resolved: ResolvedRequest, fromEdge: boolean): Promise<ResolvedRequest> {
    const feed = this.feeds.of(originName(resolved.origin));
    this.#feed = new StreamFeed(feed, this.#playhead, this.#scale, this.outbox);
    const { recorder } = await feed.look();
    this.#feed.begin(() => this.answers.begin());
    if (!fromEdge) return resolved;
    if (this.#playhead.speed >= 1) this.#playhead.goLive();
    const lastNs = recorder?.lastEventNs ?? null;
    if (lastNs === null || this.#scale.msOf(lastNs) < this.#scale.beginMs) return resolved;
    const startNs = lastNs - lastNs % 1_000_000_000n;
    return { ...resolved, startNs, startTime: clockOf(startNs) };
  }

  /** Ends the session at the next occasion. */
  stop(): void {
    this.#stopped = true;
    this.#stop.abort(STOPPED);
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
        // It belongs to before the answer.
        if (playhead.paused) this.outbox.flush();
        break;
      case "step":
        if (!playhead.paused) throw new UserError("step is for a paused stream; send pause first");
        playhead.step();
        this.#strays = true;
        break;
      case "speed":
        this.#strays ||= message.value !== playhead.speed;
        playhead.speed = message.value;
        break;
      case "live":
        this.#goLive();
        break;
      case "restart":
        playhead.restart();
        this.#readsFromMs = null;
        this.#leave();
        break;
      case "seek":
        playhead.seek(this.#seekMs(message));
        this.#readsFromMs = playhead.ms - Math.max(FINE_HISTORY_MS, playhead.historyMs);
        this.#strays = true;
        this.#leave();
    }
    this.#wakeup.signal();
    return this.#state();
  }

  /** Goes to the edge of the feed: through what lies between, or past it. */
  #goLive(): void {
    const playhead = this.#playhead;
    if (this.#feed === null) {
      throw new UserError("live is for a session that is being recorded; this one is not");
    }
    const edgeMs = Math.floor(this.#feed.edgeMs / 1e3) * 1e3;
    if (edgeMs - playhead.ms > SKIPS_MS) {
      playhead.seek(edgeMs);
      this.#readsFromMs = edgeMs - Math.max(FINE_HISTORY_MS, playhead.historyMs);
      this.#strays = true;
      this.#leave();
    }
    playhead.goLive();
  }

  /** Leaves out what belongs to where the client was: it has asked to be elsewhere. */
  #leave(): void {
    this.#untold.leave();
    this.outbox.discard();
  }

  /** A place before the first grid; a seek is nobody else's business. */
  #join(claimant: Claimant): Promise<RunReader> {
    const { isSeeking, speed } = this.#playhead;
    const { signal } = this.#stop;
    if (isSeeking) return this.sharedRuns.readAlone(this.#aloneRequest(), 0, signal);
    this.#strays = false;
    return this.sharedRuns.join(this.#sharedRequest!, speed, claimant, signal);
  }

  /** A place after a grid, by its event, in a run of the client's own. */
  #moved(lastEvent: number): Promise<RunReader> {
    const standby = this.#standby;
    this.#standby = null;
    return Promise.resolve(
      standby?.take(lastEvent) ??
        this.sharedRuns.readAlone(this.#aloneRequest(), lastEvent, this.#stop.signal),
    );
  }

  /** What a run of the client's own runs. */
  #aloneRequest(): SharedRunRequest {
    const fromMs = this.#readsFromMs;
    this.#readsFromMs = null;
    return { ...this.#sharedRequest!, ...(fromMs !== null && { readingFromMs: fromMs }) };
  }

  /** Gets a place, and tells the client meanwhile that it waits for one. */
  async #queued(place: () => Promise<RunReader>): Promise<RunReader> {
    const told = setInterval(() => {
      this.outbox.text(
        {
          type: "progress",
          phase: "queued",
          fraction: 0,
          events: 0,
          ts_ns: this.#state().ts_ns,
        } satisfies ProgressMessage,
      );
      this.answers.begin();
    }, QUEUED_MS);
    try {
      return await place();
    } finally {
      clearInterval(told);
    }
  }

  /** Sees to a run of the client's own in time, when it will have to leave the others. */
  #prepare({ shared, isAlone, position, lastEvent }: RunReader): void {
    if (isAlone || this.#standby !== null || this.#playhead.isSeeking) return;
    if (!(this.#strays && shared.ring.next > 0) && !shared.isAlmostLost(position)) return;
    // Without one more run now, the client waits for it when it cannot go on without.
    const own = this.sharedRuns.tryAlone(this.#sharedRequest!, lastEvent);
    if (own !== null) this.#standby = new StandbyRun(own, () => this.#wakeup.signal());
  }

  #seekMs(message: SeekMessage): number {
    const startTime = this.#startTime;
    const to = "value" in message ? message.value : message.ts_ns;
    const toMs = "value" in message ? this.#scale.timeMs("seek", to) : this.#scale.instantMs(to);
    if (startTime !== null && toMs < this.#startMs()) {
      throw new UserError(
        `seek ${to}, ${dayAndMinute(this.#scale.nsOf(toMs))} New York, is before this stream's ` +
          `start_time ${startTime}; open a stream with an earlier start_time`,
      );
    }
    return toMs;
  }

  /** Plays a shared run for as long as it serves. */
  async #play(reader: RunReader): Promise<Interruption> {
    const { shared } = reader;
    const playhead = this.#playhead;
    const run = await shared.opened();
    // A file that was replaced meanwhile is another session.
    this.#file ??= run.session.bytes.identity;
    assertUnchanged(run.request.origin, this.#file);
    const progress = new ProgressReporter(run, this.outbox);
    const wants: Wants = (ms, kind) => !playhead.passes(ms, kind);
    await this.#untilBooked(reader, progress);
    for (;;) {
      this.#introduce(shared);
      if (this.#stopped) return "stopped";
      if (playhead.rewinds) return "rewinds";
      if (turnIsOver()) {
        this.#attend(shared);
        await nextTurn(this.#urgency(reader));
        continue;
      }
      this.#prepare(reader);
      if (this.#standby?.isReady) return "lost";
      if (this.#readsFromMs !== null && reader.isAlone) {
        if (this.#readsFromMs > shared.reachedMs) shared.readFrom(this.#readsFromMs);
        this.#readsFromMs = null;
      }
      const next = this.#cursor.next(reader, this.#raster);
      if (next !== null) {
        const wait = this.#do(next, reader, progress);
        if (wait > 0) await this.#wait(this.#tellReading(wait, next.grid.ms), shared);
        continue;
      }
      if (reader.isLost) return "lost";
      if (shared.hasEnded) return "end";
      if (this.#strays) {
        if (reader.isAlone) shared.stopJoining();
        else if (shared.ring.next > 0 && (playhead.isSeeking || !shared.hasRoom)) return "lost";
      }
      // A seek meanwhile may have the run let it go.
      if (reader.grid !== undefined) this.#untold.meet(reader.grid);
      const pending = shared.advance(wants);
      const step = typeof pending === "string" ? pending : await pending;
      this.#introduce(shared);
      if (step === "edge") {
        await this.#waitAtEdge(shared);
      } else if (step === "passed") {
        this.#untold.forget();
        this.#pass(shared.reachedMs, progress);
      } else if (step !== "grid" && step !== "had" && !playhead.hasBegun) {
        progress.report("warmup");
      }
    }
  }

  /** Whether the client waits for the next grid, or work is done ahead of its clock. */
  #urgency({ grid, shared }: RunReader): Urgency {
    if (!this.#playhead.hasArrived) return "ahead";
    const ms = grid?.dueMs ?? shared.reachedMs;
    return this.#playhead.isWaitingPast(ms) ? "due" : "ahead";
  }

  /** Says what is streamed, as soon as the first record, or the end, tells how the file begins. */
  #introduce(shared: SharedRun): void {
    const { beginsInside } = shared.run;
    if (this.#isIntroduced || (beginsInside === null && !shared.hasEnded)) return;
    this.#isIntroduced = true;
    const { request, settings: { instrument } } = this;
    this.outbox.text(runtimeConfig(request, this.#resolved!, instrument, shared.run));
    this.answers.begin();
    // Whether it is live, no answer has told yet.
    if (this.#feed === null) return;
    this.outbox.text(this.#state());
    this.#feed.tell();
  }

  /** Waits for the book, unless something comes between. */
  async #untilBooked(reader: RunReader, progress: ProgressReporter): Promise<void> {
    reader.onProgress = () => {
      this.#introduce(reader.shared);
      if (!this.#playhead.hasBegun && this.#isIntroduced) progress.report("bootstrap");
    };
    const { promise: interrupted, resolve } = Promise.withResolvers<void>();
    const interrupt = () => {
      if (this.#stopped || this.#playhead.rewinds) resolve();
    };
    interrupt();
    const unhook = this.#wakeup.onSignal(interrupt);
    try {
      await Promise.race([reader.shared.bookReady(), interrupted]);
    } finally {
      unhook();
      reader.onProgress = () => {};
    }
  }

  /** Waits for a grid's time, a control, or the time to look after things. */
  async #wait(ms: number, shared: SharedRun): Promise<void> {
    await this.#wakeup.wait(Math.min(ms, ATTEND_MS));
    this.#attend(shared);
  }

  /** Waits where the feed has brought no more; who comes here is live from now on. */
  async #waitAtEdge(shared: SharedRun): Promise<void> {
    if (!shared.isAtEdge) return;
    if (this.#playhead.joinsEdge(shared.reachedMs)) this.outbox.text(this.#state());
    const more = shared.more();
    if (more !== this.#more) void (this.#more = more).then(() => this.#wakeup.signal());
    await this.#wait(this.#tellReading(ATTEND_MS), shared);
  }

  /**
   * Tells what the balance of forces has become since the last grid.
   *
   * @param waitMs what is waited for besides, wall milliseconds
   * @param untilMs event time of the next grid, which tells what happens from then on
   * @returns how long to wait until it becomes something else, at most `waitMs`
   */
  #tellReading(waitMs: number, untilMs = Infinity): number {
    for (;;) {
      const due = this.#untold.ahead;
      if (due === undefined || due.ms >= untilMs) return waitMs;
      const left = this.#playhead.until(due.ms);
      if (left > 0) return Math.min(waitMs, left);
      this.#untold.takeAhead();
      this.outbox.encoded(due.json);
    }
  }

  /** Tells what the balance became before a grid that is shown: a grid may come too late to have waited. */
  #tellReadingBefore({ ms }: RunGrid): void {
    const untold = this.#untold;
    for (let due = untold.ahead; due !== undefined && due.ms < ms; due = untold.ahead) {
      untold.takeAhead();
      this.outbox.encoded(due.json);
    }
  }

  /** What is done now and then: figures, and a look at the raw file. */
  #attend(shared: SharedRun): void {
    const now = performance.now();
    if (now < this.#attendsAtMs) return;
    this.#attendsAtMs = now + ATTEND_MS;
    this.#tell();
    shared.checkIfDue();
  }

  /** Tells the figures of this client. */
  #tell(): void {
    const { grids, dropped } = this.outbox;
    const { gridsTotal, droppedTotal } = this.sharedRuns.metrics;
    gridsTotal.inc(grids - this.#told.grids);
    droppedTotal.inc(dropped - this.#told.dropped);
    this.#told = { grids, dropped };
  }

  /** Passes by what lies before the first grid that is wanted. */
  #pass(ms: number, progress: ProgressReporter): void {
    const playhead = this.#playhead;
    if (!playhead.isSeeking && !playhead.rewinds) return progress.report("warmup");
    playhead.passed(ms);
    progress.report("warmup", playhead.share(ms));
  }

  /** Sends a grid when it is due, or passes it by; else how long to wait, wall milliseconds. */
  #do(next: Next, reader: RunReader, progress: ProgressReporter): number {
    const { grid } = next;
    this.#untold.meet(grid);
    if (next.what === "wait") return next.ms;
    if (next.what !== "show") {
      // Who seeks it now has to go back.
      if (next.what === "leave out") this.#playhead.passed(grid.ms);
      reader.pass();
      this.#untold.leaveOut(grid, this.#playhead.hasArrived);
      if (next.what === "pass") this.#pass(grid.ms, progress);
      return 0;
    }
    if (next.as === "history") {
      // None of it is left out.
      if (!this.outbox.hasRoom()) return HISTORY_WAIT_MS;
      this.#playhead.passed(grid.ms);
    } else {
      if (this.outbox.isTakingWhole && !this.outbox.hasRoom()) return HISTORY_WAIT_MS;
      const { shared, position } = reader;
      const isBehind = next.dueMs === grid.dueMs || !shared.isAtEdge ||
        shared.ring.at(position + 1) !== undefined;
      const decision = this.#playhead.decide(next.dueMs, isBehind, grid.resumedMs);
      if (typeof decision === "number") return decision;
      if (decision === "leap") this.outbox.text(this.#state());
      else this.#tellReadingBefore(grid);
      this.sharedRuns.metrics.lateness.observe(this.#playhead.lateMs / 1000);
    }
    // Without waiting in between, or a control could be answered first and be belied by it.
    this.#send(grid, next.as, reader);
    return 0;
  }

  #send(grid: RunGrid, as: GridKind, reader: RunReader): void {
    const { outbox } = this;
    const { tsNs } = grid;
    const told = this.#untold.takeWith(grid, as);
    for (const gap of this.#untold.takeGaps()) outbox.text(gap);
    const pair = reader.shared.ring.pair(reader.position, reader.view, as);
    reader.pass();
    outbox.grid({ pair, tsNs, ...told });
    if (as === "history") outbox.keepsWhole();
  }

  /** The client's raster; null for none. */
  get #raster(): Raster | null {
    const { rate, throttleMs } = this.request;
    const { isLive, speed } = this.#playhead;
    if (rate === null) return null;
    const ms = (isLive ? 1 : speed) * 1e3;
    if (ms > throttleMs * rate) return { ms, cells: rate };
    // At the edge none of its cells has two grids, and none waits for the end of its cell.
    return isLive ? null : { ms: throttleMs, cells: 1 };
  }

  #end({ shared }: RunReader): StreamEnd {
    shared.checkNow();
    this.outbox.flush();
    this.#tell();
    // What happened after the last grid; past it, when the end was reached by a seek.
    const lastNs = `${shared.run.pipeline.lastTsNs}`;
    const flow = this.#untold.takeRest(shared.lastFlow(), this.#playhead.hasArrived, lastNs);
    for (const json of flow === null ? [] : jsonOf(flow)) this.outbox.encoded(json);
    const message = endMessage(shared.run);
    this.outbox.text(message);
    return message.reason;
  }

  #state(): StateMessage {
    const ns = this.#scale.nsOf(this.#playhead.ms);
    const { paused, speed } = this.#playhead;
    return {
      ...{ type: "state", paused, speed, ts_ns: `${ns < 0n ? 0n : ns}` },
      ...(this.#feed !== null && {
        live: this.#playhead.isLive,
        behind_ms: Math.round(this.#feed.behindMs),
      }),
    };
  }

  /** Where the stream begins, on the scale of the playhead: at its start time or with the session. */
  #startMs(): number {
    // Where one that is live was joined, though that time of day had been there before.
    const startNs = this.#resolved?.startNs ?? null;
    if (startNs !== null) return this.#scale.msOf(startNs);
    if (this.#startTime !== null) return this.#scale.timeMs("start_time", this.#startTime);
    return this.#scale.beginMs;
  }
}
