import { type Signal, useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { easternClock } from "../../client/format.ts";
import { RegimeBoard } from "../../client/regime/board.ts";
import type { RegimeModel } from "../../client/regime/model.ts";
import { MOST_MARKED } from "../../client/regime/markers.ts";
import type { RegimeReading } from "../../client/regime/reading.ts";
import type { Span } from "../../client/regime/shares.ts";
import { RegimeReadout } from "./RegimeReadout.tsx";

/** How the charts are moved without a pointer. */
const CONTROLS: readonly (readonly [name: string, act: (board: RegimeBoard) => void])[] = [
  ["Earlier", (board) => board.pan(-0.5)],
  ["Later", (board) => board.pan(0.5)],
  ["Closer", (board) => board.zoom(0.5)],
  ["Wider", (board) => board.zoom(2)],
  ["All", (board) => board.reset()],
];

/** The charts over event time, with what they say at the cursor. */
export function RegimeCharts(
  { model, theme, board }: {
    model: RegimeModel;
    /** Charts are drawn anew when it changes. */
    theme: string;
    /** Is given the charts. */
    board: Signal<RegimeBoard | null>;
  },
) {
  const host = useRef<HTMLDivElement>(null);
  const reading = useSignal<RegimeReading | null>(null);
  const { from_ms: from, to_ms: to } = model.view;
  const span = useSignal<Span>({ from, to });
  useEffect(() => {
    const made = new RegimeBoard(host.current!, model, {
      onReading: (at) => reading.value = at,
      onSpan: (shown) => span.value = shown,
    });
    board.value = made;
    return () => {
      board.value = null;
      made.destroy();
    };
  }, [model]);
  useEffect(() => board.peek()?.redraw(), [theme]);
  return (
    <section class="regime-charts" aria-label="Charts over time">
      <div class="regime-bar">
        <span data-testid="regime-span">
          {`${easternClock(Math.round(span.value.from))} to ${
            easternClock(Math.round(span.value.to))
          }`}
        </span>
        {CONTROLS.map(([name, act]) => (
          <button
            key={name}
            type="button"
            onClick={() => board.value && act(board.value)}
          >
            {name}
          </button>
        ))}
        <span class="regime-hint">Drag to look closer, double-click to see all.</span>
      </div>
      <RegimeReadout reading={reading} lanes={model.lanes.map(({ name }) => name)} />
      <div ref={host} class="regime-board" data-testid="regime-board" />
      <Legend />
    </section>
  );
}

function Legend() {
  return (
    <ul class="regime-legend" aria-label="Legend">
      <li>▲ up event, ▼ down event</li>
      <li>
        <i class="swatch-spot" aria-hidden="true" />✓ target first
      </li>
      <li>
        <i class="swatch-warning" aria-hidden="true" />✗ stop first
      </li>
      <li>
        <i class="swatch-dim" aria-hidden="true" />○ timed out
      </li>
      <li>
        <i class="swatch-pressure" aria-hidden="true" />pressure, grows upwards
      </li>
      <li>
        <i class="swatch-vacuum" aria-hidden="true" />vacuum, grows downwards
      </li>
      <li>
        A posture's row: above its line what is above spot, below it what is below; its share of the
        time in view beside it
      </li>
      <li>
        {`With ${MOST_MARKED} events or fewer in view each is marked with its outcome; else a ` +
          "triangle has the colour of the commonest one nearby, and is hollow for ✗"}
      </li>
    </ul>
  );
}
