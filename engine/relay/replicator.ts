import type { Clock } from "../databento/clock.ts";
import { Backoff } from "../databento/live/backoff.ts";
import { onDisk, sizeIfThere } from "../databento/batch/durable.ts";
import { UserError } from "../errors.ts";
import type { RecorderEvent } from "../recorder/recording_status.ts";
import { sessionWindow } from "../session.ts";
import {
  readRecordingState,
  type RecordedSession,
  recordingPaths,
  type RecordingState,
} from "../source/recording.ts";
import { type Broker, BrokerError, ForeignPiece, type StoredPiece } from "./broker.ts";
import { ReplicaFile } from "./replica_file.ts";
import { Hole, locate } from "./replica_plan.ts";

/** How often it is asked for sessions and what is said of them, and what was written synced, milliseconds. */
const TICK_MS = 1_000;

/**
 * How long after its window's end a session is waited for that its recorder has not ended, as after a
 * crash of that, and for how long nothing has come then; milliseconds.
 */
const LATE_MS = 3_600_000;
const IDLE_MS = 60_000;

/** What is replicated, and where to. */
export interface ReplicatorOptions extends Omit<RecordedSession, "dt" | "dataset"> {
  /** Dataset codes: the one that is recorded, and that of simulations. */
  datasets: readonly string[];
  /** First session date, YYYY-MM-DD; null for all that the broker has. */
  from: string | null;
  /** Whether it ends when what the broker has has ended. */
  isOnce: boolean;
  connect: () => Promise<Broker>;
  clock: Clock;
  /** Numbers in [0, 1), for the waits between attempts. */
  random: () => number;
  onEvent: (event: RecorderEvent) => void;
  /** Stops it: it goes on from there the next time. */
  signal: AbortSignal;
}

/** A session that is replicated. */
interface Session {
  dataset: string;
  dt: string;
  replica: ReplicaFile | null;
  isFollowed: boolean;
  /** Pieces that the broker has. */
  pieces: number;
  /** Pieces that it had when this was let go, infinite for good; null for not let go. */
  leftAt: number | null;
  /** What was told of it last. */
  told: RecordingState | null;
  /** Ends the reading of its pieces. */
  stop: AbortController;
}

/** Writes the recordings of a broker, session after session, as they are where they are recorded. */
export class Replicator {
  readonly #options: ReplicatorOptions;
  readonly #sessions = new Map<string, Session>();
  #problem: string | null = null;
  /** Pieces that came, so that a connection of which something came is told from others. */
  #pieces = 0;
  /** The newest session there is, for what is told of none. */
  #newest: string;

  /** @param options what is replicated */
  constructor(options: ReplicatorOptions) {
    this.#options = options;
    this.#newest = options.from ??
      `${new Temporal.Instant(this.#nowNs()).toZonedDateTimeISO("UTC").toPlainDate()}`;
  }

  /**
   * Replicates until it is stopped, or all has ended where that is wanted.
   *
   * @throws UserError when it cannot: another recording or writer is there, the disk is full, the broker
   * does not take who asks
   */
  async run(): Promise<void> {
    const { clock, random, signal } = this.#options;
    const backoff = new Backoff(random);
    try {
      while (!signal.aborted) {
        const begunMs = clock.now();
        const before = this.#pieces;
        try {
          return await this.#connection();
        } catch (error) {
          if (signal.aborted) return;
          if (!(error instanceof BrokerError)) throw error;
          if (error.isRefusal) throw new UserError(error.message, { cause: error });
          const hasWritten = this.#pieces > before;
          const lastedMs = clock.now() - begunMs;
          const waitMs = backoff.after({ lastedMs, hasWritten, isOwnEnd: false });
          await this.#sync();
          this.#wait(error.message, waitMs);
          await clock.sleep(waitMs, signal).catch(() => {});
        }
      }
    } finally {
      for (const { replica } of this.#sessions.values()) await replica?.close();
    }
  }

  #nowNs(): bigint {
    return BigInt(this.#options.clock.now()) * 1_000_000n;
  }

  #log(level: "INFO" | "WARNING", message: string, dt = this.#newest): void {
    this.#options.onEvent({ kind: "log", dt, level, message });
  }

