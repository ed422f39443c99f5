import { useComputed } from "@preact/signals";
import type { Dashboard } from "../client/page/dashboard.ts";
import type { PageCommands } from "../client/page/shortcuts.ts";

const ICON = "M6 4l2-2a2.8 2.8 0 0 1 4 4l-2 2M8 10l-2 2a2.8 2.8 0 0 1-4-4l2-2M5 9l4-4";

interface Props {
  dashboard: Dashboard;
  commands: PageCommands;
}

/** Copies a link that opens this very grid, paused. */
export function LinkButton({ dashboard, commands }: Props) {
  const { linked, summary } = dashboard;
  const none = useComputed(() => summary.value === null);
  const quiet = useComputed(() => linked.value === null);
  return (
    <button
      type="button"
      class="square link"
      aria-label="Copy a link to this moment"
      data-testid="link"
      title="Copy a link to this moment: it opens paused at this very grid (M)"
      disabled={none}
      onClick={() => commands.copyLink()}
      onPointerLeave={() => linked.value = null}
      onBlur={() => linked.value = null}
    >
      <svg viewBox="0 0 14 14" width="14" height="14" aria-hidden="true">
        <path d={ICON} fill="none" stroke="currentColor" stroke-width="1.5" />
      </svg>
      <span class="said" aria-hidden="true" data-testid="linked" hidden={quiet}>{linked}</span>
    </button>
  );
}
