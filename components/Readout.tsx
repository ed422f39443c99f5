import { type ReadonlySignal, useComputed, useSignalEffect } from "@preact/signals";
import { useRef } from "preact/hooks";
import type { CellReading } from "../client/history/cell_reading.ts";
import type { Dashboard } from "../client/page/dashboard.ts";
import {
  easternClock,
  easternTime,
  formatCount,
  formatDuration,
  formatFixed,
  formatPrice,
  NOTHING,
} from "../client/format.ts";
import { placeOf } from "../client/page/place_words.ts";
import { EventLines } from "./EventLines.tsx";
import { WhyOfCell } from "./WhyOfCell.tsx";
import type { CellField } from "../client/history/reading_history.ts";

/** Of each mass, by the letter that begins a field's name. */
const DERIVATIVES = [["v", "velocity"], ["a", "acceleration"], ["j", "jerk"]] as const;
const MASSES = ["add", "pull", "fill", "rest_depth"] as const;
/** Between the pointer and the readout, CSS pixels. */
const GAP = 16;
/** A grid held for less is as good as new, milliseconds. */
const LEAST_HELD = 100;

/** What the cell under the crosshair holds. */
export function Readout({ dashboard }: { dashboard: Dashboard }) {
  const { crosshair, playback } = dashboard;
  const { reading: cell, traded: tradedHere } = dashboard.cell;
  const box = useRef<HTMLDivElement>(null);
  // What is being measured lies under it.
  const hidden = useComputed(() => cell.value === null || dashboard.measuring.isOpen.value);
  const head = useComputed(() => {
    const now = cell.value;
    if (now === null) return "";
    const price = formatPrice(now.price, playback.instrument.value.decimals);
    return `${easternClock(now.timeMs)} · ${price} · ${placeOf(now.k, playback.instrument.value)}`;
  });
  const free = useComputed(() => !dashboard.isHeld.value);
  const prompt = useComputed(() => (cell.value?.heldMs ?? 0) < LEAST_HELD);
  const held = useComputed(() => `held for ${formatDuration(cell.value?.heldMs ?? 0)}, fading`);
  // The readout keeps to the side of the pointer that has room for it.
  useSignalEffect(() => {
    const element = box.current;
    const { place } = crosshair;
    if (cell.value === null || element === null || place === null || place.y === null) return;
    const { clientWidth, clientHeight } = element.offsetParent ?? document.body;
    const x = place.x / devicePixelRatio;
    const y = place.y / devicePixelRatio;
    // What is known of why makes it higher.
    void dashboard.cell.why.value;
    const { offsetWidth, offsetHeight } = element;
    const left = x + GAP + offsetWidth < clientWidth ? x + GAP : x - GAP - offsetWidth;
    const below = y + GAP + offsetHeight < clientHeight ? y + GAP : y - GAP - offsetHeight;
    const top = Math.max(0, Math.min(below, clientHeight - offsetHeight));
    // On a phone it has room on neither side.
    const within = Math.max(0, Math.min(left, clientWidth - offsetWidth));
    element.style.transform = `translate(${Math.round(within)}px, ${Math.round(top)}px)`;
  });
  const traded = useComputed(() =>
    tradedHere.value === null ? NOTHING : formatCount(tradedHere.value.volume)
  );
  const tradedSince = useComputed(() => {
    const known = tradedHere.value;
    if (known === null) return "Traded";
    const holes = known.hasHoles ? ", with gaps" : "";
    return `Traded since ${easternTime(known.fromMs).clock}${holes}`;
  });
  const rows = DERIVATIVES.map(([order, name]) => (
    <tr key={order}>
      <th scope="row">{name}</th>
      {MASSES.map((mass) => (
        <Figure
          key={mass}
          cell={cell}
          field={`${order}_${mass}`}
          digits={1}
        />
      ))}
    </tr>
  ));
  return (
    <div
      ref={box}
      class="readout"
      data-testid="readout"
      data-held={dashboard.isHeld}
      hidden={hidden}
    >
      <p class="dim">{head}</p>
      <p class="dim" hidden={free}>held where it was clicked; a click or Esc lets go</p>
      <p class="dim" data-testid="cell-held" hidden={prompt}>{held}</p>
      <table class="readout-forces">
        <tbody>
          <tr>
            <th scope="row">Pressure</th>
            <Figure cell={cell} field="pressure_variant" digits={2} tone="building" />
          </tr>
          <tr>
            <th scope="row">Vacuum</th>
            <Figure cell={cell} field="vacuum_variant" digits={2} tone="draining" />
          </tr>
          <tr>
            <th scope="row">Rest depth</th>
            <Figure cell={cell} field="rest_depth" digits={0} />
          </tr>
          <tr>
            <th scope="row" data-testid="cell-traded-since">{tradedSince}</th>
            <td data-testid="cell-traded">{traded}</td>
          </tr>
        </tbody>
      </table>
      <table class="readout-chain">
        <thead>
          <tr>
            <td />
            <th scope="col">add</th>
            <th scope="col">pull</th>
            <th scope="col">fill</th>
            <th scope="col">rest</th>
          </tr>
        </thead>
        <tbody>{rows}</tbody>
      </table>
      <EventLines dashboard={dashboard} events={dashboard.cell.events} />
      <WhyOfCell dashboard={dashboard} />
    </div>
  );
}

interface FigureProps {
  cell: ReadonlySignal<CellReading | null>;
  field: CellField;
  digits: number;
  tone?: string;
}

function Figure({ cell, field, digits, tone = "" }: FigureProps) {
  const text = useComputed(() => {
    const value = cell.value?.value(field) ?? null;
    if (value === null) return NOTHING;
    return digits === 0 ? formatCount(value) : formatFixed(value, digits);
  });
  return <td class={tone}>{text}</td>;
}
