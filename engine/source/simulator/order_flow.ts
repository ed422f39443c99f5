import {
  ADD_MAX,
  addIntensity,
  CANCEL_MAX,
  cancelIntensity,
  drawDistance,
  REACH,
  tradeIntensity,
  TYPICAL_QUEUE,
} from "./intensities.ts";
import { LEVELS } from "./limit_book.ts";
import type { Market } from "./market.ts";
import type { Random } from "./random.ts";
import type { Regimes } from "./regimes.ts";
import { drawOrderSize, drawTradeSize, drawWallSize } from "./sizes.ts";
import type { Walls } from "./walls.ts";

/** Shares of what is proposed, the rest being trades; thinning makes of it what happens. */
const PROPOSED = { add: 0.25, cancel: 0.3, move: 0.382, resize: 0.022, wall: 0.005 };

/** How far a market that leans one way buys more than it sells, and improves one side's price. */
const LEAN = 0.18;

/** How much less readily an order improves the price than it joins an empty queue. */
const INSIDE = 0.45;

/** Most prices that a trade goes through, by how often. */
const SWEEPS = { one: 0.85, two: 0.96, most: 5 };

/**
 * The flow of orders. What happens next is drawn by thinning: something is proposed, and accepted as
 * often as its intensity at the queue concerned is a share of its bound, until something is.
 */
export class OrderFlow {
  /**
   * @param market where it happens
   * @param regimes how liquidity and drift stand
   * @param walls where large orders are
   * @param random the numbers to draw from
   */
  constructor(
    readonly market: Market,
    readonly regimes: Regimes,
    readonly walls: Walls,
    readonly random: Random,
  ) {}

