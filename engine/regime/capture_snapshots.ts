import { UserError } from "../errors.ts";
import type { GridFrame } from "../grid_frame.ts";
import { noRecords } from "../no_records.ts";
import type { EngineRun } from "../run.ts";
import { shareRead } from "../source/byte_source.ts";
import { midnightNs } from "../session.ts";
import { RegimeAnalysis } from "./analysis.ts";
import { type DataFlaws, FlawFinder } from "./data_flaws.ts";
import { SnapshotBatch } from "./snapshot_batch.ts";
import { evaluationOf } from "./evaluation.ts";
import type { RegimeParams } from "./params.ts";
import type { RegimeSubject } from "./payload.ts";
import type { RegimeResult } from "./result.ts";
import { type Hold, Tail } from "./tail.ts";

/** Works on what is captured: in this thread, or in another. */
export interface Analyst<Result = RegimeResult> {
  /**
   * Takes snapshots.
   *
   * @param batch the snapshots, no longer the caller's
   * @returns an empty batch to fill next
   */
  push(batch: SnapshotBatch): SnapshotBatch | Promise<SnapshotBatch>;
  /**
   * @param flaws of the data
   * @returns all that was found
   */
  finish(flaws: DataFlaws): Result | Promise<Result>;
}

/** What a caller may want to hear or say meanwhile. */
export interface CaptureOptions {
  /**
   * Called after each turn of the capture.
   *
   * @param share of the file that is read, 0 to 1
   * @param run the run, for more
   */
  onProgress?: (share: number, run: EngineRun) => void;
  /** @param message what was wrong after the evaluation, where only open trades miss it */
  onWarning?: (message: string) => void;
  /** Ends the analysis early. */
  signal?: AbortSignal;
}

/** The same, and who works. */
export interface AnalyzeRunOptions extends CaptureOptions {
  /** Does the figures; default: this thread. */
  analyst?: Analyst;
}

/**
 * Captures a run and analyses it (docs/analysis.md).
 *
 * @param run a run that has its book (`ensureBookCache`), and nothing emitted yet
 * @param subject what is analysed, and when
 * @param params with what
 * @param options progress, abortion, another thread
 * @returns all that was found
 * @throws UserError on a damaged file, or when there are too few snapshots; the signal's reason when
 * aborted
 */
export function analyzeRun(
  run: EngineRun,
  subject: RegimeSubject,
  params: RegimeParams,
  options: AnalyzeRunOptions = {},
): Promise<RegimeResult> {
  const { analyst = sameThread(subject, params) } = options;
  return captureRun(run, subject, params, analyst, options);
}

/**
 * Captures a run from where it is until no trade of the evaluation can be open any more.
 *
 * @param run a run that has its book (`ensureBookCache`), and nothing emitted yet
 * @param subject what is captured, and when
 * @param hold how long trades may be held
 * @param analyst is given the snapshots
 * @param options progress, abortion
 * @returns what the analyst found
 * @throws UserError on a damaged file; what the analyst throws; the signal's reason when aborted
 */
export async function captureRun<Result>(
  run: EngineRun,
  subject: Pick<RegimeSubject, "productType" | "dt" | "window">,
  hold: Hold,
  analyst: Analyst<Result>,
  options: CaptureOptions = {},
): Promise<Result> {
  const { onProgress, onWarning, signal } = options;
  const { session: { bytes } } = run;
  const evaluation = evaluationOf(subject.productType, subject.dt, subject.window);
  const { endTs } = evaluation;
  const finder = new FlawFinder(evaluation);
  let batch = new SnapshotBatch();
  const hooks = {
    onProgress: () => onProgress?.(shareRead(bytes), run),
    ...(signal && { signal }),
  };
  const tail = new Tail(endTs, hold);
  let isOver = false;
  /** Takes a grid; a batch that is full now, or nothing. */
  const take = (frame: GridFrame): SnapshotBatch | Promise<SnapshotBatch> | null => {
    isOver ||= frame.ts >= endTs;
    finder.meet(frame);
    const before = batch.count;
    const isFull = batch.add(frame, isOver);
    isLast = isOver && batch.count > before && tail.isLast(frame.ts);
    return isFull ? analyst.push(batch) : null;
  };
  let isLast = false;
  try {
    for await (const frame of run.grids(hooks)) {
      const empty = take(frame);
      if (empty !== null) batch = empty instanceof SnapshotBatch ? empty : await empty;
      if (isLast) break;
    }
  } catch (error) {
    // The evaluation is whole: what is damaged behind it leaves open what is open there.
    if (!isOver || !(error instanceof UserError)) throw error;
    onWarning?.(`after the evaluation: ${error.message}`);
  }
  run.assertUnchanged();
  const none = noRecords(run);
  if (none !== null) throw new UserError(none);
  await analyst.push(batch);
  return await analyst.finish(finder.flaws(run, midnightNs(subject.dt)));
}

/**
 * @param subject what is analysed, and when
 * @param params with what
 * @returns an analyst that works as it is called
 */
export function sameThread(subject: RegimeSubject, params: RegimeParams): Analyst {
  const analysis = new RegimeAnalysis(subject, params);
  return {
    push(batch) {
      analysis.push(batch);
      batch.count = 0;
      return batch;
    },
    finish: (flaws) => analysis.finish(flaws),
  };
}
