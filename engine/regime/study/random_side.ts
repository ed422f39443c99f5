import type { Random } from "../../source/simulator/random.ts";
import { count, TALLY } from "./tally.ts";
import type { BothSides } from "./trade_columns.ts";

/**
 * Tosses a fair coin for the side of every trade, again and again. A coin belongs to a place in the
 * evaluation, not to a trade: with the same random numbers other parameters meet the same coins.
 *
 * @param sides what each entry comes to on each side
 * @param places of the entries, counted from the first evaluated snapshot
 * @param runs how often
 * @param random the coins
 * @param most places that there are
 * @returns the tally of each run, one after another
 */
export function randomSides(
  { up, down }: BothSides,
  places: Int32Array,
  runs: number,
  random: Random,
  most: number,
): Float64Array<ArrayBuffer> {
  const sums = new Float64Array(runs * TALLY);
  const coins = new Int32Array(Math.ceil(most / 32));
  for (let run = 0; run < runs; run++) {
    for (let i = 0; i < coins.length; i++) coins[i] = random.bits();
    for (let i = 0; i < places.length; i++) {
      const place = places[i]!;
      const side = (coins[place >> 5]! >> (place & 31) & 1) === 1 ? up : down;
      count(sums, run * TALLY, side.outcome[i]!, side.gross[i]!);
    }
  }
  return sums;
}
