import { useComputed } from "@preact/signals";
import type { Dashboard } from "../client/page/dashboard.ts";
import { formatCount, formatSigned, NOTHING } from "../client/format.ts";

/** Both scales of the heatmap with the values at their ends: those in force for the view. */
export function Legend({ dashboard }: { dashboard: Dashboard }) {
  const { scales, settings } = dashboard;
  const most = useComputed(() => scales.value === null ? NOTHING : formatSigned(scales.value.net));
  const least = useComputed(() =>
    scales.value === null ? NOTHING : formatSigned(-scales.value.net)
  );
  const depthOf = (end: "shallow" | "deep") =>
    scales.value === null ? NOTHING : formatCount(Math.round(scales.value[end]));
  const shallow = useComputed(() => depthOf("shallow"));
  const deep = useComputed(() => depthOf("deep"));
  const undivided = useComputed(() => settings.value.colouring !== "why");
  const draining = useComputed(() => undivided.value ? "draining" : "pulled");
  const forceAlone = useComputed(() => settings.value.colouring === "force");
  return (
    <span class="legend" role="group" aria-label="Legend of the heatmap">
      <span class="by-trading" data-testid="legend-traded" hidden={undivided}>
        <span class="swatch traded" aria-hidden="true" /> traded
      </span>
      <span class="draining">{draining}</span>
      <span class="figure end" data-testid="legend-least">{least}</span>
      <span class="ramp" aria-hidden="true" />
      <span class="figure start" data-testid="legend-most">{most}</span>
      <span class="building">building</span>
      <span class="brightness" hidden={forceAlone}>
        depth, log <span class="figure" data-testid="legend-shallow">{shallow}</span>
        <span class="ramp depth" aria-hidden="true" />
        <span class="figure start" data-testid="legend-depth">{deep}</span>
      </span>
    </span>
  );
}
