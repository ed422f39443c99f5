import type { Random } from "../source/simulator/random.ts";

/** Times that the sample is shuffled. */
const SHUFFLES = 20;
/** Words of a row of signs: four of the buckets that rise, four of those that fall. */
const HALF = 4;
const ROW = 2 * HALF;

/**
 * Holds the projections of snapshots against what came after other ones, bucket by bucket of the same k:
 * what a hit rate comes to when projection and outcome have nothing to do with each other, and each
 * bucket rises and falls as often as it did.
 *
 * @param sample of each snapshot, horizon after horizon: signs that were expected, signs that came
 * @param snapshots in the sample
 * @param horizons how many
 * @param random what is shuffled with
 * @returns pairs and hits of each horizon, over all shuffles
 */
export function shuffledHits(
  sample: Uint32Array,
  snapshots: number,
  horizons: number,
  random: Random,
): { pairs: number; hits: number }[] {
  const counts = Array.from({ length: horizons }, () => ({ pairs: 0, hits: 0 }));
  if (snapshots < 2) return counts;
  const others = Int32Array.from({ length: snapshots }, (_, i) => i);
  for (let shuffle = 0; shuffle < SHUFFLES; shuffle++) {
    cycle(others, random);
    for (let i = 0; i < snapshots; i++) {
      for (let h = 0; h < horizons; h++) {
        const expected = (i * horizons + h) * 2 * ROW;
        const came = (others[i]! * horizons + h) * 2 * ROW + ROW;
        compare(sample, expected, came, counts[h]!);
      }
    }
  }
  return counts;
}

function compare(
  sample: Uint32Array,
  expected: number,
  came: number,
  counts: { pairs: number; hits: number },
): void {
  for (let word = 0; word < HALF; word++) {
    const rise = sample[expected + word]!;
    const fall = sample[expected + HALF + word]!;
    const rose = sample[came + word]!;
    const fell = sample[came + HALF + word]!;
    counts.pairs += ones((rise | fall) & (rose | fell));
    counts.hits += ones((rise & rose) | (fall & fell));
  }
}

/** Makes one random cycle of all: none stays with itself (S. Sattolo, 1986). */
function cycle(others: Int32Array, random: Random): void {
  for (let i = 0; i < others.length; i++) others[i] = i;
  for (let i = others.length - 1; i > 0; i--) {
    const j = random.below(i);
    [others[i], others[j]] = [others[j]!, others[i]!];
  }
}

/** How many bits of a word are set (H. Warren, "Hacker's Delight", 5-1). */
function ones(word: number): number {
  let x = word - ((word >>> 1) & 0x55555555);
  x = (x & 0x33333333) + ((x >>> 2) & 0x33333333);
  return Math.imul((x + (x >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
