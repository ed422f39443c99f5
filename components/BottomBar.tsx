import { type ReadonlySignal, useComputed } from "@preact/signals";
import type { Dashboard } from "../client/page/dashboard.ts";
import {
  formatCount,
  formatForce,
  formatPercent,
  formatSigned,
  NOTHING,
  sentenceCase,
} from "../client/format.ts";
import { isWarning } from "../client/page/state_words.ts";
import { StateMark } from "./StateMark.tsx";
import { useFigure } from "./use_figure.ts";

/** The reading on one line, and what the heatmap's colours mean. */
export function BottomBar({ dashboard }: { dashboard: Dashboard }) {
  const { reading, state, risk: flag } = dashboard;
  const net = useFigure(reading, (now) => formatSigned(now.net));
  const bull = useFigure(reading, (now) => formatForce(now.bull));
  const bear = useFigure(reading, (now) => formatForce(now.bear));
  const conviction = useFigure(reading, (now) => formatPercent(now.conviction));
  const risk = useComputed(() => flag.value === null ? NOTHING : sentenceCase(flag.value));
  const alarm = useComputed(() => isWarning(flag.value ?? undefined));
  const analysis = useComputed(() => `/regime?dt=${dashboard.playback.dt.value}`);
  return (
    <footer class="bottom-bar">
      <StateMark state={state} />
      <Named name="net" figure={net} />
      <Named name="bull" figure={bull} />
      <Named name="bear" figure={bear} />
      <Named name="conviction" figure={conviction} />
      <span class="risk" data-alarm={alarm}>{risk}</span>
      <span class="space" />
      <a class="dim" href={analysis}>Regimes of a day</a>
      <Legend dashboard={dashboard} />
    </footer>
  );
}

function Named({ name, figure }: { name: string; figure: ReadonlySignal<string> }) {
  return (
    <span>
      {name} <span class="figure">{figure}</span>
    </span>
  );
}

/** Both scales of the heatmap with the values at their ends. */
function Legend({ dashboard }: { dashboard: Dashboard }) {
  const { scales } = dashboard;
  const most = useComputed(() => formatSigned(scales.value.net));
  const least = useComputed(() => formatSigned(-scales.value.net));
  const deepest = useComputed(() => formatCount(scales.value.depth));
  return (
    <span class="legend" role="group" aria-label="Legend of the heatmap">
      <span class="draining">draining</span>
      <span class="figure end" data-testid="legend-least">{least}</span>
      <span class="ramp" aria-hidden="true" />
      <span class="figure start" data-testid="legend-most">{most}</span>
      <span class="building">building</span>
      <span class="brightness">
        depth, log <span class="figure">0</span>
        <span class="ramp depth" aria-hidden="true" />
        <span class="figure start" data-testid="legend-depth">{deepest}</span>
      </span>
    </span>
  );
}
