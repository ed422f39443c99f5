import type { BookEventMessage } from "../../engine/wire/messages.ts";
import { momentOf } from "../format.ts";

/** A sweep or a reserve, with its place in the picture. */
export interface PlacedEvent {
  readonly event: BookEventMessage;
  /** Its moment, milliseconds since the epoch with their fraction. */
  readonly timeMs: number;
  /** Where it ended, in ticks; and of a sweep where it began, else the same. */
  readonly tick: number;
  readonly fromTick: number;
}

/**
 * Sweeps and reserves in the order of the session. One that comes again, because a stretch is played
 * again, is known by its number. When there are too many, those farthest from the last one go.
 */
export class EventHistory {
  readonly #events: PlacedEvent[] = [];

  /** @param capacity events kept, 2 at least */
  constructor(readonly capacity: number) {}

  /** Number of events kept. */
  get length(): number {
    return this.#events.length;
  }

  /**
   * Adds what came before a grid.
   *
   * @param events in the order of the session
   * @param bucketInt size of a bucket in billionths of a dollar
   */
  add(events: readonly BookEventMessage[], bucketInt: number): void {
    for (const event of events) {
      const at = this.#placeOf(event.event_id);
      if (this.#events[at]?.event.event_id === event.event_id) continue;
      const tick = Number(event.price_int) / bucketInt;
      const fromTick = event.event === "sweep" ? Number(event.from_price_int) / bucketInt : tick;
      this.#events.splice(at, 0, { event, timeMs: momentOf(event.ts_ns), tick, fromTick });
      if (this.#events.length <= this.capacity) continue;
      if (at > this.#events.length / 2) this.#events.shift();
      else this.#events.pop();
    }
  }

  /**
   * Gives the events of a stretch of event time, in the order of the session.
   *
   * @param fromMs milliseconds since the epoch
   * @param toMs end of the stretch, not part of it
   */
  visit(fromMs: number, toMs: number, visitor: (event: PlacedEvent) => void): void {
    for (const placed of this.#events) {
      if (placed.timeMs >= fromMs && placed.timeMs < toMs) visitor(placed);
    }
  }

  /**
   * The last events up to a moment.
   *
   * @param timeMs milliseconds since the epoch with their fraction
   * @param most how many at most
   * @returns the latest first
   */
  upTo(timeMs: number, most: number): PlacedEvent[] {
    const found: PlacedEvent[] = [];
    for (let i = this.#events.length - 1; i >= 0 && found.length < most; i--) {
      if (this.#events[i]!.timeMs <= timeMs) found.push(this.#events[i]!);
    }
    return found;
  }

  /** Forgets all events, for another session. */
  clear(): void {
    this.#events.length = 0;
  }

  /** Index of an event, or where it belongs: its last record is of no other. */
  #placeOf(id: number): number {
    let low = 0;
    let high = this.#events.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#events[middle]!.event.event_id < id) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
