import { UserError } from "./errors.ts";
import { isTurnAwaited, roundCpuMs } from "./event_loop.ts";

/** Records applied at a time: at first, at most, and at most while others wait for their turn. */
const FIRST = 256;
const MOST = 4_096;
const MOST_BESIDE_OTHERS = 256;

/** A slice that takes longer than this is followed by shorter ones, milliseconds. */
const LONG_MS = 4;
/** Below this it is followed by longer ones. */
const SHORT_MS = 1;

/** Processor time that a slice may take, milliseconds. */
const MOST_CPU_MS = 1_000;
/** So many slices in a row may take a tenth of that. */
const MOST_SLOW = 20;

/**
 * How many records of a run are applied at a time, so that each slice is short whatever the file:
 * one that is made to be slow ends, and others live.
 */
export class RunPace {
  #slice = FIRST;
  #slow = 0;

  /**
   * @param name what to call the file in messages
   * @param cpu processor time since the round of the event loop began, milliseconds
   * @param isShared whether others wait for their turn
   */
  constructor(
    readonly name: string,
    readonly cpu: () => number = roundCpuMs,
    readonly isShared: () => boolean = isTurnAwaited,
  ) {}

  /** Records to apply at a time. */
  get slice(): number {
    return this.isShared() ? Math.min(this.#slice, MOST_BESIDE_OTHERS) : this.#slice;
  }

  /**
   * Notes how long a slice took.
   *
   * @param ms wall milliseconds
   * @throws UserError when it, or each of many, took so much of the processor that others wait
   */
  took(ms: number): void {
    if (ms > LONG_MS) this.#slice = Math.max(1, this.#slice >> 2);
    else if (ms < SHORT_MS) this.#slice = Math.min(MOST, this.#slice * 2);
    if (ms < MOST_CPU_MS / 10) {
      this.#slow = 0;
      return;
    }
    this.#slow++;
    // The wall clock goes on while the process is stopped, or waits for a processor.
    const cpu = Math.min(ms, this.cpu());
    if (cpu < MOST_CPU_MS && (this.#slow < MOST_SLOW || cpu < MOST_CPU_MS / 10)) return;
    throw new UserError(
      `${this.name}: a few of its records took ${(cpu / 1e3).toFixed(1)} s of processor time: no ` +
        `market's orders and prices are like these; it is played no further, so that others go on`,
    );
  }
}
