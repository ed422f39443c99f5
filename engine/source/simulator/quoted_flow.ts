import { drawDistance, TYPICAL_QUEUE } from "./intensities.ts";
import type { Market } from "./market.ts";
import type { PricePath } from "./price_path.ts";
import type { Random } from "./random.ts";
import { drawOrderSize } from "./sizes.ts";

/** Shares of what happens between two moves of the price; the rest are adds. */
const PROPOSED = { trade: 0.05, cancel: 0.5 };

/** How far orders lean the way that a path tells: of an add or a cancel, more on one side. */
const LEAN = 0.6;

/** Queues between these shares of the typical length take and lose orders, whichever comes. */
const FULLNESS = { least: 0.4, most: 2.5 };

/**
 * The flow of orders around a price that goes its own way: best bid and ask, a tick apart, are moved
 * with it, and nothing that orders do moves them. Between two moves orders come, go and are filled
 * on both sides alike, or leaning the way that the path tells of.
 */
export class QuotedFlow {
  /**
   * @param market where it happens
   * @param path where the price goes
   * @param random the numbers to draw from, which the path does not
   */
  constructor(readonly market: Market, readonly path: PricePath, readonly random: Random) {}

  /**
   * Lets the next event happen, at the market's time.
   *
   * @returns whether it is a shock: a trade, or another best price
   */
  next(): boolean {
    const { market, path, random } = this;
    if (market.ts >= path.nextTs) {
      this.#move(path.step() === 1);
      return true;
    }
    const lean = LEAN * path.lean(market.ts);
    for (;;) {
      const draw = random.uniform();
      if (draw < PROPOSED.trade) {
        if (this.#trade()) return true;
      } else if (draw < PROPOSED.trade + PROPOSED.cancel) {
        // Who is to rise is sold less above, and bought more below.
        if (this.#cancel(random.chance((1 - lean) / 2))) return false;
      } else if (this.#add(random.chance((1 + lean) / 2))) return false;
    }
  }

  /** Quotes both sides a tick further. */
  #move(isUp: boolean): void {
    const { market, random } = this;
    const count = Math.round(TYPICAL_QUEUE[1]! * (0.6 + 0.8 * random.uniform()));
    market.requote(isUp, Array.from({ length: count }, () => drawOrderSize(random)));
  }

  #add(isBid: boolean): boolean {
    const { market: { book }, market, random } = this;
    const distance = drawDistance(random);
    const level = this.#levelAt(isBid, distance);
    if (!book.hasRoom || level < market.lowestLevel) return false;
    if (book.count[level]! >= FULLNESS.most * TYPICAL_QUEUE[distance]!) return false;
    market.add(isBid, level, drawOrderSize(random));
    return true;
  }

  #cancel(isBid: boolean): boolean {
    const { market: { book }, market, random } = this;
    const distance = drawDistance(random);
    const level = this.#levelAt(isBid, distance);
    const count = book.count[level] ?? 0;
    if (count <= Math.max(1, FULLNESS.least * TYPICAL_QUEUE[distance]!)) return false;
    market.cancel(book.fromEnd(level, random.below(count)));
    return true;
  }

  /** A trade of a contract or some, which leaves orders at the price. */
  #trade(): boolean {
    const { market: { book }, market, random } = this;
    const isBuy = random.chance(0.5);
    const level = isBuy ? book.bestAsk : book.bestBid;
    const first = book.first[level]!;
    if (book.count[level]! < 2) return false;
    market.trade(isBuy, 1 + random.below(book.size[first]!), 1, false);
    return true;
  }

  #levelAt(isBid: boolean, distance: number): number {
    const { book } = this.market;
    return isBid ? book.bestAsk - distance : book.bestBid + distance;
  }
}
