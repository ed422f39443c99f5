import { type ReadonlySignal, useComputed } from "@preact/signals";
import { NOTHING, sentenceCase } from "../client/format.ts";
import { type MarketState, STATE_LOOKS, type StateLook } from "../client/state_words.ts";

const UNKNOWN: StateLook = { direction: "unknown", shape: "" };

interface Props {
  state: ReadonlySignal<MarketState | null>;
  testId?: string;
}

/** A market state by word and shape. */
export function StateMark({ state, testId }: Props) {
  const look = useComputed(() => state.value === null ? UNKNOWN : STATE_LOOKS[state.value]);
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
