import { useComputed, useSignalEffect } from "@preact/signals";
import type { Dashboard } from "../client/page/dashboard.ts";
import { behindWords } from "../client/stream/feed_view.ts";
import { formatCount } from "../client/format.ts";

/** How often a page looks whether its server is heard, milliseconds. */
const ATTEND_MS = 1_000;

/** Whether the page shows the market now, and the way there when it does not. */
export function FeedState({ dashboard }: { dashboard: Dashboard }) {
  const { feed, isOpen, paused, freshness: { isCurrent, badge } } = dashboard.playback;
  useSignalEffect(() => {
    if (!feed.isFollowed.value) return;
    // Begun anew with each word of it: in a tab that nobody sees a timer that goes on comes once a minute.
    void feed.source.value;
    const timer = setInterval(() => feed.attend(), ATTEND_MS);
    return () => clearInterval(timer);
  });
  const absent = useComputed(() => !feed.isFollowed.value);
  const state = useComputed(() => feed.look.value?.state ?? "");
  const behind = useComputed(() => !feed.isLive.value && isOpen.value);
  const words = useComputed(() => behindWords(feed.behindMs.value));
  const here = useComputed(() => !behind.value);
  const inShort = useComputed(() =>
    `${paused.value ? "paused · " : ""}${formatCount(dashboard.grids.value)} grids`
  );
  return (
    <span class="pair feed" data-testid="feed" data-state={state} hidden={absent}>
      <span class="badge live" data-testid="live" data-current={isCurrent} hidden={behind}>
        {badge}
      </span>
      <button
        type="button"
        class="go-live"
        data-testid="go-live"
        aria-keyshortcuts="g"
        title="Go to the live market (G)"
        hidden={here}
        onClick={() => dashboard.goLive()}
      >
        <span data-testid="behind">{words}</span> · go live
      </button>
      <span class="small">
        <span class="in-short" data-testid="feed-stream">{inShort} ·</span>
        <span
          data-testid="feed-latency"
          title="Feed latency: from the vendor's receipt of a record to its arrival at the server"
        >
          {feed.latency}
        </span>
      </span>
    </span>
  );
}
