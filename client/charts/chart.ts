import uPlot from "uplot";
import type { Theme } from "../heatmap/theme.ts";
import type { ChartData, Line } from "./chart_data.ts";
import { linePath } from "./line_path.ts";
import { scaleLabels, type ValueScale, valueScale } from "./value_scale.ts";

/** A line and how it is told from the others. */
export interface LineStyle {
  readonly line: Line;
  readonly colour: "spot" | "pressure" | "vacuum";
  readonly dashed?: boolean;
  /** CSS pixels. */
  readonly width: number;
}

/** What one chart shows. */
export interface ChartSpec {
  readonly lines: readonly LineStyle[];
  /** Whether the axis always shows 0. */
  readonly fromZero: boolean;
  /** Smallest step between labels. */
  readonly leastStep: number;
  readonly decimals: number;
}

/** CSS pixels. */
const AXIS_WIDTH = 72;
const FONT_SIZE = 11;
const STEPS = 3;
/** Characters of a label, so that labels end under those of the price axis. */
const LABEL_LENGTH = 8;

/** One uPlot chart over the columns in view; its value axis lies under the price axis. */
export class Chart {
  readonly #host: HTMLElement;
  readonly #spec: ChartSpec;
  readonly #names: readonly Line[];
  readonly #plot: uPlot;
  #scale: ValueScale = { min: 0, max: 1, step: 1 };
  #width: number;
  #height: number;
  #cursor = -1;

  /** @param host element that the chart fills */
  constructor(host: HTMLElement, spec: ChartSpec, theme: Theme) {
    this.#host = host;
    this.#spec = spec;
    this.#names = spec.lines.map(({ line }) => line);
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
   * @param span columns from the left to the right edge
   */
  draw(data: ChartData, span: { min: number; max: number }): void {
    const extent = data.extent(this.#names) ?? { min: 0, max: 1 };
    const { fromZero, leastStep } = this.#spec;
    const min = fromZero ? Math.min(0, extent.min) : extent.min;
    const max = fromZero ? Math.max(0, extent.max) : extent.max;
    this.#scale = valueScale(min, max, STEPS, leastStep);
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
    const { decimals } = this.#spec;
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
        y: { range: () => [this.#scale.min, this.#scale.max] },
      },
      axes: [
        { show: false },
        {
          side: 1,
          size: AXIS_WIDTH,
          gap: 6,
          stroke: theme.dim,
          font: `${FONT_SIZE}px ${theme.font}`,
          grid: { stroke: theme.line, width: 1 },
          ticks: { show: false },
          splits: () => scaleLabels(this.#scale),
          values: (_, splits) => splits.map((value) => label(value, decimals)),
        },
      ],
      series: [{}, ...this.#spec.lines.map((line) => seriesOf(line, theme))],
    };
  }
}

function seriesOf({ colour, width, dashed }: LineStyle, theme: Theme): uPlot.Series {
  const stroke = theme[colour];
  const base = { stroke, width, points: { show: false }, spanGaps: false, paths: linePath };
  return dashed ? { ...base, dash: [4, 3] } : base;
}

function label(value: number, decimals: number): string {
  return value.toFixed(decimals).replace("-", "\u2212").padStart(LABEL_LENGTH, "\u2007");
}
