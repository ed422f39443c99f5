import { setImmediate } from "node:timers";

/** What may be worked in one round of the event loop, all together, wall milliseconds. */
const ROUND_MS = 5;

const waiting: (() => void)[] = [];
/** Whether a round is under way, and when it has lasted long enough. */
let isRound = false;
let endsMs = 0;

/** Whether enough was worked in this round of the event loop: whoever has more asks for a turn. */
export function turnIsOver(): boolean {
  const now = performance.now();
  if (!isRound) begin(now);
  return now >= endsMs;
}

/**
 * Lets everything else have its turn. However many pieces of work ask, they go on one after the
 * other, and only as many in each round of the event loop as there is time for.
 *
 * @returns when it is the caller's turn again, until `turnIsOver`
 */
export function nextTurn(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  waiting.push(resolve);
  if (!isRound) begin(performance.now());
  return promise;
}

function begin(now: number): void {
  isRound = true;
  endsMs = now + ROUND_MS;
  setImmediate(nextRound);
}

/** One after the other: each works when its promise is resolved, before this goes on. */
async function nextRound(): Promise<void> {
  isRound = false;
  while (waiting.length > 0 && !turnIsOver()) {
    waiting.shift()!();
    await null;
  }
}
