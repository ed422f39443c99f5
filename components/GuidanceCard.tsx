import { type ReadonlySignal, useComputed } from "@preact/signals";
import { NOTHING, sentenceCase } from "../client/format.ts";
import { type Guidance, longGuidance, shortGuidance } from "../client/page/guidance.ts";
import type { Dashboard } from "../client/page/dashboard.ts";
import { isWarning } from "../client/state_words.ts";

/** What the flow does to whoever is long or short, and what stands out as a risk. */
export function GuidanceCard({ dashboard }: { dashboard: Dashboard }) {
  const { state, risk: flag } = dashboard;
  const long = useComputed(() => state.value === null ? null : longGuidance(state.value));
  const short = useComputed(() => state.value === null ? null : shortGuidance(state.value));
  const risk = useComputed(() => flag.value === null ? NOTHING : sentenceCase(flag.value));
  const alarm = useComputed(() => isWarning(flag.value ?? undefined));
  const calm = useComputed(() => !alarm.value);
  return (
    <section class="card" aria-labelledby="guidance-title">
      <h2 id="guidance-title">Trade guidance</h2>
      <Side name="Long" guidance={long} testId="guidance-long" />
      <Side name="Short" guidance={short} testId="guidance-short" />
      <div class="line" data-alarm={alarm}>
        <span class="strong">Risk</span>
        <span>
          <span class="shape" aria-hidden="true" hidden={calm}>!</span>
          <span data-testid="risk">{risk}</span>
        </span>
      </div>
    </section>
  );
}

interface SideProps {
  name: string;
  guidance: ReadonlySignal<Guidance | null>;
  testId: string;
}

function Side({ name, guidance, testId }: SideProps) {
  const word = useComputed(() =>
    guidance.value === null ? NOTHING : sentenceCase(guidance.value.word)
  );
  const reason = useComputed(() => guidance.value?.reason ?? "No reading.");
  return (
    <>
      <div class="line">
        <span>{name}</span>
        <span class="strong" data-testid={testId}>{word}</span>
      </div>
      <p class="reason">{reason}</p>
    </>
  );
}
