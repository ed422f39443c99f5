import { formatPrice, sentenceCase } from "../format.ts";
import type { Dashboard } from "./dashboard.ts";

/** Title of the tab: symbol, mid and state; what is not of now says so first. */
export function titleOf(
  { playback, summary, state }: Pick<Dashboard, "playback" | "summary" | "state">,
): string {
  const { symbol, decimals } = playback.instrument.value;
  const { badge, isCurrent } = playback.freshness;
  const mid = summary.value?.mid ?? NaN;
  const parts = [
    ...(badge.value === null || isCurrent.value ? [] : [badge.value]),
    symbol,
    ...(Number.isNaN(mid) ? [] : [formatPrice(mid, decimals + 1)]),
    ...(state.value === null ? [] : [sentenceCase(state.value)]),
  ];
  return parts.join(" · ");
}
