import { useComputed } from "@preact/signals";
import type { Dashboard } from "../client/page/dashboard.ts";
import { formatDuration, formatPrice } from "../client/format.ts";
import type { GridSummary } from "../client/history/grid_summary.ts";
import {
  BOOK_CROSSED,
  BOOK_IN_DOUBT,
  BOOK_INVALID,
  BOOK_LOCKED,
} from "../client/history/reading_history.ts";

/** What there is to know about the picture: that it is the past, or that its book is doubtful. */
export function PictureNotes({ dashboard }: { dashboard: Dashboard }) {
  const { summary, following, playback } = dashboard;
  const past = useComputed(() => {
    const behindMs = summary.value?.behindMs ?? null;
    if (behindMs === null) return "";
    const where = behindMs < 0 ? "after" : "before";
    return `${formatDuration(Math.abs(behindMs))} ${where} the newest grid`;
  });
  const live = useComputed(() => past.value === "");
  const warning = useComputed(() =>
    bookWarning(summary.value, playback.instrument.value.decimals) ?? ""
  );
  const whole = useComputed(() => !playback.beginsInside.value);
  const sound = useComputed(() => warning.value === "");
  return (
    <>
      <div class="notes">
        <span class="chip" data-testid="past" hidden={live}>{past}</span>
        <span class="chip warning" role="status" data-testid="book-warning" hidden={sound}>
          <span aria-hidden="true">!</span> <span>{warning}</span>
        </span>
        <span class="chip" role="status" data-testid="begins-inside" hidden={whole}>
          The file begins inside the session: older orders are missing
        </span>
      </div>
      <button
        type="button"
        class="follow"
        data-testid="follow"
        title="F"
        hidden={following}
        onClick={() => dashboard.follow()}
      >
        Follow ▸
      </button>
    </>
  );
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
