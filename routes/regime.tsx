import type { PageProps } from "fresh";
import Regime from "../islands/Regime.tsx";
import { analysisFields } from "../server/regime/analysis_query.ts";
import type { State } from "../server/service.ts";

/** The page that analyses a day: one island, told what may be asked for. */
export default function RegimeAnalysisPage({ url, state }: PageProps<unknown, State>) {
  return (
    <>
      {["regime", "regime_charts", "regime_form"].map((name) => (
        <link key={name} rel="stylesheet" href={`/${name}.css`} />
      ))}
      <Regime fields={analysisFields(state.service.settings)} query={url.search} />
    </>
  );
}
