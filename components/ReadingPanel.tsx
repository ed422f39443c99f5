import { useComputed } from "@preact/signals";
import type { Dashboard } from "../client/page/dashboard.ts";
import { momentWords } from "../client/page/moment_words.ts";
import { CompareNote } from "./CompareNote.tsx";
import { DepthCard } from "./DepthCard.tsx";
import { ForceBalanceCard } from "./ForceBalanceCard.tsx";
import { GuidanceCard } from "./GuidanceCard.tsx";
import { NetEdgeCard } from "./NetEdgeCard.tsx";
import { StateCard } from "./StateCard.tsx";

/** The five cards: what the moment shown amounts to. */
export function ReadingPanel({ dashboard }: { dashboard: Dashboard }) {
  const { reading, change, summary, shownBy } = dashboard;
  const { isCurrent, nowWords } = dashboard.playback.freshness;
  const moment = useComputed(() =>
    momentWords(summary.value?.behindMs ?? null, shownBy.value, nowWords.value)
  );
  const past = useComputed(() => summary.value?.behindMs != null || !isCurrent.value);
  return (
    <aside class="panel" id="panel" aria-label="Reading of the moment shown">
      <p class="moment" data-past={past} data-testid="panel-moment">{moment}</p>
      <CompareNote dashboard={dashboard} />
      <StateCard dashboard={dashboard} />
      <NetEdgeCard reading={reading} change={change} />
      <ForceBalanceCard reading={reading} change={change} />
      <GuidanceCard dashboard={dashboard} />
      <DepthCard reading={reading} change={change} />
    </aside>
  );
}
