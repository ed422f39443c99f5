import { type ReadonlySignal, useComputed } from "@preact/signals";
import type { ComponentChildren, RefCallback } from "preact";
import type { ChartName } from "../client/charts/charts.ts";
import type { Dashboard } from "../client/page/dashboard.ts";
import { formatForce, formatPrice, formatSigned, NOTHING } from "../client/format.ts";
import { useFigure } from "./use_figure.ts";

interface Props {
  dashboard: Dashboard;
  /** Takes the element of each chart. */
  host(name: ChartName): RefCallback<HTMLDivElement>;
}

/** The charts' names and figures; the lines are drawn by uPlot. */
export function ChartRows({ dashboard, host }: Props) {
  const { reading, summary, playback } = dashboard;
  const net = useFigure(reading, (now) => formatSigned(now.net));
  const bull = useFigure(reading, (now) => formatForce(now.bull));
  const bear = useFigure(reading, (now) => formatForce(now.bear));
  const vacuumAbove = useFigure(reading, ({ sums }) => formatForce(sums.vacAbove));
  const pressureBelow = useFigure(reading, ({ sums }) => formatForce(sums.pressBelow));
  const pressureAbove = useFigure(reading, ({ sums }) => formatForce(sums.pressAbove));
  const vacuumBelow = useFigure(reading, ({ sums }) => formatForce(sums.vacBelow));
  const mid = useComputed(() => {
    const dollars = summary.value?.mid ?? NaN;
    if (Number.isNaN(dollars)) return NOTHING;
    // A middle lies on half a tick.
    return formatPrice(dollars, playback.instrument.value.decimals + 1);
  });
  return (
    <>
      <Row
        title="Net edge"
        label="Net edge over time, around its own zero; bull above and bear below as a band"
        name="edge"
        host={host}
      >
        <Entry name="net" figure={net} line="spot" />
        <Entry name="bull ↑" figure={bull} line="band" />
        <Entry name="bear ↓" figure={bear} line="band" />
      </Row>
      <Row
        title="Forces"
        label="The four forces over time: above the mid upward, below it downward"
        name="forces"
        host={host}
      >
        <Entry name="drain ↑" figure={vacuumAbove} line="draining dashed" />
        <Entry name="build ↑" figure={pressureAbove} line="building" />
        <Entry name="build ↓" figure={pressureBelow} line="building" />
        <Entry name="drain ↓" figure={vacuumBelow} line="draining dashed" />
      </Row>
      <Row title="Mid" label="Mid price over time" name="mid" host={host}>
        <div class="entry alone">
          <span class="figure">{mid}</span>
        </div>
      </Row>
    </>
  );
}

interface RowProps extends Pick<Props, "host"> {
  title: string;
  /** What it shows, for those who do not see it. */
  label: string;
  name: ChartName;
  children: ComponentChildren;
}

function Row({ title, label, name, host, children }: RowProps) {
  return (
    <div class="chart-row">
      <div class="chart-legend">
        <h2>{title}</h2>
        {children}
      </div>
      <div
        class="chart"
        ref={host(name)}
        role="img"
        aria-label={label}
        data-testid={`chart-${name}`}
      />
    </div>
  );
}

interface EntryProps {
  name: string;
  figure: ReadonlySignal<string>;
  /** Classes of the sample of the line. */
  line: string;
}

function Entry({ name, figure, line }: EntryProps) {
  return (
    <div class="entry">
      <svg class={`sample ${line}`} viewBox="0 0 14 2" aria-hidden="true">
        <path d="M0 1h14" stroke="currentColor" stroke-width="2" />
      </svg>
      <span>{name}</span>
      <span class="figure">{figure}</span>
    </div>
  );
}
