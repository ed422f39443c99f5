import uPlot from "uplot";
import { OUTCOME_NAMES, type RegimeView } from "../../engine/wire/regime_view.ts";
import { formatCount } from "../format.ts";
import type { Theme } from "../heatmap/theme.ts";
import { outcomeColour } from "./markers.ts";
import { boundText, timeClasses } from "./outcome_times.ts";

/** CSS pixels. */
const HIT_RATES_HEIGHT = 200;
/** As high as the hit rates with their table. */
const TIMES_HEIGHT = 306;
const GUTTER = 64;
const LABELS = 30;
/** What the widest label below a bar takes, and a gap. */
const LABEL_WIDTH = 64;

/**
 * Draws how long events took to their outcome: a bar for each class of times, outcomes stacked.
 *
 * @param host element that the chart fills
 * @param view the analysis
 * @param theme its colours
 */
export function timesChart(host: HTMLElement, view: RegimeView, theme: Theme): uPlot {
  const classes = timeClasses(view.events);
  const positions = classes.map((_, i) => i);
  // Each series is drawn over the one before: from the whole bar down to its first part.
  const stacked = OUTCOME_NAMES.map((_, outcome) =>
    classes.map(({ counts }) => counts.slice(0, outcome + 1).reduce((sum, n) => sum + n, 0))
  ).reverse();
  const bars = uPlot.paths.bars!({ size: [0.8, 60] });
  return new uPlot(
    {
      ...frameOf(host, TIMES_HEIGHT),
      ...axesOf(theme, {
        labels: classes.map(({ to }) => `< ${boundText(to)}`),
        valueText: countText,
      }),
      scales: scalesOf(positions.length, (_, max) => [0, Math.max(1, max * 1.08)]),
      series: [
        {},
        ...OUTCOME_NAMES.map((_, i) => {
          const colour = outcomeColour(OUTCOME_NAMES.length - 1 - i, theme);
          return { stroke: colour, fill: colour, width: 0, paths: bars, points: { show: false } };
        }),
      ],
    },
    [positions, ...stacked] as uPlot.AlignedData,
    host,
  );
}

/**
 * Draws the hit rate of each horizon beside those it is held against: the naive predictor, and
 * projections held against what came at another time.
 *
 * @param host element that the chart fills
 * @param view the analysis
 * @param theme its colours
 */
export function hitRatesChart(host: HTMLElement, view: RegimeView, theme: Theme): uPlot {
  const horizons = Object.entries(view.figures.projection_horizon_metrics);
  const positions = horizons.map((_, i) => i);
  const lines = [
    horizons.map(([, { delta_sign_hit_rate: rate }]) => rate),
    horizons.map(([, { naive_hit_rate: rate }]) => rate),
    horizons.map(([, { shuffled_hit_rate: rate }]) => rate),
  ];
  const [least, greatest] = extent(lines.flat());
  return new uPlot(
    {
      ...frameOf(host, HIT_RATES_HEIGHT),
      ...axesOf(theme, {
        labels: horizons.map(([ms]) => boundText(Number(ms))),
        valueText: (value) => `${(value * 100).toFixed(1)} %`,
      }),
      scales: scalesOf(positions.length, () => [least, greatest]),
      series: [
        {},
        {
          stroke: theme.spot,
          width: 1,
          points: { show: true, size: 8, fill: theme.panel, stroke: theme.spot, width: 2 },
        },
        { stroke: theme.warning, width: 1, dash: [6, 4], points: { show: false } },
        { stroke: theme.dim, width: 1, dash: [2, 3], points: { show: false } },
      ],
    },
    [positions, ...lines] as uPlot.AlignedData,
    host,
  );
}

/** A count beside an axis; between two counts there is none. */
export function countText(value: number): string {
  return Number.isInteger(value) ? formatCount(value) : "";
}

/** Least and greatest of some shares, with room around them; all shares where there are none. */
function extent(rates: readonly (number | null)[]): [number, number] {
  const defined = rates.filter((rate) => rate !== null);
  if (defined.length === 0) return [0, 1];
  const [least, greatest] = [Math.min(...defined), Math.max(...defined)];
  const room = Math.max(0.02, (greatest - least) * 0.15);
  return [least - room, greatest + room];
}

function frameOf(host: HTMLElement, height: number) {
  return {
    width: host.clientWidth,
    height,
    padding: [8, 12, 0, 0] as [number, number, number, number],
    legend: { show: false },
    cursor: { show: false },
  };
}

function scalesOf(count: number, range: (min: number, max: number) => [number, number]) {
  return {
    x: { time: false, range: (): [number, number] => [-0.6, count - 0.4] },
    y: { range: (_: uPlot, min: number, max: number) => range(min, max) },
  };
}

interface Axes {
  labels: readonly string[];
  valueText: (value: number) => string;
}

function axesOf(theme: Theme, { labels, valueText }: Axes): Pick<uPlot.Options, "axes"> {
  const font = `11px ${theme.font}`;
  const common = { stroke: theme.dim, font, ticks: { show: false } };
  return {
    axes: [
      {
        ...common,
        size: LABELS,
        grid: { show: false },
        splits: (u: uPlot) => spread(labels.length, u.width - GUTTER),
        values: (_: uPlot, splits: number[]) => splits.map((i) => labels[i]!),
      },
      {
        ...common,
        size: GUTTER,
        grid: { stroke: theme.line, width: 1 },
        values: (_: uPlot, splits: number[]) => splits.map(valueText),
      },
    ],
  };
}

/**
 * Which of many bars have a label, so that none overlap: every n-th, the last one always.
 *
 * @param count how many bars
 * @param width of them all, CSS pixels
 * @returns indices, the first first
 */
export function spread(count: number, width: number): number[] {
  const every = Math.max(1, Math.ceil(count * LABEL_WIDTH / Math.max(1, width)));
  return Array.from({ length: count }, (_, i) => i).filter((i) => (count - 1 - i) % every === 0);
}
