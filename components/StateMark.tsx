import { type ReadonlySignal, useComputed } from "@preact/signals";
import { NOTHING, sentenceCase } from "../client/format.ts";
import type { MarketState } from "../client/history/edge.ts";

interface Look {
  readonly direction: "up" | "down" | "none" | "unknown";
  /** A shape besides the colour: filled for a bias, hollow for a lean. */
  readonly shape: string;
}

const LOOKS: Record<MarketState, Look> = {
  "UP BIAS": { direction: "up", shape: "▲" },
  "UP LEAN": { direction: "up", shape: "△" },
  "DOWN BIAS": { direction: "down", shape: "▼" },
  "DOWN LEAN": { direction: "down", shape: "▽" },
  "CHOP": { direction: "none", shape: "◇" },
};

const UNKNOWN: Look = { direction: "unknown", shape: "" };

interface Props {
  state: ReadonlySignal<MarketState | null>;
  testId?: string;
}

/** A market state by word, shape and colour. */
export function StateMark({ state, testId }: Props) {
  const look = useComputed(() => state.value === null ? UNKNOWN : LOOKS[state.value]);
  const direction = useComputed(() => look.value.direction);
  const shape = useComputed(() => look.value.shape);
  const word = useComputed(() => state.value === null ? NOTHING : sentenceCase(state.value));
  return (
    <span class="state-mark" data-direction={direction}>
      <span class="shape" aria-hidden="true">{shape}</span>
      <span data-testid={testId}>{word}</span>
    </span>
  );
}
