import { decimalText } from "../step_int.ts";
import type { RegimeSubject } from "./payload.ts";
import type { PriceColumns } from "./study/prices.ts";

/**
 * What a reader of a future's figures has to know of its tick: where best prices lie between two, it is
 * not the instrument's own, and ticks, targets and dollars are of another. Prices of an equity may lie so.
 *
 * @param subject what was analysed
 * @param prices of all snapshots
 * @returns sentences
 */
export function offRaster(
  { productType, symbol, tickInt }: Pick<RegimeSubject, "productType" | "symbol" | "tickInt">,
  { bid, ask }: Pick<PriceColumns, "bid" | "ask">,
): string[] {
  if (productType !== "future_mbo") return [];
  let off = 0;
  for (let i = 0; i < bid.length; i++) {
    if (!Number.isInteger(bid[i]) || !Number.isInteger(ask[i])) off++;
  }
  if (off === 0) return [];
  return [
    `best prices of ${off} of ${bid.length} snapshots lie between ticks of ${
      decimalText(tickInt)
    }: the tick_size of ${symbol} is finer, and ticks here are not its own`,
  ];
}
