import type { Random } from "../../source/simulator/random.ts";
import { count, TALLY } from "./tally.ts";
import { followTrade, tradeColumns, type TradeTerms } from "./trade_columns.ts";

/** Where entries may be. */
export interface Places {
  /** The first evaluated snapshot, and the one after the last. */
  from: number;
  end: number;
  /** Least distance between two entries, snapshots. */
  cooldown: number;
}

/**
 * Enters as many trades at random times, again and again: every choice of times that keeps the cooldown
 * is as likely as any other. The sides are those of the events, in their order.
 *
 * @param terms prices, rule and execution
 * @param signs of the events: 1 for up, -1 for down
 * @param places where entries may be
 * @param runs how often
 * @param random the times
 * @returns the tally of each run, one after another
 */
export function randomTimes(
  terms: TradeTerms,
  signs: Int8Array,
  places: Places,
  runs: number,
  random: Random,
): Float64Array<ArrayBuffer> {
  const sums = new Float64Array(runs * TALLY);
  const length = places.end - places.from;
  // A trade is followed once, however often it is drawn.
  const known = [tradeColumns(length), tradeColumns(length)] as const;
  for (const { outcome } of known) outcome.fill(-1);
  for (let run = 0; run < runs; run++) {
    const times = drawTimes(signs.length, length, places.cooldown, random);
    times.forEach((place, i) => {
      const side = known[signs[i]! > 0 ? 0 : 1];
      if (side.outcome[place] === -1) {
        followTrade(terms, places.from + place, signs[i]! > 0 ? 1 : -1, side, place);
      }
      count(sums, run * TALLY, side.outcome[place]!, side.gross[place]!);
    });
  }
  return sums;
}

/**
 * Draws places that keep a distance: distinct ones of a line that is shorter by what the distances
 * take, then moved apart again. (R. Floyd, in "Programming Pearls", 1987, draws the distinct ones.)
 *
 * @param count how many; there is room for them
 * @param length of the line
 * @param distance least, between two of them
 * @param random what is drawn with
 * @returns the places, ascending
 */
export function drawTimes(
  count: number,
  length: number,
  distance: number,
  random: Random,
): Int32Array<ArrayBuffer> {
  const extra = Math.max(distance, 1) - 1;
  const room = length - Math.max(0, count - 1) * extra;
  const taken = new Set<number>();
  for (let last = room - count; last < room; last++) {
    const place = random.below(last + 1);
    taken.add(taken.has(place) ? last : place);
  }
  return Int32Array.from(taken).sort().map((place, i) => place + i * extra);
}
