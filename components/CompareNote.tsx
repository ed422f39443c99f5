import { useComputed } from "@preact/signals";
import { toggleComparison } from "../client/page/closer_look.ts";
import type { Dashboard } from "../client/page/dashboard.ts";
import { easternClock, NOTHING, sentenceCase } from "../client/format.ts";

/** Which two moments are compared, and the end of that. */
export function CompareNote({ dashboard }: { dashboard: Dashboard }) {
  const { compared, summary } = dashboard;
  const none = useComputed(() => compared.value === null);
  const from = useComputed(() =>
    compared.value === null ? NOTHING : easternClock(compared.value.summary.timeMs)
  );
  const to = useComputed(() =>
    summary.value === null ? NOTHING : easternClock(summary.value.timeMs)
  );
  const states = useComputed(() => {
    const [before, now] = [compared.value?.summary.flow?.state, summary.value?.flow?.state];
    return before === undefined || now === undefined
      ? ""
      : `${sentenceCase(before)} → ${sentenceCase(now)}`;
  });
  return (
    <div class="compare" data-testid="compare" hidden={none}>
      <p>
        <strong>B − A</strong> <span class="dim">B is the moment shown</span>
        <button
          type="button"
          aria-label="End the comparison"
          title="End the comparison (A)"
          onClick={() => toggleComparison(dashboard)}
        >
          ×
        </button>
      </p>
      <p>
        <span class="dim">A</span> <span data-testid="compare-a">{from}</span>{" "}
        <span class="dim">B</span> <span data-testid="compare-b">{to}</span>
      </p>
      <p data-testid="compare-states">{states}</p>
    </div>
  );
}
