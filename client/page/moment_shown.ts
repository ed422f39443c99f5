import type { Camera } from "../heatmap/camera.ts";
import type { Target } from "../heatmap/crosshair.ts";
import type { Moment } from "../heatmap/heatmap_view.ts";
import type { History } from "../history/history.ts";
import { nextOf } from "../history/state_changes.ts";

/** What is at an instant has begun this much later, milliseconds. */
export const INSTANT_MS = 1e-3;

/**
 * The moment that everything shows which shows one: the one pointed at, else that of the view's right
 * edge.
 *
 * @param history what is kept
 * @param camera what is seen of it
 * @param target what is pointed at; null where nothing is
 * @param isPinned whether it was gone to by steps or a key: who does that sees what each grid says
 * @returns null where nothing is kept
 */
export function momentShown(
  history: History,
  camera: Camera,
  target: Target | null,
  isPinned: boolean,
): Moment | null {
  if (history.isEmpty) return null;
  const { columns, edge, following } = camera;
  if (target !== null) {
    const { grid, x, atMs, column } = target;
    const isShown = !isPinned && columns.grids[x] === grid;
    const endMs = column?.toMs ?? (isShown ? columns.endMs(x) : null);
    const untilMs = atMs !== undefined ? atMs + INSTANT_MS : untilOf(history, grid, endMs);
    // An instant that was gone to between two grids has the trades between them up to it.
    const hasNext = nextOf(history, grid) !== null;
    const tradesMs = atMs !== undefined && hasNext ? atMs : history.time(grid);
    return { grid, heldMs: heldAt(history, camera, target), untilMs, tradesMs };
  }
  const grid = following ? history.now : edge ?? history.now;
  const isEdge = grid === edge;
  const last = columns.width - 1;
  return {
    grid,
    heldMs: isEdge ? columns.heldMs(last) : 0,
    untilMs: untilOf(history, grid, isEdge && !following ? columns.endMs(last) : null),
    tradesMs: history.time(grid),
  };
}

/**
 * How long the grid pointed at is held there, milliseconds.
 *
 * @param target what is pointed at
 */
export function heldAt(
  history: History,
  { columns }: Camera,
  { grid, x, atMs, column }: Target,
): number {
  const heldToMs = column?.fromMs ?? atMs;
  return heldToMs === undefined ? columns.heldMs(x) : Math.max(0, heldToMs - history.time(grid));
}

/**
 * Where a moment ends, milliseconds since the epoch; null where it is now.
 *
 * @param endMs end of the column that it is; null where it is the grid alone
 */
function untilOf(history: History, grid: number, endMs: number | null): number | null {
  if (endMs !== null && nextOf(history, grid) !== null) return endMs;
  return grid === history.now ? null : history.time(grid);
}
