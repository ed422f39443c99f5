import { sessionWindow } from "../session.ts";
import { SIMULATED_DATASET } from "../source/data_source.ts";
import { type Days, LEAD_NS, nextSession } from "./session_days.ts";
import { type RecorderOptions, type SessionPart, SessionRecorder } from "./session_recorder.ts";

/** Longest wait at a time, milliseconds: records may tell that it is later than the clock says. */
const LONGEST_SLEEP_MS = 1_000;

/**
 * @param options what is recorded
 * @returns which days have sessions of it
 */
export function daysOf(
  { productType, dataset, isEveryDay = false }: Pick<
    RecorderOptions,
    "productType" | "dataset" | "isEveryDay"
  >,
): Days {
  return { productType, isEveryDay: isEveryDay || dataset === SIMULATED_DATASET };
}

/**
 * Records a session, and those that follow it, each into a file of its own: the next one begins, with
 * a snapshot, a moment before its window, while the one before is still recorded. One that cannot be
 * recorded harms not the other: of a contract that has expired there is no next session, but the end of
 * its last one.
 *
 * @param options what is recorded, from where; its signal stops it
 * @param first the session to begin with
 * @param goesOn whether sessions follow
 * @throws UserError when the newest session cannot be recorded any further, and the one before is over
 */
export async function record(
  options: RecorderOptions,
  first: SessionPart,
  goesOn: boolean,
): Promise<void> {
  const failed = new AbortController();
  const signal = AbortSignal.any([options.signal, failed.signal]);
  let failure: unknown = null;
  let newest = first;
  const running: Promise<void>[] = [];
  let recorder!: SessionRecorder;
  const begin = (part: SessionPart) => {
    newest = part;
    recorder = new SessionRecorder(options, part);
    const session = recorder.run().catch((error) => {
      // Of another its state tells.
      if (part !== newest) return;
      failure = error;
      failed.abort();
    });
    running.push(session);
    return session;
  };
  const days = daysOf(options);
  const now = () => BigInt(options.clock.now()) * 1_000_000n;
  let session = begin(first);
  // What is over is not followed by what is over too.
  const follows = goesOn && sessionWindow(options.productType, first.dt).endNs > now();
  for (let { dt } = first; follows && !signal.aborted;) {
    let next = nextSession(days, dt);
    while (next.window.endNs <= now()) next = nextSession(days, next.dt);
    const { startNs, endNs } = next.window;
    // A record that is of a later session still tells of no time of this one.
    const isDue = () => recorder.toldNs >= startNs - LEAD_NS && recorder.toldNs < endNs;
    await Promise.race([session, timeReached(startNs - LEAD_NS, isDue, options, signal)]);
    if (signal.aborted) break;
    // The machine may have slept through all of it.
    if (endNs <= now()) continue;
    dt = next.dt;
    session = begin({ dt, from: { kind: "snapshot" }, untilNs: null, isDue: isDue() });
  }
  await Promise.all(running);
  if (failure !== null) throw failure;
}

/** Waits for a time by the clock, or until it is due before. */
async function timeReached(
  ns: bigint,
  isDue: () => boolean,
  { clock }: RecorderOptions,
  signal: AbortSignal,
): Promise<void> {
  for (;;) {
    const leftMs = Number(ns / 1_000_000n) - clock.now();
    if (leftMs <= 0 || isDue() || signal.aborted) return;
    await clock.sleep(Math.min(leftMs, LONGEST_SLEEP_MS), signal).catch(() => {});
  }
}
