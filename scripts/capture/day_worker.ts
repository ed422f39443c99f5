/** A day's capture in a thread of its own. See {@link captureDays}. */
import { followOrders } from "../../engine/thread.ts";
import { writeShared } from "../../cli/output_file.ts";
import type { CaptureNews, CaptureOrder } from "./day_news.ts";
import type { CaptureStats } from "./run_stats.ts";
import { captureSession } from "./session_capture.ts";

followOrders<CaptureOrder, CaptureNews, CaptureStats>(async ({ job, partPath }, say) => {
  using output = writeShared(partPath);
  return await captureSession(job, output, {
    onProgress: (share) => say({ share }),
    say: (line) => say({ line }),
  });
});
