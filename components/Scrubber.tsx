import { type ReadonlySignal, useComputed, useSignal, useSignalEffect } from "@preact/signals";
import type { JSX, RefObject } from "preact";
import { useRef } from "preact/hooks";
import type { Dashboard } from "../client/page/dashboard.ts";
import { easternTime, NOTHING } from "../client/format.ts";
import { isLetGo } from "../client/page/gestures.ts";
import { regularHours, shareOf, timeAt } from "../client/page/session_span.ts";

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

/**
 * The session as a strip: where data is and where the stream is. Pointing tells the time there,
 * dragging seeks; regular hours can be shown alone.
 */
export function Scrubber({ dashboard, canvas }: Props) {
  const { span, drag, summary, session, regular } = dashboard;
  const hover = useSignal<number | null>(null);
  const unhovered = useComputed(() => drag.value === null && hover.value === null);
  const there = useComputed(() => {
    const ms = drag.value ?? hover.value;
    return ms === null ? "" : easternTime(ms).clock;
  });
  const place = useComputed(() => {
    const ms = drag.value ?? hover.value;
    const at = ms === null || span.value === null ? 0 : shareOf(span.value, ms) * 100;
    return { left: `clamp(32px, ${at.toFixed(2)}%, 100% - 32px)` };
  });
  const always = useComputed(() => session.value === null || regularHours(session.value) === null);
  const shown = useComputed(() => drag.value ?? summary.value?.timeMs ?? null);
  const clock = useComputed(() => shown.value === null ? NOTHING : easternTime(shown.value).clock);
  const share = useComputed(() =>
    span.value === null || shown.value === null
      ? 0
      : Math.round(shareOf(span.value, shown.value) * 1000)
  );
  const missing = useComputed(() => span.value === null);
  const from = useComputed(() => edge(span.value?.fromMs));
  const to = useComputed(() => edge(span.value?.toMs));

  const timeUnder = (event: JSX.TargetedPointerEvent<HTMLElement>) => {
    if (span.value === null) return null;
    const { left, width } = event.currentTarget.getBoundingClientRect();
    return timeAt(span.value, (event.clientX - left) / width);
  };
  const moveTo = (event: JSX.TargetedPointerEvent<HTMLElement>) => {
    drag.value = timeUnder(event);
    dashboard.requestDraw();
  };
  const onKeyDown = (event: JSX.TargetedKeyboardEvent<HTMLElement>) => {
    const step = KEY_STEPS[event.key];
    const now = dashboard.nowMs;
    // With those they are the browser's, as the way back is.
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    if (step === undefined || span.value === null || now === null) return;
    event.preventDefault();
    event.stopPropagation();
    const share = shareOf(span.value, now + step);
    dashboard.seekMs(timeAt(span.value, share));
  };
  return (
    <div class="scrubber">
      <span class="scrubber-end">
        <button
          type="button"
          data-testid="regular-hours"
          aria-pressed={regular}
          aria-label="Regular hours alone, 09:30 to 16:00"
          title="Regular hours alone, 09:30 to 16:00 (H)"
          disabled={always}
          onClick={() => dashboard.toggleRegular()}
        >
          09:30–16
        </button>
        <span>{from}</span>
      </span>
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
        onKeyDown={onKeyDown}
        onPointerDown={(event) => {
          if (event.button !== 0) return;
          event.currentTarget.setPointerCapture(event.pointerId);
          moveTo(event);
        }}
        onPointerMove={(event) => {
          if (isLetGo(event)) drag.value = null;
          if (drag.value !== null) moveTo(event);
          else hover.value = timeUnder(event);
        }}
        onPointerLeave={() => hover.value = null}
        onPointerUp={() => {
          if (drag.value !== null) dashboard.seekMs(drag.value);
          drag.value = null;
        }}
        onPointerCancel={() => drag.value = null}
      >
        <canvas ref={canvas} aria-hidden="true" />
        <Time place={place} hidden={unhovered} text={there} />
      </div>
      <span class="scrubber-end">{to}</span>
    </div>
  );
}

interface TimeProps {
  place: ReadonlySignal<{ left: string }>;
  hidden: ReadonlySignal<boolean>;
  text: ReadonlySignal<string>;
}

/** The time of the place pointed at, over it. */
function Time({ place, hidden, text }: TimeProps) {
  const element = useRef<HTMLSpanElement>(null);
  useSignalEffect(() => {
    const { left } = place.value;
    if (element.current !== null) element.current.style.left = left;
  });
  return <span ref={element} class="scrubber-time" hidden={hidden}>{text}</span>;
}

function edge(timeMs: number | undefined): string {
  return timeMs === undefined ? "" : easternTime(timeMs).clock.slice(0, 5);
}
