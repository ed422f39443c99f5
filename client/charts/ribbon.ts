import { Canvas } from "../heatmap/canvas.ts";
import type { Theme } from "../heatmap/theme.ts";
import type { Columns } from "../history/columns.ts";
import { NO_GRID } from "../history/grid_order.ts";
import type { History } from "../history/history.ts";
import { becameAfter, nextOf, tellsOfBetween } from "../history/state_changes.ts";
import { type MarketState, STATE_LOOKS } from "../state_words.ts";
import { sentenceCase } from "../format.ts";

/** A stretch of columns with one state. */
export interface StateRun {
  /** First column, from the left edge, and the one after the last. */
  readonly from: number;
  readonly to: number;
  readonly state: MarketState;
}

/**
 * The states of the columns in view, run by run, each from the column of the instant at which it
 * began; columns without a state belong to none.
 */
export function stateRuns(history: History, columns: Columns): StateRun[] {
  const { grids } = columns;
  const { flows } = history;
  const runs: StateRun[] = [];
  let from = 0;
  let state: MarketState | null = null;
  let changes = false;
  for (let x = 0; x <= grids.length; x++) {
    const grid = grids[x] ?? NO_GRID;
    if (x > 0 && grid === grids[x - 1] && !changes) continue;
    const after = grid < 0 ? null : nextOf(history, grid);
    // Where the state changes before the next grid, it does so in the columns that hold this one.
    changes = after !== null && tellsOfBetween(history, grid, after);
    const became = changes ? becameAfter(history, grid, columns.endMs(x)) : null;
    const next = grid < 0 ? null : became?.state ?? flows.state(grid);
    if (next === state) continue;
    if (state !== null) runs.push({ from, to: x, state });
    from = x;
    state = next;
  }
  return runs;
}

/** CSS pixels. */
const FONT_SIZE = 10;
const PADDING = 4;

/**
 * The state over time, above the heatmap and on its columns: what is up fills the upper half, what is
 * down the lower, a bias more than a lean, chop is a line in the middle, no reading is hatched. Each
 * run has its word where there is room.
 */
export class Ribbon {
  readonly #canvas: Canvas;

  /** @throws Error when the browser gives no 2D canvas */
  constructor(element: HTMLCanvasElement) {
    this.#canvas = new Canvas(element);
  }

  /** Takes on the size that the page gives it. */
  fit(): void {
    this.#canvas.fit(devicePixelRatio);
  }

  /** Draws the states of the columns in view. */
  draw(history: History, columns: Columns, theme: Theme): void {
    if (!this.#canvas.shown) return;
    const { context, width, height } = this.#canvas;
    const ratio = devicePixelRatio;
    context.fillStyle = theme.panel;
    context.fillRect(0, 0, width, height);
    context.font = `${FONT_SIZE * ratio}px ${theme.font}`;
    context.textBaseline = "middle";
    const half = Math.floor(height / 2);
    for (const { from, to, state } of stateRuns(history, columns)) {
      const { direction, shape } = STATE_LOOKS[state];
      context.fillStyle = theme.text;
      context.globalAlpha = state.endsWith("BIAS") ? 0.55 : 0.25;
      if (direction === "up") context.fillRect(from, 0, to - from, half);
      else if (direction === "down") context.fillRect(from, height - half, to - from, half);
      else if (direction === "none") context.fillRect(from, half, to - from, Math.round(ratio));
      else for (let x = from; x < to; x += 4 * ratio) context.fillRect(x, 0, ratio, height);
      context.globalAlpha = 1;
      const word = `${shape} ${sentenceCase(state)}`;
      const room = to - from - 2 * PADDING * ratio;
      const text = context.measureText(word).width <= room ? word : shape;
      const { width: wide } = context.measureText(text);
      if (wide > room) continue;
      // The word has a ground of its own, so that its contrast is the page's.
      context.fillStyle = theme.panel;
      context.fillRect(from + PADDING * ratio - ratio, ratio, wide + 2 * ratio, height - 2 * ratio);
      context.fillStyle = theme.text;
      context.fillText(text, from + PADDING * ratio, height / 2 + ratio / 2);
    }
  }
}
