import { useComputed } from "@preact/signals";
import type { Dashboard } from "../client/dashboard.ts";

const PAUSE_ICON = "M1 1h3v8H1zM6 1h3v8H6z";
const PLAY_ICON = "M2 1l7 4-7 4z";

/** Pause and play, and start over. */
export function Transport({ dashboard }: { dashboard: Dashboard }) {
  const { paused, live } = dashboard;
  const label = useComputed(() => paused.value ? "Play" : "Pause");
  const icon = useComputed(() => paused.value ? PLAY_ICON : PAUSE_ICON);
  const idle = useComputed(() => !live.value);
  return (
    <span class="transport" role="group" aria-label="Replay">
      <button
        type="button"
        class="primary"
        data-testid="pause"
        aria-keyshortcuts="Space"
        title="Space"
        disabled={idle}
        onClick={() => dashboard.togglePause()}
      >
        <svg viewBox="0 0 10 10" width="10" height="10" aria-hidden="true">
          <path d={icon} fill="currentColor" />
        </svg>
        <span>{label}</span>
      </button>
      <button type="button" data-testid="restart" onClick={() => dashboard.restart()}>
        Restart
      </button>
    </span>
  );
}
