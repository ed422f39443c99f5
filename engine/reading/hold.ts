/**
 * Whether something is the case, told by a condition that has to hold for a while to begin, and by a
 * weaker one that has to fail for a while to end. Times are nanoseconds of any one origin.
 */
export class Held {
  isOn = false;
  /** Since when it is, or is not. */
  since = 0;
  /** Since when the condition that would change it holds; null while it does not. */
  #changingSince: number | null = null;

  /**
   * @param enterNs how long its condition has to hold
   * @param leaveNs how long the weaker one has to fail
   */
  constructor(readonly enterNs: number, readonly leaveNs: number) {}

  /** One that is as this is now, and goes its own way. */
  copy(): Held {
    const copy = new Held(this.enterNs, this.leaveNs);
    copy.isOn = this.isOn;
    copy.since = this.since;
    copy.#changingSince = this.#changingSince;
    return copy;
  }

  /** When it changes, if nothing else is said before; Infinity when it does not. */
  get changesAt(): number {
    if (this.#changingSince === null) return Infinity;
    return this.#changingSince + (this.isOn ? this.leaveNs : this.enterNs);
  }

  /**
   * Says at once what is the case.
   *
   * @param isOn whether it is
   * @param ns now
   */
  begin(isOn: boolean, ns: number): void {
    this.isOn = isOn;
    this.since = ns;
    this.#changingSince = null;
  }

  /**
   * Lets time pass.
   *
   * @param ns now
   */
  pass(ns: number): void {
    const at = this.changesAt;
    if (at > ns) return;
    // Between two grids it changes once: what would change it back has not been said.
    this.begin(!this.isOn, at);
  }

  /**
   * Hears how the conditions are from now on.
   *
   * @param holds the one by which it begins
   * @param isKept the weaker one, by which it stays
   * @param ns now
   */
  hear(holds: boolean, isKept: boolean, ns: number): void {
    const changes = this.isOn ? !isKept : holds;
    if (!changes) this.#changingSince = null;
    else this.#changingSince ??= ns;
  }
}
