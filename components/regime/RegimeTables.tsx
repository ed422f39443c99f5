import type { NamedFigures, RegimeView, StabilityFigures } from "../../engine/wire/regime_view.ts";
import type { DriftTests } from "../../engine/wire/regime_study.ts";
import { driftLines } from "../../engine/wire/study_tables.ts";
import { decimal, TRADE_HEADS, tradeCells } from "./figures.ts";

/** The trade figures of several stretches of time, and whether they are alike. */
export function StretchesTable(
  { name, rows, stability, across, tests }: {
    /** What a row is. */
    name: string;
    rows: readonly NamedFigures[];
    stability: StabilityFigures;
    /** What the rows are called together. */
    across: string;
    /** Whether their drifts are more than luck. */
    tests: DriftTests | null;
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
      {tests !== null &&
        driftLines(tests, across).map((line) => <p key={line} class="regime-note">{line}</p>)}
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
