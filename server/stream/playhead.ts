import { EventClock } from "./event_clock.ts";
import type { GridKind } from "./run_grid.ts";

/** From here on a client is too far behind to go before others, wall milliseconds. */
const FAR_BEHIND_MS = 1_000;

/** What is to be done with a grid. */
export type Decision =
  /** Show it now. */
  | "show"
  /** Show it now, and tell that the clock has moved there over a gap, or back. */
  | "leap"
  /** Ask again after so many wall milliseconds (Infinity: after the next control). */
  | number;

/**
 * Where one client is in event time, and where it wants to be: pace, pause, seeks and steps.
 * Times are milliseconds since the session's midnight, as those of the grids are.
 */
export class Playhead {
  /** Whether it shows what a feed brings as it comes. */
  isLive = false;
  /** Whether the run has to start over: what is wanted lies behind. */
  rewinds = false;
  /** How long after it was due the last grid was shown, wall milliseconds. */
  lateMs = 0;
  readonly #clock: EventClock;
  #startMs: number;
  /** Where the client is to arrive, until a grid has been shown there; then null. */
  #targetMs: number | null;
  /** No grid before this is shown; -Infinity when not seeking. */
  #seekMs = -Infinity;
  /** The last grid shown, and the last shown or passed by; null before there is one. */
  #shownMs: number | null = null;
  #passedMs: number | null = null;
  /** Grids to show at once, even while paused. */
  #due = 0;

  /**
   * @param speed event seconds per wall second
   * @param startMs where the stream begins
   * @param historyMs how far back grids are wanted before the first one
   * @param wall a monotonic clock, milliseconds
   */
  constructor(
    speed: number,
    startMs: number,
    readonly historyMs = 0,
    wall?: () => number,
  ) {
    this.#clock = new EventClock(speed, wall);
    this.#startMs = startMs;
    this.#targetMs = startMs;
  }

