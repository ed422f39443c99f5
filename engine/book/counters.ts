/** Records that did not fit the book: others were lost before them, or it is the venue's way. */
export interface BookCounters {
  /** Cancels, modifies and fills of orders that do not rest; no refreshes among the modifies. */
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
