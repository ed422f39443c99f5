import { useComputed } from "@preact/signals";
import type { RefObject } from "preact";
import type { Dashboard } from "../client/page/dashboard.ts";

interface Props {
  dashboard: Dashboard;
  dialog: RefObject<HTMLDialogElement>;
}

/** Asks before the stream is started over. */
export function RestartDialog({ dashboard, dialog }: Props) {
  const { startTime } = dashboard.playback;
  const from = useComputed(() => startTime.value ?? "the session's beginning");
  return (
    <dialog
      ref={dialog}
      class="sheet question"
      aria-labelledby="restart-title"
      data-testid="restart-dialog"
      onClose={({ currentTarget }) => {
        if (currentTarget.returnValue === "restart") dashboard.restart();
        currentTarget.returnValue = "";
      }}
    >
      <form method="dialog">
        <h2 id="restart-title">Start over from {from}?</h2>
        <p class="dim">What has been played stays in the picture.</p>
        <div class="across">
          <button type="submit" value="restart" class="primary" data-testid="restart-yes" autofocus>
            Start over
          </button>
          <button type="submit" value="">Go on</button>
        </div>
      </form>
    </dialog>
  );
}
