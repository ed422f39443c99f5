import type { RuntimeConfigMessage } from "../../engine/wire/messages.ts";

/** What the server would stream by itself: the props of the page's island. */
export interface PageDefaults {
  product_type: string;
  symbol: string;
  /** Session date, YYYY-MM-DD. */
  dt: string;
  /** HH:MM America/New_York, or null when the stream starts with the session. */
  start_time: string | null;
  throttle_ms: number;
  speed: number;
  tick_size: number;
  bucket_size_dollars: number;
  contract_multiplier: number;
  price_decimals: number;
}

/** The instrument as the page shows it. */
export interface Instrument {
  readonly productType: string;
  readonly symbol: string;
  /** Dollars per price tick. */
  readonly tickSize: number;
  /** Dollars per grid bucket, and so per row of the heatmap. */
  readonly bucketSize: number;
  readonly multiplier: number;
  readonly decimals: number;
  /** Whether its data is made up. */
  readonly simulated: boolean;
}

/** Price integers count billionths of a dollar. */
const PRICE_UNITS = 1e9;

/**
 * The instrument of a stream or, before there is one, of the page.
 *
 * @param source The stream's first message or the page's defaults.
 */
export function instrumentOf(source: RuntimeConfigMessage | PageDefaults): Instrument {
  // A bucket is a tick for futures and a round amount for equities (docs/engine.md, tick_int).
  const equity = source.product_type.startsWith("equity");
  return {
    productType: source.product_type,
    symbol: source.symbol,
    tickSize: source.tick_size,
    bucketSize: equity ? source.bucket_size_dollars : source.tick_size,
    multiplier: source.contract_multiplier,
    decimals: source.price_decimals,
    simulated: "data_source" in source && source.data_source === "simulator",
  };
}

/** Size of a bucket in billionths of a dollar. */
export function bucketIntOf(instrument: Instrument): number {
  return Math.round(instrument.bucketSize * PRICE_UNITS);
}

/**
 * A spot price in buckets, the rows of the heatmap.
 *
 * @param spotInt `spot_ref_price_int` of a grid: a whole number of buckets in billionths of a dollar.
 */
export function bucketsOf(spotInt: string, instrument: Instrument): number {
  return Number(BigInt(spotInt) / BigInt(bucketIntOf(instrument)));
}
