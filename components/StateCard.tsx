import { type ReadonlySignal, useComputed } from "@preact/signals";
import { formatPercent } from "../client/format.ts";
import type { MarketState, Reading } from "../client/history/edge.ts";
import { StateMark } from "./StateMark.tsx";
import { useFigure } from "./use_figure.ts";

/** The market's state in two words, how sure, and why. */
export function StateCard({ reading }: { reading: ReadonlySignal<Reading | null> }) {
  const state = useComputed<MarketState | null>(() => reading.value?.state ?? null);
  const conviction = useFigure(reading, (now) => formatPercent(now.conviction));
  const why = useComputed(() => reading.value?.why ?? "Nothing received yet.");
  return (
    <section class="card" aria-labelledby="state-title">
      <h2 id="state-title">State</h2>
      <div class="row">
        <StateMark state={state} testId="state" />
        <span>
          conviction <span class="figure">{conviction}</span>
        </span>
      </div>
      <p class="why">{why}</p>
    </section>
  );
}
