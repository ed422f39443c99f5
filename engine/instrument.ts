import { UserError } from "./errors.ts";
import { stepInt } from "./step_int.ts";
import { isSymbol } from "./symbol.ts";
import { parseYamlFile } from "./yaml_file.ts";

/** What kind of instrument it is, which decides its session and its bucket step. */
export type ProductType = "future_mbo" | "equity_mbo";

/** The locked instrument: instrument.yaml, field by field. */
export interface InstrumentConfig {
  product_type: ProductType;
  /** Symbol of the venue, such as "MNQH6". */
  symbol: string;
  /** Its product, such as "MNQ". */
  symbol_root: string;
  /** Dollars per unit of a raw price; always 1e-9. */
  price_scale: number;
  /** Dollars per tick; the bucket step of futures. */
  tick_size: number;
  /** Dollars per bucket of equities. */
  bucket_size_dollars: number;
  /** Dollars per tick of a relative grid; told to clients, it changes nothing here. */
  rel_tick_size: number;
  /** Half-width of the price grid in ticks, at least 50; a grid has 50 whatever this says. */
  grid_max_ticks: number;
  /** Dollars per point and contract. */
  contract_multiplier: number;
  /** What sizes count, such as "contracts"; told to clients, it changes nothing here. */
  qty_unit: string;
  /** Decimals a price is shown with: never less than a tick needs, whatever the file says. */
  price_decimals: number;
}

/** A check of one field's value: what it must be, in words and as a predicate. */
type Rule = readonly [must: string, holds: (value: unknown) => boolean];

const isNumber = (value: unknown): value is number => Number.isFinite(value);
const positive: Rule = ["a number above 0", (value) => isNumber(value) && value > 0];
const symbol: Rule = [
  "a symbol: letters, digits, spaces and . _ - : ! + = $ # * ^ &, a letter or digit first",
  (value) => typeof value === "string" && isSymbol(value),
];

const RULES: { readonly [field in keyof InstrumentConfig]: Rule } = {
  product_type: ["future_mbo or equity_mbo", (v) => v === "future_mbo" || v === "equity_mbo"],
  symbol,
  symbol_root: symbol,
  price_scale: ["1e-9, the unit of raw prices", (value) => value === 1e-9],
  tick_size: positive,
  bucket_size_dollars: positive,
  rel_tick_size: positive,
  grid_max_ticks: [
    "a whole number of at least 50",
    (value) => Number.isSafeInteger(value) && (value as number) >= 50,
  ],
  contract_multiplier: positive,
  qty_unit: ["text", (value) => typeof value === "string" && value.trim() !== ""],
  price_decimals: [
    "a whole number from 0 to 9",
    (value) => Number.isInteger(value) && (value as number) >= 0 && (value as number) <= 9,
  ],
};

/**
 * Reads and checks the locked instrument.
 *
 * @param file the file, such as instrument.yaml
 * @returns the configuration, every field present and in range
 * @throws UserError that names the file and the field
 */
export function loadInstrument(file: string): InstrumentConfig {
  const fields = parseYamlFile(file);
  for (const [field, [must, holds]] of Object.entries(RULES)) {
    if (!Object.hasOwn(fields, field)) {
      throw new UserError(`${file}: ${field} is missing; it must be ${must}`);
    }
    const value = fields[field];
    if (!holds(value)) {
      throw new UserError(`${file}: ${field} is ${JSON.stringify(value)}, but must be ${must}`);
    }
  }
  const config = Object.fromEntries(
    Object.keys(RULES).map((field) => [field, fields[field]]),
  ) as unknown as InstrumentConfig;
  const step = stepField(config);
  if (stepInt(config[step]) === null) {
    throw new UserError(
      `${file}: ${step} is ${config[step]}, but must be a multiple of 1e-9, the unit of raw ` +
        `prices, up to 9000000`,
    );
  }
  const shown = shownSteps(config).map(decimalsOf);
  return { ...config, price_decimals: Math.max(config.price_decimals, ...shown) };
}

/** Steps between which prices lie that are shown: an equity's ticks, and its buckets. */
function shownSteps(config: InstrumentConfig): number[] {
  const { product_type: productType, tick_size: tick, bucket_size_dollars: bucket } = config;
  return productType === "future_mbo" ? [tick] : [tick, bucket];
}

/** Decimals of a step, up to the nine that raw prices have. */
function decimalsOf(dollars: number): number {
  let decimals = 9;
  for (let ints = Math.round(dollars * 1e9); decimals > 0 && ints % 10 === 0; ints /= 10) {
    decimals--;
  }
  return decimals;
}

/**
 * The bucket step in raw price units of 1e-9 dollars.
 *
 * @param config the instrument
 * @returns round(tick_size / 1e-9) for futures, round(bucket_size_dollars / 1e-9) for equities
 */
export function tickInt(config: InstrumentConfig): number {
  return Math.round(config[stepField(config)] / 1e-9);
}

/**
 * Refuses a request for any instrument but the locked one.
 *
 * @param config the locked instrument
 * @param requested the product type and symbol asked for
 * @throws UserError with requested and locked side by side
 */
export function assertLocked(
  config: InstrumentConfig,
  requested: { product_type: string; symbol: string },
): void {
  if (
    requested.product_type === config.product_type && requested.symbol === config.symbol
  ) return;
  throw new UserError(
    `requested ${requested.product_type} ${requested.symbol}, but this installation is locked to ` +
      `${config.product_type} ${config.symbol}; ask for that one or change instrument.yaml`,
  );
}

function stepField(config: InstrumentConfig): "tick_size" | "bucket_size_dollars" {
  return config.product_type === "future_mbo" ? "tick_size" : "bucket_size_dollars";
}
