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

  /** Sum of contracts times price_int. */
  get notional(): bigint {
    return (this.core.big(NOTIONAL_HI) << 64n) + this.core.unsigned(NOTIONAL_LO);
  }
}
