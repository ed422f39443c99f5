import { UNDEF_TIMESTAMP } from "dbn-ts";
import type { Clock } from "../databento/clock.ts";
import { Backoff } from "../databento/live/backoff.ts";
import {
  type Dial,
  type Ending,
  type GatewayAddress,
  liveConnection,
} from "../databento/live/connection.ts";
import type { Beginning, LiveRequest } from "../databento/live/live_session.ts";
import { onDisk, sizeIfThere } from "../databento/batch/durable.ts";
import { UserError } from "../errors.ts";
import { clockOf, easternDate, type SessionWindow, sessionWindow } from "../session.ts";
import { SIMULATED_DATASET } from "../source/data_source.ts";
import {
  isRecorded,
  readRecordingState,
  type RecordedSession,
  recordingPaths,
  type RecordingState,
  statePathOf,
  UnreadState,
} from "../source/recording.ts";
import { GatewayWords } from "./gateway_words.ts";
import { RecordingFile } from "./recording_file.ts";
import { RecordingSink } from "./recording_sink.ts";
import { type RecorderEvent, RecordingStatus } from "./recording_status.ts";
import { LEAD_NS } from "./session_days.ts";

/** How often it is synced and told how it goes, milliseconds. */
const TICK_MS = 1_000;

/**
 * How much longer than the heartbeat's interval a session is waited for that is quiet after its end, in
 * seconds: longer than a connection is without a sign of life, so that one came after the end.
 */
const LINGER_SECONDS = 11;

/** Who looks more seldom has not seen all that was, as after the machine has slept, nanoseconds. */
const LONGEST_LOOK_NS = 10_000_000_000n;

/** Longest wait at a time, milliseconds: the clock of the machine may be set meanwhile. */
const LONGEST_SLEEP_MS = 60_000;

/** What a recorder needs, whatever the session. */
export interface RecorderOptions
  extends Omit<RecordedSession, "dt">, Pick<LiveRequest, "key" | "client" | "heartbeatSeconds"> {
  address: GatewayAddress;
  /** Whether every day has a session there, as where a simulation is played; default no. */
  isEveryDay?: boolean;
  clock: Clock;
  /** Numbers in [0, 1), for the waits between attempts. */
  random: () => number;
  dial: Dial;
  onEvent: (event: RecorderEvent) => void;
  /** Stops it: the recording may be gone on with. */
  signal: AbortSignal;
}

/** Which session, and how much of it. */
export interface SessionPart {
  /** Session date, YYYY-MM-DD. */
  dt: string;
  /** How a recording begins in which nothing is yet. */
  from: Beginning;
  /** Nothing received at or after it is recorded; null for the end of the session's window. */
  untilNs: bigint | null;
  /** Whether it is time to begin, whatever the clock of the machine says; default no. */
  isDue?: boolean;
}

/** Records one session, over as many connections as it takes. */
export class SessionRecorder {
  readonly #options: RecorderOptions;
  readonly #part: SessionPart;
  readonly #window: SessionWindow;
  readonly #endNs: bigint;
  readonly #backoff: Backoff;
  /** Dataset of the file: the one asked for, or the simulator's. */
  #dataset: string;
  #file!: RecordingFile;
  readonly #status: RecordingStatus;
  readonly #words: GatewayWords;
  #wantsSnapshot = false;
  /** When the newest record of orders was received: a clock that is slow says less. */
  #toldNs = 0n;
  /** Whether the session was over while it was quiet. */
  #isOver = false;
  /** When it was looked at last, and what had been written by then. */
  #looked = { ns: 0n, orders: 0 };
  /** Since when it is live and quiet after its end; null while it is not. */
  #quietNs: bigint | null = null;
  /** Why it cannot go on, for a reason of the disk. */
  #failure: unknown = null;
  /** Leaves whatever is waited for: it is over, or fails. */
  readonly #leave = new AbortController();
  readonly #signal: AbortSignal;

  /**
   * @param options what is recorded, and from where
   * @param part which session
   * @throws UserError when the date is none
   */
  constructor(options: RecorderOptions, part: SessionPart) {
    this.#options = options;
    this.#part = part;
    this.#window = sessionWindow(options.productType, part.dt);
    const { endNs } = this.#window;
    this.#endNs = part.untilNs !== null && part.untilNs < endNs ? part.untilNs : endNs;
    this.#backoff = new Backoff(options.random);
    this.#dataset = options.dataset;
    this.#status = new RecordingStatus(part.dt, options.clock, options.onEvent);
    this.#words = new GatewayWords(options.clock, (...line) => this.#status.log(...line));
    this.#signal = AbortSignal.any([options.signal, this.#leave.signal]);
  }

  /** The time that the records have come to, UTC nanoseconds since the epoch; 0 before the first. */
  get toldNs(): bigint {
    return this.#toldNs;
  }

