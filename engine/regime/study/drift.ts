import type { Random } from "../../source/simulator/random.ts";
import type { DriftTest, DriftTests } from "../../wire/regime_study.ts";
import type { Block } from "./blocks.ts";
import { quantile } from "./intervals.ts";

/** Permutations that a drift is held against. */
export const PERMUTATIONS = 2_000;

/**
 * What sums of the same numbers in another order may differ by: a drift that is less by no more than that
 * is as large.
 */
const ROUNDING = 1e-12;

/**
 * @param values of stretches of time
 * @returns (max - min) / max(|mean|, 1e-9) over those that are defined; null with fewer than two
 */
export function driftOf(values: readonly (number | null)[]): number | null {
  const defined = values.filter((value) => value !== null);
  if (defined.length < 2) return null;
  const mean = defined.reduce((sum, value) => sum + value, 0) / defined.length;
  return (Math.max(...defined) - Math.min(...defined)) / Math.max(Math.abs(mean), 1e-9);
}

/**
 * Whether stretches of time differ by more than luck: if they are alike, then it makes no difference
 * which blocks belong to which of them. So blocks are shuffled among the stretches, each of which keeps
 * as many as it has, and the drift is looked at again. Blocks, and not events, since those nearby in
 * time are not independent.
 *
 * @param stretches the blocks of each
 * @param random what is shuffled with
 * @returns both drifts; what is undefined is null
 */
export function driftTests(stretches: readonly (readonly Block[])[], random: Random): DriftTests {
  const blocks = stretches.flat();
  const sizes = stretches.map(({ length }) => length);
  const seen = driftsOf(blocks, sizes);
  const larger = [0, 0];
  const permuted = [new Float64Array(PERMUTATIONS), new Float64Array(PERMUTATIONS)];
  for (let run = 0; run < PERMUTATIONS && seen.some((drift) => drift !== null); run++) {
    shuffle(blocks, random);
    driftsOf(blocks, sizes).forEach((drift, i) => {
      permuted[i]![run] = drift ?? 0;
      if ((drift ?? 0) >= (seen[i] ?? Infinity) * (1 - ROUNDING)) larger[i]!++;
    });
  }
  const [targets, events] = seen.map((drift, i): DriftTest =>
    drift === null ? { drift, p: null, by_luck: null } : {
      drift,
      p: (1 + larger[i]!) / (1 + PERMUTATIONS),
      by_luck: quantile(permuted[i]!.sort(), 0.95),
    }
  );
  return { tp_before_sl_rate: targets!, events_per_hour: events! };
}

/** Drift of the share of targets, and of the events an hour. */
function driftsOf(blocks: readonly Block[], sizes: readonly number[]): (number | null)[] {
  const rates: (number | null)[] = [];
  const perHour: (number | null)[] = [];
  let at = 0;
  for (const size of sizes) {
    let [events, targets, hours] = [0, 0, 0];
    for (const end = at + size; at < end; at++) {
      const block = blocks[at]!;
      events += block.events;
      targets += block.targets;
      hours += block.hours;
    }
    rates.push(events === 0 ? null : targets / events);
    perHour.push(hours === 0 ? null : events / hours);
  }
  return [driftOf(rates), driftOf(perHour)];
}

/** R. Durstenfeld, "Algorithm 235: Random permutation" (1964). */
function shuffle(blocks: Block[], random: Random): void {
  for (let i = blocks.length - 1; i > 0; i--) {
    const j = random.below(i + 1);
    [blocks[i], blocks[j]] = [blocks[j]!, blocks[i]!];
  }
}
