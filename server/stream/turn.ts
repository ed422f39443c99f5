import { setImmediate } from "node:timers/promises";

let last: Promise<unknown> = Promise.resolve();

/**
 * Lets everything else have its turn. Of the streams that ask only one goes on in each round of the
 * event loop: however many there are, the loop is kept by one piece of work at a time.
 *
 * @returns when it is the caller's turn again
 */
export async function nextTurn(): Promise<void> {
  const turn = last.then(() => setImmediate());
  last = turn;
  await turn;
}
