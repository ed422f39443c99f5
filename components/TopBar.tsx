import { type Signal, useComputed } from "@preact/signals";
import type { Dashboard } from "../client/page/dashboard.ts";
import {
  easternClock,
  easternTime,
  formatCount,
  formatPrice,
  formatStep,
  NOTHING,
} from "../client/format.ts";
import type { PageCommands } from "../client/page/shortcuts.ts";
import { StreamState } from "./StreamState.tsx";
import { Transport } from "./Transport.tsx";
import { ViewMenu } from "./ViewMenu.tsx";

interface Props {
  dashboard: Dashboard;
  commands: PageCommands;
  /** Whether the side panel is unfolded where there is no room for it by default. */
  panelOpen: Signal<boolean>;
}

/** What is shown, when in the market's time, how the stream does, and the controls. */
export function TopBar({ dashboard, commands, panelOpen }: Props) {
  const { summary } = dashboard;
  const { instrument, dt } = dashboard.playback;
  const spot = useComputed(() =>
    summary.value === null ? NOTHING : formatPrice(summary.value.spot, instrument.value.decimals)
  );
  const clock = useComputed(() =>
    summary.value === null ? NOTHING : easternClock(summary.value.timeMs)
  );
  const zone = useComputed(() =>
    summary.value === null ? "ET" : easternTime(summary.value.timeMs).zone
  );
  const grids = useComputed(() => formatCount(dashboard.grids.value));
  const event = useComputed(() =>
    summary.value === null ? NOTHING : formatCount(summary.value.eventId)
  );
  const symbol = useComputed(() => instrument.value.symbol);
  const contract = useComputed(() => {
    const { productType, tickSize, bucketSize, multiplier } = instrument.value;
    return `${productType} · tick ${formatStep(tickSize)} · bucket ${
      formatStep(bucketSize)
    } · ×${multiplier}`;
  });
  const real = useComputed(() => !instrument.value.simulated);
  const past = useComputed(() => summary.value?.behindMs != null);
  return (
    <header class="top-bar">
      <h1 class="name">Spymaster</h1>
      <span class="spot" aria-label="Spot" role="group">
        <span data-testid="spot">{spot}</span>
      </span>
      <span class="pair event-time" data-past={past} title="Event time in New York">
        <span data-testid="event-time">
          <span class="strong">{clock}</span> <span>{zone}</span>
        </span>
        <span class="small">{dt}</span>
      </span>
      <span class="pair contract">
        <span>
          <span class="strong">{symbol}</span>{" "}
          <span class="badge" data-testid="simulated" hidden={real}>SIMULATED</span>
        </span>
        <span class="small">{contract}</span>
      </span>
      <span class="space" />
      <StreamState dashboard={dashboard} />
      <span class="pair count">
        <span>
          <span class="figure" data-testid="grids-received">{grids}</span> grids
        </span>
        <span class="small" title="Number of the last record that reached the engine">
          event <span data-testid="event-id">{event}</span>
        </span>
      </span>
      <Transport dashboard={dashboard} />
      <ViewMenu dashboard={dashboard} commands={commands} />
      <button
        type="button"
        class="panel-toggle"
        aria-expanded={panelOpen}
        aria-controls="panel"
        onClick={() => panelOpen.value = !panelOpen.value}
      >
        Panel
      </button>
      <button
        type="button"
        class="square"
        data-testid="help"
        aria-label="Keys"
        aria-keyshortcuts="?"
        title="Keys (?)"
        onClick={() => commands.showHelp()}
      >
        ?
      </button>
    </header>
  );
}
