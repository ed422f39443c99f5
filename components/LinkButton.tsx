import { useComputed } from "@preact/signals";
import type { Dashboard } from "../client/page/dashboard.ts";
import type { PageCommands } from "../client/page/shortcuts.ts";

interface Props {
  dashboard: Dashboard;
  commands: PageCommands;
}

/** Copies a link that opens this very grid, paused. */
export function LinkButton({ dashboard, commands }: Props) {
  const { linked, summary } = dashboard;
  const none = useComputed(() => summary.value === null);
  const label = useComputed(() => linked.value ?? "Copy link");
  return (
    <button
      type="button"
      class="link"
      data-testid="link"
      title="Copy a link to this moment: it opens paused at this very grid (M)"
      disabled={none}
      onClick={() => commands.copyLink()}
      onPointerLeave={() => linked.value = null}
      onBlur={() => linked.value = null}
    >
      {label}
    </button>
  );
}
