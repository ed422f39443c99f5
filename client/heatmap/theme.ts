import { type HeatmapColours, parseHex } from "./palette.ts";

/** The page's colours for what is drawn on a canvas, as CSS writes them. */
export interface Theme {
  readonly ground: string;
  readonly panel: string;
  readonly line: string;
  readonly text: string;
  readonly dim: string;
  readonly spot: string;
  readonly pressure: string;
  readonly vacuum: string;
  readonly warning: string;
  readonly font: string;
  readonly heatmap: HeatmapColours;
}

/**
 * Reads the theme in force, so that the style sheet is the only place that names a colour.
 *
 * @param element any element of the page
 * @throws Error when a colour of the style sheet is not `#rrggbb`
 */
export function readTheme(element: Element): Theme {
  const style = getComputedStyle(element);
  const property = (name: string) => style.getPropertyValue(name).trim();
  return {
    ground: property("--ground"),
    panel: property("--panel"),
    line: property("--line"),
    text: property("--text"),
    dim: property("--dim"),
    spot: property("--spot"),
    pressure: property("--pressure"),
    vacuum: property("--vacuum"),
    warning: property("--warning"),
    font: style.fontFamily,
    heatmap: {
      ground: parseHex(property("--ground")),
      neutral: parseHex(property("--neutral")),
      pressure: parseHex(property("--pressure")),
      vacuum: parseHex(property("--vacuum")),
      traded: parseHex(property("--traded")),
    },
  };
}
