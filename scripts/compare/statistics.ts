import { ACTION, F_LAST, F_SNAPSHOT, type MboFields, SIDE } from "dbn-ts";
import { Samples, Shares } from "./samples.ts";

/** Distances from the touch, in ticks, at which queues are looked at; 0 is the best price. */
export const DISTANCES = [0, 1, 2, 3, 5, 10, 20, 30] as const;

/** Seconds over which returns are taken. */
export const RETURN_SECONDS = [1, 10, 60] as const;

const SECOND = 1e9;

/** A record, and its time in nanoseconds since midnight UTC. */
export interface TimedRecord extends MboFields {
  ts: number;
}

/** Best prices before a record, price_int; null where there is none. */
export interface BestPrices {
  bestBid: bigint | null;
  bestAsk: bigint | null;
}

/** Orders and contracts at a price. */
interface Level {
  orders: number;
  depth: number;
}

interface Order {
  tick: number;
  isBid: boolean;
  size: number;
  /** When it was added, nanoseconds since midnight; NaN when before the window. */
  since: number;
  /** Whether a fill of it belongs to the event under way. */
  filled: boolean;
}

/**
 * Statistics of a session, for telling how like two sessions are. Everything is counted between two
 * times; records before them only build the book. Prices are counted in ticks.
 */
export class SessionStatistics {
  records = 0;
  events = 0;
  readonly actions = new Shares();
  /** What a modify changes. */
  readonly modifies = new Shares();
  /** Events by their actions in order; longer trades as one kind. */
  readonly forms = new Shares();
  readonly recordsPerEvent = new Samples();
  readonly fillsPerTrade = new Samples();
  readonly tradeSize = new Samples();
  readonly orderSize = new Samples();
  /** Ticks behind its own side's best price at which an order is added; below 0 is inside. */
  readonly addDistance = new Samples();
  readonly cancelDistance = new Samples();
  /** Seconds between events. */
  readonly gaps = new Samples();
  /** Seconds from an order's add to its end, of those added in the window. */
  readonly lifetimes = new Samples();
  readonly ends = new Shares();
  /** Spread in ticks, by time. */
  readonly spread = new Shares();
  /** Mid, in ticks, at every whole second. */
  readonly mids: number[] = [];
  readonly depths = DISTANCES.map(() => new Samples());
  readonly counts = DISTANCES.map(() => new Samples());

  readonly #orders = new Map<bigint, Order>();
  readonly #levels = [new Map<number, Level>(), new Map<number, Level>()] as const;
  #form = "";
  #eventTs = NaN;
  #traded = 0;
  #lastTs = NaN;
  #nextSecond: number;

  /**
   * @param tickInt price_int units per tick
   * @param startTs first counted time, nanoseconds since midnight UTC
   * @param endTs first time after the counted ones
   */
  constructor(readonly tickInt: number, readonly startTs: number, readonly endTs: number) {
    this.#nextSecond = startTs;
  }

  /** Takes the next record, in file order, up to `endTs`, and the best prices before it. */
  add(record: TimedRecord, best: BestPrices): void {
    const { ts, flags } = record;
    const live = ts >= this.startTs && (flags & F_SNAPSHOT) === 0;
    const touch = this.#touchOf(best);
    if (live && touch) this.#passTime(ts, touch);
    if (live) this.#count(record, touch);
    this.#follow(record, live);
    if (live && (flags & F_LAST) !== 0) this.#endEvent(ts);
  }

  /** Samples what stood still from the last record until now. */
  #passTime(ts: number, { bid, ask }: { bid: number; ask: number }): void {
    if (!Number.isNaN(this.#lastTs)) {
      this.spread.add(`${ask - bid}`, (ts - this.#lastTs) / SECOND);
    }
    this.#lastTs = ts;
    for (; this.#nextSecond <= ts; this.#nextSecond += SECOND) {
      this.mids.push((bid + ask) / 2);
      DISTANCES.forEach((distance, i) => {
        const levels = [this.#levels[1].get(bid - distance), this.#levels[0].get(ask + distance)];
        for (const level of levels) {
          this.depths[i]!.add(level?.depth ?? 0);
          this.counts[i]!.add(level?.orders ?? 0);
        }
      });
    }
  }

  #count(record: TimedRecord, touch: { bid: number; ask: number } | null): void {
    const { action, size, side } = record;
    this.records++;
    const name = String.fromCharCode(action);
    this.actions.add(name);
    this.#form += name;
    if (action === ACTION.TRADE) this.#traded += size;
    if (action === ACTION.ADD) this.orderSize.add(size);
    if (action === ACTION.ADD || (action === ACTION.CANCEL && !this.#form.includes("T"))) {
      if (touch === null) return;
      const tick = this.#tickOf(record);
      const distance = side === SIDE.BID ? touch.bid - tick : tick - touch.ask;
      (action === ACTION.ADD ? this.addDistance : this.cancelDistance).add(distance);
    }
  }

  /** Keeps the resting orders. */
  #follow(record: TimedRecord, live: boolean): void {
    const { action, orderId: id, size, ts } = record;
    if (action === ACTION.CLEAR) {
      this.#orders.clear();
      this.#levels.forEach((level) => level.clear());
      return;
    }
    if (action === ACTION.TRADE || action === ACTION.NONE) return;
    const known = this.#orders.get(id);
    if (action === ACTION.FILL) {
      if (known) known.filled = true;
      return;
    }
    if (known) this.#move(known, -1);
    if (action === ACTION.CANCEL) {
      this.#orders.delete(id);
      if (known && live && !Number.isNaN(known.since)) {
        this.lifetimes.add((ts - known.since) / SECOND);
        this.ends.add(known.filled ? "filled" : "cancelled");
      }
      return;
    }
    const order = {
      tick: this.#tickOf(record),
      isBid: record.side === SIDE.BID,
      size,
      since: action === ACTION.MODIFY ? known?.since ?? NaN : live ? ts : NaN,
      filled: false,
    };
    if (live && action === ACTION.MODIFY && known && !known.filled) {
      const sizeChange = size > known.size ? "size up" : size < known.size ? "size down" : "same";
      this.modifies.add(order.tick !== known.tick ? "price" : sizeChange);
    }
    this.#orders.set(id, order);
    this.#move(order, 1);
  }

  #move({ tick, isBid, size }: Order, by: number): void {
    const levels = this.#levels[isBid ? 1 : 0];
    const { orders, depth } = levels.get(tick) ?? { orders: 0, depth: 0 };
    levels.set(tick, { orders: orders + by, depth: depth + by * size });
  }

  #tickOf({ price }: Pick<TimedRecord, "price">): number {
    return Number(price) / this.tickInt;
  }

  #touchOf({ bestBid, bestAsk }: BestPrices): { bid: number; ask: number } | null {
    if (bestBid === null || bestAsk === null) return null;
    return { bid: this.#tickOf({ price: bestBid }), ask: this.#tickOf({ price: bestAsk }) };
  }

  #endEvent(ts: number): void {
    const form = this.#form;
    this.events++;
    this.recordsPerEvent.add(form.length);
    if (form.includes("T")) {
      this.fillsPerTrade.add(form.split("F").length - 1);
      this.tradeSize.add(this.#traded);
    }
    this.forms.add(form.length <= 3 || form === "TFFCC" ? form : form.includes("T") ? "T…" : "…");
    if (!Number.isNaN(this.#eventTs)) this.gaps.add((ts - this.#eventTs) / SECOND);
    this.#eventTs = ts;
    this.#form = "";
    this.#traded = 0;
  }
}
