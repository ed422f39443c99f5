/** Grids that tell of the state, for tests of what is shown of it. */
import type { History } from "../../client/history/history.ts";
import { instrumentOf } from "../../client/stream/instrument.ts";
import { GRID_ROWS } from "../../engine/wire/fields.ts";
import type { ReadingMessage } from "../../engine/wire/messages.ts";
import { gridHead, MNQ } from "./mnq.ts";

const INSTRUMENT = instrumentOf(MNQ);

/** Nanoseconds of milliseconds. */
export const nsOf = (ms: number) => `${BigInt(Math.round(ms * 1e6))}`;

/**
 * What a head tells of the state.
 *
 * @param over states that were over by then, with when each began, milliseconds
 */
export function readingOf(
  { state, sinceMs }: { state: ReadingMessage["state"]; sinceMs: number },
  over: readonly (readonly [state: ReadingMessage["state"], sinceMs: number])[] = [],
): ReadingMessage {
  const changes = over.map(([state, sinceMs]) => ({ state, since_ts_ns: nsOf(sinceMs) }));
  return {
    state,
    ...(changes.length > 0 && { changes }),
    ...(state === "NO READING" && { reason: "crossed" }),
    since_ts_ns: nsOf(sinceMs),
    ...{ clarity: 1, drain_above: 0, drain_below: 0, risk: "BALANCED" },
    ...{ vac_above: 0, press_above: 0, press_below: 0, vac_below: 0 },
  };
}

/**
 * Has a history take in a grid.
 *
 * @param ms its event time, milliseconds since the epoch
 * @param told its state; null tells none
 * @param over states that were over by it
 */
export function tell(
  history: History,
  ms: number,
  told: Parameters<typeof readingOf>[0] | null,
  over: Parameters<typeof readingOf>[1] = [],
): void {
  const reading = told && readingOf(told, over);
  const head = gridHead(0n, Math.round(ms * 1e3), {
    ts_ns: nsOf(ms),
    ...(reading !== null && { reading }),
  });
  const rest_depth = new Float64Array(GRID_ROWS).fill(1);
  history.record(head, { columns: { rest_depth } }, INSTRUMENT, []);
}
