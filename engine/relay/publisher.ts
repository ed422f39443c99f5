import type { Clock } from "../databento/clock.ts";
import { Backoff } from "../databento/live/backoff.ts";
import { UserError } from "../errors.ts";
import { GrowthWatch } from "../source/growth.ts";
import { parseRecordingState, readStateText, statePathOf } from "../source/recording.ts";
import { type Broker, BrokerError, type Limits } from "./broker.ts";
import type { Channel } from "./names.ts";
import { PublishPlan } from "./publish_plan.ts";
import {
  fileIdentity,
  headerBytes,
  LONGEST_RECORD,
  PIECE_BYTES,
  RecordingReader,
} from "./recording_reader.ts";

/** Least time from piece to piece while they are small, milliseconds: what comes meanwhile is one. */
const PACE_MS = 5;

/** How often the state file is looked at, milliseconds. */
const STATE_MS = 250;

/** What is published, and how. */
export interface PublisherOptions {
  channel: Channel;
  /** Session date, YYYY-MM-DD. */
  dt: string;
  /** The recording, which has its header. */
  path: string;
  limits: Limits;
  connect: () => Promise<Broker>;
  clock: Clock;
  /** Numbers in [0, 1), for the waits between attempts. */
  random: () => number;
  tell: (level: "INFO" | "WARNING", message: string) => void;
  /** Whether a date that the broker has nothing of is left alone. */
  isCatchUp?: boolean;
  /** Nothing more is added: it ends when all is published. */
  finish: AbortSignal;
  /** Ends it at once: the next one goes on. */
  signal: AbortSignal;
}

/**
 * Publishes a recording as it grows, from its file alone: a broker that is away, slow or full is behind,
 * and costs the recording nothing. It belongs into its recorder's own process: while a write is under
 * way, which may be taken back, nothing is read there.
 */
export class Publisher {
  readonly #options: PublisherOptions;
  readonly #reader: RecordingReader;
  readonly #statePath: string;
  #plan = new PublishPlan();
  /** What the broker said of the recording last; null for not known. */
  #stated: string | null = null;
  #statedMs = -Infinity;
  #pieces = 0;
  /** Why it could not publish, as it was told last. */
  #problem: string | null = null;

  /**
   * @param options what is published
   * @throws the system's error when the recording cannot be opened
   */
  constructor(options: PublisherOptions) {
    this.#options = options;
    this.#reader = new RecordingReader(options.path);
    this.#statePath = statePathOf(options.path);
  }

  /** Publishes until the recording has ended and all of it is, or it is told to end or fenced off. */
  async run(): Promise<void> {
    const { clock, random, signal, tell } = this.#options;
    const backoff = new Backoff(random);
    using _reader = this.#reader;
    while (!signal.aborted) {
      const begunMs = clock.now();
      const before = this.#pieces;
      try {
        await this.#connection();
        return;
      } catch (error) {
        if (signal.aborted) return;
        if (error instanceof UserError) return tell("WARNING", error.message);
        if (!(error instanceof BrokerError)) throw error;
        const hasWritten = this.#pieces > before;
        const lastedMs = clock.now() - begunMs;
        const waitMs = backoff.after({ lastedMs, hasWritten, isOwnEnd: false });
        this.#wait(error.message, waitMs);
        await clock.sleep(waitMs, signal).catch(() => {});
      }
    }
  }

  #wait(problem: string, waitMs: number): void {
    if (problem === this.#problem) return;
    this.#problem = problem;
    const { tell } = this.#options;
    tell(
      "WARNING",
      `not published for now: ${problem}; again in ${(waitMs / 1e3).toFixed(0)} s, from the file`,
    );
  }

  /** One connection: all there is, then what comes. Returns when it is done. */
  async #connection(): Promise<void> {
    const { channel, dt, limits, connect, signal, isCatchUp } = this.#options;
    await using broker = await connect();
    this.#plan = new PublishPlan();
    this.#stated = null;
    if (isCatchUp && !(await broker.dates(channel))?.has(dt)) return;
    await broker.prepare(channel, limits);
    const watch = GrowthWatch.of(this.#reader.path);
    try {
      while (!signal.aborted) {
        const isLast = this.#options.finish.aborted;
        if (this.#plan.position === null) await this.#resume(broker);
        const sent = await this.#publishNext(broker);
        this.#goesOn();
        await this.#publishState(broker, isLast && sent === 0);
        if (sent === 0 && (isLast || this.#hasEnded())) return;
        await this.#pause(sent, watch);
      }
    } finally {
      watch.close();
    }
  }

  async #resume(broker: Broker): Promise<void> {
    const { channel, dt } = this.#options;
    const first = await broker.pieceFrom(channel, dt, 1);
    const last = first === null ? null : await broker.lastPiece(channel, dt);
    this.#plan.resume(first, last, (offset, length) => this.#reader.bytes(offset, length));
  }

  /** Says that it goes on after a problem, once something shows it: a broker that is full connects too. */
  #goesOn(): void {
    if (this.#problem === null || this.#plan.position === null) return;
    this.#options.tell("INFO", `published again, up to byte ${this.#plan.position}`);
    this.#problem = null;
  }

  /** Sends what is there; gives its bytes, 0 for none. */
  async #publishNext(broker: Broker): Promise<number> {
    const { channel, dt } = this.#options;
    const offset = this.#plan.position!;
    const bytes = this.#reader.records(offset);
    if (bytes.length === 0) return 0;
    const piece = { file: this.#identity(), offset, bytes };
    const receipt = await broker.publish(channel, dt, piece, this.#plan.after);
    // Nobody else has published then.
    if (receipt.kind === "fenced" && await broker.lastPiece(channel, dt) === null) {
      throw new BrokerError("what was published was deleted at the broker");
    }
    this.#plan.sent(piece, receipt);
    if (receipt.kind === "stored") this.#pieces++;
    return bytes.length;
  }

  #identityText: string | null = null;

  #identity(): string {
    if (this.#identityText !== null) return this.#identityText;
    const header = headerBytes(this.#reader.bytes(0, 8))!;
    return this.#identityText = fileIdentity(this.#reader.bytes(0, header + LONGEST_RECORD))!;
  }

  /** Says what the recorder says, once all the bytes are there that it speaks of. */
  async #publishState(broker: Broker, isLast: boolean): Promise<void> {
    const { channel, dt, clock } = this.#options;
    const now = clock.now();
    if (!isLast && now - this.#statedMs < STATE_MS) return;
    this.#statedMs = now;
    // Shown to people alone: one that is not there, or none, is not published.
    const found = readStateText(this.#reader.path);
    if (found === null || found.text === this.#stated) return;
    if (found.state.bytes > this.#plan.position! || this.#plan.position === 0) return;
    await broker.publishState(channel, dt, found.text);
    this.#stated = found.text;
  }

  /** Whether the broker has it that nothing comes any more. */
  #hasEnded(): boolean {
    if (this.#stated === null) return false;
    return parseRecordingState(this.#stated, this.#statePath).state === "ended";
  }

  async #pause(sent: number, watch: GrowthWatch): Promise<void> {
    const { signal, clock } = this.#options;
    if (sent === 0) await watch.wait();
    else if (sent < PIECE_BYTES / 2) await clock.sleep(PACE_MS, signal).catch(() => {});
  }
}
