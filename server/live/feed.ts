import { UserError } from "../../engine/errors.ts";
import {
  isRecorded,
  readRecordingState,
  type RecordingState,
} from "../../engine/source/recording.ts";
import { type FileIdentity, identityOf } from "../../engine/source/raw_file.ts";
import type { FeedStateName, SourceMessage } from "../../engine/wire/messages.ts";

/** How often a recording and its state are looked at while somebody wants to know, milliseconds. */
const LOOK_MS = 250;

/** A feed without a record for so long is quiet; without a byte for so long it is stale, milliseconds. */
const QUIET_MS = 5_000;
const STALE_MS = 7_000;

/** What is known of a feed that is recorded. */
export interface FeedNews {
  state: FeedStateName;
  /** More about it, in one line. */
  message: string;
  /** Since when it is in that state, UTC milliseconds since the epoch. */
  sinceMs: number;
  /** What its recorder says; null when it says nothing. */
  recorder: RecordingState | null;
}

/** A wall clock, and one that never goes back; milliseconds. */
export interface FeedClock {
  now(): number;
  monotonic(): number;
}

const CLOCK: FeedClock = { now: () => Date.now(), monotonic: () => performance.now() };

/** What a feed does, from its recording alone: its bytes, its recorder's lock and what that says. */
export class Feed {
  #news: FeedNews;
  readonly #listeners = new Set<() => void>();
  #timer: ReturnType<typeof setInterval> | null = null;
  #looking: Promise<FeedNews> | null = null;
  #size = -1n;
  #lastRecord = "";
  /** When it was looked at last, by the clock that never goes back. */
  #lookedMs = -Infinity;
  /** When the last byte and the last record came, by the same. */
  #grewMs: number;
  #recordMs: number;

  /**
   * @param path the recording
   * @param clock tells the time
   */
  constructor(readonly path: string, readonly clock: FeedClock = CLOCK) {
    this.#grewMs = this.#recordMs = clock.monotonic();
    this.#news = { state: "connecting", message: "", sinceMs: clock.now(), recorder: null };
  }

  /** What was known at the last look. */
  get news(): FeedNews {
    return this.#news;
  }

  /** How long no byte had come at the last look, milliseconds. */
  get silentMs(): number {
    return this.clock.monotonic() - this.#grewMs;
  }

  /** Whether anybody listens. */
  get isWatched(): boolean {
    return this.#listeners.size > 0;
  }

  /**
   * Calls back when its state changes; meanwhile it is looked at now and then.
   *
   * @param listener hears of it
   * @returns ends that
   */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    this.#timer ??= setInterval(() => void this.look(), LOOK_MS);
    return () => {
      this.#listeners.delete(listener);
      if (this.isWatched || this.#timer === null) return;
      clearInterval(this.#timer);
      this.#timer = null;
    };
  }

  /** Looks at the recording now. */
  look(): Promise<FeedNews> {
    return this.#looking ??= this.#look().finally(() => this.#looking = null);
  }

  async #look(): Promise<FeedNews> {
    const found = identityOf(this.path);
    const { recorder, message: unread } = await this.#recorder();
    const isHeld = await isRecorded(this.path);
    this.#note(found, recorder);
    const [state, message] = this.#stateOf(recorder, isHeld);
    const before = this.#news;
    const isNew = before.state !== state || before.message !== (message || unread);
    this.#news = {
      state,
      message: message || unread,
      sinceMs: before.state === state ? before.sinceMs : this.clock.now(),
      recorder,
    };
    if (isNew) { for (const listener of [...this.#listeners]) listener(); }
    return this.#news;
  }

  /** What the recorder says; a state file that is none is no reason to stop. */
  async #recorder(): Promise<{ recorder: RecordingState | null; message: string }> {
    try {
      return { recorder: await readRecordingState(this.path), message: "" };
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      return { recorder: null, message: "the recorder's state cannot be read" };
    }
  }

  #note(found: FileIdentity | null, recorder: RecordingState | null): void {
    const now = this.clock.monotonic();
    // How old what is there at the first look is, the file and the record tell.
    const ageMs = (ns: bigint) => Math.max(0, this.clock.now() - Number(ns / 1_000_000n));
    if (found !== null && found.size !== this.#size) {
      // What was not there at the last look came after it, whatever the clocks say.
      this.#grewMs = Math.max(this.#lookedMs, now - ageMs(found.mtimeNs));
      this.#size = found.size;
    }
    this.#lookedMs = now;
    const lastRecord = `${recorder?.lastEventNs} ${recorder?.lastRecvNs}`;
    if (recorder !== null && lastRecord !== this.#lastRecord) {
      const { lastRecvNs } = recorder;
      const isFirst = this.#lastRecord === "" && lastRecvNs !== null;
      this.#recordMs = isFirst ? now - ageMs(lastRecvNs) : now;
      this.#lastRecord = lastRecord;
    }
  }

  #stateOf(recorder: RecordingState | null, isHeld: boolean): [FeedStateName, string] {
    const said = recorder?.message ?? "";
    if (recorder?.state === "ended") return ["ended", said];
    if (!isHeld) {
      if (recorder === null) return ["connecting", "no recorder has begun"];
      return ["stale", said || "nobody records it now"];
    }
    const now = this.clock.monotonic();
    switch (recorder?.state) {
      case "live":
        if (now - this.#grewMs >= STALE_MS) return ["stale", "no sign of life from the feed"];
        return now - this.#recordMs >= QUIET_MS ? ["quiet", said] : ["live", said];
      case "catching_up":
      case "reconnecting":
        return [recorder.state, said];
      default:
        return ["connecting", said];
    }
  }
}

/**
 * @param news what is known of a feed
 * @param behindMs how far behind it a stream is, event milliseconds
 * @param sentMs when it is sent, by a clock that never goes back, milliseconds
 * @returns the message that tells it
 */
export function sourceMessage(
  { state, message, sinceMs, recorder }: FeedNews,
  behindMs: number,
  sentMs: number = CLOCK.monotonic(),
): SourceMessage {
  const text = (ns: bigint | null | undefined) => ns == null ? null : `${ns}`;
  return {
    ...{ type: "source", state, message },
    since_ns: `${BigInt(Math.round(sinceMs)) * 1_000_000n}`,
    last_ts_ns: text(recorder?.lastEventNs),
    last_recv_ns: text(recorder?.lastRecvNs),
    latency_ms: recorder?.latencyMs ?? null,
    behind_ms: Math.max(0, Math.round(behindMs)),
    sent_ms: Math.round(sentMs),
  };
}

/** The feeds that one server follows, by their recordings. */
export class Feeds {
  readonly #feeds = new Map<string, Feed>();

  /**
   * @param path a recording
   * @returns its feed, the same for all who ask while anybody listens to it
   */
  of(path: string): Feed {
    for (const [known, feed] of this.#feeds) {
      if (known !== path && !feed.isWatched) this.#feeds.delete(known);
    }
    let feed = this.#feeds.get(path);
    if (feed === undefined) this.#feeds.set(path, feed = new Feed(path));
    return feed;
  }
}
