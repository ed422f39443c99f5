import type { Dashboard } from "./dashboard.ts";
import { easternClock, easternTime } from "../format.ts";
import type { PageCanvases } from "./page_canvases.ts";
import { viewCsv } from "./view_csv.ts";
import { saveFile, viewPicture } from "./view_picture.ts";

/** Saves what is drawn as a PNG, with a line that says what and when. */
export async function savePicture(dashboard: Dashboard, canvases: PageCanvases): Promise<void> {
  const { theme } = canvases;
  if (theme === null) return;
  saveFile(
    await viewPicture(canvases.inPicture, captionOf(dashboard), theme),
    `${nameOf(dashboard)}.png`,
  );
}

/** Saves the figures behind the charts as CSV. */
export function saveTable(dashboard: Dashboard): void {
  const text = viewCsv(dashboard.history, dashboard.camera.columns);
  saveFile(new Blob([text], { type: "text/csv" }), `${nameOf(dashboard)}.csv`);
}

function captionOf({ playback, summary }: Dashboard): string {
  const { symbol, productType, simulated } = playback.instrument.value;
  const now = summary.value;
  const time = now === null
    ? ""
    : ` · ${easternClock(now.timeMs)} ${easternTime(now.timeMs).zone} · spot ${now.spot}`;
  const origin = simulated ? " · SIMULATED" : "";
  return `Spymaster · ${symbol} ${productType} · ${playback.dt.value}${time}${origin}`;
}

/** A file name without characters that some system refuses. */
function nameOf({ playback, summary }: Dashboard): string {
  const { symbol } = playback.instrument.value;
  const time = summary.value === null ? "" : `_${easternClock(summary.value.timeMs).slice(0, 8)}`;
  return `spymaster_${symbol}_${playback.dt.value}${time}`.replaceAll(":", "");
}
