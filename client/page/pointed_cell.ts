import { type Signal, signal } from "@preact/signals";
import type { Camera } from "../heatmap/camera.ts";
import type { Target } from "../heatmap/crosshair.ts";
import { eventsNear } from "../heatmap/events_painter.ts";
import type { Moment } from "../heatmap/heatmap_view.ts";
import { type CellReading, cellReadingAt } from "../history/cell_reading.ts";
import type { PlacedEvent } from "../history/event_history.ts";
import type { History } from "../history/history.ts";
import { type Why, whyOf } from "../history/why.ts";
import { putList } from "./put_list.ts";

/** Sweeps and reserves told of what is pointed at, at most. */
const MOST_HERE = 3;

/** What was traded at a price. */
export interface TradedHere {
  /** Contracts or shares. */
  readonly volume: number;
  /** Event time from which on it is known, milliseconds since the epoch. */
  readonly fromMs: number;
  /** Whether some of it was left out. */
  readonly hasHoles: boolean;
}

/** What is known of the cell under the crosshair. */
export class PointedCell {
  /** What it holds; null where no price is pointed at. */
  readonly reading: Signal<CellReading | null> = signal<CellReading | null>(null);
  /** Why it is what it is; null where nothing is known of that. */
  readonly why: Signal<Why | null> = signal<Why | null>(null);
  /** What was traded at its price; null where nothing is known of it. */
  readonly traded: Signal<TradedHere | null> = signal<TradedHere | null>(null);
  /** Sweeps and reserves there. */
  readonly events: Signal<readonly PlacedEvent[]> = signal<readonly PlacedEvent[]>([]);

  /**
   * Tells of another one.
   *
   * @param history what is kept
   * @param camera what is seen of it
   * @param target what is pointed at; null where nothing is
   * @param moment the moment shown; null where there is none
   * @param options dollars of a bucket, and whether sweeps and reserves are shown
   */
  tell(
    history: History,
    { columns, view }: Camera,
    target: Target | null,
    moment: Moment | null,
    { bucketSize, showsEvents }: { bucketSize: number; showsEvents: boolean },
  ): void {
    const tick = target?.tick ?? null;
    const isKnown = tick !== null && moment !== null;
    this.reading.value = isKnown
      ? cellReadingAt(history, moment.grid, tick, bucketSize, moment.heldMs)
      : null;
    this.why.value = isKnown ? whyOf(history, moment.grid, tick, moment.heldMs) : null;
    this.traded.value = isKnown ? tradedAt(history, moment.tradesMs, tick) : null;
    const events = target === null || tick === null || !showsEvents
      ? []
      : eventsNear(history.events, columns, view, { x: target.x, tick }, devicePixelRatio)
        .slice(-MOST_HERE);
    putList(this.events, events);
  }
}

function tradedAt(history: History, timeMs: number, tick: number): TradedHere | null {
  const traded = history.volumes.upTo(timeMs);
  if (traded === null) return null;
  return { volume: traded.at(tick), fromMs: traded.fromMs, hasHoles: traded.hasHoles };
}
