import { type ReadonlySignal, useComputed } from "@preact/signals";
import type { Dashboard } from "../client/page/dashboard.ts";
import { easternClock, formatCount, NOTHING } from "../client/format.ts";
import {
  type Flow,
  type FlowStep,
  leftWords,
  recentWords,
  type Why,
} from "../client/history/why.ts";

const WIDTH = 290;
const HEIGHT = 44;

const PARTS = [
  ["added", "building"],
  ["pulled", "draining"],
  ["filled", "traded"],
] as const;

/** Why the cell under the crosshair is what it is: what rests there, what came and what left. */
export function WhyOfCell({ dashboard }: { dashboard: Dashboard }) {
  const { why } = dashboard.cell;
  const absent = useComputed(() => why.value === null);
  const orders = useComputed(() => why.value === null ? NOTHING : formatCount(why.value.orders));
  const recent = useComputed(() => recentWords(why.value?.recentMs ?? 0) ?? "no past yet");
  const since = useComputed(() =>
    why.value === null ? "" : `since ${easternClock(why.value.sinceMs)}`
  );
  const left = useComputed(() => why.value === null ? "" : leftWords(why.value));
  const lines = PARTS.map(([part, tone]) => (
    <polyline
      key={part}
      class={tone}
      points={useComputed(() => why.value === null ? "" : pointsOf(why.value.steps, part))}
      fill="none"
      stroke="currentColor"
      stroke-width="1.5"
      stroke-dasharray={part === "filled" ? "3 2" : undefined}
    />
  ));
  return (
    <div class="cell-why" data-testid="cell-why" hidden={absent}>
      <p>
        <span class="dim">Orders resting</span> <span data-testid="why-orders">{orders}</span>
      </p>
      <table>
        <thead>
          <tr>
            <td />
            <th scope="col">{recent}</th>
            <th scope="col">{since}</th>
          </tr>
        </thead>
        <tbody>
          {PARTS.map(([part, tone]) => (
            <tr key={part}>
              <th scope="row" class={tone}>{part}</th>
              <Count
                why={why}
                of={(now) => now.recentMs === 0 ? null : now.recent[part]}
                name={`why-recent-${part}`}
              />
              <Count why={why} of={(now) => now.since[part]} name={`why-since-${part}`} />
            </tr>
          ))}
        </tbody>
      </table>
      <p class="dim" data-testid="why-left">{left}</p>
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        width={WIDTH}
        height={HEIGHT}
        role="img"
        aria-label="Contracts added, pulled and filled at this price over that time"
      >
        {lines}
      </svg>
    </div>
  );
}

interface CountProps {
  why: ReadonlySignal<Why | null>;
  /** Null where it is not known. */
  of: (why: Why) => number | null;
  name: string;
}

function Count({ why, of, name }: CountProps) {
  const text = useComputed(() => {
    const count = why.value && of(why.value);
    return count === null ? NOTHING : formatCount(count);
  });
  return <td data-testid={name}>{text}</td>;
}

/** A part of the flow as the points of a line, from the left edge to the right. */
function pointsOf(steps: readonly FlowStep[], part: keyof Flow): string {
  const [first, last] = [steps[0], steps.at(-1)];
  if (first === undefined || last === undefined || last.timeMs === first.timeMs) return "";
  const most = Math.max(1, ...PARTS.map(([name]) => last[name]));
  const x = (timeMs: number) => (timeMs - first.timeMs) / (last.timeMs - first.timeMs) * WIDTH;
  const y = (count: number) => HEIGHT - 1 - count / most * (HEIGHT - 2);
  return steps.map((step) => `${x(step.timeMs).toFixed(1)},${y(step[part]).toFixed(1)}`).join(" ");
}
