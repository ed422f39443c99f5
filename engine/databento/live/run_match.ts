import { MBO } from "dbn-ts";

/** What two deliveries of one record may differ in: ts_recv and ts_in_delta, which lie side by side. */
const VARYING = { from: MBO.TS_RECV, to: MBO.TS_IN_DELTA + 4 } as const;

/**
 * Finds a run of records in a stream of them, in order and unbroken, byte for byte but for ts_recv and
 * ts_in_delta. Identical records occur, so that a match that breaks is taken up where it can still be
 * one: the search is that of Knuth, Morris and Pratt.
 */
export class RunMatch {
  readonly #run: Uint8Array;
  readonly #length: number;
  /** Longest proper beginning of the run that ends the first i records of it, by i - 1. */
  readonly #falls: Uint32Array;
  /** The last records offered, as many as the run has. */
  readonly #last: Uint8Array;
  #matched = 0;
  #offered = 0;

  /** @param run the records, 56 bytes each, at least one */
  constructor(run: Uint8Array) {
    this.#run = run;
    this.#length = run.length / MBO.BYTES;
    this.#last = new Uint8Array(run.length);
    this.#falls = new Uint32Array(this.#length);
    for (let i = 1, fall = 0; i < this.#length; i++) {
      fall = this.#extend(fall, run, i * MBO.BYTES);
      this.#falls[i] = fall;
    }
  }

  /** Records of the run. */
  get length(): number {
    return this.#length;
  }

  /** Records offered so far. */
  get offered(): number {
    return this.#offered;
  }

  /** Whether the last records offered were the run. */
  get isComplete(): boolean {
    return this.#matched === this.#length;
  }

  /**
   * Looks at the next record of the stream.
   *
   * @param bytes bytes that hold it
   * @param at index at which it begins
   * @returns whether the run is complete with it
   */
  offer(bytes: Uint8Array, at: number): boolean {
    const slot = (this.#offered % this.#length) * MBO.BYTES;
    this.#last.set(bytes.subarray(at, at + MBO.BYTES), slot);
    this.#offered++;
    this.#matched = this.#extend(this.#matched, bytes, at);
    return this.isComplete;
  }

  /** How many records of the run, which is complete, came with another ts_recv or ts_in_delta. */
  countDiffering(): number {
    let differing = 0;
    for (let i = 0; i < this.#length; i++) {
      const at = ((this.#offered + i) % this.#length) * MBO.BYTES;
      for (let byte = VARYING.from; byte < VARYING.to; byte++) {
        if (this.#last[at + byte] === this.#run[i * MBO.BYTES + byte]) continue;
        differing++;
        break;
      }
    }
    return differing;
  }

  /** How many records of the run's beginning match with one more; so many did before it. */
  #extend(matched: number, bytes: Uint8Array, at: number): number {
    let length = matched;
    while (length > 0 && !this.#isAt(length, bytes, at)) length = this.#falls[length - 1]!;
    return this.#isAt(length, bytes, at) ? length + 1 : 0;
  }

  #isAt(index: number, bytes: Uint8Array, at: number): boolean {
    const from = index * MBO.BYTES;
    for (let byte = 1; byte < VARYING.from; byte++) {
      if (this.#run[from + byte] !== bytes[at + byte]) return false;
    }
    for (let byte: number = VARYING.to; byte < MBO.BYTES; byte++) {
      if (this.#run[from + byte] !== bytes[at + byte]) return false;
    }
    return true;
  }
}
