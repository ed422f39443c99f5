import { ACTION } from "dbn-ts";
import type { Random } from "./random.ts";
import type { Venue } from "./venue.ts";

/** Orders on each side of a bystander's snapshot. */
const ORDERS = 5;

/**
 * Another instrument in the same file, which readers of the first must drop: a short snapshot, then
 * now and then an order that comes and goes.
 */
export class Bystander {
  #id: number;
  #resting: { isBid: boolean; tick: number } | null = null;

  /**
   * @param instrumentId its number
   * @param tick its price, in ticks
   * @param firstId number of its first order, far from those of other instruments
   */
  constructor(
    readonly venue: Venue,
    readonly random: Random,
    readonly instrumentId: number,
    readonly tick: number,
    firstId: number,
  ) {
    this.#id = firstId;
  }

  /** Writes its book at midnight. */
  snapshot(): void {
    this.venue.clear(this.instrumentId);
    for (let i = 0; i < 2 * ORDERS; i++) {
      const isBid = i < ORDERS;
      const distance = 1 + i % ORDERS;
      const order = {
        isBid,
        tick: isBid ? this.tick - distance : this.tick + distance,
        size: 1 + this.random.geometric(0.5),
        id: this.#id++,
        enteredTs: -Math.floor(this.random.exponential(3600e9)),
      };
      this.venue.snapshotOrder(order, this.instrumentId, i === 2 * ORDERS - 1);
    }
  }

  /**
   * Writes an event: an order that comes, or the one that came last and goes.
   *
   * @param ts its time, nanoseconds since midnight
   */
  act(ts: number): void {
    const { random, venue } = this;
    const going = this.#resting;
    const isBid = going?.isBid ?? random.chance(0.5);
    const away = 1 + random.geometric(0.7);
    const tick = going?.tick ?? (isBid ? this.tick - away : this.tick + away);
    venue.begin(this.instrumentId, ts);
    venue.put(going ? ACTION.CANCEL : ACTION.ADD, isBid, tick, 1, this.#id, true);
    if (going) this.#id++;
    this.#resting = going ? null : { isBid, tick };
  }
}
