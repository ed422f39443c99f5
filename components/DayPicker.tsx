import { useRef } from "preact/hooks";
import { useComputed } from "@preact/signals";
import type { Dashboard } from "../client/page/dashboard.ts";
import { dayGroups } from "../client/page/day_list.ts";

/** Keys that open the list of days or choose from it; any other looks through the days. */
const CHOOSING_KEYS: ReadonlySet<string> = new Set(["Enter", " "]);

/**
 * The days that can be shown; choosing one loads it. With keys one looks through them, and Enter, or
 * leaving, loads the one that stands there; Esc takes it back.
 */
export function DayPicker({ dashboard }: { dashboard: Dashboard }) {
  const { days, playback } = dashboard;
  const groups = useComputed(() => {
    const dt = playback.dt.value;
    return dayGroups(days.value, { dt, simulated: playback.instrument.value.simulated })
      .map(({ title, days }) => (
        <optgroup key={title} label={title}>
          {days.map((day) => (
            <option key={day.dt} value={day.dt} selected={day.dt === dt}>{day.label}</option>
          ))}
        </optgroup>
      ));
  });
  const isLooking = useRef(false);
  const load = ({ value }: HTMLSelectElement) => {
    if (value !== playback.dt.value) location.assign(dashboard.dayLink(value));
  };
  return (
    <select
      class="day"
      data-testid="day"
      aria-label="Session day"
      title="Session day; choose one to load it, Enter loads it from the keyboard (D)"
      onKeyDown={({ currentTarget, key, altKey }) => {
        isLooking.current = !altKey && !CHOOSING_KEYS.has(key);
        if (key === "Enter") load(currentTarget);
        else if (key === "Escape") currentTarget.value = playback.dt.value;
      }}
      onKeyUp={() => isLooking.current = false}
      onChange={({ currentTarget }) => {
        if (!isLooking.current) load(currentTarget);
      }}
      onBlur={({ currentTarget }) => {
        // A window that is left keeps its focus.
        if (document.activeElement !== currentTarget) load(currentTarget);
      }}
    >
      {groups}
    </select>
  );
}
