import { formatHeld } from "../format.ts";

/** What chose the moment shown: the stream, a hand that points or steps, or a view that was moved. */
export type ShownBy = "now" | "hand" | "view";

/**
 * Which moment the figures of the page are of.
 *
 * @param behindMs event time from it to the grid that came last, milliseconds; null when it is that grid
 * @param by what chose it
 * @param now of which moment the grid that came last is
 */
export function momentWords(behindMs: number | null, by: ShownBy, now = "Now"): string {
  if (behindMs === null) return now;
  const isNow = now === "Now";
  const far = formatHeld(Math.abs(behindMs));
  if (by === "view") {
    return `View ends ${far} ${behindMs < 0 ? "later" : isNow ? "ago" : "earlier"}`;
  }
  return `${far} ${behindMs < 0 ? "after" : "before"} ${isNow ? "now" : "the newest"}`;
}
