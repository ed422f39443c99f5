import { formatPrice, sentenceCase } from "../format.ts";
import type { Dashboard } from "./dashboard.ts";

/** Title of the tab: symbol, mid and state. */
export function titleOf(
  { playback, summary, state }: Pick<Dashboard, "playback" | "summary" | "state">,
): string {
  const { symbol, decimals } = playback.instrument.value;
  const mid = summary.value?.mid ?? NaN;
  const parts = [
    symbol,
    ...(Number.isNaN(mid) ? [] : [formatPrice(mid, decimals + 1)]),
    ...(state.value === null ? [] : [sentenceCase(state.value)]),
  ];
  return parts.join(" · ");
}
