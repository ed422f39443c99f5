import { formatCount, formatForce, formatSignedCount } from "../client/format.ts";
import { type Figures, useCompared } from "./use_figure.ts";

/** As wide as a decimal point and a digit: whole numbers line up with those that have one. */
const NO_DECIMAL = "\u2008\u2007";

/** How much rests on either side, and how much force there is at all. */
export function DepthCard(figures: Figures) {
  const signed = (count: number) => formatSignedCount(count) + NO_DECIMAL;
  const tilt = useCompared(
    figures,
    ({ sums }) => sums.restBelow - sums.restAbove,
    signed,
    signed,
  );
  const rest = useCompared(
    figures,
    ({ sums }) => sums.restBelow + sums.restAbove,
    (count) => formatCount(count) + NO_DECIMAL,
    signed,
  );
  const force = useCompared(figures, ({ bull, bear }) => bull + bear, formatForce);
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
