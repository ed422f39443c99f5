import type { FeedGap } from "../feed_gap.ts";
import type { GridFrame } from "../grid_frame.ts";
import type { EngineRun } from "../run.ts";
import type { Evaluation } from "./evaluation.ts";

/** What is missing from the data of an analysis, or in doubt, besides what its snapshots tell. */
export interface DataFlaws {
  /** Whether the file begins inside the session, without the orders from before. */
  beginsInside: boolean;
  /** Gaps of the feed that lie in the evaluation, or reach into it, in order. */
  gaps: readonly FeedGap[];
  /**
   * How many snapshots of the evaluation there are at which the source doubted the book, the first and the
   * last of them in nanoseconds since midnight UTC of the date; null: none.
   */
  doubted: { count: number; fromTs: number; toTs: number } | null;
}

/** Data of which nothing is missing. */
export const NO_FLAWS: DataFlaws = { beginsInside: false, gaps: [], doubted: null };

/** Notes what is wrong with the data of a run while it is captured. */
export class FlawFinder {
  readonly #evaluation: Evaluation;
  #doubted: DataFlaws["doubted"] = null;

  /** @param evaluation when snapshots are evaluated */
  constructor(evaluation: Evaluation) {
    this.#evaluation = evaluation;
  }

  /** @param frame the next snapshot */
  meet({ ts, maybeBadBook }: GridFrame): void {
    if (!maybeBadBook || ts < this.#evaluation.startTs || ts >= this.#evaluation.endTs) return;
    this.#doubted ??= { count: 0, fromTs: ts, toTs: ts };
    this.#doubted.count++;
    this.#doubted.toTs = ts;
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
    return { beginsInside: run.beginsInside === true, gaps, doubted: this.#doubted };
  }
}
