import {
  CENSORED,
  exactTicks,
  type Execution,
  firstPassage,
  type PriceColumns,
  type TradeRule,
} from "./prices.ts";

/** Trades, column by column. */
export interface TradeColumns {
  /** Code of the outcome; censored where the end of the data came before entry, outcome or exit. */
  outcome: Int8Array<ArrayBuffer>;
  /** Index of the snapshot at which it was filled; -1 when it was not. */
  entry: Int32Array<ArrayBuffer>;
  /** Index of the snapshot at which it was closed; where it is censored, the last one there is. */
  exit: Int32Array<ArrayBuffer>;
  /** Ticks gained between the two fills, before costs; 0 where it is censored. */
  gross: Float64Array<ArrayBuffer>;
}

/** What trades are made with. */
export interface TradeTerms {
  prices: PriceColumns;
  rule: TradeRule;
  execution: Execution;
}

/** @param count how many trades @returns columns of them, to be filled */
export function tradeColumns(count: number): TradeColumns {
  return {
    outcome: new Int8Array(count),
    entry: new Int32Array(count),
    exit: new Int32Array(count),
    gross: new Float64Array(count),
  };
}

/**
 * Follows a trade and writes down what became of it.
 *
 * A decision at a snapshot is filled at the first snapshot that comes `latencyMs` after it, or is
 * itself where that is 0. Target and stop are counted from the mid at the entry's fill and looked for
 * in mids, whatever the fills' prices.
 *
 * @param terms prices, rule and execution
 * @param signal index of the snapshot at which it is decided
 * @param sign 1 for up, -1 for down
 * @param into the columns that it is written to
 * @param i its place there
 */
export function followTrade(
  { prices, rule, execution }: TradeTerms,
  signal: number,
  sign: 1 | -1,
  into: TradeColumns,
  i: number,
): void {
  const { ts } = prices;
  const latencyNs = execution.latencyMs * 1e6;
  const entry = fillOf(ts, signal, latencyNs);
  into.entry[i] = entry < ts.length ? entry : -1;
  into.exit[i] = ts.length - 1;
  into.outcome[i] = CENSORED;
  into.gross[i] = 0;
  if (entry === ts.length) return;
  const decided = firstPassage(prices, entry, sign, rule);
  const exit = fillOf(ts, Math.floor(decided / 4), latencyNs);
  if (decided % 4 === CENSORED || exit === ts.length) return;
  into.outcome[i] = decided % 4;
  into.exit[i] = exit;
  // A buyer at the touch pays the ask, a seller gets the bid.
  const bought = priceAt(
    prices,
    sign > 0 ? entry : exit,
    sign > 0 ? execution.entry : execution.exit,
    1,
  );
  const sold = priceAt(
    prices,
    sign > 0 ? exit : entry,
    sign > 0 ? execution.exit : execution.entry,
    -1,
  );
  into.gross[i] = exactTicks(sold - bought, prices.tickInt);
}

/**
 * @param terms prices, rule and execution
 * @param signals indices of the snapshots at which trades are decided
 * @param signs of each, or one for all: 1 for up, -1 for down
 */
export function tradesAt(
  terms: TradeTerms,
  signals: Int32Array,
  signs: Int8Array | 1 | -1,
): TradeColumns {
  const columns = tradeColumns(signals.length);
  signals.forEach((signal, i) => {
    const sign = typeof signs === "number" ? signs : signs[i]! > 0 ? 1 : -1;
    followTrade(terms, signal, sign, columns, i);
  });
  return columns;
}

/** The same entries on both sides: what any choice of sides comes to is looked up here. */
export interface BothSides {
  up: TradeColumns;
  down: TradeColumns;
}

/**
 * @param terms prices, rule and execution
 * @param signals indices of the snapshots at which trades are decided
 */
export function bothSides(terms: TradeTerms, signals: Int32Array): BothSides {
  return { up: tradesAt(terms, signals, 1), down: tradesAt(terms, signals, -1) };
}

/**
 * @param sides what each entry comes to on each side
 * @param signs the side that is taken of each: 1 for up, -1 for down
 */
export function chosen({ up, down }: BothSides, signs: Int8Array): TradeColumns {
  const columns = tradeColumns(signs.length);
  signs.forEach((sign, i) => {
    const side = sign > 0 ? up : down;
    for (const name of ["outcome", "entry", "exit", "gross"] as const) {
      columns[name][i] = side[name][i]!;
    }
  });
  return columns;
}

/** The first snapshot that is late enough; the number of snapshots where there is none. */
function fillOf(ts: Float64Array, from: number, latencyNs: number): number {
  const at = ts[from]! + latencyNs;
  let i = from;
  while (i < ts.length && ts[i]! < at) i++;
  return i;
}

function priceAt(
  { bid, ask }: PriceColumns,
  i: number,
  fill: Execution["entry"],
  side: 1 | -1,
): number {
  if (fill === "mid") return (bid[i]! + ask[i]!) / 2;
  return side > 0 ? ask[i]! : bid[i]!;
}
