/** How colours look to readers who see them differently, and how far two of them are apart. */
import type { Rgb } from "../../../client/heatmap/palette.ts";

/** Kinds of colour vision, at their full strength. */
export type Vision = "normal" | "protan" | "deutan" | "tritan";

/**
 * What is left of linear red, green and blue: Machado, Oliveira and Fernandes, "A Physiologically-
 * based Model for Simulation of Color Vision Deficiency", IEEE TVCG 15 (2009), severity 1.0.
 */
const MATRICES: Readonly<Record<Exclude<Vision, "normal">, readonly number[]>> = {
  protan: [
    ...[0.152286, 1.052583, -0.204868],
    ...[0.114503, 0.786281, 0.099216],
    ...[-0.003882, -0.048116, 1.051998],
  ],
  deutan: [
    ...[0.367322, 0.860646, -0.227968],
    ...[0.280085, 0.672501, 0.047413],
    ...[-0.01182, 0.04294, 0.968881],
  ],
  tritan: [
    ...[1.255528, -0.076749, -0.178779],
    ...[-0.078411, 0.930809, 0.147602],
    ...[0.004733, 0.691367, 0.3039],
  ],
};

/** A channel of sRGB, 0 to 255, as light, 0 to 1 (IEC 61966-2-1). */
function toLinear(channel: number): number {
  const share = channel / 255;
  return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
}

/** Light of a colour as a kind of vision sees it: linear red, green and blue, 0 to 1. */
function seen([red, green, blue]: Rgb, vision: Vision): [number, number, number] {
  const light = [toLinear(red), toLinear(green), toLinear(blue)];
  if (vision === "normal") return light as [number, number, number];
  const matrix = MATRICES[vision];
  return [0, 1, 2].map((row) => {
    const sum = light.reduce((sum, value, i) => sum + value * matrix[3 * row + i]!, 0);
    return Math.min(1, Math.max(0, sum));
  }) as [number, number, number];
}

/** CIE 1976 L*a*b* of linear sRGB, white D65 (CIE 15). */
function toLab([red, green, blue]: readonly [number, number, number]): number[] {
  const x = (0.4124564 * red + 0.3575761 * green + 0.1804375 * blue) / 0.95047;
  const y = 0.2126729 * red + 0.7151522 * green + 0.072175 * blue;
  const z = (0.0193339 * red + 0.119192 * green + 0.9503041 * blue) / 1.08883;
  const f = (t: number) => t > 216 / 24389 ? Math.cbrt(t) : (t * 24389 / 27 + 16) / 116;
  return [116 * f(y) - 16, 500 * (f(x) - f(y)), 200 * (f(y) - f(z))];
}

/** How far two colours are apart for a kind of vision: CIE 1976 ΔE, of which 2.3 can just be told. */
export function distance(one: Rgb, other: Rgb, vision: Vision): number {
  const a = toLab(seen(one, vision));
  const b = toLab(seen(other, vision));
  return Math.hypot(...a.map((value, i) => value - b[i]!));
}

/** Contrast of two colours, 1 to 21 (WCAG 2.2, "contrast ratio"). */
export function contrast(one: Rgb, other: Rgb): number {
  const luminance = ([red, green, blue]: Rgb) =>
    0.2126 * toLinear(red) + 0.7152 * toLinear(green) + 0.0722 * toLinear(blue);
  const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b) as [number, number];
  return (high + 0.05) / (low + 0.05);
}
