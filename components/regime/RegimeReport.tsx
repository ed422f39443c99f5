import { useSignal } from "@preact/signals";
import { useEffect, useMemo, useRef } from "preact/hooks";
import type uPlot from "uplot";
import type { RegimeView } from "../../engine/wire/regime_view.ts";
import { baselineLine, projectionTable, studyTables } from "../../engine/wire/study_tables.ts";
import { formatCount } from "../../client/format.ts";
import { hitRatesChart, timesChart } from "../../client/regime/bar_charts.ts";
import { boundText } from "../../client/regime/outcome_times.ts";
import type { RegimeBoard } from "../../client/regime/board.ts";
import { regimeModel } from "../../client/regime/model.ts";
import { windowWords } from "../../client/regime/reading.ts";
import { readTheme, type Theme } from "../../client/heatmap/theme.ts";
import { EventsTable } from "./EventsTable.tsx";
import { RegimeCharts } from "./RegimeCharts.tsx";
import { ParametersTable, StretchesTable } from "./RegimeTables.tsx";
import { StudyPanels, Warnings } from "./StudyTables.tsx";
import { TRADE_HEADS, tradeCells } from "./figures.ts";

/** How much of the day is shown around an event, milliseconds. */
const AROUND_EVENT = 120_000;

/** An analysis of a day: its figures, its charts over time, its tables. */
export function RegimeReport(
  { view, theme, linksHeatmap = false }: {
    view: RegimeView;
    theme: string;
    /** Whether events lead to the heatmap: where a server shows it. */
    linksHeatmap?: boolean;
  },
) {
  const model = useMemo(() => regimeModel(view), [view]);
  const board = useSignal<RegimeBoard | null>(null);
  const charts = useRef<HTMLDivElement>(null);
  const { figures } = view;
  const { tp_ticks, sl_ticks, max_hold_snapshots, max_hold_ms } = figures.trade_target_params;
  const hold = max_hold_ms === null
    ? `${formatCount(max_hold_snapshots!)} snapshots`
    : boundText(max_hold_ms);
  const line = baselineLine(figures.baselines);
  const seek = (index: number) => {
    board.value?.seek(model.events.times[index]!, AROUND_EVENT);
    charts.current?.scrollIntoView({ block: "start" });
  };
  return (
    <article class="regime-report" data-testid="regime-report">
      <RegimeHeader view={view} />
      <dl class="regime-figures" data-testid="regime-figures">
        {tradeCells(figures.trade_metrics).map((value, i) => (
          <div key={i}>
            <dt>{TRADE_HEADS[i]}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <p class="regime-note">
        {`Target ${tp_ticks} ticks, stop ${sl_ticks}, at most ${hold}. Outcomes are by the mid; fills ignore the queue. `}
        <strong>This is not a trading claim.</strong>
      </p>
      <Warnings warnings={figures.warnings} />
      {line !== null && (
        <p class="regime-note">
          <span data-testid="regime-line">{line}</span>, of resolved trades.
        </p>
      )}
      <div ref={charts}>
        <RegimeCharts model={model} theme={theme} board={board} />
      </div>
      <section class="regime-panel">
        <h2>Stability by the hour</h2>
        <StretchesTable
          name="hour"
          rows={figures.hourly_metrics}
          stability={figures.stability}
          across="hours"
          tests={figures.stability_test}
        />
      </section>
      <StudyPanels tables={studyTables(figures, figures.trade_metrics_resolved)} />
      <div class="regime-pair">
        <section class="regime-panel">
          <h2>Time to outcome, events</h2>
          <SmallChart
            name="Distribution of the time to outcome"
            view={view}
            theme={theme}
            draw={timesChart}
          />
          <p class="regime-note">
            From bottom to top of a bar: ✓ target first, ✗ stop first, ○ timed out.
          </p>
        </section>
        <section class="regime-panel">
          <h2>Projection, hit rate by horizon</h2>
          <SmallChart
            name="Hit rate of the projection by horizon"
            view={view}
            theme={theme}
            draw={hitRatesChart}
          />
          <p class="regime-note">
            Solid: the projection. Dashed: the naive predictor on the same pairs. Dotted:
            projections held against what came at another time.
          </p>
        </section>
      </div>
      <StudyPanels
        tables={[projectionTable(figures.projection_horizon_metrics, boundText)]}
      />
      <details class="regime-panel">
        <summary>Events, each with its outcome</summary>
        <EventsTable model={model} onSeek={seek} linksHeatmap={linksHeatmap} />
      </details>
      <details class="regime-panel">
        <summary>Parameters</summary>
        <ParametersTable view={view} />
      </details>
    </article>
  );
}

function RegimeHeader({ view: { figures, snapshots, eval_snapshots } }: { view: RegimeView }) {
  const { instrument } = figures;
  return (
    <header class="regime-title">
      <h1>
        {`Regimes of ${instrument.symbol} on ${instrument.dt}`}
        {figures.data_source === "simulator" && (
          <span class="regime-badge" data-testid="regime-simulated">SIMULATED</span>
        )}
      </h1>
      <p>
        {`${windowWords(figures)}: ${formatCount(snapshots)} snapshots, of which ` +
          `${formatCount(eval_snapshots)} evaluated`}
      </p>
    </header>
  );
}

/** A chart that is drawn once, and anew for another theme or width. */
function SmallChart(
  { name, view, theme, draw }: {
    name: string;
    view: RegimeView;
    theme: string;
    draw: (host: HTMLElement, view: RegimeView, theme: Theme) => uPlot;
  },
) {
  const host = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = host.current!;
    const plot = draw(element, view, readTheme(element));
    const sizes = new ResizeObserver(() =>
      plot.setSize({ width: element.clientWidth, height: plot.height })
    );
    sizes.observe(element);
    return () => {
      sizes.disconnect();
      plot.destroy();
    };
  }, [view, theme]);
  return <div ref={host} class="regime-chart" role="img" aria-label={name} />;
}
