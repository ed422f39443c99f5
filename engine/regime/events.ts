/** An event: the snapshot at which a direction begins. */
export interface RegimeEvent {
  /** Index of the snapshot. */
  index: number;
  direction: "up" | "down";
}

/**
 * Finds the events of an evaluation: snapshots whose state is up or down, differs from the state of
 * the snapshot before (flat before the first one), and that come at least `cooldown` snapshots after
 * the last event.
 *
 * @param directions state of every snapshot: 1 up, -1 down, 0 flat
 * @param from index of the first evaluated snapshot; all after it are evaluated
 * @param cooldown least distance between two events, snapshots
 */
export function findEvents(
  directions: Int8Array,
  from: number,
  cooldown: number,
): RegimeEvent[] {
  const events: RegimeEvent[] = [];
  let before = 0;
  let last = -Infinity;
  for (let index = from; index < directions.length; index++) {
    const state = directions[index]!;
    if (state !== 0 && state !== before && index - last >= cooldown) {
      events.push({ index, direction: state > 0 ? "up" : "down" });
      last = index;
    }
    before = state;
  }
  return events;
}
