import { type ReadonlySignal, useComputed } from "@preact/signals";
import type { Dashboard } from "../client/page/dashboard.ts";
import {
  formatForce,
  formatPercent,
  formatSigned,
  NOTHING,
  sentenceCase,
} from "../client/format.ts";
import { isWarning } from "../client/state_words.ts";
import { Legend } from "./Legend.tsx";
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
      <Named name="net" means="Net edge: bull − bear" figure={net} />
      <Named name="bull" means="Pressure below + vacuum above" figure={bull} />
      <Named name="bear" means="Pressure above + vacuum below" figure={bear} />
      <Named name="conviction" means="|net| / (bull + bear)" figure={conviction} />
      <span class="risk" data-alarm={alarm}>{risk}</span>
      <span class="space" />
      <a class="dim" href={analysis}>Regimes of a day</a>
      <Legend dashboard={dashboard} />
    </footer>
  );
}

interface NamedProps {
  name: string;
  /** What it is, for who asks. */
  means: string;
  figure: ReadonlySignal<string>;
}

function Named({ name, means, figure }: NamedProps) {
  return (
    <span title={means} class={name}>
      {name} <span class="figure">{figure}</span>
    </span>
  );
}
