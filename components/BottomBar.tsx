import { type ReadonlySignal, useComputed } from "@preact/signals";
import { formatForce, formatPercent, formatSigned } from "../client/format.ts";
import type { MarketState, Reading, RiskFlag } from "../client/view_model.ts";
import { StateMark } from "./StateMark.tsx";
import { useFigure } from "./use_figure.ts";

const WARNINGS: readonly RiskFlag[] = ["SUPPORT FAILING", "RESISTANCE THINNING"];

/** The reading on one line, and what the heatmap's colours mean. */
export function BottomBar({ reading }: { reading: ReadonlySignal<Reading | null> }) {
  const state = useComputed<MarketState | null>(() => reading.value?.state ?? null);
  const net = useFigure(reading, (now) => formatSigned(now.net));
  const bull = useFigure(reading, (now) => formatForce(now.bull));
  const bear = useFigure(reading, (now) => formatForce(now.bear));
  const conviction = useFigure(reading, (now) => formatPercent(now.conviction));
  const risk = useFigure(reading, (now) => now.risk);
  const alarm = useComputed(() => WARNINGS.includes(reading.value?.risk ?? "BALANCED"));
  return (
    <footer class="bottom-bar">
      <StateMark state={state} />
      <span>
        net <span class="figure wide">{net}</span>
      </span>
      <span>
        bull <span class="figure">{bull}</span>
      </span>
      <span>
        bear <span class="figure">{bear}</span>
      </span>
      <span>
        conviction <span class="figure">{conviction}</span>
      </span>
      <span data-alarm={alarm}>
        <span class="word">{risk}</span>
      </span>
      <span class="space" />
      <span class="legend" role="group" aria-label="Legend">
        <span class="draining">draining</span>
        <span class="ramp" aria-hidden="true" />
        <span class="building">building</span>
        <span class="brightness">brightness: resting depth, log</span>
      </span>
    </footer>
  );
}
