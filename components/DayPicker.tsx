import { useComputed } from "@preact/signals";
import type { Dashboard } from "../client/page/dashboard.ts";
import { dayGroups } from "../client/page/day_list.ts";

/** The days that can be shown; choosing one loads it. */
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
  return (
    <select
      class="day"
      data-testid="day"
      aria-label="Session day"
      title="Session day; choosing one loads it (D)"
      onChange={({ currentTarget }) => location.assign(dashboard.dayLink(currentTarget.value))}
    >
      {groups}
    </select>
  );
}
