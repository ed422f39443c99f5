import type { Camera } from "../heatmap/camera.ts";
import type { History } from "../history/history.ts";
import type { Theme } from "../heatmap/theme.ts";
import { Chart, type ChartSpec } from "./chart.ts";
import { ChartData } from "./chart_data.ts";

/** Net edge with bull and bear. */
const EDGE: ChartSpec = {
  lines: [
    { line: "bull", colour: "pressure", width: 1 },
    { line: "bear", colour: "vacuum", width: 1, dashed: true },
    { line: "net", colour: "spot", width: 1.5 },
  ],
  fromZero: true,
  leastStep: 1,
  decimals: 0,
};

/** The four forces: what drives up is solid, what drives down is dashed. */
const FORCES: ChartSpec = {
  lines: [
    { line: "vacuum_above", colour: "vacuum", width: 1 },
    { line: "pressure_below", colour: "pressure", width: 1 },
    { line: "pressure_above", colour: "pressure", width: 1, dashed: true },
    { line: "vacuum_below", colour: "vacuum", width: 1, dashed: true },
  ],
  fromZero: true,
  leastStep: 1,
  decimals: 0,
};

/** Middle of the best bid and the best ask. */
const MID: ChartSpec = {
  lines: [{ line: "mid", colour: "spot", width: 1.5 }],
  fromZero: false,
  leastStep: 0.01,
  decimals: 2,
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
   * @param x where the cursor is, CSS pixels, or null
   */
  draw(history: History, camera: Camera, theme: Theme, x: number | null): void {
    if (this.#hosts.edge.clientWidth === 0) return;
    if (theme !== this.#theme) this.#rebuild(theme);
    this.data.fill(history.readings, camera.columns);
    const span = { min: 0, max: Math.max(1, camera.columns.width) };
    for (const chart of this.#charts) {
      chart.draw(this.data, span);
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
