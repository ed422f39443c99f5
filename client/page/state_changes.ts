/**
 * Where a state begins, before or after a place.
 *
 * @param length number of places
 * @param from the place
 * @param by 1 for after, -1 for before
 * @param stateOf what the state is at a place; null where it is not known, which is no state
 * @returns the first place of the state that begins there, or null where there is none
 */
export function changeFrom(
  length: number,
  from: number,
  by: 1 | -1,
  stateOf: (place: number) => string | null,
): number | null {
  for (let place = from + by; place > 0 && place < length; place += by) {
    const state = stateOf(place);
    if (state !== null && state !== stateOf(place - 1)) return place;
  }
  return null;
}
