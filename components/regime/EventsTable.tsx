import { useSignal } from "@preact/signals";
import { easternClock, formatCount, formatDuration } from "../../client/format.ts";
import type { RegimeModel } from "../../client/regime/model.ts";
import { DIRECTION_SIGNS, midText, OUTCOMES } from "../../client/regime/reading.ts";

/** Rows that are shown at a time: tables of many thousand rows make a page slow. */
const PAGE = 100;

/** Every event with its outcome, a page at a time; a row leads to its place in the charts. */
export function EventsTable(
  { model, onSeek, linksHeatmap }: {
    model: RegimeModel;
    onSeek: (index: number) => void;
    /** Whether each has a link to the heatmap at its second. */
    linksHeatmap: boolean;
  },
) {
  const { events } = model;
  const count = events.times.length;
  const first = useSignal(0);
  const end = Math.min(count, first.value + PAGE);
  const turn = (by: number) =>
    first.value = Math.max(
      0,
      Math.min(first.value + by * PAGE, Math.floor((count - 1) / PAGE) * PAGE),
    );
  if (count === 0) return <p>There is no event.</p>;
  return (
    <>
      <p class="regime-pager">
        <button type="button" disabled={first.value === 0} onClick={() => turn(-1)}>
          Earlier events
        </button>
        <span aria-live="polite">
          {formatCount(first.value + 1)} to {formatCount(end)} of {formatCount(count)}
        </span>
        <button
          type="button"
          data-testid="regime-later"
          disabled={end === count}
          onClick={() => turn(1)}
        >
          Later events
        </button>
      </p>
      <table class="regime-table" data-testid="regime-events">
        <thead>
          <tr>
            {["time", "direction", "entry", "outcome", "exit", "after", ""].map((head) => (
              <th key={head} scope="col">{head}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {Array.from({ length: end - first.value }, (_, row) => first.value + row).map((i) => {
            const direction = events.directions[i]! > 0 ? "up" : "down";
            const { sign, words } = OUTCOMES[events.outcomes[i]!]!;
            return (
              <tr key={i}>
                <th scope="row">{easternClock(events.times[i]!)}</th>
                <td>{`${DIRECTION_SIGNS[direction]} ${direction}`}</td>
                <td>{midText(model, events.entries[i]!)}</td>
                <td>{`${sign} ${words}`}</td>
                <td>{midText(model, events.exits[i]!)}</td>
                <td>{formatDuration(events.ends[i]! - events.times[i]!)}</td>
                <td>
                  <button type="button" onClick={() => onSeek(i)}>
                    Show<span class="regime-unseen">{` event ${i + 1}`}</span>
                  </button>
                  {linksHeatmap && (
                    <a href={heatmapAt(model, events.times[i]!)}>
                      Heatmap<span class="regime-unseen">{` at event ${i + 1}`}</span>
                    </a>
                  )}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </>
  );
}

/** The heatmap of the same session at a time's second. */
function heatmapAt({ view: { figures: { instrument } } }: RegimeModel, ms: number): string {
  const { product_type, symbol, dt } = instrument;
  const query = new URLSearchParams({ product_type, symbol, dt });
  query.set("start_time", easternClock(Math.floor(ms / 1000) * 1000).slice(0, "HH:MM:SS".length));
  return `/vacuum-pressure?${query}`;
}
