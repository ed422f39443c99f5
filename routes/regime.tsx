import type { PageProps } from "fresh";
import Regime from "../islands/Regime.tsx";
import { analysisFields } from "../server/regime/analysis_query.ts";
import { settings } from "../server/settings.ts";

/** The page that analyses a day: one island, told what may be asked for. */
export default function RegimeAnalysisPage({ url }: PageProps) {
  return (
    <>
      <link rel="stylesheet" href="/regime.css" />
      <Regime fields={analysisFields(settings())} query={url.search} />
    </>
  );
}
