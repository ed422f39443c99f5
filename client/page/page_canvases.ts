import { type ChartHosts, Charts } from "../charts/charts.ts";
import type { Dashboard, DrawingSurface } from "./dashboard.ts";
import type { Target } from "../heatmap/crosshair.ts";
import { Ribbon } from "../charts/ribbon.ts";
import { HeatmapView, type Look, type Moment } from "../heatmap/heatmap_view.ts";
import type { ScaleEnds } from "../heatmap/view_scales.ts";
import { ScrubberView } from "./scrubber_view.ts";
import { momentOf } from "../format.ts";
import type { Flag } from "../heatmap/moment_painter.ts";
import type { Snapshot } from "../history/comparison.ts";
import { lineTicks, type Marks } from "./reader_marks.ts";
import { readTheme, type Theme } from "../heatmap/theme.ts";

/** The elements that are drawn on. */
export interface CanvasElements {
  readonly map: HTMLCanvasElement;
  readonly axis: HTMLCanvasElement;
  readonly profile: HTMLCanvasElement;
  readonly scrubber: HTMLCanvasElement;
  readonly ribbon: HTMLCanvasElement;
  readonly charts: ChartHosts;
}

interface Marked {
  readonly marks: Marks;
  readonly from: Snapshot | null;
  readonly size: number;
  readonly flags: readonly Flag[];
  readonly lines: readonly number[];
}

/** Everything on the page that is drawn rather than written. */
export class PageCanvases implements DrawingSurface {
  readonly heatmap: HeatmapView;
  readonly charts: Charts;
  readonly #scrubber: ScrubberView;
  readonly #ribbon: Ribbon;
  readonly #elements: CanvasElements;
  readonly #motion = matchMedia("(prefers-reduced-motion: reduce)");
  #theme: Theme | null = null;
  #themeKey = "";
  /** What is marked, as it is drawn, and what it was made of. */
  #marked: Marked | null = null;

  /** @throws Error when the browser gives no 2D canvas */
  constructor(elements: CanvasElements) {
    this.#elements = elements;
    this.heatmap = new HeatmapView(elements.map, elements.axis, elements.profile);
    this.charts = new Charts(elements.charts);
    this.#ribbon = new Ribbon(elements.ribbon);
    this.#scrubber = new ScrubberView(elements.scrubber);
  }

  /** Whether the reader wants little motion. */
  get calm(): boolean {
    return this.#motion.matches;
  }

  /** The colours in force; null before anything was drawn. */
  get theme(): Theme | null {
    return this.#theme;
  }

  /** The ends of the colours' scales. */
  get ends(): ScaleEnds {
    return this.heatmap.ends;
  }

  /** Whether they may change though nothing comes. */
  get unsettled(): boolean {
    return this.heatmap.unsettled;
  }

  /** Every canvas that is part of a picture of the view. */
  get inPicture(): HTMLCanvasElement[] {
    const { map, axis, profile } = this.#elements;
    return [profile, map, axis, ...this.charts.canvases];
  }

  /** Takes on the size that the page gives it. */
  fit({ camera }: Dashboard): void {
    this.heatmap.fit(camera, devicePixelRatio);
    this.charts.fit();
    this.#ribbon.fit();
  }

  /**
   * Draws the state of the page.
   *
   * @param target what is pointed at
   * @param x where that is, device pixels
   * @param moment what everything shows that shows one
   * @param frameMs time of the frame
   */
  draw(
    dashboard: Dashboard,
    target: Target | null,
    x: number | null,
    moment: Moment | null,
    frameMs: number,
  ): void {
    const { history, camera, settings, playback, span, drag, nowMs } = dashboard;
    const { contrast, colouring, trades, least, events } = settings.value;
    const theme = this.#themeOf(dashboard);
    const { bucketSize: tick, tickSize, decimals } = playback.instrument.value;
    const isPast = !playback.freshness.isCurrent.value;
    const leastTrade = trades ? least : null;
    const look: Look = { theme, contrast, colouring, leastTrade, events, isPast };
    const { columns, view } = camera;
    const scale = { tick, decimals };
    const overlay = this.#overlayOf(dashboard, moment);
    this.heatmap.draw(history, columns, view, look, scale, target, moment, overlay, frameMs);
    this.#ribbon.draw(history, columns, theme);
    this.charts.draw(
      history,
      camera,
      theme,
      tickSize,
      x === null ? null : Math.floor(x / devicePixelRatio),
    );
    const keptFromMs = history.isEmpty ? null : history.time(history.order.at(0));
    this.#scrubber.draw(span.value, { nowMs, keptFromMs, dragMs: drag.value }, theme);
  }

  #overlayOf({ history, marks, measuring, compared, playback }: Dashboard, moment: Moment | null) {
    const { bucketSize } = playback.instrument.value;
    const known = this.#marked;
    const from = compared.value;
    if (known?.marks !== marks.marks.value || known.from !== from || known.size !== bucketSize) {
      const { moments, prices } = marks.marks.value;
      const flags = moments.map((tsNs, i) => ({ timeMs: momentOf(tsNs), label: `${i + 1}` }));
      if (from !== null) flags.push({ timeMs: from.summary.timeMs, label: "A" });
      const lines = lineTicks(prices, bucketSize);
      this.#marked = { marks: marks.marks.value, from, size: bucketSize, flags, lines };
    }
    const { flags: kept, lines } = this.#marked!;
    const flags = from === null || moment === null
      ? kept
      : [...kept, { timeMs: history.time(moment.grid) + moment.heldMs, label: "B" }];
    const traded = moment === null ? null : history.volumes.upTo(moment.tradesMs);
    return { flags, lines, box: measuring.box, compared: from, traded };
  }

  destroy(): void {
    this.charts.destroy();
  }

  /** Asking the browser for its styles is slow: only when the choice of colours changed. */
  #themeOf({ settings }: Dashboard): Theme {
    const { theme, palette } = settings.value;
    const key = `${theme} ${palette}`;
    if (this.#theme === null || key !== this.#themeKey) {
      this.#themeKey = key;
      this.#theme = readTheme(this.#elements.map);
    }
    return this.#theme;
  }
}
