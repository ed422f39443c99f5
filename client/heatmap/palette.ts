import { CELL_VALUES, depthOfCell, netOfCell } from "../history/cell.ts";

/** Red, green and blue, 0 to 255. */
export type Rgb = readonly [number, number, number];

/** The colours that a heatmap is made of. */
export interface HeatmapColours {
  /** Where there is nothing. */
  readonly ground: Rgb;
  /** Full depth without force. */
  readonly neutral: Rgb;
  /** Full depth, all pressure. */
  readonly pressure: Rgb;
  /** Full depth, all vacuum. */
  readonly vacuum: Rgb;
}

/** Exponent on depth: log depths crowd near the top, this spreads them again. */
export const DEFAULT_CONTRAST = 2;

/**
 * Reads a colour as CSS writes it.
 *
 * @param text `#rrggbb`, spaces around it allowed
 * @throws Error when it is anything else
 */
export function parseHex(text: string): Rgb {
  const match = /^\s*#([0-9a-f]{6})\s*$/i.exec(text);
  if (match === null) throw new Error(`colour "${text}": expected #rrggbb`);
  const value = parseInt(match[1] ?? "", 16);
  return [value >> 16, (value >> 8) & 0xff, value & 0xff];
}

/** Mixes two colours: `share` 0 gives `from`, 1 gives `to`. */
export function mix(from: Rgb, to: Rgb, share: number): Rgb {
  return [
    from[0] + (to[0] - from[0]) * share,
    from[1] + (to[1] - from[1]) * share,
    from[2] + (to[2] - from[2]) * share,
  ];
}

/**
 * The colour of a cell: hue from net force, brightness from rest depth.
 *
 * @param net -1 (vacuum) to 1 (pressure)
 * @param depth 0 (nothing) to 1
 * @param contrast exponent on depth: more darkens what is shallow
 */
export function cellColour(
  colours: HeatmapColours,
  net: number,
  depth: number,
  contrast: number = DEFAULT_CONTRAST,
): Rgb {
  const hue = mix(colours.neutral, net > 0 ? colours.pressure : colours.vacuum, Math.abs(net));
  return mix(colours.ground, hue, depth ** contrast);
}

/**
 * The colour of every cell there can be, so that drawing a cell is one look-up.
 *
 * @param contrast exponent on depth
 * @returns a pixel by cell, opaque, in the byte order of canvas image data on a little-endian
 * machine (the only kind that runs a browser)
 */
export function buildPalette(
  colours: HeatmapColours,
  contrast: number = DEFAULT_CONTRAST,
): Uint32Array {
  const pixels = new Uint32Array(CELL_VALUES);
  for (let cell = 0; cell < CELL_VALUES; cell++) {
    const [red, green, blue] = cellColour(colours, netOfCell(cell), depthOfCell(cell), contrast);
    pixels[cell] = 0xff000000 | (Math.round(blue) << 16) | (Math.round(green) << 8) |
      Math.round(red);
  }
  return pixels;
}

/**
 * The colours of bars that are as deep as can be, as CSS writes them: from all vacuum to all
 * pressure, by the high byte of a cell.
 */
export function buildRamp(colours: HeatmapColours): string[] {
  return Array.from({ length: 256 }, (_, high) => {
    const [red, green, blue] = cellColour(colours, netOfCell(high << 8), 1);
    return `rgb(${Math.round(red)} ${Math.round(green)} ${Math.round(blue)})`;
  });
}
