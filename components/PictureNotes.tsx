import { useComputed } from "@preact/signals";
import type { Dashboard } from "../client/page/dashboard.ts";
import { formatPercent, formatPrice } from "../client/format.ts";
import { momentWords } from "../client/page/moment_words.ts";
import type { GridSummary } from "../client/history/grid_summary.ts";
import {
  BOOK_CROSSED,
  BOOK_IN_DOUBT,
  BOOK_INVALID,
  BOOK_LOCKED,
} from "../client/history/reading_history.ts";
import { PHASES } from "./StreamState.tsx";

/** What there is to know about the picture: that it is the past, or that its book is doubtful. */
export function PictureNotes({ dashboard }: { dashboard: Dashboard }) {
  const { summary, shownBy, following, playback, unpriced } = dashboard;
  const { lateMs, nowWords } = playback.freshness;
  const past = useComputed(() => {
    const behindMs = summary.value?.behindMs ?? null;
    return behindMs === null ? "" : momentWords(behindMs, shownBy.value, nowWords.value);
  });
  const live = useComputed(() => past.value === "");
  const warning = useComputed(() =>
    bookWarning(summary.value, playback.instrument.value.decimals) ?? ""
  );
  const prompt = useComputed(() => lateMs.value === 0);
  // In whole seconds: a figure that runs is not read.
  const late = useComputed(() =>
    `${Math.max(1, Math.floor(lateMs.value / 1000))} s behind: the link is slow`
  );
  const feed = useComputed(() => playback.feed.look.value?.words ?? "");
  const feedKind = useComputed(() =>
    playback.feed.look.value?.isCurrent === false ? "chip warning" : "chip"
  );
  const heard = useComputed(() => feed.value === "");
  const settled = useComputed(() => {
    const timeMs = summary.value?.timeMs;
    return timeMs === undefined || !playback.feed.isSettling(timeMs);
  });
  const whole = useComputed(() => !playback.beginsInside.value);
  const sound = useComputed(() => warning.value === "");
  const priced = useComputed(() => unpriced.value === null || summary.value === null);
  return (
    <>
      <div class="notes">
        <span class="chip warning" role="status" data-testid="late" hidden={prompt}>{late}</span>
        <span class={feedKind} role="status" data-testid="feed-words" hidden={heard}>
          {feed}
        </span>
        <span class="chip" role="status" data-testid="settling" hidden={settled}>
          Averages settle: the recording has just begun
        </span>
        <span class="chip" data-testid="past" hidden={live}>{past}</span>
        <span class="chip warning" role="status" data-testid="book-warning" hidden={sound}>
          <span aria-hidden="true">!</span> <span>{warning}</span>
        </span>
        <span class="chip warning" role="status" data-testid="unpriced" hidden={priced}>
          No price where the stream is, what is shown came before: <span>{unpriced}</span>
        </span>
        <span class="chip" role="status" data-testid="begins-inside" hidden={whole}>
          The file begins inside the session: older orders are missing
        </span>
        <IgnoredMarks dashboard={dashboard} />
      </div>
      <Empty dashboard={dashboard} />
      <button
        type="button"
        class="follow"
        data-testid="follow"
        title="Follow the grid that came last (F)"
        hidden={following}
        onClick={() => dashboard.follow()}
      >
        Follow ▸
      </button>
    </>
  );
}

/** Marks in the address that are left out. */
function IgnoredMarks({ dashboard }: { dashboard: Dashboard }) {
  const { ignored } = dashboard.marks;
  const words = useComputed(() => {
    const [mark, is] = ignored.value === 1 ? ["mark", "is"] : ["marks", "are"];
    return `${ignored.value} ${mark} in the address ${is} left out: no such moment or price, or too many`;
  });
  const none = useComputed(() => ignored.value === 0);
  return (
    <span class="chip warning" role="status" data-testid="ignored-marks" hidden={none}>
      {words} <button type="button" aria-label="Close" onClick={() => ignored.value = 0}>×</button>
    </span>
  );
}

/** In place of the picture until there is one: what it waits for. */
function Empty({ dashboard }: { dashboard: Dashboard }) {
  const { status, progress } = dashboard.playback;
  const drawn = useComputed(() => {
    const { kind } = status.value;
    return dashboard.summary.value !== null || (kind !== "connecting" && kind !== "streaming");
  });
  const words = useComputed(() => {
    const { unpriced } = dashboard;
    if (unpriced.value !== null) return `no price yet: ${unpriced.value}`;
    if (progress.value === null) return "waiting for the first grid";
    const { phase, fraction } = progress.value;
    return phase === "queued" ? PHASES.queued : `${PHASES[phase]} · ${formatPercent(fraction)}`;
  });
  return <p class="empty dim" data-testid="empty" hidden={drawn}>{words}</p>;
}

/** What is wrong with the book of a moment, the worst first; null when nothing is. */
function bookWarning(summary: GridSummary | null, decimals: number): string | null {
  if (summary === null) return null;
  const { book, bestBid, bestAsk } = summary;
  if (book & BOOK_CROSSED) {
    const bid = formatPrice(bestBid, decimals);
    const ask = formatPrice(bestAsk, decimals);
    return `Crossed book: best bid ${bid} above best ask ${ask}`;
  }
  if (book & BOOK_LOCKED) {
    return `Locked book: best bid and best ask both ${formatPrice(bestBid, decimals)}`;
  }
  if (book & BOOK_IN_DOUBT) return "Book in doubt: the source lost records, no snapshot since";
  return book & BOOK_INVALID ? "Book not valid yet" : null;
}
