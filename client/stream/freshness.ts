import { computed, type ReadonlySignal, signal } from "@preact/signals";
import { sentenceCase } from "../format.ts";
import { behindWords, type FeedView } from "./feed_view.ts";
import { Lateness } from "./lateness.ts";

/**
 * What a page shows is of now while it is no more than this behind its feed, milliseconds: what the
 * feed has come to is told once a second, and takes as long to come where a link is slow.
 */
const CURRENT_MS = 2_000;

/** What a link holds back for less is as good as at once, milliseconds. */
const PROMPT_MS = 500;

/** What of a stream its freshness is worked out from. */
export interface StreamSignals {
  /** The feed that is recorded into what is streamed, if one is. */
  readonly feed: FeedView;
  /** Whether the first grid since the start, or the last jump, is still to come. */
  readonly waiting: ReadonlySignal<boolean>;
  /** Least event time between grids, milliseconds. */
  readonly throttleMs: ReadonlySignal<number>;
}

/** How far what a page shows is behind its feed, or behind the pace of a replay, and the words for it. */
export class Freshness {
  readonly #stream: StreamSignals;
  /** Event time of the grid that came last, milliseconds since the epoch; null before there is one. */
  readonly #shownMs = signal<number | null>(null);
  /** How far what comes is behind the pace at which it is replayed, milliseconds. */
  readonly #offPaceMs = signal(0);
  readonly #lateness = new Lateness();
  /** Event time from the grid that came last to what the feed is known to have come to, milliseconds. */
  readonly #missingMs = computed(() => {
    const { edgeMs } = this.#stream.feed;
    const shownMs = this.#shownMs.value;
    return edgeMs.value === null || shownMs === null ? 0 : Math.max(0, edgeMs.value - shownMs);
  });
  /** How far what the page shows is behind its feed, milliseconds. */
  readonly behindMs: ReadonlySignal<number> = computed(() => {
    const { feed } = this.#stream;
    return feed.isLive.value ? feed.heldBackMs.value + this.#missingMs.value : feed.behindMs.value;
  });
  /** Whether the grid that came last, of a stream at the edge of its feed, is of now. */
  readonly #isAtEdge = computed(() =>
    this.behindMs.value <= CURRENT_MS + this.#stream.throttleMs.value
  );
  /** Whether nothing says that the page shows anything but what a feed brings now. */
  readonly isCurrent: ReadonlySignal<boolean> = computed(() => {
    const { feed, waiting } = this.#stream;
    const look = feed.look.value;
    if (look === null) return true;
    return look.isCurrent && feed.isLive.value && !waiting.value && this.#isAtEdge.value;
  });
  /** How far the link holds back what comes, milliseconds; 0 while it keeps up. */
  readonly lateMs: ReadonlySignal<number> = computed(() => {
    const { isLive, heldBackMs } = this.#stream.feed;
    if (!isLive.value) return this.#offPaceMs.value;
    return heldBackMs.value > PROMPT_MS && !this.#isAtEdge.value ? this.behindMs.value : 0;
  });
  /** Of which moment the grid that came last is, in words. */
  readonly nowWords: ReadonlySignal<string> = computed(() => {
    if (this.isCurrent.value) return "Now";
    const { look, isLive } = this.#stream.feed;
    const isKnown = look.value?.state !== "unheard" && look.value?.state !== "ended";
    const isBehind = !isLive.value || !this.#isAtEdge.value;
    return isKnown && isBehind ? sentenceCase(behindWords(this.behindMs.value)) : "Last known";
  });
  /** Whether the page is live, in a word or two; null where nothing is recorded. */
  readonly badge: ReadonlySignal<string | null> = computed(() => {
    const { feed } = this.#stream;
    const look = feed.look.value;
    if (look === null) return null;
    if (this.isCurrent.value) return look.state === "quiet" ? "LIVE · QUIET" : "LIVE";
    if (look.state === "stale") return "STALE";
    const isOnItsWay = look.isCurrent ? feed.isLive.value : look.state === "catching_up";
    return isOnItsWay ? "CATCHING UP" : "NOT LIVE";
  });

  /** @param stream what it is worked out from */
  constructor(stream: StreamSignals) {
    this.#stream = stream;
  }

  /**
   * A grid is shown.
   *
   * @param eventMs its event time, milliseconds since the epoch
   * @param speed event seconds per wall second at which it is played; null of history, which has no pace
   */
  shows(eventMs: number, speed: number | null): void {
    this.#shownMs.value = eventMs;
    if (speed === null) return;
    this.#offPaceMs.value = this.#lateness.take(eventMs, speed, performance.now());
  }

  /** The server left grids out. */
  lag(): void {
    this.#lateness.lag();
  }

  /** The pace is another from now on. */
  resetPace(): void {
    this.#lateness.reset();
    this.#offPaceMs.value = 0;
  }

  /** Nothing of what is streamed now is shown yet. */
  forget(): void {
    this.#shownMs.value = null;
  }
}
