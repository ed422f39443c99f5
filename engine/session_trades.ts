import type { EngineCore } from "./core.ts";
import {
  NOTIONAL_HI,
  NOTIONAL_LO,
  TRADE_HIGH,
  TRADE_LOW,
  TRADE_VOLUME,
  TRADED,
} from "./core/layout.ts";

/** High, low, volume and volume times price of a session's trades so far: exact. */
export class SessionTrades {
  /** @param core whose trades */
  constructor(readonly core: EngineCore) {}

  /** Highest price traded, price_int; null when nothing was. */
  get high(): bigint | null {
    return this.core.is(TRADED) ? this.core.big(TRADE_HIGH) : null;
  }

  /** Lowest price traded, price_int; null when nothing was. */
  get low(): bigint | null {
    return this.core.is(TRADED) ? this.core.big(TRADE_LOW) : null;
  }

  /** Contracts traded. */
  get volume(): bigint {
    return this.core.big(TRADE_VOLUME);
  }

  /** Mean price of the contracts traded, price_int, rounded half up; null when nothing was. */
  get vwap(): bigint | null {
    const { volume, notional } = this;
    return volume === 0n ? null : floorDiv(2n * notional + volume, 2n * volume);
  }

  /** Sum of contracts times price_int. */
  get notional(): bigint {
    return (this.core.big(NOTIONAL_HI) << 64n) + this.core.unsigned(NOTIONAL_LO);
  }
}

/** Of a positive divisor; division of BigInt rounds towards 0. */
function floorDiv(dividend: bigint, divisor: bigint): bigint {
  const quotient = dividend / divisor;
  return dividend < 0n && quotient * divisor !== dividend ? quotient - 1n : quotient;
}
