import { ensureBookCache } from "../../engine/cache.ts";
import { EngineRun, type Progress, type RunRequest, throttleNs } from "../../engine/run.ts";
import { nextTurn } from "../../engine/event_loop.ts";
import { gridHead } from "../../engine/encode/jsonl.ts";
import { midnightNs } from "../../engine/session.ts";
import { EXTRA_FIELDS, extrasOf, SIDE_FIELDS } from "../../engine/wire/fields.ts";
import { log } from "../log.ts";
import type { Metrics } from "../metrics.ts";
import { GridRing } from "./grid_ring.ts";
import type { GridKind, RunGrid } from "./run_grid.ts";
import { GridView, type GridWishes } from "./grid_view.ts";
import {
  COARSE_MS,
  FINE_HISTORY_MS,
  FINE_MS,
  historyCell,
  MOST_HISTORY_MS,
} from "./history_cells.ts";
import { RunEdge } from "./run_edge.ts";
import { RunReading } from "./run_reading.ts";
import { RunMeter } from "./run_meter.ts";
import { type Flow, FlowTape } from "./flow_tape.ts";
import type { GapMessage, StateChangeMessage } from "../../engine/wire/messages.ts";

/** The decoder's buffer is small here: there may be one for every client. */
const DECODER_BYTES = 64 * 1024;

/** How often the raw file is looked at, wall milliseconds. */
const LOOK_MS = 1_000;

const NS_PER_MS = 1e6;

/**
 * @param request what is run
 * @returns whether totals of buckets are wanted: who wants none has a run without
 */
export function keepsTotals({ wishes }: Pick<SharedRunRequest, "wishes">): boolean {
  return extrasOf(wishes.columns).totals;
}

/** What a shared run runs. */
export interface SharedRunRequest {
  run: RunRequest;
  /** Folder of the lake. */
  lake: string;
  /**
   * Where the balance of forces begins to be followed, event milliseconds since the session's midnight;
   * left out, a minute before the first grid.
   */
  readingFromMs?: number;
  /** From how long before the first grid the client wants grids, milliseconds; others come upon none. */
  historyMs: number;
  /** What the client wants of each grid. */
  wishes: GridWishes;
}

/** What `SharedRun.advance` came to; "passed" is a grid that its only reader did not want, or had. */
export type SharedStep = Progress | "passed" | "had";

/** Whether a grid of a kind and an event time, milliseconds, is wanted. */
export type Wants = (ms: number, kind: GridKind) => boolean;

/** Who reads a shared run. */
export interface Reader {
  /** Number of the grid that it wants next. */
  position: number;
  /** The event of the last grid that it had, of this run or another; what comes up to there is passed. */
  readonly lastEvent: number;
  /** Whether it reads grids of before the first one. */
  readonly wantsHistory: boolean;
  /** How grids are sent to it. */
  readonly view: GridView;
  /** Hears of progress of the bootstrap. */
  onProgress: () => void;
}

/**
 * One run of the engine and its last grids, for all who read them, each at its own pace: those of the
 * throttle, before them some of warm-up, and between them boundaries that have settled. What clients
 * want of a grid alike is made once. Whoever wants a grid that has not come yet works for it with
 * `advance`.
 */
