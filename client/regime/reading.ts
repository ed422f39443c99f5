import {
  DIRECTION_NAMES,
  OUTCOME_NAMES,
  POSTURE_NAMES,
  type RegimeView,
  SIDE_STATE_NAMES,
} from "../../engine/wire/regime_view.ts";
import { decimalsOf } from "../charts/value_scale.ts";
import { easternClock, formatPrice, NOTHING, zoneIn } from "../format.ts";
import { countUpTo, type Line, type RegimeModel, type Ribbon } from "./model.ts";
import { eventCounts, sharesOf, type Span } from "./shares.ts";

/** What the charts say at the cursor; in a hole they say nothing. */
export interface RegimeReading {
  /** HH:MM:SS.mmm with the zone, America/New_York, and the weekday where it is not the session's. */
  readonly time: string;
  readonly mid: string;
  readonly edge: string;
  readonly direction: (typeof DIRECTION_NAMES)[number] | null;
  readonly posture: string;
  /** State of each lane of the model. */
  readonly lanes: readonly string[];
  /** Events in the column under the cursor: up and down, each by outcome. */
  readonly up: readonly number[];
  readonly down: readonly number[];
}

/** Words for a name of the JSON output: "two_sided_vacuum" reads "two-sided vacuum". */
export function words(name: string): string {
  return name.replace("two_sided", "two-sided").replaceAll("_", " ");
}

/** What was evaluated, in words. */
export function windowWords({ instrument, window }: RegimeView["figures"]): string {
  const { start_time, eval_start, eval_end, session } = window;
  return `${instrument.product_type}, captured from ${start_time}, evaluated ${eval_start} to ` +
    `${eval_end} New York${session === undefined ? "" : `, ${session} session`}`;
}

/** Words for an outcome, and the sign that stands for it in charts and tables. */
export const OUTCOMES: readonly { readonly sign: string; readonly words: string }[] = [
  { sign: "✓", words: "target first" },
  { sign: "✗", words: "stop first" },
  { sign: "○", words: "timed out" },
];

/** Words for a direction, and its sign. */
export const DIRECTION_SIGNS = { up: "▲", down: "▼", flat: "–" } as const;

/** An edge with its sign, to three decimals. */
export function edgeText(edge: number): string {
  const digits = Math.abs(edge).toFixed(3);
  return Number(digits) === 0 ? digits : `${edge < 0 ? "\u2212" : "+"}${digits}`;
}

/** A mid with a decimal more than prices have: it lies between two of them. */
export function midText(model: Pick<RegimeModel, "view">, mid: number): string {
  return formatPrice(mid, model.view.price_decimals + 1);
}

/** A price beside an axis: a round step, such as 2.5, may need more decimals than prices have. */
export function axisPriceText(price: number, step: number, decimals: number): string {
  return formatPrice(price, Math.max(decimals, decimalsOf(step)));
}

/**
 * Reads the charts at a time: what is so in the column around it. Values are one, or from the least
 * to the greatest; states are those held longest.
 *
 * @param model what the charts show
 * @param ms milliseconds since the epoch
 * @param columnMs how much time a column of the picture stands for
 */
export function readingAt(model: RegimeModel, ms: number, columnMs: number): RegimeReading {
  const { view } = model;
  const half = Math.max(columnMs, view.column_ms) / 2;
  const span = { from: Math.max(view.from_ms, ms - half), to: Math.min(view.to_ms, ms + half) };
  const counts = [...eventCounts(model.events, span, 1)];
  const outcomes = OUTCOME_NAMES.length;
  const isHole = view.holes_ms.some(([from, to]) => from < span.from && span.to < to);
  const value = (line: Line, text: (value: number) => string) =>
    isHole ? NOTHING : held(line, span, text);
  return {
    time: `${easternClock(Math.round(ms))} ${zoneIn(ms, view.figures.instrument.dt)}`,
    mid: value(model.mid, (mid) => midText(model, mid)),
    edge: value(model.edge, edgeText),
    direction: longest(model.direction, span, DIRECTION_NAMES),
    posture: words(longest(model.posture, span, POSTURE_NAMES) ?? NOTHING),
    lanes: model.lanes.map(({ ribbon }) => longest(ribbon, span, SIDE_STATE_NAMES) ?? NOTHING),
    up: counts.slice(0, outcomes),
    down: counts.slice(outcomes),
  };
}

/** The value held over a span, or the least and the greatest of several. */
function held(
  { times, values }: Line,
  { from, to }: Span,
  text: (value: number) => string,
): string {
  const first = Math.max(0, countUpTo(times, from) - 1);
  const within = values.subarray(first, Math.max(first + 1, countUpTo(times, to)));
  const [least, greatest] = [text(Math.min(...within)), text(Math.max(...within))];
  return least === greatest ? least : `${least} to ${greatest}`;
}

/** The state held longest; null where there is none. */
function longest<Name extends string>(
  ribbon: Ribbon,
  span: Span,
  names: readonly Name[],
): Name | null {
  const shares = sharesOf(ribbon, span, 1, names.length);
  const most = Math.max(...shares);
  return most === 0 ? null : names[shares.indexOf(most)]!;
}
