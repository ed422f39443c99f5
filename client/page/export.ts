import type { Dashboard } from "./dashboard.ts";
import { easternClock, formatPrice, NOTHING, zoneIn } from "../format.ts";
import type { GridSummary } from "../history/grid_summary.ts";
import type { PageCanvases } from "./page_canvases.ts";
import { viewCsv } from "./view_csv.ts";
import { saveFile, viewPicture } from "./view_picture.ts";

/** Saves what is drawn as a PNG, with a line that says what and when. */
export async function savePicture(dashboard: Dashboard, canvases: PageCanvases): Promise<void> {
  const { theme } = canvases;
  if (theme === null) return;
  const { colouring, trades, least } = dashboard.settings.value;
  const words = {
    caption: captionOf(dashboard),
    colouring,
    ends: canvases.ends,
    leastTrade: trades ? least : null,
  };
  const legends = [...document.querySelectorAll(".chart-legend")];
  // The moment is that of the press, whatever comes while the picture is made.
  const name = `${nameOf(dashboard)}.png`;
  saveFile(await viewPicture(canvases.inPicture, legends, words, theme), name);
}

/** Saves the figures behind the charts as CSV. */
export function saveTable(dashboard: Dashboard): void {
  const text = viewCsv(dashboard.history, dashboard.camera.columns);
  saveFile(new Blob([text], { type: "text/csv" }), `${nameOf(dashboard)}.csv`);
}

function captionOf({ playback, summary, compared }: Dashboard): string {
  const { symbol, productType, simulated, decimals } = playback.instrument.value;
  const now = summary.value;
  const time = now === null
    ? ""
    : ` · ${easternClock(now.timeMs)} ${zoneIn(now.timeMs, playback.dt.value)} · ${
      touchOf(now, decimals)
    }`;
  const from = compared.value;
  const change = from === null ? "" : ` less ${easternClock(from.summary.timeMs)}`;
  const origin = simulated ? " · SIMULATED" : "";
  return `Spymaster · ${symbol} ${productType} · ${playback.dt.value}${time}${change}${origin}`;
}

/** Best bid × best ask; a dash where there is none. */
function touchOf({ bestBid, bestAsk }: GridSummary, decimals: number): string {
  const price = (dollars: number) =>
    Number.isNaN(dollars) ? NOTHING : formatPrice(dollars, decimals);
  return `${price(bestBid)} × ${price(bestAsk)}`;
}

/** A file name without characters that some system refuses. */
function nameOf({ playback, summary }: Dashboard): string {
  const { symbol } = playback.instrument.value;
  const time = summary.value === null ? "" : `_${easternClock(summary.value.timeMs).slice(0, 8)}`;
  return `spymaster_${symbol}_${playback.dt.value}${time}`.replaceAll(":", "");
}
