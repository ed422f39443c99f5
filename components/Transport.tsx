import { type ReadonlySignal, useComputed, useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useRef } from "preact/hooks";
import { readClock } from "../client/clock_text.ts";
import type { Dashboard } from "../client/page/dashboard.ts";
import type { PageCommands } from "../client/page/shortcuts.ts";
import { readSpeed, SPEED_RANGE, SPEEDS } from "../client/page/speeds.ts";

const PAUSE_ICON = "M1 1h3v8H1zM6 1h3v8H6z";
const PLAY_ICON = "M2 1l7 4-7 4z";
const BACK_ICON = "M1 1h2v8H1zM9 1L4 5l5 4z";
const ON_ICON = "M7 1h2v8H7zM1 1l5 4-5 4z";

const RESTART_ICON = "M2 1v3.5h3.5M2.4 4.2a4.3 4.3 0 1 1-.6 3";

interface Props {
  dashboard: Dashboard;
  commands: PageCommands;
}

/** Pause and play, step, start over, how fast, and where to. */
export function Transport({ dashboard, commands }: Props) {
  const { paused, isOpen } = dashboard.playback;
  const label = useComputed(() => paused.value ? "Play" : "Pause");
  const icon = useComputed(() => paused.value ? PLAY_ICON : PAUSE_ICON);
  const idle = useComputed(() => !isOpen.value);
  const moving = useComputed(() => isOpen.value && !paused.value);
  return (
    <span class="transport" role="group" aria-label="Replay">
      <Step dashboard={dashboard} by={-1} icon={BACK_ICON} disabled={moving} />
      <button
        type="button"
        class="primary"
        data-testid="pause"
        aria-keyshortcuts="Space"
        title="Pause or play (Space)"
        disabled={idle}
        onClick={() => dashboard.togglePause()}
      >
        <svg viewBox="0 0 10 10" width="10" height="10" aria-hidden="true">
          <path d={icon} fill="currentColor" />
        </svg>
        <span>{label}</span>
      </button>
      <Step dashboard={dashboard} by={1} icon={ON_ICON} disabled={moving} />
      <button
        type="button"
        class="square"
        data-testid="restart"
        aria-label="Restart"
        aria-keyshortcuts="r"
        title="Restart; asks first (R)"
        onClick={() => commands.askRestart()}
      >
        <svg viewBox="0 0 12 12" width="12" height="12" aria-hidden="true">
          <path d={RESTART_ICON} fill="none" stroke="currentColor" stroke-width="1.5" />
        </svg>
      </button>
      <Speed dashboard={dashboard} />
      <SeekField dashboard={dashboard} />
    </span>
  );
}

interface StepProps {
  dashboard: Dashboard;
  by: 1 | -1;
  icon: string;
  disabled: ReadonlySignal<boolean>;
}

function Step({ dashboard, by, icon, disabled }: StepProps) {
  const [words, key] = by < 0 ? ["Grid before", "←"] : ["Next grid", "→"];
  return (
    <button
      type="button"
      class="square"
      data-testid={by < 0 ? "step-back" : "step"}
      aria-label={words}
      title={`${words}, while paused (${key})`}
      disabled={disabled}
      onClick={() => dashboard.stepBy(by)}
    >
      <svg viewBox="0 0 10 10" width="10" height="10" aria-hidden="true">
        <path d={icon} fill="currentColor" />
      </svg>
    </button>
  );
}

