import type { TradedAtPrice } from "../history/volume_at_price.ts";
import { paintFoot, type Surface } from "./painters.ts";
import { barHeight, rowsInView, rowTop, topTick, type Viewport } from "./viewport.ts";

/** CSS pixels. */
const EDGE = 4;

/**
 * The volume traded at each price, as bars from the left. One that fills its width is the most in view.
 *
 * @param view the heatmap's view
 * @param width device pixels
 * @param traded null where it is not known
 * @param show formats a volume
 */
export function paintVolume(
  surface: Surface,
  view: Viewport,
  width: number,
  traded: TradedAtPrice | null,
  show: (volume: number) => string,
): void {
  const { context, theme, ratio } = surface;
  context.fillStyle = theme.ground;
  context.fillRect(0, 0, width, view.height);
  const top = topTick(view);
  const rows = rowsInView(view);
  let most = 0;
  for (let i = 0; i < rows && traded !== null; i++) most = Math.max(most, traded.at(top - i));
  const room = width - EDGE * ratio;
  const height = barHeight(view, ratio);
  context.fillStyle = theme.dim;
  for (let i = 0; i < rows && traded !== null; i++) {
    const volume = traded.at(top - i);
    if (volume <= 0) continue;
    context.fillRect(0, rowTop(view, top - i), Math.max(ratio, (volume / most) * room), height);
  }
  context.fillStyle = theme.line;
  context.fillRect(width - ratio, 0, ratio, view.height);
  const middle = (width - ratio) / 2;
  paintFoot(
    surface,
    view,
    width - ratio,
    [["traded", middle, "center"]],
    most > 0 ? show(most) : "",
  );
}
