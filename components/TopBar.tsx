import { type Signal, useComputed } from "@preact/signals";
import type { Dashboard } from "../client/page/dashboard.ts";
import {
  easternClock,
  formatCount,
  formatPrice,
  formatStep,
  NOTHING,
  zoneIn,
} from "../client/format.ts";
import { momentWords } from "../client/page/moment_words.ts";
import type { PageCommands } from "../client/page/shortcuts.ts";
import { DayPicker } from "./DayPicker.tsx";
import { FeedState } from "./FeedState.tsx";
import { LinkButton } from "./LinkButton.tsx";
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
  const { summary, shownBy } = dashboard;
  const { instrument } = dashboard.playback;
  const price = (dollars: number | undefined, more = 0) =>
    dollars === undefined || Number.isNaN(dollars)
      ? NOTHING
      : formatPrice(dollars, instrument.value.decimals + more);
  // A middle lies on half a tick.
  const mid = useComputed(() => price(summary.value?.mid, 1));
  const quote = useComputed(() =>
    `${price(summary.value?.bestBid)} × ${price(summary.value?.bestAsk)}`
  );
  const clock = useComputed(() =>
    summary.value === null ? NOTHING : easternClock(summary.value.timeMs)
  );
  const zone = useComputed(() =>
    summary.value === null ? "ET" : zoneIn(summary.value.timeMs, dashboard.playback.dt.value)
  );
  const { isCurrent, nowWords } = dashboard.playback.freshness;
  const moment = useComputed(() =>
    momentWords(summary.value?.behindMs ?? null, shownBy.value, nowWords.value)
  );
  const grids = useComputed(() => formatCount(dashboard.grids.value));
  const event = useComputed(() =>
    summary.value === null ? NOTHING : formatCount(summary.value.eventId)
  );
  const symbol = useComputed(() => instrument.value.symbol);
  const contract = useComputed(() => {
    const { productType, tickSize, bucketSize, multiplier } = instrument.value;
    const row = bucketSize === tickSize ? "" : `, row ${formatStep(bucketSize)}`;
    const worth = multiplier === 1 ? "" : `, $${formatStep(multiplier)} a point`;
    return `${productType.split("_")[0]}, tick ${formatStep(tickSize)}${row}${worth}`;
  });
  const real = useComputed(() => !instrument.value.simulated);
  const past = useComputed(() => summary.value?.behindMs != null || !isCurrent.value);
  return (
    <header class="top-bar">
      <h1 class="name">Spymaster</h1>
      <span class="pair price" role="group" aria-label="Mid, best bid and best ask">
        <span class="mid" data-testid="mid" title="Mid: middle of best bid and best ask">
          {mid}
        </span>
        <span class="small" data-testid="quote" title="Best bid × best ask">{quote}</span>
      </span>
      <span class="pair event-time" data-past={past} title="Event time in New York">
        <span data-testid="event-time">
          <span class="strong">{clock}</span> <span>{zone}</span>
        </span>
        <span class="small" data-testid="moment">{moment}</span>
      </span>
      <span class="pair contract">
        <span>
          <span class="strong" data-testid="symbol">{symbol}</span>{" "}
          <span class="badge" data-testid="simulated" hidden={real}>SIMULATED</span>
        </span>
        <span class="small" title={contract}>{contract}</span>
      </span>
      <DayPicker dashboard={dashboard} />
      <span class="space" />
      <FeedState dashboard={dashboard} />
      <StreamState dashboard={dashboard} />
      <span class="pair count">
        <span title="Grids received: pictures of the whole book">
          <span class="figure" data-testid="grids-received">{grids}</span> grids
        </span>
        <span class="small" title="Number of the last record of the file in this picture">
          record <span data-testid="event-id">{event}</span>
        </span>
      </span>
      <span class="row-end" />
      <Transport dashboard={dashboard} commands={commands} />
      <LinkButton dashboard={dashboard} commands={commands} />
      <ViewMenu dashboard={dashboard} commands={commands} />
      <button
        type="button"
        class="panel-toggle"
        data-testid="panel-toggle"
        aria-expanded={panelOpen}
        aria-controls="panel"
        title="Reading panel (1)"
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
