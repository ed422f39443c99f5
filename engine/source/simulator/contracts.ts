import { UserError } from "../../errors.ts";
import { loadProducts, productRoot } from "../../products.ts";

/** Letters of the months, January first, in futures symbols. */
const MONTHS = "FGHJKMNQUVXZ";
const QUARTERS = "HMUZ";

/** Where prices begin, in dollars; a product without one begins at PRICE_TICKS. */
const PRICES: Readonly<Record<string, number>> = {
  ES: 6_900,
  MES: 6_900,
  MNQ: 25_000,
  NQ: 25_000,
  SI: 75,
  GC: 4_900,
  CL: 63,
  "6E": 1.18,
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
