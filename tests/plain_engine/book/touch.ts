/** A change of liquidity at a price, for the bucket it belongs to. */
export interface Touch {
  /** Tick of the bucket; k is this less spot's tick. */
  tick: number;
  /** Contracts added, pulled and executed. */
  add: number;
  pull: number;
  fill: number;
}
