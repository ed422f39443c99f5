import { OUTLINE_FIRST, OUTLINE_LAST } from "./core/layout.ts";
import { Pipeline } from "./pipeline.ts";
import type { OpenSession } from "./open_session.ts";
import { nextTurn, turnIsOver } from "./event_loop.ts";

/** What records are counted by, seconds. */
export const BIN_SECONDS = 60;

const BIN_NS = BIN_SECONDS * 1e9;

/** Records passed between two looks at the clock. */
const WORK = 4_096;

/** Where a session has data. */
export interface MinuteCounts {
  /** Where the session window, and so the first bin, begins: UTC nanoseconds since the epoch. */
  windowStartNs: bigint;
  /** Times of the first and last kept record within the window; null when there is none. */
  firstNs: bigint | null;
  lastNs: bigint | null;
  /** Kept records of each bin of the window. */
  records: number[];
}

/**
 * Counts the records of a session by the minute: one pass over the file without a book, in turns
 * that let others have theirs. What the window lets pass from before its start, the records of a
 * snapshot, is in no bin.
 *
 * @param session the file, of which nothing but the header was read
 * @returns the counts
 * @throws UserError on a damaged or truncated file
 */
export async function countMinutes(session: OpenSession): Promise<MinuteCounts> {
  const { records } = session;
  const { startNs, endNs } = records.filter;
  const bins = Math.ceil(Number(endNs - startNs) / BIN_NS);
  const pipeline = new Pipeline(records, {
    startNs: null,
    throttleNs: 0,
    minutes: bins,
  });
  for (;;) {
    while (pipeline.run(WORK) !== "input") if (turnIsOver()) await nextTurn();
    const more = session.fill();
    // Of a recording that grows, what is there counts.
    if (more === "later" || !(typeof more === "boolean" ? more : await more)) break;
    if (turnIsOver()) await nextTurn();
  }
  session.finish();
  const { core } = pipeline;
  const timeOf = (at: number) => core.big(at) === -1n ? null : core.unsigned(at);
  const counts = core.exchange();
  return {
    windowStartNs: startNs,
    firstNs: timeOf(OUTLINE_FIRST),
    lastNs: timeOf(OUTLINE_LAST),
    records: Array.from({ length: bins }, (_, i) => Number(counts.getBigInt64(i * 8, true))),
  };
}
