import { type Feed, sourceMessage } from "../live/feed.ts";
import type { Outbox } from "./outbox.ts";
import type { Playhead } from "./playhead.ts";
import type { SessionScale } from "./session_scale.ts";

/** How often its client is told of it, wall milliseconds. */
const TELL_MS = 1_000;

/** The feed that is recorded into what a client watches: what it is told of it, and how far it is behind. */
export class StreamFeed implements Disposable {
  #unhook: () => void = () => {};

  /**
   * @param feed the feed
   * @param playhead where the client is
   * @param scale of its times
   * @param outbox takes the messages
   */
  constructor(
    readonly feed: Feed,
    readonly playhead: Playhead,
    readonly scale: SessionScale,
    readonly outbox: Pick<Outbox, "text">,
  ) {}

  /** Event time that it has come to, as far as is known, on the scale of the playhead. */
  get edgeMs(): number {
    const lastNs = this.feed.news.recorder?.lastEventNs ?? null;
    return lastNs === null ? -Infinity : this.scale.msOf(lastNs);
  }

  /** How far behind it the client is, event milliseconds. */
  get behindMs(): number {
    const { edgeMs, playhead: { isLive, hasArrived, ms } } = this;
    return (isLive && hasArrived) || edgeMs === -Infinity ? 0 : Math.max(0, edgeMs - ms);
  }

  /**
   * Tells the client from now on: on every change, and once a second.
   *
   * @param onTold called each second, when it was told
   */
  begin(onTold: () => void): void {
    const unhook = this.feed.onChange(() => this.tell());
    // Also before the file says anything, and while the book is rebuilt.
    const telling = setInterval(() => {
      this.tell();
      onTold();
    }, TELL_MS);
    this.#unhook = () => {
      unhook();
      clearInterval(telling);
    };
  }

  /** Tells the client now. */
  tell(): void {
    this.outbox.text(sourceMessage(this.feed.news, this.behindMs));
  }

  [Symbol.dispose](): void {
    this.#unhook();
  }
}
