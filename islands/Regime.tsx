import { useSignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import type { RegimeField } from "../engine/wire/regime_messages.ts";
import { AnalysisClient } from "../client/regime/analysis.ts";
import { RegimeForm } from "../components/regime/RegimeForm.tsx";
import { RegimePreview } from "../components/regime/RegimePreview.tsx";
import { RegimeReport } from "../components/regime/RegimeReport.tsx";
import { type Theme, ThemeButton } from "../components/regime/ThemeButton.tsx";

interface Props {
  /** What may be asked for. */
  fields: RegimeField[];
  /** Query of the page's address. */
  query: string;
}

/** The page /regime: a form, how the analysis does, and what it found. */
export default function Regime({ fields, query }: Props) {
  const theme = useSignal<Theme>("dark");
  const analysis = useMemo(() => new AnalysisClient(), []);
  /** What the form asks for now, as a query. */
  const draft = useSignal("");
  useEffect(() => {
    document.title = "Regimes of a day – Spymaster";
    return () => analysis.cancel();
  }, []);
  const run = (asked: URLSearchParams) => {
    const search = asked.toString();
    history.replaceState(null, "", search === "" ? location.pathname : `?${search}`);
    draft.value = search;
    void analysis.run(location.origin, asked);
  };
  const { result, warnings, state } = analysis;
  return (
    <main class="regime" data-theme={theme}>
      <nav class="regime-top">
        <strong>Spymaster</strong>
        <a href="/vacuum-pressure">Pressure and vacuum</a>
        <ThemeButton theme={theme} />
      </nav>
      <RegimeForm
        fields={fields}
        query={useMemo(() => new URLSearchParams(query), [])}
        state={state}
        onRun={run}
        onChange={(asked) => draft.value = asked.toString()}
        onCancel={() => analysis.cancel()}
      />
      {warnings.value.map((warning) => <p key={warning} class="regime-warning">{warning}</p>)}
      {result.value === null && state.value.kind !== "running" && <RegimePreview />}
      {result.value && (
        <div class={result.value.asked === draft.value ? "" : "regime-stale"}>
          {result.value.asked !== draft.value && (
            <p class="regime-stale-note" role="status" data-testid="regime-stale">
              The form has changed: what follows is for the previous inputs. Analyse to bring it up
              to date.
            </p>
          )}
          <p class="regime-status">
            <a href={result.value.json} download={fileName(result.value.view.figures.instrument)}>
              The figures as JSON
            </a>
          </p>
          <RegimeReport view={result.value.view} theme={theme.value} linksHeatmap />
        </div>
      )}
    </main>
  );
}

function fileName({ symbol, dt }: { symbol: string; dt: string }): string {
  return `regime_${symbol}_${dt}.json`;
}
