import process from "node:process";

/** A case that takes longer is run again, and the shortest run counts: what is slow stays so. */
const SUSPICIOUS_MS = 100;
const MAX_RUNS = 4;

/** Buffers that are there whatever comes: those of the book, of the grid, and one of each frame. */
const FIXED_BYTES = 4_000_000;
/** What a case may allocate besides, for each byte of its input. */
const MAX_RATIO = 4;

/** Counts what became of the cases of a fuzz run, by the kind of their outcome, and their cost. */
export class Tally {
  readonly kinds = new Map<string, number>();
  cases = 0;
  /** Most processor time of a case, milliseconds, and which case it was. */
  slowestMs = 0;
  slowest = "";
  /** Most bytes of buffers that a case allocated, and which case it was. */
  largestBytes = 0;
  largest = "";

  /**
   * Runs a case and counts its outcome.
   *
   * @param label says how to repeat it
   * @param inputBytes size of what it is given
   * @param run returns its error message, or null for success
   * @throws Error with the label, when the case throws, or allocates more than its input allows
   */
  case(label: string, inputBytes: number, run: () => string | null): void {
    const cost = new Cost();
    try {
      let message;
      do message = run(); while (cost.isToBeRunAgain());
      this.#count(label, message, cost, inputBytes);
    } catch (error) {
      throw new Error(`${label}: ${error}`, { cause: error });
    }
  }

  /** As `case`, for one that is waited for. */
  async caseAsync(
    label: string,
    inputBytes: number,
    run: () => Promise<string | null>,
  ): Promise<void> {
    const cost = new Cost();
    try {
      let message;
      do message = await run(); while (cost.isToBeRunAgain());
      this.#count(label, message, cost, inputBytes);
    } catch (error) {
      throw new Error(`${label}: ${error}`, { cause: error });
    }
  }

  /** Kinds with their counts, most frequent first. */
  get table(): [kind: string, count: number][] {
    return [...this.kinds].sort(([, a], [, b]) => b - a);
  }

  #count(label: string, message: string | null, { ms, bytes }: Cost, inputBytes: number): void {
    if (bytes > FIXED_BYTES + MAX_RATIO * inputBytes) {
      throw new Error(`${bytes} bytes of buffers for an input of ${inputBytes}`);
    }
    this.cases++;
    if (ms > this.slowestMs) {
      this.slowestMs = ms;
      this.slowest = label;
    }
    if (bytes > this.largestBytes) {
      this.largestBytes = bytes;
      this.largest = label;
    }
    const kind = message === null ? "success" : kindOf(message);
    this.kinds.set(kind, (this.kinds.get(kind) ?? 0) + 1);
  }
}

/** What a case costs, from when this is made. */
class Cost {
  /** Processor time of its shortest run: what else the machine does is not in it. */
  ms = Infinity;
  /** What its first run added to the buffers; never more than it allocated in all. */
  bytes = -1;
  #runs = 0;
  #beginMs = processorMs();
  #beginBytes = Deno.memoryUsage().external;

  /** Takes the measure of a run that has just ended; whether another is wanted. */
  isToBeRunAgain(): boolean {
    if (this.#runs++ === 0) this.bytes = Deno.memoryUsage().external - this.#beginBytes;
    const now = processorMs();
    this.ms = Math.min(this.ms, now - this.#beginMs);
    this.#beginMs = now;
    return this.ms > SUSPICIOUS_MS && this.#runs < MAX_RUNS;
  }
}

/** Processor time of the process so far, milliseconds. */
function processorMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** A message without what is particular in it. */
function kindOf(message: string): string {
  return message.replace(/^(ack of|speed|seek|action|type) .*/, "$1 …")
    .replaceAll(/"[^]*"/g, "…").replaceAll(/-?\d+/g, "N").slice(0, 70);
}
