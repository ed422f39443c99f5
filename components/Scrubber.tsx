import { useComputed } from "@preact/signals";
import type { JSX, RefObject } from "preact";
import type { Dashboard } from "../client/page/dashboard.ts";
import { easternTime, NOTHING } from "../client/format.ts";
import { shareOf, timeAt } from "../client/page/session_span.ts";

const MINUTE_MS = 60_000;

/** What the arrow keys move by, milliseconds. */
const KEY_STEPS: Readonly<Record<string, number>> = {
  ArrowLeft: -MINUTE_MS,
  ArrowRight: MINUTE_MS,
  PageDown: -10 * MINUTE_MS,
  PageUp: 10 * MINUTE_MS,
};

interface Props {
  dashboard: Dashboard;
  canvas: RefObject<HTMLCanvasElement>;
}

/** The whole session as a strip: where data is and where the stream is; dragging it seeks. */
export function Scrubber({ dashboard, canvas }: Props) {
  const { span, drag, summary } = dashboard;
  const shown = useComputed(() => drag.value ?? summary.value?.timeMs ?? null);
  const clock = useComputed(() => shown.value === null ? NOTHING : easternTime(shown.value).clock);
  const share = useComputed(() =>
    span.value === null || shown.value === null
      ? 0
      : Math.round(shareOf(span.value, shown.value) * 1000)
  );
  const still = useComputed(() => drag.value === null);
  const missing = useComputed(() => span.value === null);
  const from = useComputed(() => edge(span.value?.fromMs));
  const to = useComputed(() => edge(span.value?.toMs));

  const moveTo = (event: JSX.TargetedPointerEvent<HTMLElement>) => {
    if (span.value === null) return;
    const { left, width } = event.currentTarget.getBoundingClientRect();
    drag.value = timeAt(span.value, (event.clientX - left) / width);
    dashboard.requestDraw();
  };
  const onKeyDown = (event: JSX.TargetedKeyboardEvent<HTMLElement>) => {
    const step = KEY_STEPS[event.key];
    const now = dashboard.nowMs;
    if (step === undefined || span.value === null || now === null) return;
    event.preventDefault();
    event.stopPropagation();
    const share = shareOf(span.value, now + step);
    dashboard.seekMs(timeAt(span.value, share));
  };
  return (
    <div class="scrubber">
      <span class="scrubber-end">{from}</span>
      <div
        class="scrubber-track"
        data-testid="scrubber"
        role="slider"
        tabIndex={0}
        aria-label="Session"
        aria-disabled={missing}
        aria-valuemin={0}
        aria-valuemax={1000}
        aria-valuenow={share}
        aria-valuetext={clock}
        title="Drag to seek"
        onKeyDown={onKeyDown}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          moveTo(event);
        }}
        onPointerMove={(event) => {
          if (drag.value !== null) moveTo(event);
        }}
        onPointerUp={() => {
          if (drag.value !== null) dashboard.seekMs(drag.value);
          drag.value = null;
        }}
        onPointerCancel={() => drag.value = null}
      >
        <canvas ref={canvas} aria-hidden="true" />
        <span class="scrubber-time" hidden={still}>{clock}</span>
      </div>
      <span class="scrubber-end">{to}</span>
    </div>
  );
}

function edge(timeMs: number | undefined): string {
  return timeMs === undefined ? "" : easternTime(timeMs).clock.slice(0, 5);
}
