import { midnightNs } from "../session.ts";
import { OUTCOME_NAMES, POSTURE_NAMES } from "../wire/regime_view.ts";
import type { RegimeParams } from "./params.ts";
import type { RegimeSubject } from "./payload.ts";
import {
  CENSORED,
  costTicks,
  exactTicks,
  halfPriceInts,
  type PriceColumns,
} from "./study/prices.ts";
import type { TradeColumns } from "./study/trade_columns.ts";
import type { Trade } from "./trades.ts";

/** Types of the columns that events are written in. */
export type EventColumnType = "string" | "int64" | "float64" | "bool";

/** A column of the table of events: a value for each, null where it is undefined. */
export interface EventColumn {
  name: string;
  type: EventColumnType;
  values: readonly (string | bigint | number | boolean | null)[];
}

/** What a table of events is made of. */
export interface EventSources {
  subject: RegimeSubject;
  params: RegimeParams;
  prices: PriceColumns;
  /** Every event with its outcome as `trade_metrics` counts it. */
  trades: readonly Trade[];
  /** The same as they are filled and followed to their outcome. */
  resolved: TradeColumns;
  /** Scores of each side of each band, by snapshot. */
  lanes: readonly { side: string; band: number; score: Float64Array }[];
  /** Of each snapshot. */
  eventId: Float64Array;
  edge: Float64Array;
  posture: Int8Array;
  /** First, second and third derivative of every lane, event after event. */
  derivatives: Float64Array;
  /** Dollars a tick and contract. */
  tickValue: number;
}

/**
 * The events of a day as a table, a row for each. Prices are in dollars; entry and exit are the fills of
 * the resolved trade.
 *
 * @param from what it is made of
 */
export function eventTable(from: EventSources): EventColumn[] {
  const { subject, params, prices, trades, resolved, lanes, derivatives } = from;
  const { ts, bid, ask } = prices;
  const midnight = midnightNs(subject.dt);
  const tsNs = (i: number) => midnight + BigInt(ts[i]!);
  const dollars = (ticks: number) => halfPriceInts(ticks, subject.tickInt) / 2e9;
  const cost = costTicks(params, from.tickValue);
  const isCensored = (i: number) => resolved.outcome[i] === CENSORED;
  const entered = (i: number) => resolved.entry[i]! < 0 ? null : resolved.entry[i]!;
  const left = (i: number) => isCensored(i) ? null : resolved.exit[i]!;
  const column = (
    name: string,
    type: EventColumnType,
    value: (i: number, trade: Trade) => EventColumn["values"][number],
  ): EventColumn => ({ name, type, values: trades.map((trade, i) => value(i, trade)) });
  const fill = (name: string, at: (i: number) => number | null) =>
    ([["mid", (j: number) => (bid[j]! + ask[j]!) / 2], ["bid", (j: number) => bid[j]!], [
      "ask",
      (j: number) => ask[j]!,
    ]] as const).map(([price, ticks]) =>
      column(`${name}_${price}`, "float64", (i) => {
        const j = at(i);
        return j === null ? null : dollars(ticks(j));
      })
    );
  const far = trades.map(({ direction }, i) =>
    excursion(prices, entered(i), resolved.exit[i]!, direction === "up" ? 1 : -1)
  );
  const width = 3 * lanes.length;
  return [
    column("dt", "string", () => subject.dt),
    column("symbol", "string", () => subject.symbol),
    column("ts_ns", "int64", (_, { index }) => tsNs(index)),
    column("event_id", "int64", (_, { index }) => BigInt(from.eventId[index]!)),
    column("direction", "string", (_, { direction }) => direction),
    column("outcome", "string", (_, { outcome }) => outcome),
    column(
      "outcome_resolved",
      "string",
      (i) => isCensored(i) ? null : OUTCOME_NAMES[resolved.outcome[i]!]!,
    ),
    column("censored", "bool", isCensored),
    ...fill("entry", entered),
    ...fill("exit", left),
    column("ts_exit_ns", "int64", (i) => isCensored(i) ? null : tsNs(resolved.exit[i]!)),
    column("best_excursion_ticks", "float64", (i) => far[i]!.best),
    column("worst_excursion_ticks", "float64", (i) => far[i]!.worst),
    column("edge", "float64", (_, { index }) => from.edge[index]!),
    ...lanes.map(({ side, band, score }) =>
      column(`score_${side}_${band}`, "float64", (_, { index }) => score[index]!)
    ),
    ...lanes.flatMap(({ side, band }, lane) =>
      [1, 2, 3].map((order) =>
        column(
          `d${order}_${side}_${band}`,
          "float64",
          (i) => derivatives[i * width + 3 * lane + order - 1]!,
        )
      )
    ),
    column("posture", "string", (_, { index }) => POSTURE_NAMES[from.posture[index]!]!),
    column(
      "spread_ticks",
      "float64",
      (_, { index }) => exactTicks(ask[index]! - bid[index]!, subject.tickInt),
    ),
    column("gross_ticks", "float64", (i) => isCensored(i) ? null : resolved.gross[i]!),
    column("net_ticks", "float64", (i) => isCensored(i) ? null : resolved.gross[i]! - cost),
  ];
}

/** How far the mid went the trade's way and against it while it was held, ticks from the entry's mid. */
function excursion(
  { bid, ask, tickInt }: PriceColumns,
  entry: number | null,
  exit: number,
  sign: 1 | -1,
): { best: number | null; worst: number | null } {
  if (entry === null) return { best: null, worst: null };
  const begin = bid[entry]! + ask[entry]!;
  let [best, worst] = [0, 0];
  for (let i = entry + 1; i <= exit; i++) {
    const mids = sign * (bid[i]! + ask[i]! - begin) / 2;
    const gained = exactTicks(mids, tickInt);
    if (gained > best) best = gained;
    if (gained < worst) worst = gained;
  }
  return { best, worst };
}
