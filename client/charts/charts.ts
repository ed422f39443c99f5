import type { Camera } from "../heatmap/camera.ts";
import type { History } from "../history/history.ts";
import type { Theme } from "../heatmap/theme.ts";
import { Chart, type ChartSpec } from "./chart.ts";
import { breaksOf } from "./chart_breaks.ts";
import { ChartData } from "./chart_data.ts";

/** Net edge around its own zero; behind it bull upward and bear downward, on a scale of their own. */
const EDGE: ChartSpec = {
  lines: [
    { line: "bull", colour: "edge", as: "band" },
    { line: "bear", colour: "edge", as: "band" },
    { line: "net", colour: "spot", as: "line" },
  ],
  mirrored: true,
  leastStep: 1,
};

/** The four forces: above the mid upward, below it downward. */
const FORCES: ChartSpec = {
  lines: [
    { line: "vacuum_above", colour: "vacuum", dashed: true, as: "line" },
    { line: "pressure_above", colour: "pressure", as: "line" },
    { line: "pressure_below", colour: "pressure", as: "line" },
    { line: "vacuum_below", colour: "vacuum", dashed: true, as: "line" },
  ],
  mirrored: true,
  below: true,
  leastStep: 1,
};

/** Middle of the best bid and the best ask, in steps on the raster of ticks. */
const MID: ChartSpec = {
  lines: [{ line: "mid", colour: "spot", as: "steps" }],
  mirrored: false,
  leastStep: null,
};

/** The charts, from top to bottom. */
const SPECS = { edge: EDGE, forces: FORCES, mid: MID } as const satisfies Record<string, ChartSpec>;

/** Which chart. */
export type ChartName = keyof typeof SPECS;

/** The element of each chart, as wide as heatmap and price axis together. */
export type ChartHosts = Readonly<Record<ChartName, HTMLElement>>;

/** The charts below the heatmap: they show the columns that it shows, with one cursor. */
export class Charts {
  readonly data: ChartData = new ChartData();
  readonly #hosts: ChartHosts;
  #charts: Chart[] = [];
  #theme: Theme | null = null;

  constructor(hosts: ChartHosts) {
    this.#hosts = hosts;
  }

  /** The charts' canvases, for a picture of the view. */
  get canvases(): HTMLCanvasElement[] {
    return this.#charts.map((chart) => chart.canvas);
  }

  /** Takes on the size that the page gives them. */
  fit(): void {
    for (const chart of this.#charts) chart.fit();
  }

  /**
   * Draws what the camera sees.
   *
   * @param tick of the price, dollars
   * @param x where the cursor is, CSS pixels, or null
   */
  draw(history: History, camera: Camera, theme: Theme, tick: number, x: number | null): void {
    if (this.#hosts.edge.clientWidth === 0) return;
    if (theme !== this.#theme) this.#rebuild(theme);
    this.data.fill(history.readings, camera.columns);
    const span = { min: 0, max: Math.max(1, camera.columns.width) };
    const breaks = breaksOf(history, camera.columns);
    for (const chart of this.#charts) {
      chart.draw(this.data, breaks, span, tick);
      chart.point(x);
    }
  }

  destroy(): void {
    for (const chart of this.#charts) chart.destroy();
    this.#charts = [];
  }

  #rebuild(theme: Theme): void {
    this.destroy();
    this.#theme = theme;
    this.#charts = (Object.keys(SPECS) as ChartName[]).map((name) =>
      new Chart(this.#hosts[name], SPECS[name], theme)
    );
  }
}
