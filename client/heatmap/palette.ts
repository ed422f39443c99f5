import { CELL_VALUES, DEPTH_BINS, depthOfBin, NET_BINS, netOfBin } from "../history/cell.ts";
import type { ScaleEnds } from "./view_scales.ts";

/** What a cell's colour tells: force and depth, force alone, or how what drains goes besides. */
export const COLOURINGS = ["both", "force", "why"] as const;
export type Colouring = (typeof COLOURINGS)[number];

/** Share of the brightness that the shallowest depth has: it is told from none. */
const LEAST_SHARE = 0.35;

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
  /** The same where more is traded than pulled, for who wants to see that. */
  readonly traded: Rgb;
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
 * Where a force stands on its scale, 0 to 1: by its root, so that the many small ones are told from
 * none.
 *
 * @param net pressure minus vacuum
 * @returns below 0 for vacuum
 */
export function shareOfNet(net: number, ends: ScaleEnds): number {
  return Math.sign(net) * Math.sqrt(Math.min(1, Math.abs(net) / ends.net));
}

/** Where a depth stands on its scale, 0 to 1, by its logarithm. */
export function shareOfDepth(depth: number, { shallow, deep }: ScaleEnds): number {
  if (depth <= 0) return 0;
  if (depth >= deep) return 1;
  const share = Math.max(0, Math.log(depth / shallow) / Math.log(deep / shallow));
  return LEAST_SHARE + (1 - LEAST_SHARE) * share;
}

/**
 * The colour of every cell there can be, so that drawing a cell is one look-up; then once more of those
 * in which more is traded than pulled.
 *
 * @param pixels takes a pixel by cell, opaque, in the byte order of canvas image data on a
 * little-endian machine (the only kind that runs a browser)
 * @param contrast exponent on depth
 */
export function fillPalette(
  pixels: Uint32Array,
  colours: HeatmapColours,
  ends: ScaleEnds,
  contrast: number,
  colouring: Colouring,
): void {
  fillHalf(pixels.subarray(0, CELL_VALUES), colours, ends, contrast, colouring);
  const traded = colouring === "why" ? { ...colours, vacuum: colours.traded } : colours;
  fillHalf(pixels.subarray(CELL_VALUES), traded, ends, contrast, colouring);
}

function fillHalf(
  pixels: Uint32Array,
  colours: HeatmapColours,
  ends: ScaleEnds,
  contrast: number,
  colouring: Colouring,
): void {
  const [red, green, blue] = colours.ground;
  const lights = Float64Array.from(
    { length: DEPTH_BINS },
    (_, bin) => shareOfDepth(depthOfBin(bin), ends) ** contrast,
  );
  for (let net = 1 - NET_BINS; net < NET_BINS; net++) {
    const share = shareOfNet(Math.sign(net) * netOfBin(Math.abs(net)), ends);
    const [r, g, b] = cellColour(colours, share, 1);
    const from = (net + NET_BINS) * DEPTH_BINS;
    for (let bin = 0; bin < DEPTH_BINS; bin++) {
      const light = colouring === "force" ? Math.abs(share) : lights[bin]!;
      pixels[from + bin] = 0xff000000 | (Math.round(blue + (b - blue) * light) << 16) |
        (Math.round(green + (g - green) * light) << 8) | Math.round(red + (r - red) * light);
    }
  }
  pixels[0] = 0xff000000 | (blue << 16) | (green << 8) | red;
}

/** An array for the pixels of every cell. */
export function newPalette(): Uint32Array<ArrayBuffer> {
  return new Uint32Array(2 * CELL_VALUES);
}

/**
 * The colour of a bar in CSS, by the bin of its net force from the strongest vacuum on; then once more of
 * those in which more is traded than pulled.
 */
export function buildRamp(
  colours: HeatmapColours,
  ends: ScaleEnds,
  colouring: Colouring,
): string[] {
  const traded = colouring === "why" ? { ...colours, vacuum: colours.traded } : colours;
  return [...rampOf(colours, ends), ...rampOf(traded, ends)];
}

function rampOf(colours: HeatmapColours, ends: ScaleEnds): string[] {
  return Array.from({ length: 2 * NET_BINS }, (_, at) => {
    const net = at - NET_BINS;
    const share = shareOfNet(Math.sign(net) * netOfBin(Math.abs(net)), ends);
    const [red, green, blue] = cellColour(colours, share, 1);
    return `rgb(${Math.round(red)} ${Math.round(green)} ${Math.round(blue)})`;
  });
}
