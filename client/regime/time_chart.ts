import uPlot from "uplot";
import type { Theme } from "../heatmap/theme.ts";
import { easternTime } from "../format.ts";
import { ROUND_TIMES } from "../round_numbers.ts";
import type { Span } from "./shares.ts";

/** CSS pixels: names and values left of every chart, so that one time has one place in all. */
const GUTTER = 140;
const TIME_AXIS = 26;
const PADDING = 8;

/** What is drawn by hand on a chart, above its line. */
export type Painter = (plot: uPlot, span: Span, theme: Theme) => void;

/** What one chart shows. */
export interface TimeChartSpec {
  /** What it is called, for those who do not see it. */
  readonly name: string;
  /** CSS pixels. */
  readonly height: number;
  /** Times, milliseconds since the epoch, and the values of its line. */
  readonly times: ArrayLike<number>;
  readonly values: ArrayLike<number>;
  /** Stretches that its line is not drawn over, milliseconds since the epoch. */
  readonly holes?: readonly (readonly [from: number, to: number])[];
  /** Colour of its line; null draws none, only what is painted. */
  readonly line: "spot" | "dim" | null;
  /** The value axis for what is in view. */
  readonly range: (min: number, max: number) => [number, number];
  /** Labels of the value axis for what is in view, and where they stand; left out, round values. */
  readonly labels?: (span: Span) => readonly (readonly [at: number, text: string])[];
  /** Text of a round value, and of how far it is from the next. */
  readonly valueText?: (value: number, step: number) => string;
  readonly paint: Painter;
  /** Whether times are written below it. */
  readonly timeAxis: boolean;
}

/** What a chart tells of the pointer. */
export interface PointerHooks {
  /** @param ms time under the pointer, milliseconds since the epoch; null when it has left */
  onPoint: (ms: number | null) => void;
  /** A stretch was chosen. */
  onChoose: (span: Span) => void;
  /** The whole is asked for. */
  onReset: () => void;
}

/** One uPlot chart over event time. Charts with the same key share one cursor. */
export class TimeChart {
  readonly #plot: uPlot;
  readonly #height: number;