/** The speed in force, those to choose from, and a field for any other. */
function Speed({ dashboard }: { dashboard: Dashboard }) {
  const { speed, isOpen } = dashboard.playback;
  const button = useRef<HTMLButtonElement>(null);
  const menu = useRef<HTMLDivElement>(null);
  const wrong = useSignal("");
  const right = useComputed(() => wrong.value === "");
  const text = useComputed(() => `${speed.value}×`);
  const label = useComputed(() => `Speed, ${speed.value} times`);
  const idle = useComputed(() => !isOpen.value);
  const choose = (value: number) => {
    wrong.value = "";
    dashboard.setSpeed(value);
    menu.current?.hidePopover();
  };
  const presets = useComputed(() =>
    SPEEDS.map((value) => (
      <button
        key={value}
        type="button"
        data-testid={`speed-${value}`}
        aria-pressed={value === speed.value}
        onClick={() => choose(value)}
      >
        {`${value}×`}
      </button>
    ))
  );
  const onSubmit = (event: JSX.TargetedSubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const field = event.currentTarget.elements.namedItem("speed");
    if (!(field instanceof HTMLInputElement)) return;
    const value = readSpeed(field.value);
    if (value === null) {
      const { min, max } = SPEED_RANGE;
      wrong.value = `“${field.value}” is no speed: a number from ${min} to ${max}.`;
      return;
    }
    field.value = "";
    choose(value);
  };
  return (
    <>
      <button
        ref={button}
        type="button"
        class="speed"
        data-testid="speed"
        aria-label={label}
        popovertarget="speed-menu"
        title="Speed (X); slower (,), faster (.)"
        disabled={idle}
      >
        {text}
      </button>
      <div
        ref={menu}
        class="menu speed-menu"
        id="speed-menu"
        popover="auto"
        aria-label="Speed"
        role="group"
        onBeforeToggle={() => {
          const { left = 0, bottom = 0 } = button.current?.getBoundingClientRect() ?? {};
          const { style } = menu.current!;
          style.left = `${Math.max(4, Math.min(left, innerWidth - 236))}px`;
          style.top = `${bottom + 4}px`;
        }}
      >
        <div class="presets">{presets}</div>
        <form class="choice" onSubmit={onSubmit}>
          <label>
            other{" "}
            <input
              name="speed"
              data-testid="speed-field"
              inputMode="decimal"
              autocomplete="off"
              size={6}
              aria-invalid={useComputed(() => !right.value)}
              aria-describedby="speed-words"
              onInput={() => wrong.value = ""}
            />
          </label>{" "}
          times
        </form>
        <p class="wrong" id="speed-words" role="alert" data-testid="speed-words" hidden={right}>
          {wrong}
        </p>
      </div>
    </>
  );
}

/** A time of day to go to, and where a seek is on its way to. */
function SeekField({ dashboard }: { dashboard: Dashboard }) {
  const { seeking } = dashboard.playback;
  const wrong = useSignal("");
  const right = useComputed(() => wrong.value === "");
  const still = useComputed(() => seeking.value === null);
  const going = useComputed(() => seeking.value === null ? "" : `seeking ${seeking.value} …`);
  const onSubmit = (event: JSX.TargetedSubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const field = event.currentTarget.elements.namedItem("time");
    if (!(field instanceof HTMLInputElement)) return;
    const clock = readClock(field.value);
    wrong.value = clock === null
      ? `“${field.value}” is no time of day: write 09:41, 09:41:30 or 0941, New York.`
      : "";
    if (clock === null) return;
    dashboard.seek(clock);
    field.value = "";
    document.querySelector<HTMLElement>("main")?.focus();
  };
  return (
    <form class="seek" onSubmit={onSubmit}>
      <input
        name="time"
        data-testid="seek"
        aria-label="Seek a time of day, New York"
        aria-invalid={useComputed(() => !right.value)}
        aria-describedby="seek-words"
        title="A time of day in New York, such as 09:41 or 09:41:30, then Enter (S)"
        placeholder="Seek 09:41"
        autocomplete="off"
        size={9}
        onInput={() => wrong.value = ""}
        onKeyDown={({ key, currentTarget }) => {
          if (key !== "Escape") return;
          wrong.value = currentTarget.value = "";
          document.querySelector<HTMLElement>("main")?.focus();
        }}
      />
      <span class="seeking" data-testid="seeking" hidden={still}>{going}</span>
      <p class="wrong" id="seek-words" role="alert" data-testid="seek-words" hidden={right}>
        {wrong}
      </p>
    </form>
  );
}
