import { UserError } from "../../errors.ts";
import { loadProducts, productRoot } from "../../products.ts";

/** Letters of the months, January first, in futures symbols. */
const MONTHS = "FGHJKMNQUVXZ";
const QUARTERS = "HMUZ";

/** Where prices begin, as files have them; a product without one begins at PRICE_TICKS. */
const PRICES: Readonly<Record<string, number>> = {
  ES: 6_900,
  MES: 6_900,
  NQ: 25_000,
  MNQ: 25_000,
  RTY: 2_650,
  M2K: 2_650,
  YM: 49_500,
  MYM: 49_500,
  EMD: 3_450,
  NKD: 54_000,
  ZT: 104.25,
  ZF: 109,
  ZN: 112,
  TN: 114.5,
  ZB: 116,
  UB: 119,
  ZQ: 96.36,
  SR1: 96.36,
  SR3: 96.4,
  "6A": 0.7,
  M6A: 0.7,
  "6B": 1.36,
  M6B: 1.36,
  "6C": 0.735,
  "6E": 1.18,
  E7: 1.18,
  M6E: 1.18,
  "6J": 0.0064,
  MJY: 0.0064,
  "6M": 0.0575,
  "6N": 0.6,
  "6S": 1.29,
  GC: 4_900,
  MGC: 4_900,
  SI: 75,
  SIL: 75,
  HG: 5.9,
  MHG: 5.9,
  PL: 2_100,
  PA: 1_700,
  CL: 63,
  MCL: 63,
  QM: 63,
  BZ: 67,
  NG: 3.4,
  MNG: 3.4,
  QG: 3.4,
  RB: 1.95,
  HO: 2.4,
  ZC: 430,
  ZW: 530,
  KE: 535,
  ZS: 1_110,
  ZM: 300,
  ZL: 55,
  LE: 235,
  HE: 88,
  GF: 360,
  BTC: 70_000,
  MBT: 70_000,
  ETH: 2_000,
  MET: 2_000,
};
const PRICE_TICKS = 20_000;

/** What of a future the simulator needs to know. */
export interface Contract {
  symbol: string;
  /** The product, such as "MNQ". */
  root: string;
  /** price_int units per tick. */
  tickInt: number;
  /** First price, in ticks. */
  startTick: number;
  /** The contract that expires next, such as "MNQM6". */
  nextSymbol: string;
}

/**
 * @param symbol a future of a product in products.yaml, such as "MNQH6"
 * @returns what the simulator needs to know of it
 * @throws UserError when it is none
 */
export function contractOf(symbol: string): Contract {
  const products = loadProducts();
  const root = productRoot(symbol, products);
  const [, month, year] = /^([FGHJKMNQUVXZ])(\d{1,2})$/.exec(symbol.slice(root.length)) ?? [];
  if (month === undefined || year === undefined) {
    throw new UserError(
      `${JSON.stringify(symbol)} is no contract of ${root}: write its month and year after it, ` +
        `such as ${root}H6`,
    );
  }
  const { tick } = products.get(root)!;
  const price = PRICES[root];
  return {
    symbol,
    root,
    tickInt: Math.round(tick * 1e9),
    startTick: price === undefined ? PRICE_TICKS : Math.round(price / tick),
    nextSymbol: root + following(month, year),
  };
}

/** Month and year of the next contract: the next quarter after a quarter, else the next month. */
function following(month: string, year: string): string {
  const cycle = QUARTERS.includes(month) ? QUARTERS : MONTHS;
  const at = cycle.indexOf(month) + 1;
  const later = at === cycle.length ? Number(year) + 1 : Number(year);
  const digits = `${later}`.padStart(year.length, "0").slice(-year.length);
  return cycle[at % cycle.length]! + digits;
}
