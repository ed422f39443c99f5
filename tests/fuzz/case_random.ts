import { Random } from "../../engine/source/simulator/random.ts";

/**
 * @param number of a case
 * @returns its own random numbers: those of neighbouring cases have nothing to do with each other,
 * as they would with the bare numbers for seeds (the finalizer is MurmurHash3's)
 */
export function caseRandom(number: number): Random {
  let hash = number | 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  const random = new Random(hash ^ (hash >>> 16));
  for (let i = 0; i < 8; i++) random.uniform();
  return random;
}