  #wait(problem: string, waitMs: number): void {
    if (problem !== this.#problem) {
      this.#log("WARNING", `${problem}; again in ${(waitMs / 1e3).toFixed(0)} s`);
    }
    this.#problem = problem;
  }

  /** One connection, until it ends, or all there was has ended. */
  async #connection(): Promise<void> {
    const failed = new AbortController();
    const running = new Set<Promise<void>>();
    try {
      await using broker = await this.#options.connect();
      if (this.#problem !== null) this.#log("INFO", "the broker is there again");
      this.#problem = null;
      await this.#watch(broker, failed.signal, (session) => {
        const following = this.#follow(broker, session)
          .catch((error) => failed.abort(error))
          .finally(() => running.delete(following));
        running.add(following);
      });
    } finally {
      // With the connection each of them ends.
      await Promise.all(running);
    }
    if (failed.signal.aborted && !this.#options.signal.aborted) throw failed.signal.reason;
  }

  /** Looks for sessions, and after files, until something ends it. */
  async #watch(
    broker: Broker,
    failed: AbortSignal,
    follow: (session: Session) => void,
  ): Promise<void> {
    const { clock, signal, isOnce } = this.#options;
    const waits = AbortSignal.any([signal, failed]);
    while (!waits.aborted) {
      for (const session of await this.#due(broker)) follow(session);
      await clock.sleep(TICK_MS, waits).catch(() => {});
      if (!waits.aborted) await this.#hear(broker);
      await this.#sync();
      await this.#letGo();
      if (isOnce && this.#isOver()) return;
    }
  }

  /** Sessions that the broker has, or has more of, and that nobody follows. */
  async #due(broker: Broker): Promise<Session[]> {
    const { datasets, from, symbol } = this.#options;
    const due: Session[] = [];
    for (const dataset of datasets) {
      for (const [dt, pieces] of await broker.dates({ dataset, symbol }) ?? []) {
        if (from !== null && dt < from) continue;
        if (dt > this.#newest) this.#newest = dt;
        const key = `${dataset} ${dt}`;
        const session = this.#sessions.get(key) ??
          {
            ...{ dataset, dt, replica: null, isFollowed: false, pieces, leftAt: null },
            told: null,
            stop: new AbortController(),
          };
        this.#sessions.set(key, session);
        session.pieces = pieces;
        // What has become too old there is dropped, and is nothing new.
        const { leftAt } = session;
        if (leftAt !== null && leftAt !== Infinity) session.leftAt = Math.min(leftAt, pieces);
        if (session.isFollowed || session.leftAt === Infinity || session.leftAt === pieces) {
          continue;
        }
        session.isFollowed = true;
        due.push(session);
      }
    }
    return due;
  }

  /** Follows a session until it is whole, or the connection ends. */
  async #follow(broker: Broker, session: Session): Promise<void> {
    const { dataset, dt } = session;
    const channel = { dataset, symbol: this.#options.symbol };
    try {
      if (!await this.#take(session)) return;
      const replica = session.replica!;
      const first = await broker.pieceFrom(channel, dt, 1);
      const last = await broker.lastPiece(channel, dt);
      if (first === null || last === null) return;
      const sequence = await locate(
        replica.bytes,
        first,
        last,
        (sequence) => broker.pieceFrom(channel, dt, sequence),
      );
      const { signal } = session.stop;
      for await (const piece of broker.read(channel, dt, sequence, signal)) {
        if (signal.aborted) return;
        this.#receive(replica, piece);
      }
    } catch (error) {
      // Of other sessions neither says anything.
      if (!(error instanceof Hole || error instanceof ForeignPiece)) throw error;
      const goesOn = session.replica !== null && session.replica.bytes > 0
        ? ", as far as it is"
        : "";
      this.#log("WARNING", `not replicated${goesOn}: ${error.message}`, dt);
      await this.#leave(session, Infinity);
    } finally {
      session.isFollowed = false;
    }
  }

  #receive(replica: ReplicaFile, piece: StoredPiece): void {
    try {
      replica.receive(piece, this.#options.clock.now());
      this.#pieces++;
    } catch (error) {
      if (!(error instanceof Hole)) throw error;
      // What was left out may be there: it is looked for anew.
      throw new BrokerError(`the broker left something out: ${error.message}`, false, {
        cause: error,
      });
    }
  }

  /** Hears what the recorders say, and lets go of what is whole. */
  async #hear(broker: Broker): Promise<void> {
    for (const session of this.#sessions.values()) {
      const { replica, dataset, dt } = session;
      if (!replica?.isOpen) continue;
      const text = await broker.state({ dataset, symbol: this.#options.symbol }, dt);
      if (text === null || !replica.isOpen) continue;
      this.#understand(replica, text, dt);
      const { state, path } = replica;
      if (state === null) continue;
      if (state !== session.told) this.#options.onEvent({ kind: "state", dt, path, state });
      session.told = state;
      if (replica.isWhole) await this.#leave(session, Infinity);
    }
  }

  /** What is no state is another's, or of a recorder of a later version: the bytes are not at fault. */
  #understand(replica: ReplicaFile, text: string, dt: string): void {
    try {
      replica.hear(text);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      this.#log("WARNING", error.message, dt);
    }
  }

  /** Takes the file of a session; false when all of it is there. */
  async #take(session: Session): Promise<boolean> {
    if (session.replica?.isOpen) return true;
    session.leftAt = null;
    session.stop = new AbortController();
    const { dataset, dt } = session;
    const { dir, data } = recordingPaths({ ...this.#options, dataset, dt });
    await onDisk(dir, () => Deno.mkdir(dir, { recursive: true }));
    const state = await readRecordingState(data).catch((error) => {
      // It is written anew.
      if (error instanceof UserError) return null;
      throw error;
    });
    if (state?.state === "ended" && await onDisk(data, () => sizeIfThere(data)) === state.bytes) {
      session.leftAt = Infinity;
      return false;
    }
    const nowMs = this.#options.clock.now();
    session.replica = await onDisk(data, () => ReplicaFile.take(data, dataset, nowMs));
    return true;
  }

  /** Lets go of a session, until the broker has another number of pieces of it. */
  async #leave(session: Session, at: number): Promise<void> {
    const { replica, stop } = session;
    session.leftAt = at;
    stop.abort();
    if (replica !== null) await onDisk(replica.path, () => replica.close());
  }

  async #sync(): Promise<void> {
    for (const { replica } of this.#sessions.values()) {
      if (replica?.isOpen) await onDisk(replica.path, () => replica.sync());
    }
  }

  /** Lets go of what nobody has ended, long after it was over. */
  async #letGo(): Promise<void> {
    const nowMs = this.#options.clock.now();
    for (const session of this.#sessions.values()) {
      const { replica, dt } = session;
      if (!replica?.isOpen || nowMs < replica.cameMs + IDLE_MS) continue;
      const { endNs } = sessionWindow(this.#options.productType, dt);
      if (nowMs < Number(endNs / 1_000_000n) + LATE_MS) continue;
      this.#log("WARNING", "its recorder has not ended it; taken as it is", dt);
      await this.#leave(session, session.pieces);
    }
  }

  /** Whether there was a session, and none is left. */
  #isOver(): boolean {
    const sessions = [...this.#sessions.values()];
    return sessions.length > 0 && sessions.every(({ leftAt }) => leftAt !== null);
  }
}
