import { HALF_WIDTH } from "../../engine/wire/fields.ts";
import {
  easternClock,
  formatCount,
  formatFixed,
  formatPrice,
  momentOf,
  nanosecondsOf,
  sentenceCase,
} from "../format.ts";
import { snapshotOf } from "../history/comparison.ts";
import { rowOf } from "../history/volume_at_price.ts";
import { recentWords } from "../history/why.ts";
import { placeOf } from "./place_words.ts";
import type { Dashboard } from "./dashboard.ts";
import { eventWords } from "./event_words.ts";
import { MOST_MARKS } from "./reader_marks.ts";

const TOO_MANY = `There are ${MOST_MARKS} already: remove one first`;

/** Says what is pointed at: of a cell what the readout has, else what the moment amounts to. */
export function sayPointed(dashboard: Dashboard): void {
  dashboard.drawNow();
  const { summary, playback } = dashboard;
  const { reading: cell, why, traded, events } = dashboard.cell;
  const instrument = playback.instrument.value;
  const { decimals } = instrument;
  const now = summary.value;
  if (now === null) return dashboard.say("Nothing received yet");
  const read = cell.value;
  if (read === null) {
    const state = now.flow === null ? "no state" : sentenceCase(now.flow.state);
    const net = formatFixed(now.reading.net, 1);
    return dashboard.say(`${easternClock(now.timeMs)}: ${state}, net edge ${net}; no price`);
  }
  const figure = (name: Parameters<typeof read.value>[0], digits: number) => {
    const value = read.value(name);
    return value === null ? "unknown" : formatFixed(value, digits);
  };
  const words = [
    `${easternClock(read.timeMs)}, ${formatPrice(read.price, decimals)}, ${
      placeOf(read.k, instrument)
    }`,
    `pressure ${figure("pressure_variant", 2)}, vacuum ${figure("vacuum_variant", 2)}`,
    `rest depth ${figure("rest_depth", 0)}`,
  ];
  if (why.value !== null) {
    const { orders, recent, recentMs } = why.value;
    const span = recentWords(recentMs);
    words.push(`orders ${formatCount(orders)}`);
    if (span !== null) {
      words.push(
        `in the ${span} added ${formatCount(recent.added)}, ` +
          `pulled ${formatCount(recent.pulled)}, filled ${formatCount(recent.filled)}`,
      );
    }
  }
  if (traded.value !== null) words.push(`traded ${formatCount(traded.value.volume)}`);
  words.push(...events.value.map(({ event }) => eventWords(event, { decimals })));
  dashboard.say(words.join("; "));
}

/**
 * Moves the price cursor by ticks, within the buckets of the moment shown, where the stream stands
 * still.
 *
 * @returns whether it does; else nothing moves
 */
export function moveCursor(dashboard: Dashboard, ticks: 1 | -1): boolean {
  const { history, crosshair, camera, summary, target } = dashboard;
  const { paused, isOpen } = dashboard.playback;
  if (history.isEmpty || summary.value === null || (!paused.value && isOpen.value)) return false;
  const grid = target?.grid ?? summary.value.number;
  const spot = history.spotTick(grid);
  const touch = ticks > 0 ? history.askTick(grid) : history.bidTick(grid);
  const from = target?.tick ?? (Number.isNaN(touch) ? spot : touch - ticks);
  const tick = Math.min(spot + HALF_WIDTH, Math.max(spot - HALF_WIDTH, from + ticks));
  crosshair.setCursor(grid, tick);
  camera.revealPrice(tick);
  dashboard.requestDraw();
  return true;
}

/** Compares all that follows with the moment shown, or ends that. */
export function toggleComparison(dashboard: Dashboard): void {
  dashboard.drawNow();
  const { compared, summary, history, playback } = dashboard;
  if (compared.value !== null) {
    compared.value = null;
    dashboard.say("Comparison ended");
  } else if (summary.value !== null) {
    const { bucketSize } = playback.instrument.value;
    const snapshot = snapshotOf(history, summary.value.number, bucketSize);
    compared.value = { ...snapshot, summary: summary.value };
    dashboard.say(`Compared with ${easternClock(summary.value.timeMs)}`);
  }
  dashboard.requestDraw();
}

