import { dirname } from "node:path";
import { UserError } from "../../engine/errors.ts";
import { sideBySide } from "../../engine/side_by_side.ts";
import { Thread } from "../../engine/thread.ts";
import { messageOf, terminalLine } from "../../cli/error_line.ts";
import { InOrder } from "../../cli/in_order.ts";
import { makeFolderIn, openShared, type OutputRules } from "../../cli/output_file.ts";
import { progressBar } from "../../cli/progress.ts";
import { tellSilence } from "../../server/live/silence.ts";
import type { CaptureNews, CaptureOrder } from "./day_news.ts";
import type { CaptureStats } from "./run_stats.ts";
import type { CaptureJob } from "./session_capture.ts";

/** Days to capture. */
export interface DaysToCapture {
  dates: readonly string[];
  /** The file of a date. */
  fileOf: (dt: string) => string;
  /** What that is to hold; it throws a UserError when there is no such day. */
  jobOf: (dt: string) => Promise<CaptureJob>;
  /** What is counted: grids or events. */
  what: "grids" | "events";
  /** How many at a time. */
  jobs: number;
  /** What is printed of each as statistics; null for nothing. */
  statsOf: ((dt: string, stats: CaptureStats) => object) | null;
  /** What the files may replace. */
  rules: OutputRules;
}

/**
 * Captures days side by side, each in a thread of its own into a file of its own, whole or not at all.
 * What is said of each is said in the order of the dates, however many are captured at a time.
 *
 * @param days what is captured
 * @returns the dates of those that failed
 */
export async function captureDays(days: DaysToCapture): Promise<string[]> {
  const { dates, fileOf, what, jobs, statsOf } = days;
  const bar = progressBar();
  const shares = dates.map(() => 0);
  const order = new InOrder();
  const failed: string[] = [];
  const tell = (index: number, share: number) => {
    shares[index] = share;
    const done = shares.reduce((sum, one) => sum + one, 0) / dates.length;
    bar.update(done, `of ${dates.length} days`);
  };
  try {
    await sideBySide(dates, jobs, async (dt, index) => {
      const lines: string[] = [];
      try {
        const written = await captureDay(days, dt, (news) => {
          if ("share" in news) tell(index, news.share);
          else lines.push(terminalLine(news.line));
        }, (line) => bar.past(() => console.error(terminalLine(line))));
        if (statsOf !== null) lines.push(JSON.stringify(statsOf(dt, written)));
        lines.push(terminalLine(`${dt}: ${written[what] ?? 0} ${what} in ${fileOf(dt)}`));
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        lines.push(terminalLine(`${dt}: failed: ${messageOf(error)}`));
        failed.push(dt);
      }
      tell(index, 1);
      order.put(index, () => bar.past(() => lines.forEach((line) => console.error(line))));
    });
  } finally {
    bar.stop();
  }
  return failed.sort();
}

/** Captures one: this thread opens the file and gives it its name, for it is this one that signals end. */
async function captureDay(
  { fileOf, jobOf, rules }: DaysToCapture,
  dt: string,
  hear: (news: CaptureNews) => void,
  sayNow: (line: string) => void,
): Promise<CaptureStats> {
  const file = fileOf(dt);
  const folder = dirname(file);
  // It lies in dt=…/symbol=… of the data set.
  makeFolderIn(dirname(dirname(folder)), folder);
  using output = openShared(file, rules);
  const job = await jobOf(dt);
  using _ = tellSilence([job.request], sayNow);
  using thread = new Thread<CaptureOrder, CaptureNews, CaptureStats>(
    new URL("./day_worker.ts", import.meta.url),
    `the capture of ${dt}`,
    hear,
  );
  thread.tell({ job, partPath: output.partPath });
  const stats = await thread.result;
  output.finish();
  return stats;
}
