import { type ReadonlySignal, useComputed } from "@preact/signals";
import type { Dashboard } from "../client/dashboard.ts";
import { easternClock, easternTime, formatCount, formatPrice, NOTHING } from "../client/format.ts";
import { StreamState } from "./StreamState.tsx";
import { Transport } from "./Transport.tsx";

interface Props {
  dashboard: Dashboard;
  /** Whether the side panel is unfolded where there is no room for it by default. */
  panelOpen: ReadonlySignal<boolean>;
  onTogglePanel(): void;
}

/** What is shown, when in the market's time, how the stream does, and the controls. */
export function TopBar({ dashboard, panelOpen, onTogglePanel }: Props) {
  const { moment, instrument } = dashboard;
  const spot = useComputed(() => {
    const dollars = moment.value?.spot ?? null;
    return dollars === null ? NOTHING : formatPrice(dollars, instrument.value.decimals);
  });
  const clock = useComputed(() =>
    moment.value === null ? NOTHING : easternClock(moment.value.timeMs)
  );
  const zone = useComputed(() =>
    moment.value === null ? "ET" : easternTime(moment.value.timeMs).zone
  );
  const grids = useComputed(() => formatCount(moment.value?.grids ?? 0));
  const event = useComputed(() =>
    moment.value === null ? NOTHING : formatCount(moment.value.eventId)
  );
  const symbol = useComputed(() => instrument.value.symbol);
  const contract = useComputed(() => {
    const { productType, tickSize, bucketSize, multiplier } = instrument.value;
    return `${productType} · tick ${tickSize} · bucket ${bucketSize} · ×${multiplier}`;
  });
  const real = useComputed(() => !instrument.value.simulated);
  return (
    <header class="top-bar">
      <h1 class="name">Spymaster</h1>
      <span class="spot" aria-label="Spot" role="group">
        <span data-testid="spot">{spot}</span>
      </span>
      <span class="event-time" data-testid="event-time" title="Event time in New York">
        <span>{clock}</span> <span class="strong">{zone}</span>
      </span>
      <span class="contract">
        <span class="strong">{symbol}</span> <span class="details">{contract}</span>
      </span>
      <span class="badge" data-testid="simulated" hidden={real}>SIMULATED</span>
      <span class="space" />
      <StreamState dashboard={dashboard} />
      <span class="count event" title="Number of the last record that reached the engine">
        event <span data-testid="event-id">{event}</span>
      </span>
      <span class="count">
        <span data-testid="grids-received">{grids}</span> grids
      </span>
      <Transport dashboard={dashboard} />
      <button
        type="button"
        class="panel-toggle"
        aria-expanded={panelOpen}
        aria-controls="panel"
        onClick={onTogglePanel}
      >
        Panel
      </button>
    </header>
  );
}
