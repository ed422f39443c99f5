import { SIDE } from "dbn-ts";
import type { Execution, TradeSink } from "../../engine/pipeline.ts";
import type { Trade, TradeSide, TradesMessage } from "../../engine/wire/messages.ts";

/** Executions that one `trades` message holds at most: the newest, some 600 kB. */
export const MAX_TRADES = 10_000;

/** Executions that wait for the grid they are sent with; past MAX_TRADES the oldest are let go. */
export class TradeTape implements TradeSink {
  #trades: Trade[] = [];
  #dropped = 0;

  trade({ tsNs, price, size, side }: Execution): void {
    this.#trades.push([`${tsNs}`, `${price}`, size, aggressor(side)]);
    this.#bound();
  }

  /**
   * Tells what waits.
   *
   * @param tsNs event time of the grid that it goes with, UTC nanoseconds since the epoch
   * @returns the message; null when nothing waits
   */
  message(tsNs: string): TradesMessage | null {
    if (this.#trades.length === 0) return null;
    this.#trim();
    const message: TradesMessage = { type: "trades", ts_ns: tsNs, trades: this.#trades };
    if (this.#dropped > 0) message.dropped = this.#dropped;
    return message;
  }

  /** Takes what waits off the tape, as `message` tells it. */
  take(tsNs: string): TradesMessage | null {
    const message = this.message(tsNs);
    this.clear();
    return message;
  }

  /** Puts what a message tells at the end. */
  append({ trades, dropped = 0 }: TradesMessage): void {
    this.#trades = this.#trades.concat(trades);
    this.#dropped += dropped;
    this.#bound();
  }

  /** Whether nothing waits. */
  get isEmpty(): boolean {
    return this.#trades.length === 0 && this.#dropped === 0;
  }

  /** Forgets what waits. */
  clear(): void {
    this.#trades = [];
    this.#dropped = 0;
  }

  /** Lets twice as many wait, so that letting go costs little for each. */
  #bound(): void {
    if (this.#trades.length >= 2 * MAX_TRADES) this.#trim();
  }

  #trim(): void {
    const tooMany = this.#trades.length - MAX_TRADES;
    if (tooMany <= 0) return;
    this.#trades = this.#trades.slice(tooMany);
    this.#dropped += tooMany;
  }
}

/** Messages as they are sent, made once for all clients. */
const made = new WeakMap<TradesMessage, string>();

/**
 * @param message a message that does not change any more
 * @returns its JSON
 */
export function jsonOf(message: TradesMessage): string {
  let json = made.get(message);
  if (json === undefined) made.set(message, json = JSON.stringify(message));
  return json;
}

function aggressor(side: number): TradeSide {
  if (side === SIDE.ASK) return "A";
  return side === SIDE.BID ? "B" : "N";
}
