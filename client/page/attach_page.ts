import { PAGE_FIELDS } from "./dashboard.ts";
import { attachGestures } from "./gestures.ts";
import { fetchSpan } from "./session_span.ts";
import type { PageAddress } from "./page_address.ts";
import { type PageCommands, shortcutOf } from "./shortcuts.ts";
import type { PageCanvases } from "./page_canvases.ts";
import { outlineUrl, streamUrl } from "../stream/stream_url.ts";

/** Elements that keys belong to while they have the focus. */
const TAKES_TEXT = "input:not([type=checkbox], [type=radio], [type=range]), select, textarea";
/** Elements that the space bar and the arrows belong to. */
const TAKES_KEYS = `${TAKES_TEXT}, input, button, a, [role=slider]`;

/**
 * Brings the page to life: stream, drawing, pointer and keys.
 *
 * @param picture what holds the heatmap
 * @param lower what holds the charts
 * @returns what ends it
 */
export function attachPage(
  commands: PageCommands,
  address: PageAddress,
  canvases: PageCanvases,
  picture: HTMLElement,
  lower: HTMLElement,
): () => void {
  const { dashboard } = commands;
  const { origin } = location;
  dashboard.show(canvases);
  // The address follows where the reader goes; a restart goes back to where it began.
  const opened = address.query.get("start_time");
  dashboard.playback.connect((startTime) => {
    const query = new URLSearchParams(address.query);
    const from = startTime ?? opened;
    if (from === null) query.delete("start_time");
    else query.set("start_time", from);
    return streamUrl(origin, query, PAGE_FIELDS);
  });
  void fetchSpan(outlineUrl(origin, address.query)).then((span) => {
    dashboard.span.value = span;
    dashboard.requestDraw();
  });
  const resized = new ResizeObserver(() => dashboard.requestDraw());
  for (const element of [picture, lower]) resized.observe(element);
  const detach = attachGestures(dashboard, picture, canvases.heatmap.axis.element, lower);
  const onKey = (event: KeyboardEvent) => press(event, commands);
  document.addEventListener("keydown", onKey);
  return () => {
    document.removeEventListener("keydown", onKey);
    detach();
    resized.disconnect();
    dashboard.playback.stop();
    dashboard.show(null);
    canvases.destroy();
  };
}

function press(event: KeyboardEvent, commands: PageCommands): void {
  const shortcut = shortcutOf(event);
  if (shortcut === null || document.querySelector("dialog[open]") !== null) return;
  const { target, key } = event;
  if (target instanceof Element) {
    const taken = key === " " || key.startsWith("Arrow") ? TAKES_KEYS : TAKES_TEXT;
    if (target.closest(taken) !== null) return;
  }
  event.preventDefault();
  shortcut.run(commands);
}
