import { formatCount } from "../format.ts";
import type { Box } from "../history/box_figures.ts";
import type { Snapshot } from "../history/comparison.ts";
import type { TradedAtPrice } from "../history/volume_at_price.ts";
import type { History } from "../history/history.ts";
import type { Theme } from "./theme.ts";
import type { Camera } from "./camera.ts";
import { Canvas } from "./canvas.ts";
import type { Target } from "./crosshair.ts";
import {
  paintBreaks,
  paintCrosshair,
  paintTimeAxis,
  paintTouch,
  paintVeil,
  type Surface,
} from "./painters.ts";
import { buildRamp, type Colouring, fillPalette, newPalette } from "./palette.ts";
import { paintPriceAxis, type PriceMarks, type PriceScale } from "./price_axis_painter.ts";
import { paintProfile } from "./profile_painter.ts";
import { paintProfileChange } from "./change_painter.ts";
import { paintLevels, SESSION_PRICES } from "./level_painter.ts";
import { type Flag, paintBox, paintFlags } from "./moment_painter.ts";
import { paintVolume } from "./volume_painter.ts";
import { HeatmapTexture } from "./texture.ts";
import { paintEvents } from "./events_painter.ts";
import { paintTrades } from "./trades_painter.ts";
import { fadeBins } from "../history/cell.ts";
import type { Columns } from "../history/columns.ts";
import { type ScaleEnds, ViewScales } from "./view_scales.ts";
import type { Viewport } from "./viewport.ts";

/** The moment that profile and price axis are of. */
export interface Moment {
  readonly grid: number;
  /** How long its grid has been held then, milliseconds. */
  readonly heldMs: number;
  /** Where it ends, milliseconds since the epoch; null where it is now. */
  readonly untilMs: number | null;
  /** Up to where trades count: what its clock shows, as far as the stream has come. */
  readonly tradesMs: number;
}

/** How the picture is to look. */
export interface Look {
  readonly theme: Theme;
  /** Exponent on depth. */
  readonly contrast: number;
  readonly colouring: Colouring;
  /** Smallest execution shown, or null to show none. */
  readonly leastTrade: number | null;
  /** Whether sweeps and reserves are shown. */
  readonly events: boolean;
  /** Whether even the newest is not of now. */
  readonly isPast: boolean;
}

/** What lies over the picture: what the reader marked, measures or compares with. */
export interface Overlay {
  /** Price ticks that have a line. */
  readonly lines: readonly number[];
  readonly flags: readonly Flag[];
  /** What is measured. */
  readonly box: Box | null;
  /** The moment that the profile is compared with. */
  readonly compared: Snapshot | null;
  /** What was traded at each price up to the moment. */
  readonly traded: TradedAtPrice | null;
}

/** Share of the profile's strip that the volume at each price has. */
const VOLUME_SHARE = 0.32;

/** The heatmap, the price axis on its right and the depth profile on its left. */
export class HeatmapView {
  readonly map: Canvas;
  readonly axis: Canvas;
  readonly profile: Canvas;
  #look: Look | null = null;
  #ends: ScaleEnds | null = null;
  readonly #palette = newPalette();
  readonly #scales = new ViewScales();
  #ramp: readonly string[] = [];
  #texture: HeatmapTexture | null = null;
  #textureKey = "";
  /** What the axis shows; a canvas that was cleared or resized shows nothing. */
  #axisKey = "";

  /** @throws Error when the browser gives no 2D canvas */
  constructor(map: HTMLCanvasElement, axis: HTMLCanvasElement, profile: HTMLCanvasElement) {
    this.map = new Canvas(map);
    this.axis = new Canvas(axis);
    this.profile = new Canvas(profile);
  }

  /** The ends of the colours' scales, those in force. */
  get ends(): ScaleEnds {
    return this.#scales.ends;
  }

  /** Whether what is in view is to be looked at again for them, in a while. */
  get unsettled(): boolean {
    return this.#scales.due;
  }

  /** Takes on the size that the page gives it. */
  fit(camera: Camera, ratio: number): void {
    for (const canvas of [this.map, this.axis, this.profile]) canvas.fit(ratio);
    camera.resize(this.map.width, this.map.height, ratio);
  }

