import { useComputed, useSignal } from "@preact/signals";
import type { Dashboard } from "../client/page/dashboard.ts";
import type { StreamStatus } from "../client/stream/stream_client.ts";

interface Notice {
  readonly title: string;
  /** The server's words, or our own where it said nothing. */
  readonly said: string;
  readonly advice: string;
  /** Whether something went wrong. */
  readonly alarm: boolean;
  /** Whether the reader may go on without it. */
  readonly closable: boolean;
}

const SILENT: Notice = { title: "", said: "", advice: "", alarm: false, closable: false };

const OVER: Notice = {
  title: "The session is over",
  said: "The recording of this session has ended.",
  advice: "Step back with ←, restart, or seek an earlier time.",
  alarm: false,
  closable: true,
};

/** Of a file that was played to its end without a grid. */
const EMPTY: Readonly<Record<"records" | "grids", Notice>> = {
  records: {
    title: "Nothing to show",
    said: "The file has no record of this contract in this session.",
    advice: "Choose another day, or see that the file is of this contract and day.",
    alarm: false,
    closable: true,
  },
  grids: {
    title: "Nothing to show",
    said: "The session has no grid at or after the start: no event ends there.",
    advice: "Seek an earlier time, or choose another day.",
    alarm: false,
    closable: true,
  },
};

/** What there is to say about the stream and what to do about it; absent while all is well. */
export function StreamNotice({ dashboard }: { dashboard: Dashboard }) {
  const notice = useComputed(() =>
    noticeOf(
      dashboard.playback.status.value,
      dashboard.playback.error.value,
      dashboard.playback.isOver.value,
      dashboard.playback.isSeekRefused.value,
      dashboard.playback.lacks.value,
    )
  );
  const closed = useSignal<Notice | null>(null);
  const quiet = useComputed(() => notice.value === SILENT || notice.value === closed.value);
  const lasting = useComputed(() => !notice.value.closable);
  const mendable = useComputed(() => dashboard.playback.status.value.kind !== "refused");
  const alarm = useComputed(() => notice.value.alarm);
  const title = useComputed(() => notice.value.title);
  const said = useComputed(() => notice.value.said);
  const advice = useComputed(() => notice.value.advice);
  return (
    <div class="notice" role="alert" data-testid="error" data-alarm={alarm} hidden={quiet}>
      <button
        type="button"
        class="square notice-close"
        data-testid="close-notice"
        aria-label="Close this notice"
        hidden={lasting}
        onClick={() => closed.value = notice.value}
      >
        ×
      </button>
      <strong>{title}</strong>
      <p>{said}</p>
      <p class="dim">
        {advice}{" "}
        <a href="/vacuum-pressure" hidden={mendable}>open it with the server's own settings</a>
      </p>
    </div>
  );
}

function noticeOf(
  status: StreamStatus,
  error: string | null,
  isOver: boolean,
  isSeekRefused: boolean,
  lacks: "records" | "grids" | null,
): Notice {
  switch (status.kind) {
    case "refused":
      if (isSeekRefused) {
        return {
          title: "The server refused to go to that time",
          said: status.message,
          advice: "Seek another time, restart, or",
          alarm: true,
          closable: false,
        };
      }
      return {
        title: "The server refused this stream",
        said: status.message,
        advice: "Correct the address of this page, or",
        alarm: true,
        closable: false,
      };
    case "reconnecting":
      return {
        title: error === null ? "No connection" : "The stream stopped",
        said: error ?? "The server does not answer, or it closed the connection.",
        advice: "This page connects again by itself. " +
          (error === null
            ? "If it cannot, check that the server is running."
            : "If the stream stops there again, mend first what is said here."),
        alarm: true,
        closable: false,
      };
    case "streaming":
      return error === null ? SILENT : {
        title: "The server reports a problem",
        said: error,
        advice: "The stream goes on. Restart it if the picture stands still.",
        alarm: true,
        closable: true,
      };
    case "ended":
      if (isOver) return OVER;
      return lacks !== null ? EMPTY[lacks] : {
        title: "End of file",
        said: "The session has been played to its end.",
        advice: "Step back with ←, restart, or seek an earlier time.",
        alarm: false,
        closable: true,
      };
    case "connecting":
      return SILENT;
  }
}
