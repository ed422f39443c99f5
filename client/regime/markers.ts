import type uPlot from "uplot";
import { OUTCOME_NAMES } from "../../engine/wire/regime_view.ts";
import type { Theme } from "../heatmap/theme.ts";
import { countBelow, countUpTo, type Events } from "./model.ts";
import type { Painter } from "./time_chart.ts";

/** Up to so many events in view each is drawn with its way to its outcome. */
export const MOST_MARKED = 120;
/** CSS pixels within which one marker stands for all events of a direction. */
const CELL = 9;
/** CSS pixels between the mid and a marker that stands for several. */
const GAP = 7;
const SIZE = 4;
/** The outcome whose marker is hollow, so that it is told from the others without its colour. */
const STOPPED = OUTCOME_NAMES.indexOf("sl_before_tp");

/**
 * Marks events on the mid: a triangle for the direction, and where there is room a line to the
 * outcome with a sign of its own: a check, a cross, a ring. Where there is none, a triangle stands
 * for the events of its direction nearby, in the colour of their commonest outcome, beside the mid so
 * that this stays in sight.
 */
export function eventsPainter(events: Events): Painter {
  return (plot, { from, to }, theme) => {
    const first = countBelow(events.times, from);
    const end = countUpTo(events.times, to);
    if (end - first <= MOST_MARKED) {
      for (let i = first; i < end; i++) markWhole(plot, events, i, theme);
    } else markCrowd(plot, events, first, end, theme);
  };
}

function markWhole(plot: uPlot, events: Events, i: number, theme: Theme): void {
  const { ctx } = plot;
  const up = events.directions[i]! > 0;
  const x = plot.valToPos(events.times[i]!, "x", true);
  const y = plot.valToPos(events.entries[i]!, "y", true);
  const exitX = plot.valToPos(events.ends[i]!, "x", true);
  const exitY = plot.valToPos(events.exits[i]!, "y", true);
  const colour = outcomeColour(events.outcomes[i]!, theme);
  ctx.strokeStyle = colour;
  ctx.lineWidth = devicePixelRatio;
  ctx.setLineDash([2, 3]);
  ctx.beginPath();
  ctx.moveTo(x, y);
  ctx.lineTo(exitX, exitY);
  ctx.stroke();
  ctx.setLineDash([]);
  outcomeSign(ctx, exitX, exitY, events.outcomes[i]!, colour, theme.panel);
  triangle(ctx, x, y, up, theme.text);
}

function markCrowd(plot: uPlot, events: Events, first: number, end: number, theme: Theme): void {
  const cell = CELL * devicePixelRatio;
  const crowds = new Map<string, { at: number; counts: number[] }>();
  for (let i = first; i < end; i++) {
    const x = plot.valToPos(events.times[i]!, "x", true);
    const key = `${Math.floor(x / cell)} ${events.directions[i]}`;
    const crowd = crowds.get(key) ?? { at: i, counts: OUTCOME_NAMES.map(() => 0) };
    crowds.set(key, crowd);
    crowd.counts[events.outcomes[i]!]!++;
  }
  for (const { at, counts } of crowds.values()) {
    const up = events.directions[at]! > 0;
    const x = plot.valToPos(events.times[at]!, "x", true);
    const y = plot.valToPos(events.entries[at]!, "y", true);
    const away = GAP * devicePixelRatio * (up ? 1 : -1);
    const commonest = counts.indexOf(Math.max(...counts));
    triangle(plot.ctx, x, y + away, up, outcomeColour(commonest, theme), commonest === STOPPED);
  }
}

/** The colour of an outcome in charts; its sign tells it too. */
export function outcomeColour(outcome: number, theme: Theme): string {
  return [theme.spot, theme.warning, theme.dim][outcome]!;
}

function triangle(
  ctx: CanvasRenderingContext2D,
  x: number,
  y: number,
  up: boolean,
  colour: string,
  hollow = false,
): void {
  const size = (hollow ? SIZE - 0.5 : SIZE) * devicePixelRatio;
  const tip = up ? -size : size;
  ctx.fillStyle = ctx.strokeStyle = colour;
  ctx.lineWidth = devicePixelRatio;
  ctx.beginPath();
  ctx.moveTo(x, y + tip);
  ctx.lineTo(x - size, y - tip);
  ctx.lineTo(x + size, y - tip);
  ctx.closePath();
  if (hollow) ctx.stroke();
  else ctx.fill();
}

function outcomeSign(
  ctx: CanvasRenderingContext2D,
  x: number,
  y: number,
  outcome: number,
  colour: string,
  ground: string,
): void {
  const size = SIZE * devicePixelRatio;
  ctx.strokeStyle = colour;
  ctx.lineWidth = 2 * devicePixelRatio;
  ctx.beginPath();
  if (outcome === 0) {
    ctx.moveTo(x - size, y);
    ctx.lineTo(x - size / 3, y + size * 0.7);
    ctx.lineTo(x + size, y - size * 0.8);
  } else if (outcome === 1) {
    ctx.moveTo(x - size, y - size);
    ctx.lineTo(x + size, y + size);
    ctx.moveTo(x + size, y - size);
    ctx.lineTo(x - size, y + size);
  } else {
    ctx.arc(x, y, size, 0, 2 * Math.PI);
    ctx.fillStyle = ground;
    ctx.fill();
  }
  ctx.stroke();
}
