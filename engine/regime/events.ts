/** An event: the snapshot at which a direction begins. */
export interface RegimeEvent {
  /** Index of the snapshot. */
  index: number;
  direction: "up" | "down";
}

/**
 * Finds the events of an evaluation, one evaluated snapshot after another: those whose state is up or
 * down, differs from the state of the snapshot before (flat before the first one), and that come at
 * least `cooldown` snapshots after the last event.
 */
export class EventFinder {
  #before = 0;
  #last = -Infinity;

  /** @param cooldown least distance between two events, snapshots */
  constructor(readonly cooldown: number) {}

  /**
   * @param index of the next evaluated snapshot
   * @param state its direction: 1 up, -1 down, 0 flat
   * @returns whether it is an event
   */
  push(index: number, state: number): boolean {
    const isEvent = state !== 0 && state !== this.#before && index - this.#last >= this.cooldown;
    this.#before = state;
    if (isEvent) this.#last = index;
    return isEvent;
  }
}
