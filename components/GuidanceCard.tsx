import { type ReadonlySignal, useComputed } from "@preact/signals";
import { NOTHING, sentenceCase } from "../client/format.ts";
import { type Guidance, longGuidance, shortGuidance } from "../client/page/guidance.ts";
import { isWarning, type Reading } from "../client/history/edge.ts";
import { useFigure } from "./use_figure.ts";

interface Props {
  reading: ReadonlySignal<Reading | null>;
}

/** What the forces say to whoever is long or short, and what stands out as a risk. */
export function GuidanceCard({ reading }: Props) {
  const long = useComputed(() => reading.value === null ? null : longGuidance(reading.value));
  const short = useComputed(() => reading.value === null ? null : shortGuidance(reading.value));
  const risk = useFigure(reading, (now) => sentenceCase(now.risk));
  const alarm = useComputed(() => isWarning(reading.value?.risk ?? "BALANCED"));
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
  const reason = useComputed(() => guidance.value?.reason ?? "");
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