export class SharedRun {
  readonly ring = new GridRing();
  readonly #readers = new Set<Reader>();
  readonly #views = new Map<string, GridView>();
  readonly #tape = new FlowTape();
  readonly #throttleMs: number;
  /** Event time of the start; null for a run without one. */
  readonly #startMs: number | null;
  readonly #aborted = new AbortController();
  readonly #opened: Promise<EngineRun>;
  #run: EngineRun | null = null;
  #meter: RunMeter | null = null;
  #bookReady: Promise<void> | null = null;
  #pending: Promise<SharedStep> | null = null;
  #failure: { error: unknown } | null = null;
  #ended = false;
  #isJoinable: boolean;
  /** The first grid of the throttle: its number and time, and what was held before it. */
  #begin: { number: number; ms: number; bytes: number } | null = null;
  /** The last grid of warm-up, until its cell of time is over; without a grid when nobody wants it. */
  #remembered: {
    cell: number;
    ms: number;
    grid: RunGrid | null;
    changes: StateChangeMessage[];
  } | null = null;
  /** The last grid of before the first one that was let go of. */
  #letGoMs = -Infinity;
  #reading: RunReading | null = null;
  /** Null but at the edge of a recording. */
  #edge: RunEdge | null = null;
  /** When the last grid of the throttle was. */
  #emittedMs = 0;
  #looksAtMs = 0;
  /** That the raw file is not what it was; what was read before is good. */
  #changed: { error: unknown } | null = null;

  /**
   * @param request what is run
   * @param share bytes that its grids may take now
   * @param metrics the server's
   * @param mayBeJoined whether others may come yet, from the first grid on
   */
  constructor(
    readonly request: SharedRunRequest,
    readonly share: (shared: SharedRun) => number,
    readonly metrics: Metrics,
    mayBeJoined: boolean,
  ) {
    this.#isJoinable = mayBeJoined;
    const { run } = request;
    const { startNs, throttleMs } = run;
    this.#throttleMs = throttleMs;
    this.#startMs = startNs === null ? null : Number(startNs - midnightNs(run.dt)) / NS_PER_MS;
    const source = { ...run, capacity: DECODER_BYTES, signal: this.#aborted.signal };
    const extras = {
      trades: this.#tape,
      events: this.#tape,
      historyNs: MOST_HISTORY_MS * NS_PER_MS,
      settles: true,
      sides: true,
      totals: keepsTotals(request),
    };
    this.#opened = nextTurn().then(() => EngineRun.open(source, extras));
    this.#opened.catch((error) => this.#failure = { error });
  }

  /**
   * How grids are sent to those who want the same of them.
   *
   * @param wishes what is wanted
   */
  view(wishes: GridWishes): GridView {
    const key = JSON.stringify(wishes);
    let view = this.#views.get(key);
    if (view === undefined) this.#views.set(key, view = new GridView(wishes));
    return view;
  }

  /**
   * Begins to follow the balance of forces anew.
   *
   * @param fromMs with the first grid from this event time on
   */
  readFrom(fromMs: number): void {
    this.#reading!.restart(fromMs);
  }

  /** How many read it. */
  get readers(): number {
    return this.#readers.size;
  }

  /**
   * Whether it can be joined: it has its first grid still, with the history that is wanted, and its
   * readers are close together.
   *
   * @param historyMs from how long before the first grid grids are wanted, milliseconds; default none
   */
  isJoinable(historyMs = 0): boolean {
    return this.#isJoinable && this.#readers.size > 0 &&
      this.#failure === null && this.#changed === null &&
      (historyMs === 0 || this.#letGoMs < (this.#startMs ?? Infinity) - historyMs);
  }

  /**
   * Event time that the run has come to, milliseconds since the session's midnight: what comes next is no
   * earlier.
   */
  get reachedMs(): number {
    return this.#remembered?.ms ?? this.run.pipeline.lastTs / NS_PER_MS;
  }

  /**
   * Where who comes now begins.
   *
   * @param wantsHistory whether with what there is of before the first grid
   * @returns the number of a grid
   */
  placeFor(wantsHistory: boolean): number {
    const { first, next } = this.ring;
    return wantsHistory ? first : Math.max(first, this.#begin?.number ?? next);
  }

  /** Whether the file is exhausted. */
  get hasEnded(): boolean {
    return this.#ended;
  }

  /** Whether all that is there of a recording was taken, and more may come: `more` tells when. */
  get isAtEdge(): boolean {
    return this.#edge !== null;
  }

  /** Resolves when `advance` may find more at the edge. */
  more(): Promise<void> {
    return this.#edge!.more(this.run);
  }

  /** Whether there is room for one that hurries ahead of the others. */
  get hasRoom(): boolean {
    return this.ring.bytes * 2 <= this.share(this);
  }

  /**
   * Whether a grid is soon let go for want of room.
   *
   * @param number of the grid
   */
  isAlmostLost(number: number): boolean {
    const { bytes, first, next } = this.ring;
    return bytes * 4 > this.share(this) * 3 && (number - first) * 4 < next - first;
  }

  /** Lets go of how grids were sent to one that has left, when nobody else gets them so. */
  #forget(view: GridView): void {
    for (const reader of this.#readers) if (reader.view === view) return;
    this.#views.delete(JSON.stringify(view.wishes));
  }

  /** The run, once its file is open. */
  async opened(): Promise<EngineRun> {
    const run = this.#run = await this.#opened;
    this.#meter ??= new RunMeter(run, this.metrics);
    if (this.#reading === null) {
      const { readingFromMs = (this.#startMs ?? -Infinity) - FINE_HISTORY_MS } = this.request;
      this.#reading = new RunReading(run, readingFromMs);
      if (this.#startMs !== null) run.pipeline.throttle(throttleNs(this.#coarseMs));
    }
    return run;
  }

  /** The run; there is one from `opened` on. */
  get run(): EngineRun {
    return this.#run!;
  }

  /** Lets nobody join any more. */
  stopJoining(): void {
    this.#isJoinable = false;
  }

  /** Rebuilds the book or takes it from the cache, once for all readers. */
  bookReady(): Promise<void> {
    if (this.#bookReady === null) {
      this.#bookReady = this.#book();
      this.#bookReady.catch((error) => this.#failure = { error });
    }
    return this.#bookReady;
  }

  /** Adds a reader. */
  join(reader: Reader): void {
    this.#readers.add(reader);
  }

  /** Takes a reader away; with the last one the run ends, and its file is closed then. */
  async leave(reader: Reader): Promise<void> {
    this.#readers.delete(reader);
    this.#forget(reader.view);
    if (this.#readers.size > 0) return;
    this.#aborted.abort();
    await Promise.allSettled([this.#bookReady, this.#pending]);
    const run = await this.#opened.catch(() => null);
    this.#meter?.update();
    run?.close();
  }

  /**
   * Works towards the next grid.
   *
   * @param wants whether the caller wants a grid of an event time, milliseconds; one that it does
   * not want is not kept when nobody else reads
   * @returns what it came to; a promise when bytes have to be waited for
   * @throws UserError on a damaged or truncated file, for every reader
   */
  advance(wants: Wants): SharedStep | Promise<SharedStep> {
    if (this.#failure !== null) throw this.#failure.error;
    if (this.#ended) return "end";
    if (this.#pending !== null) return this.#pending;
    try {
      if (this.#edge?.settles(this.run)) return this.#take("settled", wants);
      const reached = this.run.step();
      if (typeof reached === "string") {
        return this.#note(reached, wants);
      }
      this.#pending = this.#wait(reached, wants);
      return this.#pending;
    } catch (error) {
      this.#failure = { error };
      throw error;
    }
  }

  /** What happened after the last grid; null when there is nothing. */
  lastFlow(): Flow | null {
    return this.#tape.told(`${this.run.pipeline.lastTsNs}`);
  }

  /**
   * Counts what was done, and now and then looks at the raw file.
   *
   * @throws UserError when it is not the one that was opened
   */
  checkIfDue(): void {
    if (this.#changed !== null) throw this.#changed.error;
    const now = performance.now();
    if (now < this.#looksAtMs) return;
    this.#looksAtMs = now + LOOK_MS;
    this.checkNow();
  }

  /**
   * As `checkIfDue`, at once.
   *
   * @throws UserError when the raw file is not the one that was opened
   */
  checkNow(): void {
    this.#meter!.update();
    try {
      this.run.assertUnchanged();
    } catch (error) {
      this.#changed = { error };
      throw error;
    }
  }

  async #book(): Promise<void> {
    const run = await this.opened();
    const cache = await ensureBookCache(run, {
      lake: this.request.lake,
      onProgress: () => {
        for (const reader of this.#readers) reader.onProgress();
      },
      signal: this.#aborted.signal,
    });
    // They are not in a cache, and lie before all that is shown.
    run.pipeline.takeGaps();
    if (cache?.problem) log("WARNING", cache.problem);
    if (cache?.hit) this.#meter!.begin();
    else this.#meter!.update();
    if (cache) this.metrics.bookCacheTotal.inc({ result: cache.hit ? "hit" : "built" });
  }

  async #wait(
    reached: Promise<Progress>,
    wants: Wants,
  ): Promise<SharedStep> {
    try {
      const step = await reached;
      return this.#note(step, wants);
    } catch (error) {
      this.#failure = { error };
      throw error;
    } finally {
      this.#pending = null;
    }
  }

  #note(step: Progress, wants: Wants): SharedStep {
    if (step === "edge") {
      const { eventId } = this.run.frame;
      // What came meanwhile, and was no grid, stands there anew.
      if (this.#edge?.eventId !== eventId) this.#edge = new RunEdge(eventId, this.#throttleMs);
      return step;
    }
    this.#edge = null;
    if (step === "grid" || step === "history" || step === "settled") return this.#take(step, wants);
    if (step === "end") {
      this.#recall();
      this.#ended = true;
    }
    return step;
  }

  /** Takes the grid in the run's frame: into the ring, or past its only reader. */
  #take(kind: GridKind, wants: Wants): SharedStep {
    const { frame, pipeline } = this.run;
    const ms = frame.ts / NS_PER_MS;
    const isWanted = this.#readers.size !== 1 || this.#isJoinable || wants(ms, kind);
    if (kind === "settled") this.#reading!.pass();
    else this.#reading!.take(ms, this.#isWished("reading"));
    if (kind === "history") return this.#remember(ms, isWanted);
    if (this.#begin === null) {
      pipeline.throttle(throttleNs(this.#throttleMs));
      this.#recall();
      this.#begin = { number: this.ring.next, ms, bytes: this.ring.bytes };
    }
    const changes = this.#reading!.takeChanges();
    const dueMs = kind === "settled" ? this.#emittedMs + this.#throttleMs : ms;
    if (kind === "grid") this.#emittedMs = ms;
    const isHad = this.#isHad(frame.eventId);
    if (!isWanted || isHad) {
      this.#pass();
      // What has settled tells of nothing to who does not see it: it goes with the next grid. Who met it
      // before has what happened up to there, or keeps it.
      if (isHad || kind !== "settled") this.#tape.clear();
      // It was told of them, too.
      if (isHad) pipeline.takeGaps();
      return isHad ? "had" : "passed";
    }
    this.ring.push({
      ...this.#look(kind, ms, dueMs),
      changes,
      flow: this.#tape.take(`${frame.tsNs}`),
      gaps: this.#gaps(),
    });
    this.#trim(ms);
    return "grid";
  }

  /** Keeps a grid of warm-up until its cell is over. */
  #remember(ms: number, isWanted: boolean): SharedStep {
    const fromMs = this.#startMs! - FINE_HISTORY_MS;
    // The last second before the fine part is in cells of its own.
    if (ms >= fromMs - COARSE_MS) this.run.pipeline.throttle(throttleNs(this.#throttleMs));
    const cell = historyCell(ms, fromMs);
    const before = this.#remembered?.cell === cell ? this.#remembered.changes : [];
    const isNew = this.#remembered !== null && this.#remembered.cell !== cell;
    const gapsBefore = isNew ? [] : this.#remembered?.grid?.gaps ?? [];
    if (isNew) this.#recall();
    const changes = [...before, ...this.#reading!.takeChanges()];
    const grid = isWanted ? this.#look("history", ms, ms) : null;
    // What comes between it and the next belongs to that.
    if (grid !== null) grid.gaps = [...gapsBefore, ...this.#gaps()];
    this.#remembered = { cell, ms, grid, changes };
    if (!isNew) return "budget";
    if (isWanted) return "grid";
    return this.#isHad(this.run.frame.eventId) ? "had" : "passed";
  }

  /** Gives the grid of warm-up that was kept. */
  #recall(): void {
    const remembered = this.#remembered;
    this.#remembered = null;
    if (remembered === null) return;
    const { grid, changes } = remembered;
    if (grid === null || this.#isHad(grid.eventId)) return this.#pass();
    this.ring.push({ ...grid, changes });
    for (const reader of this.#readers) {
      if (!reader.wantsHistory) reader.position = Math.max(reader.position, this.ring.next);
    }
    while (this.ring.bytes > this.share(this) && this.ring.next - this.ring.first > 1) {
      this.#letGo();
    }
  }

  /** Lets the oldest grid of before the first one go. */
  #letGo(): void {
    const { ring } = this;
    this.#letGoMs = ring.at(ring.first)!.ms;
    ring.drop();
  }

  /** Counts a grid that the only reader does not want. */
  #pass(): void {
    for (const reader of this.#readers) {
      reader.position = Math.max(reader.position, this.ring.next + 1);
    }
    this.ring.skip();
  }

  /**
   * Whether the only reader had the grid of an event. Grids are told apart by that: how many come before
   * one depends on when a recording was read, for what stands at its edge settles with time.
   */
  #isHad(eventId: number): boolean {
    return this.#readers.size === 1 && eventId <= [...this.#readers][0]!.lastEvent;
  }

  /** The grid in the run's frame. */
  #look(kind: GridKind, ms: number, dueMs: number): RunGrid {
    const { frame, pipeline } = this.run;
    return {
      ...{ kind, ms, dueMs, resumedMs: pipeline.resumedTs / NS_PER_MS },
      ...{ tsNs: `${frame.tsNs}`, eventId: frame.eventId },
      head: JSON.stringify(gridHead(frame)).slice(1, -1),
      columns: frame.copyColumns(keepsTotals(this.request) ? EXTRA_FIELDS.length : SIDE_FIELDS),
      reading: this.#isWished("reading") ? this.#reading!.json() : null,
      readingAhead: this.#isWished("reading") && kind !== "history" ? this.#reading!.ahead() : [],
      session: this.#isWished("session") ? this.#reading!.sessionJson() : null,
      ...{ changes: [], flow: null, gaps: [] },
    };
  }

  /** What the feed has left out since the last grid that was kept. */
  #gaps(): GapMessage[] {
    return this.run.pipeline.takeGaps().map(({ fromNs, toNs }) => ({
      ...{ type: "gap", from_ts_ns: `${fromNs}`, to_ts_ns: `${toNs}` },
    }));
  }

  /** Whether somebody wants it, or may come who does. */
  #isWished(what: "reading" | "session"): boolean {
    return this.#isJoinable || [...this.#views.values()].some(({ wishes }) => wishes[what]);
  }

  /** Lets go what nobody wants, and what there is no room for. */
  #trim(ms: number): void {
    const { ring } = this;
    const room = this.share(this);
    const begin = this.#begin!;
    // What came before the first grid goes first: it keeps nobody out of the run but who wants it.
    while (ring.first < begin.number && ring.bytes * 2 > room) {
      const { bytes } = ring;
      this.#letGo();
      begin.bytes = Math.max(0, begin.bytes - (bytes - ring.bytes));
    }
    // So close that a busier time of day cannot part them: at most half of the room lies between.
    const bytes = (ring.bytes - begin.bytes) / Math.max(1, ring.next - begin.number);
    this.#isJoinable &&= ring.first <= begin.number &&
      (ms - begin.ms) * bytes * 2 <= (room - begin.bytes) * this.#throttleMs;
    if (!this.#isJoinable) ring.dropBefore(this.#slowest());
    while (ring.bytes > room && ring.next - ring.first > 1) ring.drop();
  }

  #slowest(): number {
    let slowest = Infinity;
    for (const { position } of this.#readers) slowest = Math.min(slowest, position);
    return slowest;
  }

  /** How far grids of the coarse part lie apart at least: near enough for the last ones of its cells. */
  get #coarseMs(): number {
    return Math.max(FINE_MS, this.#throttleMs);
  }
}
