import { useSignal } from "@preact/signals";
import type { PooledView, RegimeDocument } from "../../engine/wire/regime_view.ts";
import { daysTogether, projectionTable, studyTables } from "../../engine/wire/study_tables.ts";
import { boundText } from "../../client/regime/outcome_times.ts";
import { formatCount } from "../../client/format.ts";
import { percent } from "./figures.ts";
import { RegimeReport } from "./RegimeReport.tsx";
import { StretchesTable } from "./RegimeTables.tsx";
import { StudyPanels, Warnings } from "./StudyTables.tsx";
import { type Theme, ThemeButton } from "./ThemeButton.tsx";

/** The page that `--html-output` writes: one day, or several with what they say together. */
export function RegimePage({ days, pooled }: RegimeDocument) {
  const theme = useSignal<Theme>("dark");
  const index = useSignal(0);
  const view = days[index.value];
  return (
    <main class="regime" data-theme={theme}>
      <div class="regime-top">
        <strong>Spymaster</strong>
        {days.length > 1 && (
          <label>
            Day{" "}
            <select
              data-testid="regime-day"
              onChange={({ currentTarget }) => index.value = currentTarget.selectedIndex}
            >
              {days.map(({ figures }) => (
                <option key={figures.instrument.dt}>{figures.instrument.dt}</option>
              ))}
            </select>
          </label>
        )}
        <ThemeButton theme={theme} />
      </div>
      {pooled && <DaysTogether days={days} pooled={pooled} />}
      {view && <RegimeReport key={index.value} view={view} theme={theme.value} />}
    </main>
  );
}

function DaysTogether({ days, pooled }: { days: RegimeDocument["days"]; pooled: PooledView }) {
  const rate = (name: keyof PooledView["rates"]) => {
    const { rate, low, high } = pooled.rates[name];
    return `${percent(rate)} (${percent(low)} to ${percent(high)})`;
  };
  return (
    <section class="regime-panel">
      <h2>{daysTogether(pooled.n_days)}</h2>
      <StretchesTable
        name="day"
        rows={days.map(({ figures }) => ({
          ...figures.trade_metrics,
          window: figures.instrument.dt,
        }))}
        stability={pooled.stability}
        across="days"
        tests={pooled.study?.stability_test ?? null}
      />
      <Warnings warnings={pooled.warnings} />
      <p data-testid="regime-pooled">
        {`${
          formatCount(pooled.n_events)
        } events. With 95 % intervals, by blocks of time: target first ` +
          `${rate("tp_before_sl")}, stop first ${rate("sl_before_tp")}, timed out ${
            rate("timeout")
          }.`}
      </p>
      {pooled.study && (
        <StudyPanels
          tables={[
            ...studyTables(pooled.study),
            projectionTable(pooled.projection_horizon_metrics, boundText),
          ].map((table) => ({ ...table, key: `pooled-${table.key}` }))}
        />
      )}
    </section>
  );
}
