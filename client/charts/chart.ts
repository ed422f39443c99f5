import uPlot from "uplot";
import type { Theme } from "../heatmap/theme.ts";
import { type ChartBreak, paintChartBreaks } from "./chart_breaks.ts";
import type { ChartData, Line } from "./chart_data.ts";
import { paintChartLabels } from "./chart_labels.ts";
import { areaPath, linePath, stepPath } from "./line_path.ts";
import {
  decimalsOf,
  forceLabel,
  mirroredScale,
  priceLabel,
  scaleLabels,
  type ValueScale,
  valueScale,
} from "./value_scale.ts";

/** A line and how it is told from the others. */
export interface LineStyle {
  readonly line: Line;
  readonly colour: "spot" | "edge" | "pressure" | "vacuum";
  readonly dashed?: boolean;
  /** How it is drawn: a line, steps, or as the area between it and 0, on a scale of its own. */
  readonly as: "line" | "steps" | "band";
}

/** What one chart shows. */
export interface ChartSpec {
  readonly lines: readonly LineStyle[];
  /** Whether 0 is in the middle, as high above it as below. */
  readonly mirrored: boolean;
  /** Whether the lower half is what is below the mid, which has no sign. */
  readonly below?: boolean;
  /** Smallest step between labels; null is a price tick. */
  readonly leastStep: number | null;
}

/** CSS pixels. */
const AXIS_WIDTH = 72;
const STEPS = 3;
const LINE_WIDTH = 1.25;

/** One uPlot chart over the columns in view; its value axis lies under the price axis. */
export class Chart {
  readonly #host: HTMLElement;
  readonly #spec: ChartSpec;
  readonly #names: readonly Line[];
  /** Those that the axis is of. */
  readonly #scaled: readonly Line[];
  readonly #bands: readonly Line[];
  readonly #plot: uPlot;
  /** Null while no value is in view. */
  #scale: ValueScale | null = null;
  #band = 1;
  #tick = 1;
  #width: number;
  #height: number;
  #cursor = -1;
  #breaks: readonly ChartBreak[] = [];

  /** @param host element that the chart fills */
  constructor(host: HTMLElement, spec: ChartSpec, theme: Theme) {
    this.#host = host;
    this.#spec = spec;
    const named = (lines: readonly LineStyle[]) => lines.map(({ line }) => line);
    this.#names = named(spec.lines);
    this.#scaled = named(spec.lines.filter((line) => line.as !== "band"));
    this.#bands = named(spec.lines.filter((line) => line.as === "band"));
    this.#width = host.clientWidth;
    this.#height = host.clientHeight;
    const empty = [new Float64Array(0), ...spec.lines.map(() => new Float64Array(0))];
    this.#plot = new uPlot(this.#options(theme), empty as uPlot.AlignedData, host);
  }

  /** The chart's canvas, for a picture of the view. */
  get canvas(): HTMLCanvasElement {
    return this.#plot.ctx.canvas;
  }

  /** Takes on the size of its host, unless that is hidden. */
  fit(): void {
    const { clientWidth: width, clientHeight: height } = this.#host;
    if (width === 0 || (width === this.#width && height === this.#height)) return;
    this.#width = width;
    this.#height = height;
    this.#plot.setSize({ width, height });
  }

  /**
   * Draws the lines.
   *
   * @param breaks where no line is drawn across
   * @param span columns from the left to the right edge
   * @param tick of the price, dollars
   */
  draw(
    data: ChartData,
    breaks: readonly ChartBreak[],
    span: { min: number; max: number },
    tick: number,
  ): void {
    this.#breaks = breaks;
    const { mirrored, leastStep } = this.#spec;
    const extent = data.extent(this.#scaled);
    this.#tick = tick;
    const least = leastStep ?? tick;
    this.#scale = extent === null
      ? null
      : mirrored
      ? mirroredScale(largest(extent), least)
      : valueScale(extent.min, extent.max, STEPS, least, tick);
    if (this.#bands.length > 0) this.#band = Math.max(1e-9, largest(data.extent(this.#bands)));
    const columns = [data.xs, ...this.#names.map((name) => data.line(name))];
    this.#plot.batch(() => {
      this.#plot.setData(columns as uPlot.AlignedData, false);
      this.#plot.setScale("x", span);
    });
  }

  /** Shows the cursor at a place, CSS pixels from the left; null hides it. */
  point(x: number | null): void {
    const left = x ?? -10;
    if (left === this.#cursor) return;
    this.#cursor = left;
    this.#plot.setCursor({ left, top: 0 }, false);
  }

  destroy(): void {
    this.#plot.destroy();
  }

  #options(theme: Theme): uPlot.Options {
    const text = (value: number) =>
      this.#spec.leastStep === null
        ? priceLabel(value, decimalsOf(this.#tick))
        : forceLabel(this.#spec.below ? Math.abs(value) : value, decimalsOf(this.#scale!.step));
    return {
      width: this.#width,
      height: this.#height,
      padding: [8, 0, 8, 0],
      legend: { show: false },
      cursor: {
        y: false,
        points: { show: false },
        drag: { x: false, y: false, setScale: false },
        // The page moves the cursor of all charts at once; a chart on its own moves none.
        bind: { mousemove: () => null, mouseenter: () => null, mouseleave: () => null },
      },
      scales: {
        x: { time: false, auto: false },
        y: { range: () => this.#scale === null ? [0, 1] : [this.#scale.min, this.#scale.max] },
        band: { range: () => [-this.#band, this.#band] },
      },
      axes: [
        { show: false },
        {
          side: 1,
          size: AXIS_WIDTH,
          grid: { stroke: theme.line, width: 1 },
          ticks: { show: false },
          splits: () => scaleLabels(this.#scale),
          // uPlot would cut off what has no room.
          values: (_, splits) => splits.map(() => ""),
        },
      ],
      hooks: {
        drawAxes: [
          (plot) => paintChartBreaks(plot, this.#breaks, theme, devicePixelRatio),
          (plot) => {
            const values = scaleLabels(this.#scale);
            paintChartLabels(plot, values, text, AXIS_WIDTH, theme, devicePixelRatio);
          },
        ],
      },
      series: [{}, ...this.#spec.lines.map((line) => seriesOf(line, theme))],
    };
  }
}

function seriesOf({ colour, as, dashed }: LineStyle, theme: Theme): uPlot.Series {
  if (as === "band") {
    return { scale: "band", fill: `${theme.dim}44`, width: 0, points: NO_POINTS, paths: areaPath };
  }
  const stroke = colour === "edge" ? theme.text : theme[colour];
  const paths = as === "steps" ? stepPath : linePath;
  const base = { stroke, width: LINE_WIDTH, points: NO_POINTS, spanGaps: false, paths };
  return dashed ? { ...base, dash: [4, 3] } : base;
}

const NO_POINTS = { show: false };

function largest(extent: { min: number; max: number } | null): number {
  return extent === null ? 0 : Math.max(-extent.min, extent.max, 0);
}
