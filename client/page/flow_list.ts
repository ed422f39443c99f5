import { type Signal, signal } from "@preact/signals";
import type { PlacedEvent } from "../history/event_history.ts";
import type { History } from "../history/history.ts";
import type { Execution } from "../history/trade_history.ts";
import { putList } from "./put_list.ts";

/** Trades listed at most, and sweeps and reserves. */
export const MOST_LISTED = 200;
const MOST_EVENTS = 50;

/** The list of what was traded up to the moment shown, latest first. */
export class FlowList {
  readonly trades: Signal<readonly Execution[]> = signal<readonly Execution[]>([]);
  /** Sweeps and reserves. */
  readonly events: Signal<readonly PlacedEvent[]> = signal<readonly PlacedEvent[]>([]);
  /** Since when trades are known up to that moment, milliseconds since the epoch; null where not. */
  readonly fromMs: Signal<number | null> = signal<number | null>(null);

  /**
   * Lists what came up to another moment.
   *
   * @param timeMs the moment, milliseconds since the epoch; null while the list is closed, or there is none
   * @param least size of trades that are listed
   */
  tell({ trades, events, volumes }: History, timeMs: number | null, least: number): void {
    const known = this.trades.value;
    const found = timeMs === null ? [] : trades.upTo(timeMs, least, MOST_LISTED);
    const isSame = found.length === known.length && found[0]?.serial === known[0]?.serial &&
      found.at(-1)?.serial === known.at(-1)?.serial;
    if (!isSame) this.trades.value = found;
    putList(this.events, timeMs === null ? [] : events.upTo(timeMs, MOST_EVENTS));
    this.fromMs.value = timeMs === null ? null : volumes.toldSince(timeMs);
  }
}
