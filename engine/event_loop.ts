import process from "node:process";
import { setImmediate } from "node:timers";

/** What may be worked in one round of the event loop, all together, wall milliseconds. */
const ROUND_MS = 3;

/**
 * One in so many rounds follows by a timer. Deno looks at sockets only now and then while there is an
 * immediate to run, once in some 60 rounds; it looks before it runs a timer. A timer leaves the thread
 * idle for up to 2 ms: what is as fast as can be is a fifth slower for it, and nobody else waits.
 */
const ROUNDS_TO_TIMER = 2;

/** Rounds that may pass by those who only work ahead before one of them has a turn all the same. */
const MOST_PASSED = 4;

/** How urgent work is: somebody waits for it now, or it is done ahead. */
export type Urgency = "due" | "ahead";

// Of the thread, as its event loop is: whoever runs in it, however many servers, takes turns here.
const waiting: Record<Urgency, (() => void)[]> = { due: [], ahead: [] };
/** Rounds since one who works ahead had a turn while it waited. */
let passed = 0;
/** Whether a round is under way, and when it has lasted long enough. */
let isRound = false;
let endsMs = 0;
let rounds = 0;
/** Processor time of this thread when the round began, milliseconds. */
let begunCpuMs = 0;

/** Whether enough was worked in this round of the event loop: whoever has more asks for a turn. */
export function turnIsOver(): boolean {
  const now = performance.now();
  if (!isRound) begin(now);
  return now >= endsMs;
}

/**
 * Lets everything else have its turn. However many pieces of work ask, they go on one after the
 * other, what is due first, and only as many in each round of the event loop as there is time for.
 *
 * @param urgency whether somebody waits for what is to be done
 * @returns when it is the caller's turn again, until `turnIsOver`
 */
export function nextTurn(urgency: Urgency = "ahead"): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  waiting[urgency].push(resolve);
  if (!isRound) begin(performance.now());
  return promise;
}

/** Whether anybody waits for a turn: who has the present one is not among them. */
export function isTurnAwaited(): boolean {
  return waiting.due.length > 0 || waiting.ahead.length > 0;
}

/** Processor time that this thread has spent since the round of the event loop began, milliseconds. */
export function roundCpuMs(): number {
  return cpuMs() - begunCpuMs;
}

function begin(now: number): void {
  isRound = true;
  endsMs = now + ROUND_MS;
  begunCpuMs = cpuMs();
  if (++rounds % ROUNDS_TO_TIMER === 0) setTimeout(nextRound, 0);
  else setImmediate(nextRound);
}

/** One after the other: each works when its promise is resolved, before this goes on. */
async function nextRound(): Promise<void> {
  isRound = false;
  passed = waiting.ahead.length > 0 ? passed + 1 : 0;
  while (isTurnAwaited() && !turnIsOver()) {
    take()();
    await null;
  }
}

function take(): () => void {
  const { due, ahead } = waiting;
  if (due.length > 0 && (passed <= MOST_PASSED || ahead.length === 0)) return due.shift()!;
  passed = 0;
  return ahead.shift()!;
}

function cpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1e3;
}
