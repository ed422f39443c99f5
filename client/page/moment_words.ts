import { formatHeld } from "../format.ts";

/** What chose the moment shown: the stream, a hand that points or steps, or a view that was moved. */
export type ShownBy = "now" | "hand" | "view";

/**
 * Which moment the figures of the page are of.
 *
 * @param behindMs event time from it to the grid that came last, milliseconds; null when it is that grid
 * @param by what chose it
 */
export function momentWords(behindMs: number | null, by: ShownBy): string {
  if (behindMs === null) return "Now";
  const far = formatHeld(Math.abs(behindMs));
  if (by === "view") return behindMs < 0 ? `View ends ${far} later` : `View ends ${far} ago`;
  return `${far} ${behindMs < 0 ? "after" : "before"} now`;
}
