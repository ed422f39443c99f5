/**
 * Event time as it passes for one client: it runs at `speed` times wall time against one monotonic
 * clock, so that lateness does not add up, and can be stopped and set.
 */
export class EventClock {
  #speed: number;
  #paused = false;
  #eventMs = 0;
  #wallMs: number;

  /**
   * @param speed event seconds per wall second
   * @param wall a monotonic clock, milliseconds
   */
  constructor(speed: number, readonly wall: () => number = () => performance.now()) {
    this.#speed = speed;
    this.#wallMs = wall();
  }

  get speed(): number {
    return this.#speed;
  }

  set speed(speed: number) {
    this.set(this.ms);
    this.#speed = speed;
  }

  get paused(): boolean {
    return this.#paused;
  }

  set paused(paused: boolean) {
    this.set(this.ms);
    this.#paused = paused;
  }

  /** Event time now, milliseconds on the scale that `set` was given. */
  get ms(): number {
    if (this.#paused) return this.#eventMs;
    return this.#eventMs + (this.wall() - this.#wallMs) * this.#speed;
  }

  /** Moves the clock: event time is `ms` now. */
  set(ms: number): void {
    this.#eventMs = ms;
    this.#wallMs = this.wall();
  }

  /** Wall milliseconds since an event time passed; 0 before it, and while paused. */
  since(ms: number): number {
    return this.#paused ? 0 : Math.max(0, (this.ms - ms) / this.#speed);
  }

  /** Wall milliseconds until an event time; 0 when it has passed, Infinity while paused. */
  until(ms: number): number {
    if (this.#paused) return Infinity;
    return Math.max(0, (ms - this.ms) / this.#speed);
  }
}
