import type { NamedFigures, RegimeView, StabilityFigures } from "../../engine/wire/regime_view.ts";
import { formatCount } from "../../client/format.ts";
import { boundText } from "../../client/regime/outcome_times.ts";
import { decimal, percent, TRADE_HEADS, tradeCells } from "./figures.ts";

/** The trade figures of several stretches of time, and whether they are alike. */
export function StretchesTable(
  { name, rows, stability, across }: {
    /** What a row is. */
    name: string;
    rows: readonly NamedFigures[];
    stability: StabilityFigures;
    /** What the rows are called together. */
    across: string;
  },
) {
  return (
    <>
      <table class="regime-table" data-testid={`regime-${across}`}>
        <thead>
          <tr>
            <th scope="col">{name}</th>
            {TRADE_HEADS.map((head) => <th key={head} scope="col">{head}</th>)}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.window}>
              <th scope="row">{row.window}</th>
              {tradeCells(row).map((cell, i) => <td key={i}>{cell}</td>)}
            </tr>
          ))}
        </tbody>
      </table>
      <Gate stability={stability} across={across} />
    </>
  );
}

function Gate({ stability, across }: { stability: StabilityFigures; across: string }) {
  const { passed, reasons } = stability;
  return (
    <div class="regime-gate">
      <p>
        <strong data-testid="regime-gate">{passed ? "✓ Gate passed" : "✗ Gate failed"}</strong>
        {` · drift across the ${across}: target first `}
        {decimal(stability.tp_before_sl_rate_drift, 3)}
        {", events per hour "}
        {decimal(stability.events_per_hour_drift, 3)}
      </p>
      {reasons.length > 0 && <ul>{reasons.map((reason) => <li key={reason}>{reason}</li>)}</ul>}
    </div>
  );
}

/** The hit rate of each horizon. */
export function HitRatesTable({ view }: { view: RegimeView }) {
  return (
    <table class="regime-table" data-testid="regime-hit-rates">
      <thead>
        <tr>
          <th scope="col">horizon</th>
          <th scope="col">hit rate</th>
          <th scope="col">pairs</th>
        </tr>
      </thead>
      <tbody>
        {Object.entries(view.figures.projection_horizon_metrics).map(([ms, rate]) => (
          <tr key={ms}>
            <th scope="row">{boundText(Number(ms))}</th>
            <td>{percent(rate.delta_sign_hit_rate)}</td>
            <td>{formatCount(rate.n_pairs)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** What the analysis was made with: the flags that make it again. */
export function ParametersTable({ view }: { view: RegimeView }) {
  return (
    <dl class="regime-parameters" data-testid="regime-parameters">
      {view.parameters.map(([name, value]) => (
        <div key={name}>
          <dt>
            <code>--{name.replaceAll("_", "-")}</code>
          </dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
