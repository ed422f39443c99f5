import { useComputed, useSignal } from "@preact/signals";
import { useEffect, useMemo, useRef } from "preact/hooks";
import { Dashboard, PAGE_FIELDS } from "../client/dashboard.ts";
import { HeatmapView } from "../client/heatmap/heatmap_view.ts";
import type { PageDefaults } from "../client/instrument.ts";
import { streamUrl } from "../client/stream_url.ts";
import { readTheme } from "../client/theme.ts";
import { BottomBar } from "../components/BottomBar.tsx";
import { NetEdgeCard } from "../components/NetEdgeCard.tsx";
import { StateCard } from "../components/StateCard.tsx";
import { StreamNotice } from "../components/StreamNotice.tsx";
import { TopBar } from "../components/TopBar.tsx";

interface Props {
  /** What the server streams where the query asks for nothing else. */
  defaults: PageDefaults;
  /** Query of the page's address. */
  query: string;
}

/** Elements that the space bar belongs to while they have the focus. */
const TAKES_SPACE = "button, a, input, select, textarea, [contenteditable]";

/**
 * The page: a shell that the server renders, which connects to the stream once it runs in a
 * browser. It renders once; what changes per grid are signals that write their own text.
 */
export default function VacuumPressure({ defaults, query }: Props) {
  const dashboard = useMemo(() => new Dashboard(defaults), []);
  const reading = useComputed(() => dashboard.moment.value?.reading ?? null);
  const panelOpen = useSignal(false);
  const map = useRef<HTMLCanvasElement>(null);
  const axis = useRef<HTMLCanvasElement>(null);

  useEffect(() => {
    if (map.current === null || axis.current === null) return;
    const view = new HeatmapView(map.current, axis.current, readTheme(map.current));
    const stop = dashboard.start(streamUrl(location.origin, query, PAGE_FIELDS), view);
    const resized = new ResizeObserver(() => dashboard.requestDraw());
    resized.observe(map.current);
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== " " || event.repeat) return;
      if (event.target instanceof Element && event.target.closest(TAKES_SPACE)) return;
      event.preventDefault();
      dashboard.togglePause();
    };
    document.addEventListener("keydown", onKey);
    return () => {
      document.removeEventListener("keydown", onKey);
      resized.disconnect();
      stop();
    };
  }, []);

  return (
    <div class="dashboard" data-panel={useComputed(() => panelOpen.value ? "open" : "auto")}>
      <TopBar
        dashboard={dashboard}
        panelOpen={panelOpen}
        onTogglePanel={() => panelOpen.value = !panelOpen.value}
      />
      <main class="heatmap">
        <canvas
          ref={map}
          data-testid="heatmap"
          role="img"
          aria-label="Heatmap of the order book, price by time: green builds, magenta drains, brighter is deeper; a white line is spot"
        />
        <StreamNotice dashboard={dashboard} />
      </main>
      <canvas ref={axis} class="price-axis" role="img" aria-label="Price axis with spot marked" />
      <aside class="panel" id="panel" aria-label="Reading of the latest grid">
        <StateCard reading={reading} />
        <NetEdgeCard reading={reading} />
      </aside>
      <BottomBar reading={reading} />
    </div>
  );
}
