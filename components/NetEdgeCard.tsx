import { useComputed } from "@preact/signals";
import { formatForce, formatSigned } from "../client/format.ts";
import { netBar } from "../client/history/edge.ts";
import { type Figures, useCompared } from "./use_figure.ts";

/** Net edge as a figure and as a bar from the middle, and the two edges that it is made of. */
export function NetEdgeCard(figures: Figures) {
  const net = useCompared(figures, (now) => now.net, formatSigned);
  const bull = useCompared(figures, (now) => now.bull, formatForce);
  const bear = useCompared(figures, (now) => now.bear, formatForce);
  const shown = useComputed(() => (figures.change.value ?? figures.reading.value)?.net ?? 0);
  const arrow = useComputed(() => arrowOf(shown.value));
  const end = useComputed(() => netBar(shown.value) * 50);
  const left = useComputed(() => Math.min(0, end.value));
  const length = useComputed(() => Math.abs(end.value));
  return (
    <section class="card" aria-labelledby="net-edge-title">
      <h2 id="net-edge-title">Net edge</h2>
      <div class="row">
        <span class="net-edge">
          <span class="shape" aria-hidden="true">{arrow}</span>
          <span data-testid="net-edge">{net}</span>
        </span>
      </div>
      <svg class="net-bar" viewBox="-50 0 100 6" preserveAspectRatio="none" aria-hidden="true">
        <rect class="track" x="-50" width="100" height="6" />
        <rect x={left} width={length} height="6" fill="currentColor" />
        <rect class="zero" x="-0.2" width="0.4" height="6" />
      </svg>
      <div class="line" title="Pressure below + vacuum above">
        <span>Bull</span>
        <span class="figure" data-testid="bull">{bull}</span>
      </div>
      <div class="line" title="Pressure above + vacuum below">
        <span>Bear</span>
        <span class="figure" data-testid="bear">{bear}</span>
      </div>
    </section>
  );
}

function arrowOf(net: number): string {
  // What is shown as 0.0 takes no side.
  if (Math.abs(net) < 0.05) return "·";
  return net > 0 ? "↑" : "↓";
}
