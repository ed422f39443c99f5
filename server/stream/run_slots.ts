/** How many runs of the engine there may be. */
export interface RunLimits {
  /** In all. */
  maxRuns: number;
  /** Resident memory above which no newcomer's run begins beside others, bytes. */
  maxMemory: number;
}

/**
 * Who asks for a run: a client that has none yet, one that needs another, or one that follows a
 * recording. That run never ends by itself and has little to do: it takes no slot of others.
 */
export type Claimant = "new" | "in" | "live";

/** The share of the runs that is held for clients already in. */
const HELD = 0.25;

/** How often memory is looked at while somebody waits for it, milliseconds. */
const LOOK_MS = 1_000;

/** No limits. */
export const UNLIMITED: RunLimits = { maxRuns: Infinity, maxMemory: Infinity };

interface Waiting {
  claimant: Claimant;
  grant: () => void;
}

/**
 * Slots for runs of the engine, each of which takes processor time and memory whoever watches it.
 * Who finds none free waits in line; a quarter is held for clients already in, whose seek or speed
 * needs a run of its own.
 */
export class RunSlots {
  readonly #waiting: Waiting[] = [];
  #taken = 0;
  /** Runs that follow a recording. */
  #live = 0;
  #looking: ReturnType<typeof setInterval> | null = null;

  /**
   * @param limits how many there may be, read anew each time
   * @param memory resident memory now, bytes
   */
  constructor(
    readonly limits: () => RunLimits = () => UNLIMITED,
    readonly memory: () => number = () => Deno.memoryUsage().rss,
  ) {}

  /** Slots taken. */
  get taken(): number {
    return this.#taken;
  }

  /** How many wait for one. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /**
   * Takes a slot if one is free.
   *
   * @param claimant who asks
   * @returns whether it was taken
   */
  tryTake(claimant: Claimant): boolean {
    if (!this.#isFree(claimant)) return false;
    if (claimant === "live") this.#live++;
    else this.#taken++;
    return true;
  }

  /**
   * Takes a slot, once there is one.
   *
   * @param claimant who asks
   * @param signal ends the wait
   * @throws the signal's reason when it was aborted first; nothing is taken then
   */
  async take(claimant: Claimant, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (this.tryTake(claimant)) return;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const waiting = { claimant, grant: resolve };
    const abort = () => {
      const at = this.#waiting.indexOf(waiting);
      if (at < 0) return;
      this.#waiting.splice(at, 1);
      this.#lookNoMore();
      reject(signal.reason);
    };
    this.#waiting.push(waiting);
    this.#looking ??= setInterval(() => this.#grant(), LOOK_MS);
    signal.addEventListener("abort", abort, { once: true });
    try {
      await promise;
    } finally {
      signal.removeEventListener("abort", abort);
    }
  }

  /**
   * Gives a slot back.
   *
   * @param claimant who had it
   */
  give(claimant: Claimant = "in"): void {
    if (claimant === "live") this.#live--;
    else this.#taken--;
    this.#grant();
  }

  #isFree(claimant: Claimant): boolean {
    const { maxRuns, maxMemory } = this.limits();
    if (claimant === "in") return this.#taken < maxRuns;
    // One run there may always be: held for others, it would serve nobody, and memory that is in use
    // without any is not given back by waiting.
    if (this.#taken + this.#live === 0) return true;
    const isRoom = claimant === "live" ||
      this.#taken < Math.max(1, Math.ceil(maxRuns * (1 - HELD)));
    return isRoom && this.memory() <= maxMemory;
  }

  /** First come, first served, those already in before others. */
  #grant(): void {
    for (const claimant of ["in", "live", "new"] as const) {
      for (;;) {
        const at = this.#waiting.findIndex((waiting) => waiting.claimant === claimant);
        if (at < 0 || !this.tryTake(claimant)) break;
        this.#waiting.splice(at, 1)[0]!.grant();
      }
    }
    this.#lookNoMore();
  }

  #lookNoMore(): void {
    if (this.#waiting.length > 0 || this.#looking === null) return;
    clearInterval(this.#looking);
    this.#looking = null;
  }
}