  /**
   * Moves the beginning of a stream that has shown nothing yet.
   *
   * @param ms where it begins
   */
  startsAt(ms: number): void {
    this.#startMs = ms;
    if (this.#seekMs === -Infinity) this.#targetMs = ms;
  }

  get paused(): boolean {
    return this.#clock.paused;
  }

  set paused(paused: boolean) {
    this.#clock.paused = paused;
    if (paused) this.isLive = false;
  }

  get speed(): number {
    return this.#clock.speed;
  }

  set speed(speed: number) {
    this.#clock.speed = speed;
    if (speed < 1) this.isLive = false;
  }

  /** Event time now: the clock's, or where the client is to arrive. */
  get ms(): number {
    return this.#targetMs ?? this.#clock.ms;
  }

  /** Whether a grid has been shown since the start, or the last restart or seek. */
  get hasArrived(): boolean {
    return this.#targetMs === null;
  }

  /** Whether a time is sought that has not been reached yet. */
  get isSeeking(): boolean {
    return this.#seekMs !== -Infinity;
  }

  /** Whether the run has come to a grid, shown or not. */
  get hasBegun(): boolean {
    return this.#passedMs !== null;
  }

  /**
   * Whether the client waits for what comes after a time: it is behind, by its own clock. One that is
   * far behind asks for more than the machine gives: it has what others leave.
   *
   * @param ms event time that the engine has come to
   */
  isWaitingPast(ms: number): boolean {
    if (this.#due > 0) return true;
    const clock = this.#clock;
    return this.hasArrived && clock.until(ms) === 0 && clock.since(ms) < FAR_BEHIND_MS;
  }

  /**
   * Comes to the edge of a feed: who plays no slower than it stays there.
   *
   * @param ms event time that the feed has come to
   * @returns whether that is new
   */
  joinsEdge(ms: number): boolean {
    if (this.paused || !this.hasArrived || this.speed < 1) return false;
    if (this.#clock.ms < ms) this.#clock.set(ms);
    const isNew = !this.isLive;
    this.isLive = true;
    return isNew;
  }

  /** Goes on at the edge of a feed, whatever lies between: it is shown as fast as it comes. */
  goLive(): void {
    this.paused = false;
    this.speed = Math.max(1, this.speed);
    this.isLive = true;
  }

  /** Shows the next grid, then stays where it is. */
  step(): void {
    this.#due++;
  }

  /** Goes back to the start. */
  restart(): void {
    this.isLive = false;
    this.#arriveAt(this.#startMs);
    this.#seekMs = -Infinity;
    this.rewinds = true;
  }

  /**
   * Goes to the first grid at or after a time.
   *
   * @param ms the time
   */
  seek(ms: number): void {
    this.isLive = false;
    this.#arriveAt(ms);
    this.#seekMs = ms;
    // The engine only goes forward: what lies behind is reached from the start.
    if (this.#passedMs !== null && ms - this.historyMs <= this.#passedMs) this.rewinds = true;
  }

  /** Tells that the run begins anew. */
  rewound(): void {
    this.rewinds = false;
    this.#shownMs = null;
    this.#passedMs = null;
  }

  /** Whether a grid is wanted at once, whatever the clock says. */
  get isAsked(): boolean {
    return this.#due > 0;
  }

  /**
   * Whether a grid is of no use.
   *
   * @param ms its event time
   * @param kind of the grid
   */
  passes(ms: number, kind: GridKind = "grid"): boolean {
    if (this.rewinds) return true;
    const target = this.#targetOf(kind);
    return ms < target && (this.historyMs === 0 || ms < target - this.historyMs);
  }

  /**
   * Whether a grid that is of use comes before the first one that is wanted.
   *
   * @param ms its event time
   * @param kind of the grid
   */
  isHistory(ms: number, kind: GridKind): boolean {
    return ms < this.#targetOf(kind);
  }

  /**
   * Notes that a grid was passed by, left out, or sent as history.
   *
   * @param ms its event time
   */
  passed(ms: number): void {
    this.#passedMs = ms;
  }

  /**
   * Whether an event time has come.
   *
   * @param ms the time
   */
  isPast(ms: number): boolean {
    return this.#clock.until(ms) === 0;
  }

  /**
   * How long it is until an event time, by the clock alone.
   *
   * @param ms the time
   * @returns wall milliseconds, 0 when it has come; Infinity while paused, and on the way to a grid
   */
  until(ms: number): number {
    return this.hasArrived ? this.#clock.until(ms) : Infinity;
  }

  /**
   * How long `decide` would have a grid wait; nothing changes by it.
   *
   * @param ms when it is due, event time
   * @param isBehind as for `decide`
   * @param resumedMs as for `decide`
   * @returns wall milliseconds, 0 when it would be shown at once
   */
  waitFor(ms: number, isBehind = false, resumedMs = -Infinity): number {
    if (this.#due > 0) return 0;
    if (this.paused) return Infinity;
    const isAtOnce = !this.hasArrived || this.#isLeap(ms, resumedMs) || (this.isLive && isBehind);
    return isAtOnce ? 0 : this.#clock.until(ms);
  }

  /**
   * Decides on the next grid, which is neither passed by nor history; all but a wait counts as done.
   *
   * @param ms when it is due, event time
   * @param isBehind whether more is there after it, or may be: at the edge of a feed that is not waited
   * for
   * @param resumedMs when the last minute without a record was over, event time: nobody waits for that
   */
  decide(ms: number, isBehind = false, resumedMs = -Infinity): Decision {
    const left = this.waitFor(ms, isBehind, resumedMs);
    if (left > 0) return left;
    const wasAskedFor = this.#due > 0;
    const leaps = this.hasArrived && !wasAskedFor && this.#isLeap(ms, resumedMs);
    const hurries = this.isLive && isBehind && this.#clock.ms < ms;
    if (wasAskedFor || leaps || hurries || !this.hasArrived) this.#clock.set(ms);
    this.lateMs = this.#clock.since(ms);
    if (wasAskedFor) this.#due--;
    this.#targetMs = null;
    this.#seekMs = -Infinity;
    this.#shownMs = ms;
    this.#passedMs = ms;
    return leaps ? "leap" : "show";
  }

  /**
   * How much of the way to where the client is to arrive is behind, from the last grid shown or
   * from the start.
   *
   * @param ms event time reached
   * @returns the share, 0 to 1 while it is on its way
   */
  share(ms: number): number {
    const fromMs = this.#shownMs ?? this.#startMs;
    return (ms - fromMs) / (this.#seekMs - fromMs);
  }

  /** What is sought; for grids of warm-up the start, when nothing is. */
  #targetOf(kind: GridKind): number {
    return kind === "history" && !this.isSeeking ? this.#startMs : this.#seekMs;
  }

  /** Whether the clock moves to a grid: time went back, or there was a silence since the last one. */
  #isLeap(ms: number, resumedMs: number): boolean {
    return ms < this.#shownMs! || resumedMs > this.#shownMs!;
  }

  #arriveAt(ms: number): void {
    this.#targetMs = ms;
    this.#due = 1;
  }
}