  /**
   * Records until the session is over, or the signal stops it.
   *
   * @throws UserError when it cannot: another recorder has the recording or it has ended, the gateway
   * refuses for good, the disk is full
   */
  async run(): Promise<void> {
    await this.#take(await this.#datasetThere());
    const over = new AbortController();
    const ticking = this.#tick(over.signal);
    try {
      await this.#waitForWindow();
      await this.#recordAll();
      if (this.#failure !== null) throw this.#failure;
      this.#status.set(this.#isOver ? "ended" : "stopped");
    } catch (error) {
      this.#status.set("stopped", error instanceof Error ? error.message : `${error}`);
      throw error;
    } finally {
      over.abort();
      await ticking;
      this.#words.end();
      await this.#letGo();
    }
  }

  #now(): bigint {
    return BigInt(this.#options.clock.now()) * 1_000_000n;
  }

  /** The dataset of a recording that is there to be gone on with, else the one asked for. */
  async #datasetThere(): Promise<string> {
    const { dataset } = this.#options;
    if (await this.#isThere(dataset)) return dataset;
    // A gateway that plays a simulation is asked as any other.
    if (await this.#isThere(SIMULATED_DATASET, true)) return SIMULATED_DATASET;
    if (this.#now() < this.#endNs) return dataset;
    const { dt } = this.#part;
    const end = `${clockOf(this.#endNs)} on ${easternDate(this.#endNs)}`;
    throw new UserError(
      this.#now() < this.#window.endNs
        ? `\`until\`: ${end} is over, and there is no recording to go on with; give a later time`
        : `the session of ${dt} is over, and there is no recording of it to go on with; download ` +
          "it, or record another date",
    );
  }

  async #isThere(dataset: string, isFree = false): Promise<boolean> {
    const { data } = recordingPaths({ ...this.#options, dt: this.#part.dt, dataset });
    const size = onDisk(data, () => sizeIfThere(data));
    if (size === null || size === 0) return false;
    if (!isFree) return true;
    return (await stateThere(data))?.state !== "ended" && !await isRecorded(data);
  }

  /** Opens the file of a dataset, alone. */
  async #take(dataset: string): Promise<void> {
    const { dir, data } = recordingPaths({ ...this.#options, dt: this.#part.dt, dataset });
    await onDisk(dir, () => Deno.mkdir(dir, { recursive: true }));
    // Of a file that was moved away its state tells nothing any more.
    const isThere = onDisk(data, () => sizeIfThere(data)) !== null;
    if (isThere && (await stateThere(data))?.state === "ended") {
      throw new UserError(`${data} has ended, and nothing is added to it; record another date`);
    }
    this.#file = await onDisk(data, () => RecordingFile.take(data));
    this.#dataset = dataset;
    this.#status.tellOf(this.#file);
  }

  async #letGo(): Promise<void> {
    try {
      try {
        await onDisk(this.#file.path, () => this.#file.sync());
      } finally {
        await onDisk(this.#file.path, () => this.#status.flushed());
      }
      // A file in which nothing is would be one to be wondered at.
      if (this.#status.phase !== "ended") this.#file.removeIfEmpty();
    } finally {
      this.#file[Symbol.dispose]();
    }
  }

  async #waitForWindow(): Promise<void> {
    const { clock } = this.#options;
    const signal = this.#signal;
    if (this.#part.isDue) return;
    const beginNs = this.#window.startNs - LEAD_NS;
    if (this.#now() < beginNs) {
      this.#status.set("waiting", `until the session of ${this.#part.dt} begins`);
    }
    while (this.#now() < beginNs && !signal.aborted) {
      const leftMs = Number((beginNs - this.#now()) / 1_000_000n) + 1;
      await clock.sleep(Math.min(leftMs, LONGEST_SLEEP_MS), signal).catch(() => {});
    }
  }

  async #recordAll(): Promise<void> {
    const { clock } = this.#options;
    const signal = this.#signal;
    while (!signal.aborted) {
      const begunMs = clock.now();
      if (!this.#status.wasConnected) this.#status.set("connecting");
      const { ending, sink } = await this.#connect();
      this.#isOver ||= sink.overNs !== null;
      if (this.#isOver || signal.aborted) return;
      const fatal = sink.fatal ?? (ending.isFatal ? `${ending.message}; check the key` : null);
      if (fatal !== null) throw new UserError(fatal);
      if (sink.hasWritten) this.#wantsSnapshot = false;
      this.#wantsSnapshot ||= sink.needsSnapshot;
      if (sink.otherDataset !== null) await this.#switchTo(sink.otherDataset);
      const waitMs = this.#backoff.after({
        lastedMs: clock.now() - begunMs,
        hasWritten: sink.hasWritten,
        isOwnEnd: ending.kind === "left",
      });
      const why = ending.kind === "left" ? "asking anew" : ending.message;
      const phase = this.#status.wasConnected ? "reconnecting" : "connecting";
      this.#status.set(phase, `${why}; again in ${(waitMs / 1e3).toFixed(0)} s`);
      await clock.sleep(waitMs, signal).catch(() => {});
    }
  }

  /** One connection, from its beginning to its end. */
  async #connect(): Promise<{ ending: Ending; sink: RecordingSink }> {
    const { begin, run } = this.#next();
    const { key, symbol, client, heartbeatSeconds, address, clock, dial } = this.#options;
    const sink = new RecordingSink({
      file: this.#file,
      dataset: this.#dataset,
      asked: this.#options.dataset,
      begin,
      run,
      endNs: this.#endNs,
      key,
      now: () => this.#now(),
      tell: (level, message) => this.#status.log(level, message),
      words: this.#words,
    });
    const ending = await liveConnection({
      address,
      request: {
        ...{ key, symbol, client, heartbeatSeconds, begin },
        // A simulated gateway takes any.
        dataset: this.#options.dataset,
      },
      clock,
      dial,
      signal: this.#signal,
      listener: {
        onAuthenticated: (sessionId) => this.#status.connected(sessionId),
        onHeader: (bytes, metadata) => {
          const leaves = sink.onHeader(bytes, metadata);
          if (!leaves) this.#status.set("catching_up");
          return leaves;
        },
        onRecords: (bytes) => {
          const leaves = sink.onRecords(bytes);
          this.#hearTime(sink.overNs ?? this.#file.lastRecvNs);
          if (!leaves && sink.hasCaughtUp && this.#status.phase !== "live") {
            this.#status.set("live");
          }
          return leaves;
        },
      },
    });
    return { ending, sink };
  }

  #hearTime(ns: bigint | null): void {
    if (ns !== null && ns !== UNDEF_TIMESTAMP && ns > this.#toldNs) this.#toldNs = ns;
  }

  /** What is asked for now: the first time what was wanted, then where it was left, else a snapshot. */
  #next(): { begin: Beginning; run: Uint8Array | null } {
    const { tail } = this.#file;
    const { startNs } = tail;
    if (!this.#wantsSnapshot && startNs !== null) {
      return { begin: { kind: "replay", startNs }, run: tail.run() };
    }
    const isFirst = !this.#wantsSnapshot && !tail.hasOrders;
    return { begin: isFirst ? this.#part.from : { kind: "snapshot" }, run: null };
  }

  /** The gateway has another dataset than the file: another file is gone on with. */
  async #switchTo(dataset: string): Promise<void> {
    this.#status.set("stopped", `the gateway has ${dataset}`);
    const { path } = this.#file;
    const isEmpty = this.#file.bytes === 0;
    await this.#status.leave();
    await this.#letGo();
    if (isEmpty) await onDisk(path, () => Deno.remove(statePathOf(path)));
    await this.#take(dataset);
  }

  /** Once a second: what was written is synced, and told; and a session that is quiet ends. */
  async #tick(over: AbortSignal): Promise<void> {
    const { clock } = this.#options;
    while (!over.aborted) {
      try {
        await onDisk(this.#file.path, () => this.#file.sync());
        await onDisk(this.#file.path, () => this.#status.flushed());
      } catch (error) {
        this.#failure ??= error;
        this.#leave.abort();
        return;
      }
      this.#status.publish();
      this.#words.look();
      if (this.#isQuietSinceEnd()) {
        this.#isOver = true;
        this.#leave.abort();
      }
      await clock.sleep(TICK_MS, over).catch(() => {});
    }
  }

  /**
   * Whether the session is over though no record says so: it is live, its end is over by the clock, and
   * since then it was looked at all the time and nothing came. Neither a clock that is fast nor a machine
   * that has slept beyond the end tells so much: what came is still to be had.
   */
  #isQuietSinceEnd(): boolean {
    const lingerNs = BigInt(this.#options.heartbeatSeconds + LINGER_SECONDS) * 1_000_000_000n;
    const ns = this.#now();
    const { orders } = this.#file;
    const { ns: lookedNs, orders: before } = this.#looked;
    this.#looked = { ns, orders };
    const isQuiet = this.#status.phase === "live" && ns >= this.#endNs;
    const sawAll = ns - lookedNs < LONGEST_LOOK_NS && orders === before;
    if (!isQuiet) this.#quietNs = null;
    else if (this.#quietNs === null || !sawAll) this.#quietNs = ns;
    return this.#quietNs !== null && ns >= this.#quietNs + lingerNs;
  }
}

/** The state of a recording; null where there is none, or what is there says nothing. */
async function stateThere(path: string): Promise<RecordingState | null> {
  try {
    return await readRecordingState(path);
  } catch (error) {
    // It is written anew; but not over one that may say that the recording has ended.
    if (error instanceof UserError && !(error instanceof UnreadState)) return null;
    throw error;
  }
}
