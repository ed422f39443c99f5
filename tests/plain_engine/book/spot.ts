import { priceInt, PriceSplitter } from "./price.ts";
import type { BookSide } from "./side.ts";

/**
 * Spot: the bucket between the last best bid and ask that were both present. It is always a whole
 * number of ticks.
 */
export class Spot {
  /** Whether there has been a two-sided book. */
  known = false;
  /** Its tick; meaningless unless `known`. */
  tick = 0;
  readonly #bid = { tick: 0, rem: 0 };
  readonly #ask = { tick: 0, rem: 0 };

  /** @param tickInt price_int units per tick */
  constructor(readonly tickInt: number) {}

  /**
   * Follows the best prices; while one is missing spot stays.
   *
   * @param bids the bids
   * @param asks the asks
   * @returns whether the best prices had changed
   */
  update(bids: BookSide, asks: BookSide): boolean {
    if (!bids.present || !asks.present) return false;
    const { bestTick: bidTick, bestRem: bidRem } = bids;
    const { bestTick: askTick, bestRem: askRem } = asks;
    const bid = this.#bid;
    const ask = this.#ask;
    if (
      bidTick === bid.tick && askTick === ask.tick &&
      bidRem === bid.rem && askRem === ask.rem && this.known
    ) return false;
    bid.tick = bidTick;
    bid.rem = bidRem;
    ask.tick = askTick;
    ask.rem = askRem;
    this.#calculate();
    return true;
  }

  /** The best bid and ask that were last both present, as price_int; null before there were any. */
  get lastTwoSided(): { bid: bigint; ask: bigint } | null {
    if (!this.known) return null;
    const price = ({ tick, rem }: { tick: number; rem: number }) =>
      priceInt(tick, rem, this.tickInt);
    return { bid: price(this.#bid), ask: price(this.#ask) };
  }

  /**
   * Puts back what `lastTwoSided` gave.
   *
   * @param prices best bid and ask as price_int
   */
  restore({ bid, ask }: { bid: bigint; ask: bigint }): void {
    const splitter = new PriceSplitter(this.tickInt);
    for (const [price, to] of [[bid, this.#bid], [ask, this.#ask]] as const) {
      splitter.split(
        Number(BigInt.asIntN(32, price)),
        Number(BigInt.asIntN(32, price >> 32n)),
      );
      to.tick = splitter.tick;
      to.rem = splitter.rem;
    }
    this.#calculate();
  }

  /** floorDiv(bid + ask + tickInt, 2 * tickInt), in ticks so that no intermediate is inexact. */
  #calculate(): void {
    const bidHalf = Math.floor(this.#bid.tick / 2);
    const askHalf = Math.floor(this.#ask.tick / 2);
    // What is left of both ticks beside their halves, and the one that rounds up: 1 to 3.
    const odd = this.#bid.tick - 2 * bidHalf + (this.#ask.tick - 2 * askHalf) + 1;
    const half = bidHalf + askHalf + (odd >> 1);
    const rest = this.#bid.rem + this.#ask.rem;
    this.tick = (odd & 1) === 1 && rest >= this.tickInt ? half + 1 : half;
    this.known = true;
  }
}
