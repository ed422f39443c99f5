import { useComputed } from "@preact/signals";
import { EventLines } from "./EventLines.tsx";
import type { Dashboard } from "../client/page/dashboard.ts";
import { MOST_LISTED } from "../client/page/flow_list.ts";
import { easternClock, formatCount, formatPrice } from "../client/format.ts";
import { BUYER, type Execution, SELLER } from "../client/history/trade_history.ts";
import { overPicture } from "./over_picture.ts";

const AGGRESSORS: Readonly<Record<number, string>> = { [BUYER]: "buyer", [SELLER]: "seller" };

/** The trades up to the moment shown, the latest first. */
export function TradeList({ dashboard }: { dashboard: Dashboard }) {
  const { list, settings, playback, summary } = dashboard;
  const closed = useComputed(() => !settings.value.tradeList);
  const caption = useComputed(() => {
    const until = summary.value === null ? "" : ` up to ${easternClock(summary.value.timeMs)}`;
    const { least } = settings.value;
    return `Trades${least > 1 ? ` of at least ${formatCount(least)}` : ""}${until}`;
  });
  const known = useComputed(() => {
    const fromMs = list.fromMs.value;
    if (fromMs === null) return "The trades of this moment were not sent.";
    return `Trades are known from ${easternClock(fromMs)} on.`;
  });
  const hasEvents = useComputed(() => list.events.value.length > 0);
  const rows = useComputed(() => {
    const { bucketSize, decimals } = playback.instrument.value;
    return list.trades.value.map((trade) => (
      <Row
        key={trade.serial}
        trade={trade}
        price={formatPrice(trade.tick * bucketSize, decimals)}
      />
    ));
  });
  return (
    <section
      class="trade-list"
      data-testid="trade-list"
      aria-label="List of trades"
      hidden={closed}
      {...overPicture(dashboard)}
    >
      <div class="row">
        <span data-testid="trade-list-caption">{caption}</span>
        <button
          type="button"
          aria-label="Close the list of trades"
          title="Close the list of trades (E)"
          onClick={() => dashboard.choose({ tradeList: false })}
        >
          ×
        </button>
      </div>
      <div class="trade-rows" tabIndex={0} role="region" aria-label="Trades, latest first">
        <table>
          <caption class="unseen">
            Up to {MOST_LISTED} trades before the moment shown, latest first
          </caption>
          <thead>
            <tr>
              <th scope="col">Time</th>
              <th scope="col">Price</th>
              <th scope="col">Size</th>
              <th scope="col">Taken by</th>
            </tr>
          </thead>
          <tbody>{rows}</tbody>
        </table>
        <p class="dim" data-testid="trades-known">{known}</p>
      </div>
      <div
        class="event-rows"
        data-testid="event-rows"
        tabIndex={0}
        role="region"
        aria-label="Sweeps and reserves, latest first"
      >
        <EventLines dashboard={dashboard} events={list.events} />
        <p class="dim" hidden={hasEvents}>No sweeps or reserves are known before this moment.</p>
      </div>
    </section>
  );
}

/** A trade; it never changes. */
function Row({ trade: { timeMs, size, side }, price }: { trade: Execution; price: string }) {
  const by = AGGRESSORS[side] ?? "nobody";
  return (
    <tr>
      <td>{easternClock(timeMs)}</td>
      <td>{price}</td>
      <td>{formatCount(size)}</td>
      <td>
        <svg class={`taker ${by}`} viewBox="0 0 10 10" width="10" height="10" aria-hidden="true">
          <circle cx="5" cy="5" r="3.5" />
        </svg>
        {by}
      </td>
    </tr>
  );
}
