import { POSTURE_NAMES } from "../../engine/wire/regime_view.ts";
import { formatPercent } from "../format.ts";
import { readTheme } from "../heatmap/theme.ts";
import { eventsPainter } from "./markers.ts";
import type { RegimeModel } from "./model.ts";
import {
  countsPainter,
  type Lane,
  lanesPainter,
  posturePainter,
  thresholdPainter,
} from "./painters.ts";
import { axisPriceText, edgeText, readingAt, type RegimeReading, words } from "./reading.ts";
import { sharesOf, type Span } from "./shares.ts";
import { TimeChart, type TimeChartSpec } from "./time_chart.ts";

/** Postures from top to bottom. */
const POSTURE_ORDER = [1, 2, 3, 4, 0] as const;
/** CSS pixels. */
const LANE = 24;
const POSTURE_ROW = 20;
/** Milliseconds: no closer than this. */
const LEAST_SPAN = 1000;

let boards = 0;

/** What a board tells its page. */
export interface BoardHooks {
  /** What the charts say at the cursor; null when it is nowhere. */
  onReading: (reading: RegimeReading | null) => void;
  /** The stretch shown has changed. */
  onSpan: (span: Span) => void;
}

/** The charts over event time: one time axis, one cursor. */
export class RegimeBoard {
  readonly #host: HTMLElement;
  readonly #model: RegimeModel;
  readonly #hooks: BoardHooks;
  readonly #key = `regime-${boards++}`;
  readonly #sizes: ResizeObserver;
  #charts: TimeChart[] = [];
  #span: Span;

  /**
   * @param host element that takes the charts, empty
   * @param model what they show
   * @param hooks told of the cursor and of the stretch shown
   */
  constructor(host: HTMLElement, model: RegimeModel, hooks: BoardHooks) {
    this.#host = host;
    this.#model = model;
    this.#hooks = hooks;
    this.#span = this.#whole;
    this.#sizes = new ResizeObserver(() =>
      this.#charts.forEach((chart) => chart.resize(host.clientWidth))
    );
    this.#sizes.observe(host);
    this.redraw();
  }

  get #whole(): Span {
    const { from_ms: from, to_ms: to } = this.#model.view;
    return { from, to };
  }

  /** Makes the charts anew, in the colours that are in force. */
  redraw(): void {
    this.#charts.forEach((chart) => chart.destroy());
    this.#host.replaceChildren();
    const theme = readTheme(this.#host);
    const hooks = {
      onChoose: (span: Span) => this.show(span),
      onReset: () => this.show(this.#whole),
    };
    this.#charts = specsOf(this.#model).map((spec, i) => {
      const frame = document.createElement("div");
      frame.className = "regime-chart";
      frame.setAttribute("role", "img");
      frame.setAttribute("aria-label", spec.name);
      this.#host.append(frame);
      const evaluatedFrom = this.#model.view.eval_from_ms;
      return new TimeChart(frame, spec, this.#span, evaluatedFrom, this.#key, theme, {
        ...hooks,
        // The cursor is shared: one of them tells where it is.
        onPoint: (ms) => i === 0 && this.#read(ms),
      });
    });
  }

  /** Shows a stretch of time, within the whole. */
  show({ from, to }: Span): void {
    const whole = this.#whole;
    const length = Math.min(whole.to - whole.from, Math.max(LEAST_SPAN, to - from));
    const middle = (from + to) / 2;
    const start = Math.min(Math.max(whole.from, middle - length / 2), whole.to - length);
    if (start === this.#span.from && length === this.#span.to - this.#span.from) return;
    this.#span = { from: start, to: start + length };
    this.#charts.forEach((chart) => chart.show(this.#span));
    this.#hooks.onSpan(this.#span);
  }

  /** Shows so many times as much time, around the middle of what is shown. */
  zoom(factor: number): void {
    const { from, to } = this.#span;
    const half = (to - from) / 2 * factor;
    this.show({ from: (from + to) / 2 - half, to: (from + to) / 2 + half });
  }

  /** Goes on by a share of what is shown: below 0 to earlier times. */
  pan(share: number): void {
    const { from, to } = this.#span;
    const by = (to - from) * share;
    this.show({ from: from + by, to: to + by });
  }

  /** Shows all. */
  reset(): void {
    this.show(this.#whole);
  }

  /** Shows a moment in the middle, and points at it. */
  seek(ms: number, lengthMs: number): void {
    this.show({ from: ms - lengthMs / 2, to: ms + lengthMs / 2 });
    this.#charts.forEach((chart) => chart.point(ms));
  }

  destroy(): void {
    this.#sizes.disconnect();
    this.#charts.forEach((chart) => chart.destroy());
    this.#host.replaceChildren();
  }

  #read(ms: number | null): void {
    const columnMs = this.#charts[0]?.pixelMs ?? 1;
    this.#hooks.onReading(ms === null ? null : readingAt(this.#model, ms, columnMs));
  }
}

function specsOf(model: RegimeModel): TimeChartSpec[] {
  const { view, mid, edge, direction, lanes, posture, events } = model;
  const ribbons: Lane[] = [
    { ribbon: direction, up: "text", down: "text" },
    ...lanes.map(({ ribbon }): Lane => ({ ribbon, up: "pressure", down: "vacuum" })),
  ];
  const painted = {
    times: [view.from_ms, view.to_ms],
    values: [0, 0],
    line: null,
    range: (): [number, number] => [0, 1],
  };
  const rows = (names: readonly string[]) =>
    names.map((name, i) => [1 - (i + 0.5) / names.length, name] as const);
  const postures = (span: Span) => {
    const shares = sharesOf(posture, span, 1, POSTURE_NAMES.length);
    return POSTURE_ORDER.map((i) => `${words(POSTURE_NAMES[i])} ${formatPercent(shares[i]!)}`);
  };
  return [
    {
      ...{ name: "Mid price with events and outcomes", height: 260, timeAxis: true, line: "spot" },
      ...mid,
      holes: view.holes_ms,
      range: (min, max) => {
        const room = Math.max((max - min) * 0.06, view.tick_size);
        return [min - room, max + room];
      },
      valueText: (value, step) => axisPriceText(value, step, view.price_decimals),
      paint: eventsPainter(events),
    },
    {
      ...{ ...painted, name: "Events by direction and outcome", height: 64, timeAxis: false },
      labels: () => [[0.75, "▲ up events"], [0.25, "▼ down events"]],
      paint: countsPainter(events),
    },
    {
      ...{ name: "Direction edge with thresholds", height: 140, timeAxis: false, line: "dim" },
      ...edge,
      holes: view.holes_ms,
      range: (min, max) => {
        const most = Math.max(-min, max, 1.5 * view.edge_threshold);
        return [-most, most];
      },
      valueText: edgeText,
      paint: thresholdPainter(view.edge_threshold),
    },
    {
      ...{ ...painted, name: "Direction, and state of each side of each band", timeAxis: false },
      height: LANE * ribbons.length + 16,
      labels: () => rows(["direction", ...lanes.map(({ name }) => name)]),
      paint: lanesPainter(ribbons),
    },
    {
      ...{ ...painted, name: "Posture", timeAxis: true },
      height: POSTURE_ROW * POSTURE_ORDER.length + 16,
      labels: (span) => rows(postures(span)),
      paint: posturePainter(posture, POSTURE_ORDER),
    },
  ];
}
