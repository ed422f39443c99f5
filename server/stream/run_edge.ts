import type { EngineRun } from "../../engine/run.ts";

/**
 * The edge of a recording, to which a run has come: what stands there settles when the throttle's time is
 * over without more.
 */
export class RunEdge {
  readonly #sinceMs = performance.now();
  #isSettled = false;
  #more: Promise<void> | null = null;

  /**
   * @param eventId of the last record there
   * @param throttleMs least event time between grids, milliseconds
   */
  constructor(readonly eventId: number, readonly throttleMs: number) {}

  /** Resolves when there may be more, or what stands here settles. */
  more(run: EngineRun): Promise<void> {
    return this.#more ??= run.grown(this.#isSettled ? Infinity : Math.max(0, this.#leftMs))
      .then(() => {
        this.#more = null;
      });
  }

  /** Whether what stands here has stood for the throttle's time, and is in the run's frame now: once. */
  settles(run: EngineRun): boolean {
    if (this.#isSettled || this.#leftMs > 0) return false;
    this.#isSettled = true;
    return run.pipeline.settle();
  }

  get #leftMs(): number {
    return this.#sinceMs + this.throttleMs - performance.now();
  }
}