  /**
   * Draws what the camera sees.
   *
   * @param target what is pointed at
   * @param moment what profile and price axis show
   * @param overlay what lies over it
   * @param nowMs time that runs evenly, milliseconds
   */
  draw(
    history: History,
    columns: Columns,
    view: Viewport,
    look: Look,
    scale: PriceScale,
    target: Target | null,
    moment: Moment | null,
    overlay: Overlay,
    nowMs: number,
  ): void {
    if (!this.map.shown) return;
    const ratio = devicePixelRatio;
    this.#scales.look(history.cells, columns, view, nowMs);
    this.#prepare(view, look);
    const map: Surface = { context: this.map.context, theme: look.theme, ratio };
    map.context.fillStyle = look.theme.ground;
    map.context.fillRect(0, 0, view.width, view.height);
    if (moment === null) {
      this.axis.context.clearRect(0, 0, this.axis.width, this.axis.height);
      this.#axisKey = "";
      this.profile.context.clearRect(0, 0, this.profile.width, this.profile.height);
      return;
    }
    this.#texture?.draw(map.context, history.cells, columns, view);
    const { grid } = moment;
    const show = (tick: number) => (tick * scale.tick).toFixed(scale.decimals);
    paintTouch(map, history, columns, view);
    paintLevels(map, view, history, grid, overlay.lines, show);
    if (look.leastTrade !== null) {
      paintTrades(map, history.trades, columns, view, look.leastTrade);
    }
    if (look.events) paintEvents(map, history.events, columns, view);
    paintVeil(map, columns.xOf(history.now) + 1, view);
    paintBreaks(map, columns, view, (fromMs, toMs) => history.hasGap(fromMs, toMs));
    paintTimeAxis(map, columns, view);
    paintFlags(map, columns, view, overlay.flags);
    if (overlay.box !== null) paintBox(map, columns, view, overlay.box);
    if (target !== null) paintCrosshair(map, view, target);
    const { theme } = look;
    // What is marked on the axis stands out while it is of now.
    const marking = look.isPast ? { ...theme, spot: theme.dim } : theme;
    this.#drawAxis({ ...map, theme: marking }, view, scale, {
      bid: history.readings.bestBid(grid) / scale.tick,
      ask: history.readings.bestAsk(grid) / scale.tick,
      bidRow: history.bidTick(grid),
      askRow: history.askTick(grid),
      pointed: target?.tick ?? null,
      levels: [
        ...overlay.lines,
        ...SESSION_PRICES.map(([price]) => history.sessionTick(grid, price)),
      ],
    });
    if (this.profile.shown) this.#drawProfile(map, view, history, moment, overlay);
  }

  /** Beside the heatmap: the volume at each price, then what rests there, or how that differs. */
  #drawProfile(
    map: Surface,
    view: Viewport,
    history: History,
    { grid, heldMs }: Moment,
    { traded, compared }: Overlay,
  ): void {
    const { context } = this.profile;
    const profile: Surface = { ...map, context };
    const left = Math.round(this.profile.width * VOLUME_SHARE);
    const width = this.profile.width - left;
    paintVolume(profile, view, left, traded, formatCount);
    context.save();
    context.translate(left, 0);
    if (compared === null) {
      const fade = fadeBins(heldMs);
      paintProfile(profile, view, width, history, grid, this.#ramp, fade, formatCount);
    } else paintProfileChange(profile, view, width, compared, history, grid, formatCount);
    context.restore();
  }

  /** The price axis stands still most of the time. */
  #drawAxis(map: Surface, view: Viewport, scale: PriceScale, marks: PriceMarks): void {
    const { width } = this.axis;
    const key = [
      ...[
        width,
        map.ratio,
        view.height,
        view.rowHeight,
        view.anchor,
        marks.bid,
        marks.ask,
        marks.bidRow,
        marks.askRow,
        marks.pointed,
        ...marks.levels,
      ],
      ...[scale.tick, scale.decimals, map.theme.panel, map.theme.spot],
    ].join(" ");
    if (key === this.#axisKey) return;
    this.#axisKey = key;
    paintPriceAxis({ ...map, context: this.axis.context }, view, width, marks, scale);
  }

  /** A new look or other ends need new colours; a new size or zoom needs a new texture. */
  #prepare(view: Viewport, look: Look): void {
    const { theme, contrast, colouring } = look;
    const { ends } = this;
    const isSame = this.#look?.theme === theme && this.#look.contrast === contrast &&
      this.#look.colouring === colouring && this.#ends === ends;
    if (!isSame) {
      fillPalette(this.#palette, theme.heatmap, ends, contrast, colouring);
      this.#ramp = buildRamp(theme.heatmap, ends, colouring);
      this.#texture?.repaint();
    }
    this.#look = look;
    this.#ends = ends;
    const key = `${view.width} ${view.height} ${view.rowHeight}`;
    if (this.#texture !== null && this.#textureKey === key) return;
    this.#textureKey = key;
    this.#texture = new HeatmapTexture(view, this.#palette);
  }
}
