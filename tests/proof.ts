/**
 * How much of a long proof a run goes through: a part of it in `deno task test`, all of it in
 * `deno task bench proof`.
 */

/** Variable of the environment that says "whole". */
export const PROOF = "SPYMASTER_PROOF";

/** Whether all of each long proof is wanted. */
export const isWholeProof = Deno.env.get(PROOF) === "whole";

/**
 * @param few cases, seeds or runs that suffice from day to day
 * @param all those of the whole proof
 * @returns how many to go through
 */
export function casesOf(few: number, all: number): number {
  return isWholeProof ? all : few;
}
