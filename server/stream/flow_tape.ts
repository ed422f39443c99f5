import { SIDE } from "dbn-ts";
import type { BookEvent } from "../../engine/book_events.ts";
import { bookEventMessage } from "../../engine/encode/book_event.ts";
import type { BookEventSink, Execution, TradeSink } from "../../engine/pipeline.ts";
import type {
  BookEventMessage,
  EventsMessage,
  Trade,
  TradeSide,
  TradesMessage,
} from "../../engine/wire/messages.ts";

/** Executions that one `trades` message holds at most: the newest, some 600 kB. */
export const MAX_TRADES = 10_000;

/** Sweeps and reserves that one `events` message holds at most: the newest, some 400 kB. */
export const MAX_EVENTS = 2_000;

/** What happened up to a grid: executions, and sweeps and reserves; null where there is none. */
export interface Flow {
  trades: TradesMessage | null;
  events: EventsMessage | null;
}

/** What happened and waits for the grid it is sent with; of too much the oldest is let go. */
export class FlowTape implements TradeSink, BookEventSink {
  readonly #trades = new Tape<Trade>(MAX_TRADES);
  readonly #events = new Tape<BookEventMessage>(MAX_EVENTS);

  trade({ tsNs, price, size, side }: Execution): void {
    this.#trades.push([`${tsNs}`, `${price}`, size, aggressor(side)]);
  }

  bookEvent(event: BookEvent): void {
    this.#events.push(bookEventMessage(event));
  }

  /**
   * Tells what waits.
   *
   * @param tsNs event time of the grid that it goes with, UTC nanoseconds since the epoch
   * @returns its messages; null when nothing waits
   */
  told(tsNs: string): Flow | null {
    if (this.isEmpty) return null;
    const trades = this.#trades.told();
    const events = this.#events.told();
    return {
      trades: trades && { type: "trades", ts_ns: tsNs, trades: trades.items, ...trades.dropped },
      events: events && { type: "events", ts_ns: tsNs, events: events.items, ...events.dropped },
    };
  }

  /** Takes what waits off the tape, as `told` tells it. */
  take(tsNs: string): Flow | null {
    const flow = this.told(tsNs);
    this.clear();
    return flow;
  }

  /** Puts what messages tell at the end. */
  append({ trades, events }: Flow): void {
    if (trades !== null) this.#trades.append(trades.trades, trades.dropped);
    if (events !== null) this.#events.append(events.events, events.dropped);
  }

  /** Whether nothing waits. */
  get isEmpty(): boolean {
    return this.#trades.isEmpty && this.#events.isEmpty;
  }

  /** Forgets what waits. */
  clear(): void {
    this.#trades.clear();
    this.#events.clear();
  }
}

/** Things in order, the newest of them; twice as many may wait, so that letting go costs little. */
class Tape<Item> {
  #items: Item[] = [];
  #dropped = 0;

  /** @param most how many are told at most */
  constructor(readonly most: number) {}

  get isEmpty(): boolean {
    return this.#items.length === 0;
  }

  push(item: Item): void {
    this.#items.push(item);
    this.#bound();
  }

  append(items: readonly Item[], dropped = 0): void {
    this.#items = this.#items.concat(items);
    this.#dropped += dropped;
    this.#bound();
  }

  told(): { items: Item[]; dropped: { dropped?: number } } | null {
    if (this.isEmpty) return null;
    this.#trim();
    return { items: this.#items, dropped: this.#dropped > 0 ? { dropped: this.#dropped } : {} };
  }

  clear(): void {
    this.#items = [];
    this.#dropped = 0;
  }

  #bound(): void {
    if (this.#items.length >= 2 * this.most) this.#trim();
  }

  #trim(): void {
    const tooMany = this.#items.length - this.most;
    if (tooMany <= 0) return;
    this.#items = this.#items.slice(tooMany);
    this.#dropped += tooMany;
  }
}

/**
 * What of it a client asked for.
 *
 * @param flow what happened
 * @param wishes whether executions are wanted, and sweeps and reserves
 * @returns null when there is none of it
 */
export function wanted(
  flow: Flow | null,
  wishes: { trades: boolean; events: boolean },
): Flow | null {
  if (flow === null || (wishes.trades && wishes.events)) return flow;
  const trades = wishes.trades ? flow.trades : null;
  const events = wishes.events ? flow.events : null;
  return trades === null && events === null ? null : { trades, events };
}

/** Messages as they are sent, made once for all clients. */
const made = new WeakMap<TradesMessage | EventsMessage, string>();

/**
 * @param flow what happened, in messages that do not change any more
 * @returns their JSON, in the order in which they are sent
 */
export function jsonOf({ trades, events }: Flow): string[] {
  return [trades, events].flatMap((message) => {
    if (message === null) return [];
    let json = made.get(message);
    if (json === undefined) made.set(message, json = JSON.stringify(message));
    return [json];
  });
}

function aggressor(side: number): TradeSide {
  if (side === SIDE.ASK) return "A";
  return side === SIDE.BID ? "B" : "N";
}
