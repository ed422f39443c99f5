import { type Colouring, COLOURINGS, DEFAULT_CONTRAST } from "../heatmap/palette.ts";
import { MS_PER_PIXEL, MS_PER_PIXEL_RANGE, ROW_PIXELS_RANGE } from "../heatmap/zoom.ts";
import { AXES, type Axis } from "../history/columns.ts";

/** Colours of pressure and vacuum to choose from; vacuum_pressure_colours.css has their values. */
export const PALETTES = ["sea", "safe", "classic"] as const;
export type PaletteName = (typeof PALETTES)[number];

export const THEMES = ["dark", "light"] as const;
export type ThemeName = (typeof THEMES)[number];

/** Parts of the page that can be hidden. */
export const PARTS = ["panel", "profile", "charts"] as const;
export type Part = (typeof PARTS)[number];

/** Least and largest contrast. */
export const CONTRAST_RANGE = { min: 0.5, max: 5, step: 0.25 } as const;

/** What a reader chose for the page; all of it stands in the page's address. */
export interface ViewSettings {
  readonly theme: ThemeName;
  readonly palette: PaletteName;
  /** Exponent on depth. */
  readonly contrast: number;
  /** What a colour tells. */
  readonly colouring: Colouring;
  /** Whether executions are shown. */
  readonly trades: boolean;
  /** Smallest execution shown, contracts or shares. */
  readonly least: number;
  /** Whether sweeps and reserves are shown. */
  readonly events: boolean;
  /** Whether the list of trades is open. */
  readonly tradeList: boolean;
  readonly hidden: readonly Part[];
  /** What the time axis counts. */
  readonly axis: Axis;
  /** Event milliseconds a CSS pixel. */
  readonly msPerPixel: number;
  /** CSS pixels for a price row; null fits a whole grid. */
  readonly rowPixels: number | null;
}

/** What the page shows to who chose nothing. */
export const DEFAULT_VIEW_SETTINGS: ViewSettings = {
  theme: "dark",
  palette: "sea",
  contrast: DEFAULT_CONTRAST,
  colouring: "both",
  trades: true,
  least: 1,
  events: true,
  tradeList: false,
  hidden: [],
  axis: "time",
  msPerPixel: MS_PER_PIXEL,
  rowPixels: null,
};

/**
 * Reads settings off an address; what is missing or makes no sense is the default.
 *
 * @param query query of the page's address
 */
export function readViewSettings(query: URLSearchParams): ViewSettings {
  const d = DEFAULT_VIEW_SETTINGS;
  const { min, max } = CONTRAST_RANGE;
  const { min: least, max: most } = MS_PER_PIXEL_RANGE;
  return {
    theme: oneOf(THEMES, query.get("theme")) ?? d.theme,
    palette: oneOf(PALETTES, query.get("palette")) ?? d.palette,
    contrast: numberIn(query.get("contrast"), min, max) ?? d.contrast,
    colouring: oneOf(COLOURINGS, query.get("colour")) ?? d.colouring,
    trades: query.get("trades") !== "off",
    least: numberIn(query.get("least"), 1, 1e9) ?? d.least,
    events: query.get("events") !== "off",
    tradeList: query.get("list") === "trades",
    hidden: PARTS.filter((part) => (query.get("hide") ?? "").split(",").includes(part)),
    axis: oneOf(AXES, query.get("axis")) ?? d.axis,
    msPerPixel: numberIn(query.get("ms_px"), least, most) ?? d.msPerPixel,
    rowPixels: numberIn(query.get("row_px"), ROW_PIXELS_RANGE.min, ROW_PIXELS_RANGE.max) ??
      d.rowPixels,
  };
}

/**
 * Writes settings into an address; what is the default is left out.
 *
 * @param query query to change in place
 */
export function writeViewSettings(query: URLSearchParams, settings: ViewSettings): void {
  const d = DEFAULT_VIEW_SETTINGS;
  const put = (name: string, value: string | number | null, otherwise: string | number | null) => {
    if (value === otherwise || value === null) query.delete(name);
    else query.set(name, String(value));
  };
  put("theme", settings.theme, d.theme);
  put("palette", settings.palette, d.palette);
  put("contrast", settings.contrast, d.contrast);
  put("colour", settings.colouring, d.colouring);
  put("trades", settings.trades ? "on" : "off", "on");
  put("least", settings.least, d.least);
  put("events", settings.events ? "on" : "off", "on");
  put("list", settings.tradeList ? "trades" : null, null);
  put("hide", settings.hidden.join(","), "");
  put("axis", settings.axis, d.axis);
  put("ms_px", settings.msPerPixel, d.msPerPixel);
  put("row_px", settings.rowPixels, d.rowPixels);
}

function oneOf<Name extends string>(names: readonly Name[], text: string | null): Name | null {
  return names.find((name) => name === text) ?? null;
}

function numberIn(text: string | null, min: number, max: number): number | null {
  if (text === null || text.trim() === "") return null;
  const value = Number(text);
  return value >= min && value <= max ? value : null;
}
