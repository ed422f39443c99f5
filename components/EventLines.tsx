import { type ReadonlySignal, useComputed } from "@preact/signals";
import { easternClock } from "../client/format.ts";
import type { PlacedEvent } from "../client/history/event_history.ts";
import type { Dashboard } from "../client/page/dashboard.ts";
import { eventWords } from "../client/page/event_words.ts";

interface Props {
  dashboard: Dashboard;
  events: ReadonlySignal<readonly PlacedEvent[]>;
}

/** Sweeps and reserves in words, a line each. */
export function EventLines({ dashboard, events }: Props) {
  const lines = useComputed(() =>
    events.value.map(({ event, timeMs }) => (
      <li key={event.event_id}>
        <span class="dim">{easternClock(timeMs)}</span>{" "}
        {eventWords(event, dashboard.playback.instrument.value)}
      </li>
    ))
  );
  return <ul class="event-lines">{lines}</ul>;
}
