import { Canvas } from "../heatmap/canvas.ts";
import { type SessionSpan, shareOf } from "./session_span.ts";
import type { Theme } from "../heatmap/theme.ts";

/** What the scrubber marks, milliseconds since the epoch. */
export interface ScrubberMarks {
  /** Newest grid; null before there is one. */
  readonly nowMs: number | null;
  /** Oldest grid that is kept. */
  readonly keptFromMs: number | null;
  /** Where the stream begins. */
  readonly dragMs: number | null;
}

/** The session in one strip: where data is, what is kept, where the stream is. */
export class ScrubberView {
  readonly #canvas: Canvas;
  #drawn = "";

  /** @throws Error when the browser gives no 2D canvas */
  constructor(element: HTMLCanvasElement) {
    this.#canvas = new Canvas(element);
  }

  /** Draws what changed since it was last drawn. */
  draw(span: SessionSpan | null, marks: ScrubberMarks, theme: Theme): void {
    const ratio = devicePixelRatio;
    this.#canvas.fit(ratio);
    if (!this.#canvas.shown || span === null) return;
    const { width, height, context } = this.#canvas;
    const x = (ms: number) => Math.round(shareOf(span, ms) * (width - 2 * ratio));
    const isShown = (ms: number | null): ms is number =>
      ms !== null && ms >= span.fromMs && ms <= span.toMs;
    const now = isShown(marks.nowMs) ? x(marks.nowMs) : -1;
    const kept = isShown(marks.nowMs) && marks.keptFromMs !== null ? x(marks.keptFromMs) : -1;
    const drag = marks.dragMs === null ? -1 : x(marks.dragMs);
    const key =
      `${width} ${height} ${now} ${kept} ${drag} ${theme.ground} ${span.fromMs} ${span.toMs}`;
    if (key === this.#drawn) return;
    this.#drawn = key;
    context.fillStyle = theme.panel;
    context.fillRect(0, 0, width, height);
    const most = Math.sqrt(Math.max(1, ...span.records));
    const bar = width / span.records.length;
    context.fillStyle = theme.dim;
    context.globalAlpha = 0.5;
    span.records.forEach((count, i) => {
      const tall = Math.round((Math.sqrt(count) / most) * (height - 4 * ratio));
      const left = Math.floor(i * bar);
      context.fillRect(left, height - tall, Math.max(1, Math.floor((i + 1) * bar) - left), tall);
    });
    if (kept >= 0) {
      context.globalAlpha = 0.35;
      context.fillStyle = theme.text;
      context.fillRect(kept, 0, Math.max(ratio, now - kept), height);
    }
    context.globalAlpha = 1;
    context.fillStyle = theme.spot;
    if (now >= 0) context.fillRect(now, 0, 2 * ratio, height);
    context.fillStyle = theme.warning;
    if (drag >= 0) context.fillRect(drag, 0, 2 * ratio, height);
  }
}
