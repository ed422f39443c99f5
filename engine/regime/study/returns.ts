import type { ReturnFigures } from "../../wire/regime_study.ts";
import { CENSORED } from "./prices.ts";
import type { TradeColumns } from "./trade_columns.ts";

/** What trades gained; numbers that add up over days. Ticks. */
export interface ReturnSums {
  trades: number;
  censored: number;
  gross: number;
  /** Sums of the net gains above 0, and of the net losses, both positive. */
  won: number;
  lost: number;
}

/**
 * @param trades any
 * @param cost of a trade besides its prices, ticks
 * @param isTaken which count; all when it is left out
 */
export function returnSums(
  { outcome, gross }: TradeColumns,
  cost: number,
  isTaken?: Uint8Array,
): ReturnSums {
  const sums: ReturnSums = { trades: 0, censored: 0, gross: 0, won: 0, lost: 0 };
  outcome.forEach((code, i) => {
    if (isTaken !== undefined && isTaken[i] === 0) return;
    if (code === CENSORED) {
      sums.censored++;
      return;
    }
    const net = gross[i]! - cost;
    sums.trades++;
    sums.gross += gross[i]!;
    if (net > 0) sums.won += net;
    else sums.lost -= net;
  });
  return sums;
}

/**
 * @param sums what trades gained
 * @param cost of a trade besides its prices, ticks
 * @param tickValue dollars a tick and contract
 */
export function returnFigures(
  { trades, censored, gross, won, lost }: ReturnSums,
  cost: number,
  tickValue: number,
): ReturnFigures {
  const mean = trades === 0 ? null : gross / trades;
  const net = mean === null ? null : mean - cost;
  const dollars = (ticks: number | null) => ticks === null ? null : ticks * tickValue;
  return {
    n_trades: trades,
    n_censored: censored,
    gross_ticks_per_trade: mean,
    net_ticks_per_trade: net,
    gross_dollars_per_trade: dollars(mean),
    net_dollars_per_trade: dollars(net),
    net_dollars: (gross - trades * cost) * tickValue,
    profit_factor: lost === 0 ? null : won / lost,
    break_even_cost_ticks: mean,
    break_even_cost_dollars: dollars(mean),
  };
}
