import { originName } from "./source/origin.ts";
import { TruncatedError } from "./errors.ts";
import type { GridFrame } from "./grid_frame.ts";
import { Pipeline, type PipelineOptions, type Stop } from "./pipeline.ts";
import { RunPace } from "./run_pace.ts";
import { OpenSession, type OpenSessionRequest } from "./open_session.ts";
import { nextTurn, turnIsOver } from "./event_loop.ts";

/** A session with the engine behind it. */
export interface RunRequest extends OpenSessionRequest {
  /** First emission, UTC nanoseconds since the epoch; null emits from the first record. */
  startNs: bigint | null;
  /** Least event time between grids, milliseconds. */
  throttleMs: number;
  /** Whether a file that is cut off counts up to there, instead of being an error. */
  allowTruncated?: boolean;
}

/** What who goes through a run's grids may want to hear or say meanwhile. */
export interface GridsHooks {
  /** Called after each turn of work. */
  onProgress?: () => void;
  /** Ends it early. */
  signal?: AbortSignal;
}

/** Work between two looks at the clock, where nobody waits. */
const SLICE = 8_192;

/** What `EngineRun.advance` came to. */
export type Progress =
  | Exclude<Stop, "input">
  /** All that is there of a recording is done, and more may come: `grown` tells when. */
  | "edge"
  | "end";

/** What a run gives besides grids. */
export type RunExtras = Pick<
  PipelineOptions,
  "trades" | "events" | "historyNs" | "settles" | "sides" | "totals"
>;

/**
 * One pass of the engine over one session: what the server, capture and the analysis drive.
 */
export class EngineRun {
  /** Where and how the file is cut off, when that was allowed and met. */
  truncated: string | null = null;
  readonly #pace: RunPace;

  private constructor(
    readonly request: RunRequest,
    readonly session: OpenSession,
    readonly pipeline: Pipeline,
  ) {
    this.#pace = new RunPace(originName(request.origin));
  }

  /**
   * Opens the file; nothing of it but the header is read.
   *
   * @param request file, session, start and throttle
   * @param extras what it gives besides grids; default nothing
   * @throws UserError when the request is wrong or the file does not serve it
   */
  static async open(request: RunRequest, extras: RunExtras = {}): Promise<EngineRun> {
    const { startNs, throttleMs } = request;
    const session = await OpenSession.open(request);
    const pipeline = new Pipeline(session.records, {
      startNs,
      throttleNs: throttleNs(throttleMs),
      ...extras,
    });
    return new EngineRun(request, session, pipeline);
  }

  /**
   * Works until a grid is in `frame`, bootstrap is over, `budget` records are done, or the file
   * ends, or has no more now.
   *
   * @param budget most records to apply before returning; those of other instruments count once
   * bytes are needed
   * @returns what it came to; a promise only when bytes had to be waited for
   * @throws UserError on a damaged or truncated file
   */
  advance(budget: number): Progress | Promise<Progress> {
    try {
      const progress = this.#advance(budget);
      return typeof progress === "string"
        ? progress
        : progress.catch((error) => this.#endIfAllowed(error));
    } catch (error) {
      return this.#endIfAllowed(error);
    }
  }

  /**
   * As `advance`, by a few records, so that others have their turn soon, whatever the file.
   *
   * @returns what it came to; a promise only when bytes had to be waited for
   * @throws UserError as `advance`, and when the file is made to be slow
   */
  step(): Progress | Promise<Progress> {
    const begun = performance.now();
    const progress = this.advance(this.#pace.slice);
    this.#pace.took(performance.now() - begun);
    return progress;
  }

  /**
   * Waits at the edge of a recording.
   *
   * @param ms longest wait
   * @returns resolves when there may be more
   */
  async grown(ms?: number): Promise<void> {
    await this.session.bytes.grown?.(ms);
  }

  /** The last grid. */
  get frame(): GridFrame {
    return this.pipeline.frame;
  }

  /**
   * Goes through the run to its end, in turns that let others have theirs.
   *
   * @param hooks progress, abortion
   * @returns each grid, in the run's frame: good until the next is asked for
   * @throws UserError as `advance`; the signal's reason when aborted
   */
  async *grids({ onProgress, signal }: GridsHooks = {}): AsyncGenerator<GridFrame, void> {
    for (;;) {
      const pending = this.advance(SLICE);
      const progress = typeof pending === "string" ? pending : await pending;
      if (progress === "end") return;
      if (progress === "grid") yield this.frame;
      if (progress === "edge") {
        onProgress?.();
        await this.grown();
        signal?.throwIfAborted();
      }
      if (!turnIsOver()) continue;
      onProgress?.();
      // Who is told to end has to hear of it.
      await nextTurn();
      signal?.throwIfAborted();
    }
  }

  /**
   * Whether the file begins inside a session, so that orders from before it are missing; null before
   * its first record was read.
   */
  get beginsInside(): boolean | null {
    return this.session.records.beginsInside;
  }

  /**
   * @throws UserError when the file is not the one that was opened: it was replaced, cut or written to
   */
  assertUnchanged(): void {
    this.session.assertUnchanged();
  }

  /** Closes the file. */
  close(): void {
    this.session.close();
  }

  #advance(budget: number): Progress | Promise<Progress> {
    const { decoder } = this.session;
    const last = decoder.recordsRead + budget;
    for (;;) {
      const left = last - decoder.recordsRead;
      if (left <= 0) return "budget";
      const stop = this.pipeline.run(left);
      if (stop !== "input") return stop;
      const more = this.session.fill();
      if (more === "later") return "edge";
      if (typeof more !== "boolean") {
        return more.then((arrived) =>
          arrived
            ? this.#advance(last - decoder.recordsRead)
            : this.#goOn(last - decoder.recordsRead)
        );
      }
      if (!more) return this.#goOn(last - decoder.recordsRead);
    }
  }

  /** Goes on in the session's next file; without one, ends. */
  #goOn(budget: number): Progress | Promise<Progress> {
    if (!this.session.hasMore) return this.#end();
    this.session.decoder.finish();
    this.session.goOn();
    return this.#advance(budget);
  }

  #end(): Progress {
    // Nothing will come after it.
    if (this.pipeline.settle()) return "settled";
    this.session.finish();
    return "end";
  }

  #endIfAllowed(error: unknown): Progress {
    if (!(error instanceof TruncatedError) || !this.request.allowTruncated) throw error;
    this.truncated = this.truncated === null
      ? error.message
      : `${this.truncated}; ${error.message}`;
    return this.session.goOn() ? "budget" : "end";
  }
}

/**
 * @param ms least event time between grids, milliseconds
 * @returns the same in whole nanoseconds
 */
export function throttleNs(ms: number): number {
  return Math.round(ms * 1e6);
}
