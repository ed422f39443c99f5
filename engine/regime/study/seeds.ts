import { createHash } from "node:crypto";
import { Random } from "../../source/simulator/random.ts";

/**
 * Random numbers for one purpose on one day: those of another purpose or day are others, so that a day
 * says the same alone or beside others.
 *
 * @param seed what the user chose
 * @param dt session date
 * @param purpose what they are drawn for
 */
export function randomFor(seed: number, dt: string, purpose: string): Random {
  const digest = createHash("sha256").update(`${seed} ${dt} ${purpose}`).digest();
  return new Random(digest.readInt32LE(0));
}
