import type {
  EventsView,
  LineView,
  RegimeView,
  RibbonView,
} from "../../engine/wire/regime_view.ts";

/** A line: times and values of the same length, times ascending, milliseconds since the epoch. */
export interface Line {
  readonly times: Float64Array;
  readonly values: Float64Array;
}

/** A state over time: run i goes from `bounds[i]` to `bounds[i + 1]`. */
export interface Ribbon {
  /** Milliseconds since the epoch, ascending; one more than there are runs. */
  readonly bounds: Float64Array;
  /** -1 where there is none. */
  readonly states: readonly number[];
}

/** Events, column by column. */
export interface Events {
  /** Milliseconds since the epoch, ascending. */
  readonly times: Float64Array;
  /** When each was decided. */
  readonly ends: Float64Array;
  /** 1 up, -1 down. */
  readonly directions: readonly number[];
  /** Index into OUTCOME_NAMES. */
  readonly outcomes: readonly number[];
  /** Dollars. */
  readonly entries: readonly number[];
  readonly exits: readonly number[];
}

/** A view made ready to be drawn and looked up. */
export interface RegimeModel {
  readonly view: RegimeView;
  readonly mid: Line;
  readonly edge: Line;
  /** From the farthest band above spot to the farthest below, as they lie in the book. */
  readonly lanes: readonly { readonly name: string; readonly ribbon: Ribbon }[];
  readonly direction: Ribbon;
  readonly posture: Ribbon;
  readonly events: Events;
}

/** @param view as it came */
export function regimeModel(view: RegimeView): RegimeModel {
  const { from_ms: from } = view;
  const height = ({ side, band }: { side: string; band: number }) =>
    side === "above" ? band : -band;
  const lanes = [...view.lanes].sort((a, b) => height(b) - height(a));
  return {
    view,
    mid: lineOf(view.mid, from),
    edge: lineOf(view.edge, from),
    lanes: lanes.map((lane) => ({
      name: `${lane.side} ${lane.band}`,
      ribbon: ribbonOf(lane, from),
    })),
    direction: ribbonOf(view.direction, from),
    posture: ribbonOf(view.posture, from),
    events: eventsOf(view.events, from),
  };
}

function lineOf({ steps_ms, values }: LineView, from: number): Line {
  return { times: sums(steps_ms, from).subarray(1), values: Float64Array.from(values) };
}

function ribbonOf({ lengths_ms, states }: RibbonView, from: number): Ribbon {
  return { bounds: sums(lengths_ms, from), states };
}

function eventsOf(view: EventsView, from: number): Events {
  const times = sums(view.steps_ms, from).subarray(1);
  return {
    times,
    ends: times.map((time, i) => time + view.times_to_outcome_ms[i]!),
    directions: view.directions,
    outcomes: view.outcomes,
    entries: view.entry_prices,
    exits: view.exit_prices,
  };
}

/** `from`, then the running sums from there. */
function sums(steps: readonly number[], from: number): Float64Array {
  const all = new Float64Array(steps.length + 1);
  all[0] = from;
  steps.forEach((step, i) => all[i + 1] = all[i]! + step);
  return all;
}

/**
 * @param sorted ascending
 * @param value what is looked for
 * @returns how many of them are less than or equal to it
 */
export function countUpTo(sorted: Float64Array, value: number): number {
  return countWhile(sorted, (other) => other <= value);
}

/**
 * @param sorted ascending
 * @param value what is looked for
 * @returns how many of them are less than it
 */
export function countBelow(sorted: Float64Array, value: number): number {
  return countWhile(sorted, (other) => other < value);
}

function countWhile(sorted: Float64Array, isBefore: (value: number) => boolean): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isBefore(sorted[middle]!)) low = middle + 1;
    else high = middle;
  }
  return low;
}
