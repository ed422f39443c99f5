import { useComputed } from "@preact/signals";
import type { Dashboard } from "../client/page/dashboard.ts";
import { formatCount, formatPercent } from "../client/format.ts";

/** What goes on before the first grid. */
export const PHASES = {
  bootstrap: "building the book",
  warmup: "warming up",
  queued: "the server is busy, waiting for a place",
} as const;

/** What the connection is doing and, until the first grid, how far the phases have come. */
export function StreamState({ dashboard }: { dashboard: Dashboard }) {
  const { status, paused, progress, waiting, isOpen, dropped } = dashboard.playback;
  const kind = useComputed(() =>
    status.value.kind === "streaming" && paused.value ? "paused" : status.value.kind
  );
  const text = useComputed(() => {
    if (kind.value === "connecting" && progress.value?.phase === "queued") return PHASES.queued;
    return kind.value === "ended" ? "end of file" : kind.value;
  });
  const countdown = useComputed(() =>
    status.value.kind === "reconnecting" ? ` in ${status.value.seconds} s` : ""
  );
  const idle = useComputed(() => !isOpen.value || !waiting.value);
  const phase = useComputed(() =>
    progress.value === null ? "waiting for the first grid" : PHASES[progress.value.phase]
  );
  const fraction = useComputed(() => progress.value?.fraction ?? 0);
  const percent = useComputed(() =>
    progress.value === null ? "" : formatPercent(progress.value.fraction)
  );
  const none = useComputed(() => dropped.value === 0 || !idle.value);
  const lost = useComputed(() => `${formatCount(dropped.value)} dropped`);
  return (
    <span class="pair stream">
      <span class="connection" data-testid="connection" data-kind={kind}>
        <span>{text}</span>
        <span>{countdown}</span>
      </span>
      <span class="small phase" data-testid="phase" hidden={idle}>
        <span class="words">{phase}</span>{" "}
        <progress max={1} value={fraction} aria-label="Progress of the phase" />
        <span class="percent">{percent}</span>
      </span>
      <span
        class="small dropped"
        hidden={none}
        title="Grids left out because this page fell behind"
      >
        {lost}
      </span>
    </span>
  );
}
