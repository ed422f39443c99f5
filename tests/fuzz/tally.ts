/** A case that takes longer is run again: what the machine did meanwhile does not count. */
const SUSPICIOUS_MS = 100;

/** Counts what became of the cases of a fuzz run, by the kind of their outcome. */
export class Tally {
  readonly kinds = new Map<string, number>();
  cases = 0;
  /** The case that took longest, milliseconds, and its label. */
  slowestMs = 0;
  slowest = "";

  /**
   * Runs a case and counts its outcome.
   *
   * @param label says how to repeat it
   * @param run returns its error message, or null for success
   * @throws Error with the label, when the case throws
   */
  case(label: string, run: () => string | null): void {
    try {
      let begun = performance.now();
      let message = run();
      for (let again = 3; again > 0 && performance.now() - begun > SUSPICIOUS_MS; again--) {
        begun = performance.now();
        message = run();
      }
      this.#count(label, message, begun);
    } catch (error) {
      throw new Error(`${label}: ${error}`, { cause: error });
    }
  }

  /** As `case`, for one that is waited for. */
  async caseAsync(label: string, run: () => Promise<string | null>): Promise<void> {
    try {
      let begun = performance.now();
      let message = await run();
      for (let again = 3; again > 0 && performance.now() - begun > SUSPICIOUS_MS; again--) {
        begun = performance.now();
        message = await run();
      }
      this.#count(label, message, begun);
    } catch (error) {
      throw new Error(`${label}: ${error}`, { cause: error });
    }
  }

  /** Kinds with their counts, most frequent first. */
  get table(): [kind: string, count: number][] {
    return [...this.kinds].sort(([, a], [, b]) => b - a);
  }

  #count(label: string, message: string | null, begun: number): void {
    this.cases++;
    const ms = performance.now() - begun;
    if (ms > this.slowestMs) {
      this.slowestMs = ms;
      this.slowest = label;
    }
    const kind = message === null ? "success" : kindOf(message);
    this.kinds.set(kind, (this.kinds.get(kind) ?? 0) + 1);
  }
}

/** A message without what is particular in it. */
function kindOf(message: string): string {
  return message.replace(/^(ack of|speed|seek|action|type) .*/, "$1 …")
    .replaceAll(/"[^]*"/g, "…").replaceAll(/-?\d+/g, "N").slice(0, 70);
}
