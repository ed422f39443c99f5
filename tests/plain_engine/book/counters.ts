/** Records that did not fit the book: others were lost before them, or it is the venue's way. */
export interface BookCounters {
  /**
   * Cancels, modifies and fills of orders that do not rest: without the cancels and refreshes by
   * which the venue follows up, within the event, on a fill that took an order whole.
   */
  unknownCancels: number;
  unknownModifies: number;
  unknownFills: number;
  /** Adds of an order that rests already, which they replace. */
  duplicateAdds: number;
}

/** Counters at nothing. */
export function noBookCounters(): BookCounters {
  return { unknownCancels: 0, unknownModifies: 0, unknownFills: 0, duplicateAdds: 0 };
}
