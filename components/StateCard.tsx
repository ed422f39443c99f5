import { useComputed } from "@preact/signals";
import type { Dashboard } from "../client/page/dashboard.ts";
import { formatPercent, NOTHING } from "../client/format.ts";
import { heldFor, whyOf } from "../client/state_words.ts";
import { StateMark } from "./StateMark.tsx";
import { useFigure } from "./use_figure.ts";

/** The market's state in two words, how sure, since when, and why. */
export function StateCard({ dashboard }: { dashboard: Dashboard }) {
  const { summary, state, reading } = dashboard;
  const conviction = useFigure(reading, (now) => formatPercent(now.conviction));
  const held = useComputed(() => {
    const { flow, atMs } = summary.value ?? { flow: null, atMs: 0 };
    return flow === null ? NOTHING : heldFor(flow, atMs, dashboard.history.mayBeOlder(flow));
  });
  const why = useComputed(() => {
    if (summary.value === null) {
      const { unpriced } = dashboard;
      return unpriced.value === null ? "Nothing received yet." : `No price yet: ${unpriced.value}.`;
    }
    return summary.value.flow === null ? "The stream gives no state." : whyOf(summary.value.flow);
  });
  return (
    <section class="card" aria-labelledby="state-title">
      <h2 id="state-title">State</h2>
      <div class="row">
        <StateMark state={state} testId="state" />
        <span class="dim" title="|net edge| / (bull + bear)">
          conviction <span class="figure">{conviction}</span>
        </span>
      </div>
      <p class="why" data-testid="why">{why}</p>
      <div class="line">
        <span>Held for</span>
        <span class="figure" data-testid="state-held">{held}</span>
      </div>
    </section>
  );
}
