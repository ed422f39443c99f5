import { computed, type ReadonlySignal, signal } from "@preact/signals";
import type {
  FeedStateName,
  RuntimeConfigMessage,
  SourceMessage,
  StateMessage,
} from "../../engine/wire/messages.ts";
import { formatHeld, millisecondsOf } from "../format.ts";

/** A server says at least once a second what its feed does; by then it has, milliseconds. */
const SAID_WITHIN_MS = 1_500;

/** After so long without a word or a grid a server is not heard, milliseconds. */
const UNHEARD_MS = 4_000;

/** By how much of the time two clocks run apart at most. */
const CLOCK_DRIFT = 1e-4;

/** How long averages settle after a recording has begun with a snapshot, event milliseconds. */
const SETTLING_MS = 60_000;

/** How a feed looks to who watches it. */
export interface FeedLook {
  /** The state, or that the server is not heard. */
  readonly state: FeedStateName | "unheard";
  /** The state in words; empty while the feed is live. */
  readonly words: string;
  /** Whether what the page shows is of now. */
  readonly isCurrent: boolean;
}

/**
 * A feed that is being recorded, as the server tells of it: what it does, and how far behind it the page
 * is. Nothing but what was heard lately counts as current.
 */
export class FeedView {
  /** Whether what is streamed is being recorded. */
  readonly isFollowed = signal(false);
  /** Whether each grid comes as the feed brings it. */
  readonly isLive = signal(false);
  /** What the feed does; null before the server has said. */
  readonly source = signal<SourceMessage | null>(null);
  /** Time of the first record of the recording, milliseconds since the epoch; null if unknown. */
  readonly recordedFromMs = signal<number | null>(null);
  /**
   * How much longer what came last was on its way than what came quickest, milliseconds: what the link
   * holds back.
   */
  readonly heldBackMs = signal(0);
  readonly #behindMs = signal(0);
  readonly #isHeard = signal(true);
  #heardAt = -Infinity;
  /** When the server said last what its feed does, and how much that was held back. */
  #saidAt = -Infinity;
  #saidLateMs = 0;
  /** The least that the page's clock was ahead of the server's when it did. */
  #ahead = Infinity;

  /** How it looks; null where nothing is recorded. */
  readonly look: ReadonlySignal<FeedLook | null> = computed(() => {
    if (!this.isFollowed.value) return null;
    if (!this.#isHeard.value) {
      return { state: "unheard", words: "the server says nothing", isCurrent: false };
    }
    const source = this.source.value;
    if (source === null) return { state: "connecting", words: WORDS.connecting, isCurrent: false };
    const { state, message } = source;
    const words = [WORDS[state], message].filter((part) => part !== "").join(": ");
    return { state, words, isCurrent: state === "live" || state === "quiet" };
  });
  /** How far behind the feed the stream is, by the server's word, milliseconds; 0 while it is live. */
  readonly behindMs: ReadonlySignal<number> = computed(() =>
    this.isLive.value ? 0 : this.#behindMs.value
  );
  /** Event time of the feed's last record, milliseconds since the epoch; null before one is known. */
  readonly edgeMs: ReadonlySignal<number | null> = computed(() => {
    const lastNs = this.source.value?.last_ts_ns ?? null;
    return lastNs === null ? null : millisecondsOf(lastNs);
  });
  /** From the vendor's receipt to the arrival at the server, in words. */
  readonly latency: ReadonlySignal<string> = computed(() => {
    const ms = this.source.value?.latency_ms ?? null;
    if (ms === null) return "";
    return ms < 0 ? "clock is off" : `${Math.round(ms)} ms`;
  });

  /**
   * @param clock runs evenly, milliseconds
   */
  constructor(readonly clock: () => number = () => performance.now()) {}

  onConfig({ live, recorded_from_ns }: RuntimeConfigMessage): void {
    this.isFollowed.value = live === true;
    this.isLive.value = false;
    this.source.value = null;
    this.#behindMs.value = 0;
    this.heldBackMs.value = 0;
    this.#saidAt = this.clock();
    this.#saidLateMs = 0;
    this.#ahead = Infinity;
    this.recordedFromMs.value = recorded_from_ns === undefined
      ? null
      : millisecondsOf(recorded_from_ns);
    this.#hear();
  }

  onState({ live, behind_ms }: StateMessage): void {
    this.#hear();
    if (live === undefined) return;
    this.isLive.value = live;
    this.#behindMs.value = behind_ms ?? 0;
  }

  onSource(message: SourceMessage): void {
    if (message.sent_ms !== undefined) this.#compare(message.sent_ms);
    this.#saidAt = this.clock();
    this.#hear();
    // Of a session that is waited for nothing else is told.
    this.isFollowed.value = true;
    this.source.value = message;
    this.#behindMs.value = message.behind_ms;
  }

  /** A grid came: what the server said since the last word of its feed is behind it on the way. */
  onGrid(): void {
    const overdueMs = Math.max(0, this.clock() - this.#saidAt - SAID_WITHIN_MS);
    this.heldBackMs.value = this.#saidLateMs + overdueMs;
    this.#hear();
  }

  /** The session is over: nothing more is to be heard of it. */
  onOver(): void {
    if (this.source.value === null) return;
    this.source.value = { ...this.source.value, state: "ended", message: "" };
  }

  /** The connection is gone. */
  onLost(): void {
    if (this.isFollowed.value) this.#isHeard.value = false;
  }

  /** Looks whether the server has been heard lately; to be called now and then. */
  attend(): void {
    if (this.source.value?.state === "ended") return;
    if (this.clock() - this.#heardAt > UNHEARD_MS) this.onLost();
  }

  /**
   * Whether averages have not settled at a moment: the recording has just begun, with a snapshot.
   *
   * @param timeMs event time of the moment, milliseconds since the epoch
   */
  isSettling(timeMs: number): boolean {
    const fromMs = this.recordedFromMs.value;
    return this.isFollowed.value && fromMs !== null && timeMs - fromMs < SETTLING_MS;
  }

  /** Holds the page's clock against the server's; that they run apart makes nothing late. */
  #compare(sentMs: number): void {
    const now = this.clock();
    const ahead = now - sentMs;
    const drift = (now - this.#saidAt) * CLOCK_DRIFT;
    this.#ahead = Math.min(this.#ahead + drift, ahead);
    this.heldBackMs.value = this.#saidLateMs = ahead - this.#ahead;
  }

  #hear(): void {
    this.#heardAt = this.clock();
    this.#isHeard.value = true;
  }
}

/** States of a feed in words. */
const WORDS: Readonly<Record<FeedStateName, string>> = {
  connecting: "connecting to the feed",
  catching_up: "catching up with the feed",
  live: "",
  quiet: "no record for a while, nothing newer is known",
  stale: "feed stale",
  reconnecting: "feed lost, connecting again",
  ended: "the recording has ended",
};

/**
 * How far behind a page is, as its button says.
 *
 * @param behindMs milliseconds
 */
export function behindWords(behindMs: number): string {
  return behindMs < 1_000 ? "not live" : `${formatHeld(behindMs)} behind`;
}
