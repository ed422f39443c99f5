import { UserError } from "../engine/errors.ts";
import type { Dates } from "./values.ts";

/** This machine's share of the days: the `index`-th of `count`, from 1 on. */
export interface Shard {
  index: number;
  count: number;
}

/** Most shares: more than there are days is of no use. */
const MOST_SHARES = 10_000;

/**
 * @param name what the value is called
 * @param text its text, `i/n`
 * @returns the share
 * @throws UserError when it is none
 */
export function readShard(name: string, text: string): Shard {
  const [, first, last] = /^(\d{1,5})\/(\d{1,5})$/.exec(text) ?? [];
  const [index, count] = [Number(first ?? 0), Number(last ?? 0)];
  if (index >= 1 && index <= count && count <= MOST_SHARES) return { index, count };
  throw new UserError(
    `${name}: ${
      JSON.stringify(text)
    } is no share: give I/N, such as 1/4 to 4/4, N ${MOST_SHARES} at most`,
  );
}

/**
 * The dates of a share. Every n-th is one's, whatever data there is, so that machines that know of
 * nothing but their own share leave no date out and do none twice.
 *
 * @param dt all dates
 * @param shard which share; all when it is left out
 * @returns its dates; none when there are fewer dates than shares
 */
export function datesOfShare({ dates }: Dates, shard?: Shard): readonly string[] {
  if (shard === undefined) return dates;
  const { index, count } = shard;
  return dates.filter((_, i) => i % count === index - 1);
}
