import type { ReadonlySignal } from "@preact/signals";
import { formatCount, formatForce, formatSignedCount } from "../client/format.ts";
import type { Reading } from "../client/history/edge.ts";
import { useFigure } from "./use_figure.ts";

/** As wide as a decimal point and a digit: whole numbers line up with those that have one. */
const NO_DECIMAL = "\u2008\u2007";

/** How much rests on either side, and how much force there is at all. */
export function DepthCard({ reading }: { reading: ReadonlySignal<Reading | null> }) {
  const tilt = useFigure(
    reading,
    ({ sums }) => formatSignedCount(sums.restBelow - sums.restAbove) + NO_DECIMAL,
  );
  const rest = useFigure(
    reading,
    ({ sums }) => formatCount(sums.restBelow + sums.restAbove) + NO_DECIMAL,
  );
  const force = useFigure(reading, ({ bull, bear }) => formatForce(bull + bear));
  return (
    <section class="card" aria-labelledby="depth-title">
      <h2 id="depth-title">Depth context</h2>
      <div class="line">
        <span>Tilt (below − above)</span>
        <span class="figure" data-testid="tilt">{tilt}</span>
      </div>
      <div class="line">
        <span>Rest total</span>
        <span class="figure">{rest}</span>
      </div>
      <div class="line">
        <span>Force total</span>
        <span class="figure">{force}</span>
      </div>
    </section>
  );
}
