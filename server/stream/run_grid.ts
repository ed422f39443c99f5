import type { GridColumns } from "../../engine/grid_frame.ts";
import type { GapMessage, StateChangeMessage } from "../../engine/wire/messages.ts";
import type { Flow } from "./flow_tape.ts";

/** Which grids a run gives: those of warm-up, those of the throttle, boundaries that have settled. */
export type GridKind = "history" | "grid" | "settled";

/** What the balance of forces becomes after a grid, if no other comes before. */
export interface ReadingDue {
  /** When, event milliseconds since the session's midnight. */
  ms: number;
  /** The message that tells it, as JSON. */
  json: string;
}

/** A grid of a run, from which each client gets what it asked for. */
export interface RunGrid {
  kind: GridKind;
  /** Event time, milliseconds since the session's midnight. */
  ms: number;
  /** When it is due: its event time, or when the throttle's time has passed for one that has settled. */
  dueMs: number;
  /** When the last silence of the feed before it was over, as `ms`; -Infinity for none. */
  resumedMs: number;
  /** Event time, UTC nanoseconds since the epoch. */
  tsNs: string;
  /** Its last event, which no other grid of a session ends with. */
  eventId: number;
  /** What heads it, as JSON without the braces. */
  head: string;
  columns: GridColumns;
  /** The balance of forces and the session's trades, as JSON; null where nobody may want them. */
  reading: string | null;
  session: string | null;
  /** What the state became since the grid before, in order; the last is what `reading` tells. */
  changes: readonly StateChangeMessage[];
  /** What the balance of forces becomes after it, in order, while nothing comes. */
  readingAhead: readonly ReadingDue[];
  /** What happened since the grid before; null when there is nothing. */
  flow: Flow | null;
  /** Gaps of the feed since the grid before. */
  gaps: readonly GapMessage[];
}
