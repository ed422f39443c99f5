import type { Dashboard } from "../client/page/dashboard.ts";
import { DepthCard } from "./DepthCard.tsx";
import { ForceBalanceCard } from "./ForceBalanceCard.tsx";
import { GuidanceCard } from "./GuidanceCard.tsx";
import { NetEdgeCard } from "./NetEdgeCard.tsx";
import { StateCard } from "./StateCard.tsx";

/** The five cards: what the moment shown amounts to. */
export function ReadingPanel({ dashboard: { reading } }: { dashboard: Dashboard }) {
  return (
    <aside class="panel" id="panel" aria-label="Reading of the moment shown">
      <StateCard reading={reading} />
      <NetEdgeCard reading={reading} />
      <ForceBalanceCard reading={reading} />
      <GuidanceCard reading={reading} />
      <DepthCard reading={reading} />
    </aside>
  );
}