  /**
   * @param host element that the chart fills
   * @param spec what it shows
   * @param span from which time to which
   * @param evaluatedFrom what is before this was captured and not evaluated
   * @param key charts with the same key share one cursor
   * @param theme its colours
   * @param hooks told of the pointer
   */
  constructor(
    host: HTMLElement,
    spec: TimeChartSpec,
    span: Span,
    evaluatedFrom: number,
    key: string,
    theme: Theme,
    hooks: PointerHooks,
  ) {
    this.#height = spec.height + (spec.timeAxis ? TIME_AXIS : 0);
    const size = { width: host.clientWidth, height: this.#height };
    const options = optionsOf(spec, evaluatedFrom, key, theme, hooks);
    const data = [spec.times, spec.values] as unknown as uPlot.AlignedData;
    this.#plot = new uPlot({ ...options, ...size }, data, host);
    this.show(span);
  }

  /** How much time a CSS pixel stands for, milliseconds. */
  get pixelMs(): number {
    const { min = 0, max = 1 } = this.#plot.scales["x"]!;
    return (max! - min!) / Math.max(1, this.#plot.over.clientWidth);
  }

  /** Shows a stretch of time. */
  show({ from, to }: Span): void {
    this.#plot.setScale("x", { min: from, max: to });
  }

  /** Moves the cursor to a time. */
  point(ms: number): void {
    this.#plot.setCursor({ left: this.#plot.valToPos(ms, "x"), top: 1 }, true);
  }

  /** Takes on a width, CSS pixels. */
  resize(width: number): void {
    this.#plot.setSize({ width, height: this.#height });
  }

  destroy(): void {
    this.#plot.destroy();
  }
}

/** The span that a plot shows. */
function spanOf(plot: uPlot): Span {
  const { min, max } = plot.scales["x"]!;
  return { from: min ?? 0, to: max ?? 1 };
}

function optionsOf(
  spec: TimeChartSpec,
  evaluatedFrom: number,
  key: string,
  theme: Theme,
  hooks: PointerHooks,
): Omit<uPlot.Options, "width" | "height"> {
  const font = `11px ${theme.font}`;
  const lines = { stroke: theme.line, width: 1 };
  const axis = { stroke: theme.dim, font, grid: lines, ticks: { show: false } };
  const { labels, valueText, holes = [] } = spec;
  return {
    ms: 1,
    padding: [PADDING, 12, spec.timeAxis ? 0 : PADDING, 0],
    legend: { show: false },
    cursor: {
      y: false,
      points: { show: false },
      sync: { key, setSeries: false, scales: ["x", null] },
      drag: { x: true, y: false, setScale: false },
      bind: { dblclick: () => () => (hooks.onReset(), null) },
    },
    scales: {
      x: { time: true, auto: false },
      y: { range: (_, min, max) => spec.range(min ?? 0, max ?? 1) },
    },
    axes: [
      {
        ...axis,
        size: spec.timeAxis ? TIME_AXIS : 0,
        gap: 6,
        space: 76,
        incrs: [...ROUND_TIMES],
        splits: (_, __, min, max, step) => timeMarks(min, max, step),
        values: (_, splits, __, ___, step) =>
          splits.map((ms) => spec.timeAxis ? timeText(ms, step) : ""),
      },
      {
        ...axis,
        size: GUTTER,
        gap: 8,
        space: 20,
        ...(labels && {
          splits: (plot: uPlot) => labels(spanOf(plot)).map(([at]) => at),
          values: (plot: uPlot) => labels(spanOf(plot)).map(([, text]) => text),
          grid: { show: false },
        }),
        ...(valueText && {
          values: (_: uPlot, splits: number[], __: number, ___: number, step: number) =>
            splits.map((value) => valueText(value, step)),
        }),
      },
    ],
    series: [{}, {
      // A value holds until the next snapshot.
      ...(spec.line === null
        ? { paths: () => null }
        : { stroke: theme[spec.line], paths: uPlot.paths.stepped!({ align: 1 }) }),
      gaps: (plot) =>
        holes.map(([from, to]): [number, number] => [
          plot.valToPos(from, "x", true),
          plot.valToPos(to, "x", true),
        ]),
      width: 1,
      points: { show: false },
    }],
    hooks: {
      drawClear: [(plot) => veil(plot, evaluatedFrom, theme)],
      draw: [(plot) => clipped(plot, () => spec.paint(plot, spanOf(plot), theme))],
      setCursor: [(plot) => {
        const { left = -1 } = plot.cursor;
        hooks.onPoint(left < 0 ? null : plot.posToVal(left, "x"));
      }],
      setSelect: [(plot) => {
        const { left, width } = plot.select;
        if (width < 4) return;
        hooks.onChoose({ from: plot.posToVal(left, "x"), to: plot.posToVal(left + width, "x") });
        plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
      }],
    },
  };
}

/** Paints within the chart's frame alone. */
function clipped(plot: uPlot, paint: () => void): void {
  const { left, top, width, height } = plot.bbox;
  const { ctx } = plot;
  ctx.save();
  ctx.beginPath();
  ctx.rect(left, top, width, height);
  ctx.clip();
  paint();
  ctx.restore();
}

/** Greys what was captured and not evaluated. */
function veil(plot: uPlot, evaluatedFrom: number, theme: Theme): void {
  const { left, top, height } = plot.bbox;
  const end = plot.valToPos(evaluatedFrom, "x", true);
  if (end <= left) return;
  plot.ctx.fillStyle = theme.line;
  plot.ctx.fillRect(left, top, end - left, height);
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;

/** Round times within a span: whole hours and minutes of New York are whole ones of UTC too. */
function timeMarks(min: number, max: number, step: number): number[] {
  const marks: number[] = [];
  for (let ms = Math.ceil(min / step) * step; ms <= max; ms += step) marks.push(ms);
  return marks;
}

function timeText(ms: number, step: number): string {
  const { clock } = easternTime(ms);
  if (step >= MINUTE) return clock.slice(0, "HH:MM".length);
  if (step >= SECOND) return clock;
  return `${clock}.${String(ms % SECOND).padStart(3, "0")}`;
}