/** Marks a corner of the box to measure, the first or the other, at what is pointed at. */
export function markCorner(dashboard: Dashboard): void {
  if (!dashboard.markCorner()) {
    dashboard.say("Point at a price first; while paused ↑ and ↓ do");
  } else if (dashboard.measuring.isOpen.value) {
    dashboard.say("A corner is marked; go to the other and press again");
  }
}

/** Bookmarks the moment shown, or takes its bookmark away. */
export function toggleBookmark(dashboard: Dashboard): void {
  dashboard.drawNow();
  const { summary, history, marks, crosshair: { pinnedMs } } = dashboard;
  if (summary.value === null) return;
  const { number, flow } = summary.value;
  const gridNs = `${history.readings.tsNs(number)}`;
  // An instant that was gone to is that of a bookmark, of the grid, or of a change of the state.
  const instants = [...marks.marks.value.moments, gridNs, flow?.since_ts_ns ?? gridNs];
  const momentNs = pinnedMs === null
    ? gridNs
    : instants.find((tsNs) => momentOf(tsNs) === pinnedMs) ?? nanosecondsOf(pinnedMs);
  const isMarked = marks.toggleMoment(momentNs);
  const clock = easternClock(summary.value.timeMs);
  dashboard.say(
    isMarked === null ? TOO_MANY : `Bookmark of ${clock} ${isMarked ? "added" : "removed"}`,
  );
  dashboard.requestDraw();
}

/** Draws a line at the price pointed at, else at the best bid, or takes it away. */
export function togglePriceLine(dashboard: Dashboard): void {
  dashboard.drawNow();
  const { summary, history, marks, playback } = dashboard;
  if (summary.value === null) return;
  const { bucketSize, decimals } = playback.instrument.value;
  const { number } = summary.value;
  const bid = history.bidTick(number);
  const tick = dashboard.target?.tick ?? (Number.isNaN(bid) ? history.spotTick(number) : bid);
  const isMarked = marks.togglePrice(tick * bucketSize);
  const price = formatPrice(tick * bucketSize, decimals);
  dashboard.say(
    isMarked === null ? TOO_MANY : `Line at ${price} ${isMarked ? "added" : "removed"}`,
  );
  dashboard.requestDraw();
}

/**
 * Goes to a moment: in what is kept where it is there, else the stream is sent to it.
 *
 * @param tsNs UTC nanoseconds since the epoch
 */
export function goToMoment(dashboard: Dashboard, tsNs: string): void {
  const { history: { order, readings, flows } } = dashboard;
  const momentNs = BigInt(tsNs);
  let rank = order.rankAt(momentOf(momentNs));
  // A moment is a quarter of a microsecond wide.
  while (rank >= 0 && readings.tsNs(order.at(rank)) > momentNs) rank--;
  const isThere = rank >= 0 && readings.tsNs(order.at(rank)) === momentNs;
  const isLast = rank === order.length - 1;
  const momentMs = momentOf(momentNs);
  const isWithin = rank >= 0 &&
    // What the stream has told of since its last grid is there as well.
    (isLast
      ? flows.became(order.at(rank)).some(({ ms }) => ms === momentMs)
      : !order.begins(rank + 1));
  if (isThere) dashboard.showGrid(order.at(rank));
  else if (isWithin) dashboard.showGrid(order.at(rank), momentMs);
  else dashboard.seekNs(tsNs);
}

/**
 * Puts a price in the middle of the view.
 *
 * @param price dollars
 */
export function goToPrice(dashboard: Dashboard, price: number): void {
  const { camera, playback } = dashboard;
  camera.revealPrice(rowOf(price / playback.instrument.value.bucketSize), true);
  dashboard.requestDraw();
}
