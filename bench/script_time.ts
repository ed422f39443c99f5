/** Time that a page's script takes, out of Chromium's trace. */

/** An event of the trace, as the Trace Event Format has it; times in microseconds. */
interface TraceEvent {
  name: string;
  ph: string;
  pid: number;
  tid: number;
  ts: number;
  dur?: number;
  /** Time on the processor. */
  tdur?: number;
  args?: { name?: string };
}

/** Work of the script; what is nested in one of them is part of it. */
const SCRIPT = new Set([
  "EvaluateScript",
  "EventDispatch",
  "FireAnimationFrame",
  "FunctionCall",
  "RunMicrotasks",
  "TimerFire",
  "MajorGC",
  "MinorGC",
]);

/** Categories that hold those events. */
export const CATEGORIES = ["devtools.timeline", "v8", "__metadata"];

/**
 * Adds up the script of each frame: from the end of an animation frame's callbacks to the end of
 * the next one's, so that messages taken in between count with the frame that shows them. Layout,
 * paint and raster are not script.
 *
 * @param trace what Chromium wrote
 * @returns milliseconds on the processor, frame by frame
 */
export function scriptPerFrame(trace: string): number[] {
  const { traceEvents } = JSON.parse(trace) as { traceEvents: TraceEvent[] };
  const main = busiestThread(traceEvents);
  const events = traceEvents.filter((event) =>
    event.ph === "X" && event.tid === main.tid && event.pid === main.pid && SCRIPT.has(event.name)
  ).sort((a, b) => a.ts - b.ts || (b.dur ?? 0) - (a.dur ?? 0));
  const frames: number[] = [];
  let outerEnd = -Infinity;
  let sum = 0;
  let framed = false;
  for (const { name, ts, dur = 0, tdur = dur } of events) {
    if (ts < outerEnd) continue;
    outerEnd = ts + dur;
    sum += tdur;
    if (name !== "FireAnimationFrame") continue;
    // What came before the first frame is not a frame's.
    if (framed) frames.push(sum / 1e3);
    framed = true;
    sum = 0;
  }
  return frames;
}

/** The thread that runs animation frames. */
function busiestThread(events: readonly TraceEvent[]): Pick<TraceEvent, "pid" | "tid"> {
  const counts = new Map<string, number>();
  for (const { name, pid, tid } of events) {
    if (name !== "FireAnimationFrame") continue;
    const key = `${pid} ${tid}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const [key] = [...counts].sort((a, b) => b[1] - a[1])[0] ?? [];
  if (key === undefined) throw new Error("the trace holds no animation frame");
  const [pid, tid] = key.split(" ").map(Number);
  return { pid: pid!, tid: tid! };
}
