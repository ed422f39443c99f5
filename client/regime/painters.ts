import type uPlot from "uplot";
import { POSTURE_NAMES } from "../../engine/wire/regime_view.ts";
import type { Events, Ribbon } from "./model.ts";
import { BIN_COUNTS, eventCounts, sharesOf } from "./shares.ts";
import type { Painter } from "./time_chart.ts";

/** CSS pixels of a bar of counts. */
const BAR = 6;

/** Which side of spot each posture gives which colour: above, then below. */
const POSTURE_SIDES: readonly (readonly ("pressure" | "vacuum" | "dim")[])[] = [
  ["dim", "dim"],
  ["vacuum", "pressure"],
  ["pressure", "vacuum"],
  ["vacuum", "vacuum"],
  ["pressure", "pressure"],
];

/** The frame of row i of so many, top down, canvas pixels. */
function rowOf({ bbox }: uPlot, i: number, rows: number): { middle: number; half: number } {
  const height = bbox.height / rows;
  return { middle: bbox.top + (i + 0.5) * height, half: 0.4 * height };
}

/** A ribbon of three states: the last grows up from its line, the first down. */
export interface Lane {
  readonly ribbon: Ribbon;
  readonly up: "pressure" | "text";
  readonly down: "vacuum" | "text";
}

/**
 * Draws ribbons, each as high as the share of the column's time beside the greatest share in view:
 * pressure or up above its line, vacuum or down below it. So the two are told apart without their
 * colours.
 *
 * @param lanes from top to bottom
 */
export function lanesPainter(lanes: readonly Lane[]): Painter {
  return (plot, span, theme) => {
    const states = 3;
    const all = lanes.map(({ ribbon }) => sharesOf(ribbon, span, columnsOf(plot), states));
    const most = Math.max(...all.map((shares) => greatest(shares, states, [0, 2])));
    lanes.forEach(({ up, down }, i) => {
      const { middle, half } = rowOf(plot, i, lanes.length);
      const height = half / most;
      rule(plot, middle, theme.line);
      bars(plot, theme[up], (column) => [middle, -height * all[i]![column * states + 2]!]);
      bars(plot, theme[down], (column) => [middle, height * all[i]![column * states]!]);
    });
  };
}

/**
 * A row for each posture, as high as its share of the column's time beside its greatest share in
 * view. Above the row's line stands what is above spot, below it what is below.
 *
 * @param ribbon the postures
 * @param order which of them, from top to bottom
 */
export function posturePainter(ribbon: Ribbon, order: readonly number[]): Painter {
  return (plot, span, theme) => {
    const states = POSTURE_NAMES.length;
    const shares = sharesOf(ribbon, span, columnsOf(plot), states);
    order.forEach((posture, i) => {
      const { middle, half } = rowOf(plot, i, order.length);
      const [above = "dim", below = "dim"] = POSTURE_SIDES[posture]!;
      const height = half / greatest(shares, states, [posture]);
      rule(plot, middle, theme.line);
      bars(plot, theme[above], (column) => [middle, -height * shares[column * states + posture]!]);
      bars(plot, theme[below], (column) => [middle, height * shares[column * states + posture]!]);
    });
  };
}

/** The greatest share of some states in any column; above 0, so that one can divide by it. */
function greatest(shares: Float64Array, states: number, of: readonly number[]): number {
  let most = 1e-9;
  for (let column = 0; column < shares.length; column += states) {
    for (const state of of) most = Math.max(most, shares[column + state]!);
  }
  return most;
}

/** Lines at the thresholds of an edge, and at 0. */
export function thresholdPainter(threshold: number): Painter {
  return (plot, _span, theme) => {
    rule(plot, plot.valToPos(0, "y", true), theme.line);
    for (const value of [threshold, -threshold]) {
      rule(plot, plot.valToPos(value, "y", true), theme.warning, [6, 4]);
    }
  };
}

/** How many events there are, by direction (up above the line, down below) and outcome. */
export function countsPainter(events: Events): Painter {
  return (plot, span, theme) => {
    const { left, width } = plot.bbox;
    const bar = BAR * devicePixelRatio;
    const columns = Math.max(1, Math.floor(width / bar));
    const counts = eventCounts(events, span, columns);
    const most = Math.max(1, ...heights(counts));
    const { middle, half } = rowOf(plot, 0, 1);
    rule(plot, middle, theme.line);
    for (let column = 0; column < columns; column++) {
      for (const [side, sign] of [[0, -1], [3, 1]] as const) {
        let at = middle;
        [theme.spot, theme.warning, theme.dim].forEach((colour, outcome) => {
          const height = counts[column * BIN_COUNTS + side + outcome]! / most * half * sign;
          plot.ctx.fillStyle = colour;
          plot.ctx.fillRect(left + column * width / columns, at, width / columns - 1, height);
          at += height;
        });
      }
    }
  };
}

/** Events of each direction of each column. */
function heights(counts: Uint32Array): number[] {
  return Array.from(
    { length: counts.length / 3 },
    (_, i) => counts[3 * i]! + counts[3 * i + 1]! + counts[3 * i + 2]!,
  );
}

function columnsOf({ bbox }: uPlot): number {
  return Math.max(1, Math.round(bbox.width));
}

/** A bar one pixel wide in every column: from where, and how far. */
function bars(
  plot: uPlot,
  colour: string,
  of: (column: number) => readonly [number, number],
): void {
  const { ctx, bbox } = plot;
  ctx.fillStyle = colour;
  for (let column = 0; column < bbox.width; column++) {
    const [from, height] = of(column);
    if (height !== 0) ctx.fillRect(bbox.left + column, from, 1, height);
  }
}

function rule({ ctx, bbox }: uPlot, y: number, colour: string, dash: number[] = []): void {
  ctx.strokeStyle = colour;
  ctx.lineWidth = 1;
  ctx.setLineDash(dash);
  ctx.beginPath();
  ctx.moveTo(bbox.left, Math.round(y) + 0.5);
  ctx.lineTo(bbox.left + bbox.width, Math.round(y) + 0.5);
  ctx.stroke();
  ctx.setLineDash([]);
}
