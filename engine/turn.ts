import { setImmediate } from "node:timers/promises";

/** How long a turn is to be, wall milliseconds. */
export const TURN_MS = 5;

let last: Promise<unknown> = Promise.resolve();

/**
 * Lets everything else have its turn. Of the pieces of work that ask only one goes on in each round
 * of the event loop: however many there are, the loop is kept by one at a time. Whoever has waited
 * for something else, such as a file, asks before it goes on with more than a moment's work.
 *
 * @returns when it is the caller's turn again
 */
export async function nextTurn(): Promise<void> {
  const turn = last.then(() => setImmediate());
  last = turn;
  await turn;
}
