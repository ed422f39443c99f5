import type { Random } from "./random.ts";

const SECOND = 1e9;

/** Share of the busy window's rate that the hours before it have. */
const QUIET = 0.006;

/**
 * Records that the model writes for an event, on average: the rate counts records, as everything
 * here that numbers records does, and time passes by events.
 */
const RECORDS_PER_EVENT = 1.2;

/** Chance that the next event is no answer to the last one, in general and after a shock. */
const PAUSE = { usual: 0.4, afterShock: 0.12 };
/** Mean of the two, as often as they occur. */
const PAUSE_MEAN = 0.37;

/** A burst of activity: New York time, how many times the usual rate it adds, seconds it lasts. */
const BURSTS = [["08:30", 1.5, 90], ["09:30", 5, 50], ["09:30", 1.2, 1200], [
  "10:00",
  1.5,
  60,
]] as const;

/** When a session is busy; times are nanoseconds since midnight UTC. */
export interface Schedule {
  from: number;
  to: number;
  /** Records a second, on average over the busy time. */
  rate: number;
  /** Time of a New York time of day, "HH:MM". */
  timeOf(time: string): number;
}

/** Passes time from event to event: bursts of microseconds, pauses, the rhythm of the day. */
export class Clock {
  /** Nanoseconds since midnight UTC. */
  ts = 0;
  readonly #random: Random;
  readonly #schedule: Schedule;
  readonly #bursts: readonly { at: number; height: number; seconds: number }[];
  readonly #scale: number;

  /**
   * @param schedule when how much happens
   * @param random the numbers to draw from
   */
  constructor(schedule: Schedule, random: Random) {
    this.#random = random;
    this.#schedule = schedule;
    this.#bursts = BURSTS.map(([time, height, seconds]) => ({
      at: schedule.timeOf(time),
      height,
      seconds,
    }));
    let sum = 0;
    let seconds = 0;
    for (let ts = schedule.from; ts < schedule.to; ts += SECOND) {
      sum += this.#shape(ts);
      seconds++;
    }
    this.#scale = schedule.rate * seconds / sum / RECORDS_PER_EVENT;
  }

  /**
   * Goes on to the next event.
   *
   * @param shock whether the last one was a trade or moved the best price
   * @param pace how fast time goes for the market, 1 on average
   */
  advance(shock: boolean, pace: number): void {
    const random = this.#random;
    let gap: number;
    if (random.chance(shock ? PAUSE.afterShock : PAUSE.usual)) {
      const mean = SECOND / (this.#eventsPerSecond() * pace * PAUSE_MEAN);
      gap = random.exponential(random.chance(0.6) ? mean * 0.3 : mean * 2.05);
    } else {
      gap = random.chance(0.5) ? 100 + random.exponential(11_000) : random.exponential(180_000);
    }
    this.ts += 300 + Math.floor(gap);
  }

  #eventsPerSecond(): number {
    const { from, rate } = this.#schedule;
    if (this.ts >= from) return this.#scale * this.#shape(this.ts);
    // Asia, then London.
    return rate * QUIET * (this.ts < 7 * 3600 * SECOND ? 0.6 : 1.5);
  }

  /** Activity in the busy time, in any unit. */
  #shape(ts: number): number {
    let shape = 1;
    for (const { at, height, seconds } of this.#bursts) {
      const since = (ts - at) / SECOND;
      if (since >= 0) shape += height * Math.exp(-since / seconds);
    }
    return shape;
  }
}
