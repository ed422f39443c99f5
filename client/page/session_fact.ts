import { effect } from "@preact/signals";
import type { PlaybackControl } from "../stream/playback_control.ts";

/** What goes with a session, and is asked for. */
export interface SessionFact {
  /** Asks again. */
  again(): void;
  /** Asks no more. */
  end(): void;
}

/**
 * Asks for what goes with a session: at once, when another one comes, such as a recording that begins, or
 * the day of a server that was started anew, and, where there was no answer, when a stream begins.
 *
 * @param playback the stream
 * @param ask gives null where there is no answer
 * @param take takes what was answered; null as soon as another session comes
 */
export function keepAsking<Fact>(
  playback: Pick<PlaybackControl, "dt" | "feed" | "instrument" | "isOpen">,
  ask: () => Promise<Fact | null>,
  take: (fact: Fact | null) => void,
): SessionFact {
  let asked = 0;
  let isMissed = false;
  let session: string | null = null;
  const again = async () => {
    const number = ++asked;
    isMissed = false;
    const fact = await ask();
    // Another was asked for meanwhile, or nobody cares any more.
    if (number !== asked) return;
    isMissed = fact === null;
    if (fact !== null) take(fact);
  };
  const endWatch = effect(() => {
    const { dt, feed, instrument, isOpen } = playback;
    const { symbol } = instrument.value;
    const now = `${symbol} ${dt.value} ${feed.recordedFromMs.value}`;
    const isOther = session !== null && now !== session;
    const isBegun = isOpen.value;
    const isDue = now !== session || (isBegun && isMissed);
    session = now;
    if (isOther) take(null);
    if (isDue) void again();
  });
  return {
    again: () => void again(),
    end() {
      asked++;
      endWatch();
    },
  };
}
