import { useComputed } from "@preact/signals";
import type { Dashboard } from "../client/page/dashboard.ts";

const PHASES = {
  bootstrap: "Building the book",
  warmup: "Warming up",
  queued: "The server is busy, waiting for a place",
} as const;

/** Tells who does not see the page what the stream does; grids are not announced. What a key asked for is. */
export function Announcer({ dashboard }: { dashboard: Dashboard }) {
  const { status, paused, waiting, progress, speed, seeking } = dashboard.playback;
  const phase = useComputed(() => progress.value?.phase ?? null);
  const words = useComputed(() => {
    switch (status.value.kind) {
      case "connecting":
        return phase.value === "queued" ? PHASES.queued : "Connecting";
      case "reconnecting":
        return "Connection lost, connecting again";
      case "ended":
        return "End of file";
      case "refused":
        return "The server refused this stream";
      case "streaming":
        if (seeking.value !== null) return `Seeking ${seeking.value}`;
        if (waiting.value) return phase.value === null ? "Connected" : PHASES[phase.value];
        return paused.value ? "Paused" : `Playing at ${speed.value} times`;
    }
  });
  return (
    <>
      <p class="unseen" role="status" aria-live="polite" data-testid="announcer">{words}</p>
      <p class="unseen" role="status" aria-live="polite" data-testid="said">{dashboard.said}</p>
    </>
  );
}
