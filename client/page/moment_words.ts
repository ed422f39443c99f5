import { formatHeld } from "../format.ts";

/** What chose the moment shown: the stream, a hand that points or steps, or a view that was moved. */
export type ShownBy = "now" | "hand" | "view";

/**
 * Which moment the figures of the page are of.
 *
 * @param behindMs event time from it to the grid that came last, milliseconds; null when it is that grid
 * @param by what chose it
 * @param isCurrent whether the grid that came last is of now, as far as is known
 */
export function momentWords(behindMs: number | null, by: ShownBy, isCurrent = true): string {
  if (behindMs === null) return isCurrent ? "Now" : "Last known";
  const far = formatHeld(Math.abs(behindMs));
  if (by === "view") return behindMs < 0 ? `View ends ${far} later` : `View ends ${far} ago`;
  return `${far} ${behindMs < 0 ? "after" : "before"} now`;
}
