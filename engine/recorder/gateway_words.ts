import type { Clock } from "../databento/clock.ts";

/** Lines of each level that are told in a minute. */
const MOST_LINES = 10;

const MINUTE_MS = 60_000;

/** How much a line matters. */
export type WordLevel = "INFO" | "WARNING";

/**
 * What a gateway says in records, for a log: of thousands a minute the first lines, and how many came
 * after them. The recording has them all.
 */
export class GatewayWords {
  readonly #counts: Record<WordLevel, number> = { INFO: 0, WARNING: 0 };
  #sinceMs = 0;

  /**
   * @param clock tells when a minute is over
   * @param tell hears a line
   */
  constructor(
    readonly clock: Clock,
    readonly tell: (level: WordLevel, message: string) => void,
  ) {}

  /** Takes a line. */
  say(level: WordLevel, message: string): void {
    this.look();
    if (this.#counts.INFO + this.#counts.WARNING === 0) this.#sinceMs = this.clock.now();
    if (++this.#counts[level] <= MOST_LINES) this.tell(level, message);
  }

  /** Tells how many lines were left out, when their minute is over. */
  look(): void {
    if (Math.abs(this.clock.now() - this.#sinceMs) >= MINUTE_MS) this.end();
  }

  /** Tells how many lines were left out. */
  end(): void {
    for (const level of ["INFO", "WARNING"] as const) {
      const left = this.#counts[level] - MOST_LINES;
      this.#counts[level] = 0;
      if (left <= 0) continue;
      const what = level === "WARNING" ? "errors and warnings" : "messages";
      this.tell(level, `the gateway sent ${left} more ${what} within a minute`);
    }
  }
}
