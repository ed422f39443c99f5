import type { FeedGap } from "../feed_gap.ts";
import type { GridFrame } from "../grid_frame.ts";
import type { EngineRun } from "../run.ts";
import type { Evaluation } from "./evaluation.ts";

/** Snapshots of which something is so: how many, the first and the last in nanoseconds since midnight UTC. */
export interface SomeSnapshots {
  count: number;
  fromTs: number;
  toTs: number;
}

/** What is missing from the data of an analysis, or in doubt, besides what its snapshots tell. */
export interface DataFlaws {
  /** Whether the file begins inside the session, without the orders from before. */
  beginsInside: boolean;
  /** Gaps of the feed that lie in the evaluation, or reach into it, in order. */
  gaps: readonly FeedGap[];
  /** Snapshots of the evaluation at which the source doubted the book; null: none. */
  doubted: SomeSnapshots | null;
  /** Those at which the best bid was above the best ask; null: none. */
  crossed: SomeSnapshots | null;
  /** Grids up to the end of the evaluation that are no snapshots: they have no mid, or no valid book. */
  leftOut: number;
}

/** Data of which nothing is missing. */
export const NO_FLAWS: DataFlaws = {
  beginsInside: false,
  gaps: [],
  doubted: null,
  crossed: null,
  leftOut: 0,
};

/** Notes what is wrong with the data of a run while it is captured. */
export class FlawFinder {
  readonly #evaluation: Evaluation;
  #doubted: SomeSnapshots | null = null;
  #crossed: SomeSnapshots | null = null;
  #leftOut = 0;

  /** @param evaluation when snapshots are evaluated */
  constructor(evaluation: Evaluation) {
    this.#evaluation = evaluation;
  }

  /** @param frame the next grid */
  meet(frame: GridFrame): void {
    const { ts } = frame;
    if (ts >= this.#evaluation.endTs) return;
    const isSnapshot = frame.bookValid && frame.bidPresent && frame.askPresent;
    if (!isSnapshot) this.#leftOut++;
    if (ts < this.#evaluation.startTs) return;
    if (frame.maybeBadBook) this.#doubted = andThat(this.#doubted, ts);
    if (isSnapshot && frame.bestBid > frame.bestAsk) this.#crossed = andThat(this.#crossed, ts);
  }

  /**
   * @param run the run, as far as it was captured; its gaps are taken from it
   * @param midnightNs midnight UTC of its date
   */
  flaws(run: EngineRun, midnightNs: bigint): DataFlaws {
    const { startTs, endTs } = this.#evaluation;
    const gaps = run.pipeline.takeGaps().filter(({ fromNs, toNs }) =>
      Number(fromNs - midnightNs) < endTs && Number(toNs - midnightNs) > startTs
    );
    return {
      beginsInside: run.beginsInside === true,
      gaps,
      doubted: this.#doubted,
      crossed: this.#crossed,
      leftOut: this.#leftOut,
    };
  }
}

/** The same snapshots, and one more. */
function andThat(some: SomeSnapshots | null, ts: number): SomeSnapshots {
  return { count: (some?.count ?? 0) + 1, fromTs: some?.fromTs ?? ts, toTs: ts };
}
