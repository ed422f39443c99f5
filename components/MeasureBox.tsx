import { type ReadonlySignal, useComputed } from "@preact/signals";
import type { Dashboard } from "../client/page/dashboard.ts";
import {
  formatCount,
  formatDuration,
  formatPercent,
  formatPrice,
  NOTHING,
} from "../client/format.ts";
import type { BoxFigures } from "../client/history/box_figures.ts";
import { ticksOf } from "../client/page/place_words.ts";
import { overPicture } from "./over_picture.ts";

const FLOWS = ["added", "pulled", "filled"] as const;

/** What happened in the box that is measured, and what of it is known. */
export function MeasureBox({ dashboard }: { dashboard: Dashboard }) {
  const { figures, isArmed } = dashboard.measuring;
  const { instrument } = dashboard.playback;
  const absent = useComputed(() => figures.value === null && !isArmed.value);
  const empty = useComputed(() => figures.value === null);
  const waits = useComputed(() => figures.value !== null);
  const height = (now: BoxFigures) => {
    const { bucketSize, decimals } = instrument.value;
    const ticks = ticksOf(now.buckets, instrument.value);
    return `${formatCount(ticks)} (${formatPrice(now.buckets * bucketSize, decimals)})`;
  };
  return (
    <div class="measure" data-testid="measure" role="status" hidden={absent}>
      <button
        type="button"
        aria-label="Stop measuring"
        title="Esc"
        {...overPicture(dashboard)}
        onClick={() => {
          dashboard.measuring.clear();
          dashboard.requestDraw();
        }}
      >
        ×
      </button>
      <p class="dim" hidden={waits}>Drag a box over the picture to measure it.</p>
      <table hidden={empty}>
        <caption class="unseen">The box that is measured</caption>
        <tbody>
          <Figure name="Ticks" figures={figures} show={height} />
          <Figure name="Time" figures={figures} show={({ ms }) => formatDuration(ms)} />
          <Figure name="Traded" figures={figures} show={({ traded }) => formatCount(traded)} />
          {FLOWS.map((flow) => (
            <Figure
              key={flow}
              name={flow[0]!.toUpperCase() + flow.slice(1)}
              figures={figures}
              show={(now) => formatCount(now[flow])}
            />
          ))}
        </tbody>
      </table>
      <p class="dim" data-testid="measure-known" hidden={empty}>
        {useComputed(() => figures.value === null ? "" : knownWords(figures.value))}
      </p>
    </div>
  );
}

interface FigureProps {
  name: string;
  figures: ReadonlySignal<BoxFigures | null>;
  show: (figures: BoxFigures) => string;
}

function Figure({ name, figures, show }: FigureProps) {
  const text = useComputed(() => figures.value === null ? NOTHING : show(figures.value));
  return (
    <tr>
      <th scope="row">{name}</th>
      <td data-testid={`measure-${name.toLowerCase()}`}>{text}</td>
    </tr>
  );
}

/** What part of a box its figures are of. */
function knownWords({ known, tradesKnown }: BoxFigures): string {
  // What is nearly all is not all.
  const share = formatPercent(Math.min(0.99, known));
  const flow = known > 0.9999
    ? "Added, pulled, filled: all of the box is known."
    : `Added, pulled, filled: ${share} of the box is known; the rest was out of view or left out.`;
  return tradesKnown ? flow : `${flow} Traded: some of it was left out.`;
}
