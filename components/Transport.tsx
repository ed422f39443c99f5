import { useComputed, useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { readClock } from "../client/clock_text.ts";
import type { Dashboard } from "../client/page/dashboard.ts";
import { speedsWith } from "../client/page/speeds.ts";

const PAUSE_ICON = "M1 1h3v8H1zM6 1h3v8H6z";
const PLAY_ICON = "M2 1l7 4-7 4z";

/** Pause and play, start over, how fast, and where to. */
export function Transport({ dashboard }: { dashboard: Dashboard }) {
  const { paused, live, speed } = dashboard.playback;
  const label = useComputed(() => paused.value ? "Play" : "Pause");
  const icon = useComputed(() => paused.value ? PLAY_ICON : PAUSE_ICON);
  const idle = useComputed(() => !live.value);
  const options = useComputed(() =>
    speedsWith(speed.value).map((value) => (
      <option key={value} value={value} selected={value === speed.value}>{`${value}×`}</option>
    ))
  );
  const onSpeed = ({ currentTarget }: JSX.TargetedEvent<HTMLSelectElement>) => {
    dashboard.setSpeed(Number(currentTarget.value));
    // What is shown is the server's word: back to it until it answers.
    currentTarget.value = String(speed.value);
  };
  return (
    <span class="transport" role="group" aria-label="Replay">
      <button
        type="button"
        class="primary"
        data-testid="pause"
        aria-keyshortcuts="Space"
        title="Space"
        disabled={idle}
        onClick={() => dashboard.playback.togglePause()}
      >
        <svg viewBox="0 0 10 10" width="10" height="10" aria-hidden="true">
          <path d={icon} fill="currentColor" />
        </svg>
        <span>{label}</span>
      </button>
      <button
        type="button"
        data-testid="restart"
        aria-keyshortcuts="r"
        title="R"
        onClick={() => dashboard.restart()}
      >
        Restart
      </button>
      <select
        data-testid="speed"
        aria-label="Speed"
        title="Slower , · faster ."
        disabled={idle}
        onChange={onSpeed}
      >
        {options}
      </select>
      <SeekField dashboard={dashboard} />
    </span>
  );
}

/** A time of day to go to. */
function SeekField({ dashboard }: { dashboard: Dashboard }) {
  const wrong = useSignal(false);
  const onSubmit = (event: JSX.TargetedSubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const field = event.currentTarget.elements.namedItem("time");
    if (!(field instanceof HTMLInputElement)) return;
    const clock = readClock(field.value);
    wrong.value = clock === null;
    if (clock === null) return;
    dashboard.seek(clock);
    field.value = "";
    field.blur();
  };
  return (
    <form class="seek" onSubmit={onSubmit}>
      <input
        name="time"
        data-testid="seek"
        aria-label="Seek a time of day, New York"
        aria-invalid={wrong}
        title="A time of day in New York, such as 09:41 or 09:41:30, then Enter (S)"
        placeholder="Seek 09:41"
        autocomplete="off"
        size={9}
        onInput={() => wrong.value = false}
      />
    </form>
  );
}
