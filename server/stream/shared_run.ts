import { ensureBookCache } from "../../engine/cache.ts";
import { EngineRun, type Progress, type RunRequest } from "../../engine/run.ts";
import { nextTurn } from "../../engine/event_loop.ts";
import { GridEncoder } from "../../engine/encode/arrow.ts";
import type { StreamFields } from "../../engine/wire/field_list.ts";
import { gridHead } from "../../engine/encode/jsonl.ts";
import { log } from "../log.ts";
import type { Metrics } from "../metrics.ts";
import { GridRing } from "./grid_ring.ts";
import { RunMeter } from "./run_meter.ts";
import { TradeTape } from "./trade_tape.ts";

/** The decoder's buffer is small here: there may be one for every client. */
const DECODER_BYTES = 64 * 1024;

/** How often the raw file is looked at, wall milliseconds. */
const LOOK_MS = 1_000;

const NS_PER_MS = 1e6;

/** What a shared run runs, and what of each grid it encodes. */
export interface SharedRunRequest {
  run: RunRequest;
  fields: StreamFields;
  /** Folder of the lake. */
  lake: string;
}

/** What `SharedRun.advance` came to; "passed" is a grid that its only reader did not want. */
export type SharedStep = Progress | "passed";

/** Who reads a shared run. */
export interface Reader {
  /** Number of the grid that it wants next. */
  position: number;
  /** Hears of progress of the bootstrap. */
  onProgress: () => void;
}

/**
 * One run of the engine and its last grids, encoded once for all who read them, each at its own
 * pace. Whoever wants a grid that has not come yet works for it with `advance`.
 */
export class SharedRun {
  readonly ring = new GridRing();
  readonly #readers = new Set<Reader>();
  readonly #encoder: GridEncoder;
  readonly #tape: TradeTape | null;
  readonly #aborted = new AbortController();
  readonly #opened: Promise<EngineRun>;
  #run: EngineRun | null = null;
  #meter: RunMeter | null = null;
  #bookReady: Promise<void> | null = null;
  #pending: Promise<SharedStep> | null = null;
  #failure: { error: unknown } | null = null;
  #ended = false;
  #isJoinable: boolean;
  #firstMs = 0;
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
    const { fields, run } = request;
    this.#encoder = new GridEncoder(fields.columns);
    this.#tape = fields.trades ? new TradeTape() : null;
    const source = { ...run, capacity: DECODER_BYTES };
    this.#opened = nextTurn().then(() =>
      EngineRun.open(source, { trades: this.#tape ?? undefined })
    );
    this.#opened.catch((error) => this.#failure = { error });
  }

  /** How many read it. */
  get readers(): number {
    return this.#readers.size;
  }

  /** Whether it can be joined: it has its first grid still, and its readers are close together. */
  get isJoinable(): boolean {
    return this.#isJoinable && this.#readers.size > 0 &&
      this.#failure === null && this.#changed === null;
  }

  /** Whether the file is exhausted. */
  get hasEnded(): boolean {
    return this.#ended;
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

  /** The run, once its file is open. */
  async opened(): Promise<EngineRun> {
    this.#run = await this.#opened;
    this.#meter ??= new RunMeter(this.#run, this.metrics);
    return this.#run;
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
   * not want is not encoded when nobody else reads
   * @returns what it came to; a promise when bytes have to be waited for
   * @throws UserError on a damaged or truncated file, for every reader
   */
  advance(wants: (ms: number) => boolean): SharedStep | Promise<SharedStep> {
    if (this.#failure !== null) throw this.#failure.error;
    if (this.#ended) return "end";
    if (this.#pending !== null) return this.#pending;
    try {
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

  /** The executions after the last grid, as a message; null when there are none. */
  lastTrades(): string | null {
    const message = this.#tape?.message(`${this.run.pipeline.lastTsNs}`) ?? null;
    return message && JSON.stringify(message);
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
    if (cache?.problem) log("WARNING", cache.problem);
    if (cache?.hit) this.#meter!.begin();
    else this.#meter!.update();
    if (cache) this.metrics.bookCacheTotal.inc({ result: cache.hit ? "hit" : "built" });
  }

  async #wait(
    reached: Promise<Progress>,
    wants: (ms: number) => boolean,
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

  #note(step: Progress, wants: (ms: number) => boolean): SharedStep {
    if (step === "grid") return this.#take(wants);
    if (step === "end") this.#ended = true;
    return step;
  }

  /** Takes the grid in the run's frame: into the ring, or past its only reader. */
  #take(wants: (ms: number) => boolean): SharedStep {
    const { frame } = this.run;
    const ms = frame.ts / NS_PER_MS;
    const { ring } = this;
    const only = this.#readers.size === 1 ? [...this.#readers][0]! : null;
    if (only !== null && (ring.next < only.position || !wants(ms))) {
      only.position = Math.max(only.position, ring.next + 1);
      ring.skip();
      this.#tape?.clear();
      return "passed";
    }
    if (ring.next === 0) this.#firstMs = ms;
    const tsNs = `${frame.tsNs}`;
    const trades = this.#tape?.take(tsNs) ?? null;
    ring.push({
      ms,
      tsNs,
      head: JSON.stringify({ type: "grid_update", ...gridHead(frame) }),
      rows: this.#encoder.encode(frame),
      trades: trades && JSON.stringify(trades),
    });
    this.#trim(ms);
    return "grid";
  }

  /** Lets go what nobody wants, and what there is no room for. */
  #trim(ms: number): void {
    const { ring, request: { run: { throttleMs } } } = this;
    const room = this.share(this);
    // So close that a busier time of day cannot part them: at most half of the room lies between.
    const bytes = ring.bytes / (ring.next - ring.first);
    this.#isJoinable &&= ring.first === 0 && (ms - this.#firstMs) * bytes * 2 <= room * throttleMs;
    if (!this.#isJoinable) ring.dropBefore(this.#slowest());
    while (ring.bytes > room && ring.next - ring.first > 1) ring.drop();
  }

  #slowest(): number {
    let slowest = Infinity;
    for (const { position } of this.#readers) slowest = Math.min(slowest, position);
    return slowest;
  }
}
