import { useComputed } from "@preact/signals";
import { goToMoment, goToPrice } from "../client/page/closer_look.ts";
import type { Dashboard } from "../client/page/dashboard.ts";
import { easternClock, formatPrice, millisecondsOf } from "../client/format.ts";

/** What the reader marked: moments and prices to go to, or to take away. */
export function MarksList({ dashboard }: { dashboard: Dashboard }) {
  const { marks: { marks }, playback } = dashboard;
  const removeMoment = (tsNs: string) => {
    dashboard.marks.toggleMoment(tsNs);
    dashboard.requestDraw();
  };
  const removePrice = (price: number) => {
    dashboard.marks.togglePrice(price);
    dashboard.requestDraw();
  };
  const moments = useComputed(() =>
    marks.value.moments.map((tsNs, i) => (
      <Mark
        key={tsNs}
        name={`${i + 1} · ${easternClock(millisecondsOf(tsNs))}`}
        onGo={() => goToMoment(dashboard, tsNs)}
        onRemove={() => removeMoment(tsNs)}
      />
    ))
  );
  const prices = useComputed(() =>
    marks.value.prices.map((price) => (
      <Mark
        key={price}
        name={formatPrice(price, playback.instrument.value.decimals)}
        onGo={() => goToPrice(dashboard, price)}
        onRemove={() => removePrice(price)}
      />
    ))
  );
  const some = useComputed(() => marks.value.moments.length + marks.value.prices.length > 0);
  return (
    <fieldset data-testid="marks">
      <legend>Bookmarks and price lines</legend>
      <p class="note" hidden={some}>None: K marks a moment, J a price.</p>
      <ul class="marks">
        {moments}
        {prices}
      </ul>
    </fieldset>
  );
}

function Mark({ name, onGo, onRemove }: { name: string; onGo(): void; onRemove(): void }) {
  return (
    <li>
      <button
        type="button"
        aria-label={`Go to ${name}`}
        popovertarget="view-menu"
        popovertargetaction="hide"
        onClick={onGo}
      >
        {name}
      </button>
      <button type="button" aria-label={`Remove ${name}`} onClick={onRemove}>×</button>
    </li>
  );
}
