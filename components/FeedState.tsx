import { useComputed, useSignalEffect } from "@preact/signals";
import type { Dashboard } from "../client/page/dashboard.ts";
import { behindWords } from "../client/stream/feed_view.ts";

/** How often a page looks whether its server is heard, milliseconds. */
const ATTEND_MS = 1_000;

/** Whether the page shows the market now, and the way there when it does not. */
export function FeedState({ dashboard }: { dashboard: Dashboard }) {
  const { feed, isOpen, isCurrent } = dashboard.playback;
  useSignalEffect(() => {
    if (!feed.isFollowed.value) return;
    const timer = setInterval(() => feed.attend(), ATTEND_MS);
    return () => clearInterval(timer);
  });
  const absent = useComputed(() => !feed.isFollowed.value);
  const state = useComputed(() => feed.look.value?.state ?? "");
  const behind = useComputed(() => !feed.isLive.value && isOpen.value);
  const badge = useComputed(() =>
    isCurrent.value ? "LIVE" : feed.look.value?.state === "stale" ? "STALE" : "NOT LIVE"
  );
  const words = useComputed(() => behindWords(feed.behindMs.value));
  const here = useComputed(() => !behind.value);
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
        title="Go to what the market does now (G)"
        hidden={here}
        onClick={() => dashboard.goLive()}
      >
        <span data-testid="behind">{words}</span> · go live
      </button>
      <span
        class="small"
        data-testid="feed-latency"
        title="Feed latency: from the vendor's receipt of a record to its arrival at the server"
      >
        {feed.latency}
      </span>
    </span>
  );
}