  /**
   * Lets the next event happen, at the market's time.
   *
   * @returns whether it is a shock: a trade, or another best price
   */
  next(): boolean {
    const { book } = this.market;
    const { bestBid, bestAsk } = book;
    for (;;) {
      let draw = this.random.uniform();
      if ((draw -= PROPOSED.add) < 0) {
        if (this.#add()) break;
      } else if ((draw -= PROPOSED.cancel) < 0) {
        if (this.#cancel()) break;
      } else if ((draw -= PROPOSED.move) < 0) {
        if (this.#move()) break;
      } else if ((draw -= PROPOSED.resize) < 0) {
        if (this.#resize()) break;
      } else if ((draw -= PROPOSED.wall) < 0) {
        if (this.#wall()) break;
      } else if (this.#trade()) {
        return true;
      }
    }
    return book.bestBid !== bestBid || book.bestAsk !== bestAsk;
  }

  #add(): boolean {
    const { market, random } = this;
    const isBid = random.chance(0.5);
    const distance = drawDistance(random);
    if (!this.#joins(isBid, distance)) return false;
    market.add(isBid, this.#levelAt(isBid, distance), drawOrderSize(random));
    return true;
  }

  #cancel(): boolean {
    const { market, random } = this;
    const isBid = random.chance(0.5);
    const slot = this.#leaver(isBid, drawDistance(random));
    if (slot < 0) return false;
    market.cancel(slot);
    return true;
  }

  /** An order leaves one queue for another nearby. */
  #move(): boolean {
    const { market, random } = this;
    const isBid = random.chance(0.5);
    const distance = drawDistance(random);
    const steps = 1 + random.geometric(0.5);
    const target = random.chance(0.5) ? distance + steps : distance - steps;
    if (target < 1 || target > REACH || !this.#joins(isBid, target)) return false;
    const slot = this.#leaver(isBid, distance);
    if (slot < 0) return false;
    market.modify(slot, this.#levelAt(isBid, target), market.book.size[slot]!);
    return true;
  }

  /** An order becomes smaller, or larger at the end of its queue. */
  #resize(): boolean {
    const { market, random } = this;
    const isBid = random.chance(0.5);
    const level = this.#levelAt(isBid, drawDistance(random));
    const slot = this.#orderIn(isBid, level);
    if (slot < 0) return false;
    const size = market.book.size[slot]!;
    const isLess = size > 1 && random.chance(0.9);
    const other = isLess ? 1 + random.below(size - 1) : size + 1 + random.geometric(0.5);
    market.modify(slot, level, other);
    return true;
  }

  /** A wall grows, or is taken down. */
  #wall(): boolean {
    const { market: { book }, market, random } = this;
    const { level, isBid, left } = this.walls.draw();
    const isBehind = isBid ? level < book.bestBid : level > book.bestAsk;
    if (!isBehind || level < market.lowestLevel || level >= LEVELS - 1) return false;
    if (left > 0) {
      if (!book.hasRoom) return false;
      market.add(isBid, level, drawWallSize(random));
      return true;
    }
    const slot = this.#orderIn(isBid, level);
    if (slot < 0) return false;
    market.cancel(slot);
    return true;
  }

  #trade(): boolean {
    const { market: { book }, market, random } = this;
    const isBuy = random.chance(0.5 + 0.5 * LEAN * this.regimes.drift);
    const level = isBuy ? book.bestAsk : book.bestBid;
    const distance = book.bestAsk - book.bestBid;
    if (!random.chance(tradeIntensity(this.#fullness(!isBuy, Math.min(distance, REACH))))) {
      return false;
    }
    if (book.count[level]! > market.spare(!isBuy)) return false;
    const sweep = random.uniform();
    const prices = sweep < SWEEPS.one
      ? 1
      : sweep < SWEEPS.two
      ? 2
      : 3 + random.below(SWEEPS.most - 2);
    market.trade(isBuy, drawTradeSize(random), prices, prices === 1 && random.chance(0.3));
    return true;
  }

  /** Whether an order that would join a queue does. */
  #joins(isBid: boolean, distance: number): boolean {
    const { market: { book }, market, random } = this;
    const level = this.#levelAt(isBid, distance);
    if (!book.hasRoom || level < market.lowestLevel || level >= LEVELS - 1) return false;
    let intensity = addIntensity(this.#fullness(isBid, distance));
    if (distance < book.bestAsk - book.bestBid) {
      intensity *= INSIDE * (1 + (isBid ? LEAN : -LEAN) * this.regimes.drift);
    }
    return random.chance(intensity / ADD_MAX);
  }

  /** The order that would leave a queue and does; -1 when none does. */
  #leaver(isBid: boolean, distance: number): number {
    if (!this.random.chance(cancelIntensity(this.#fullness(isBid, distance)) / CANCEL_MAX)) {
      return -1;
    }
    return this.#orderIn(isBid, this.#levelAt(isBid, distance));
  }

  /** An order of a queue, the newest most likely; -1 when the side cannot spare one. */
  #orderIn(isBid: boolean, level: number): number {
    const { market: { book }, market, random } = this;
    const count = book.count[level] ?? 0;
    const isOwn = isBid ? level <= book.bestBid : level >= book.bestAsk;
    if (count === 0 || !isOwn || market.spare(isBid) <= 0) return -1;
    const places = random.chance(0.6) ? random.geometric(0.35) : random.below(count);
    return book.fromEnd(level, places);
  }

  /** Length of a queue over the typical one there, as liquidity stands. */
  #fullness(isBid: boolean, distance: number): number {
    const { market: { baseTick, book } } = this;
    const level = this.#levelAt(isBid, distance);
    const tick = baseTick + level;
    const round = tick % 20 === 0 ? 1.5 : tick % 4 === 0 ? 1.15 : 1;
    const typical = TYPICAL_QUEUE[distance]! * round * this.regimes.liquidity(isBid, distance);
    return (book.count[level] ?? 0) / typical;
  }

  /** The level at a distance from the other side's best price. */
  #levelAt(isBid: boolean, distance: number): number {
    const { book } = this.market;
    return isBid ? book.bestAsk - distance : book.bestBid + distance;
  }
}
