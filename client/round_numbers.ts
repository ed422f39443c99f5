/** Which numbers read as round on an axis. */

/** Multiples of powers of ten, of values and prices. */
export const ROUND = [1, 2, 2.5, 5] as const;

/** Those of them that stay whole numbers in every decade. */
export const ROUND_WHOLE = [1, 2, 5] as const;

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

const OF_SIXTY = [1, 2, 5, 10, 15, 30] as const;

/** Times, milliseconds, fine to coarse. */
export const ROUND_TIMES: readonly number[] = [
  ...[1, 10, 100].flatMap((decade) => ROUND_WHOLE.map((round) => round * decade)),
  ...OF_SIXTY.map((seconds) => seconds * SECOND),
  ...OF_SIXTY.map((minutes) => minutes * MINUTE),
  ...[1, 2, 3, 4].map((hours) => hours * HOUR),
];

/** Times of which each is a whole multiple of the next, so that labels of all stay apart; coarse to fine. */
export const NESTED_TIMES: readonly number[] = [
  ...[12, 3, 1].map((hours) => hours * HOUR),
  ...[15, 5, 1].map((minutes) => minutes * MINUTE),
  ...[30, 10, 5, 1].map((seconds) => seconds * SECOND),
  ...[500, 100, 50, 10],
];
