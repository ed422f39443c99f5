import { PAGE_FIELDS } from "./dashboard.ts";
import { attachGestures } from "./gestures.ts";
import { fetchSpan } from "./session_span.ts";
import type { PageAddress } from "./page_address.ts";
import { isHeldDown, type PageCommands, shortcutOf } from "./shortcuts.ts";
import { watchRatio } from "./pixel_ratio.ts";
import type { PageCanvases } from "./page_canvases.ts";
import { fetchDays } from "./day_list.ts";
import { returnFocus } from "./focus_return.ts";
import { keepAsking } from "./session_fact.ts";
import { BROWSER } from "../stream/stream_client.ts";
import { daysUrl, outlineUrl, streamUrl } from "../stream/stream_url.ts";

/** How often the outline of a session that grows is asked for, milliseconds. */
const SPAN_MS = 60_000;

/** Keys that are held count so far apart, milliseconds: a server takes 50 controls a second. */
const HELD_MS = 30;

/** Elements that keys belong to while they have the focus. */
const TAKES_TEXT = "input:not([type=checkbox], [type=radio], [type=range]), select, textarea";
/** Elements that the arrows belong to, and those that the space bar does. */
const TAKES_ARROWS = `${TAKES_TEXT}, input, [role=slider]`;
const TAKES_SPACE = `${TAKES_TEXT}, input, button, a`;

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
  const opened = address.query.get("start_time");
  dashboard.playback.connect(
    (startTime) => {
      const query = new URLSearchParams(address.query);
      const from = startTime ?? opened;
      if (from === null) query.delete("start_time");
      else query.set("start_time", from);
      return streamUrl(origin, query, PAGE_FIELDS);
    },
    BROWSER,
    address.query.get("ts_ns"),
    // A page that names a day stays with it.
    !address.query.has("dt"),
  );
  // A sound that the address asks for may be heard once the reader has touched the page.
  const wake = () => {
    if (dashboard.notices.rules.value.sound) dashboard.chime.wake();
  };
  addEventListener("pointerdown", wake, { once: true });
  const { playback } = dashboard;
  const span = keepAsking(playback, () => fetchSpan(outlineUrl(origin, address.query)), (span) => {
    dashboard.session.value = span;
    dashboard.requestDraw();
  });
  const looking = setInterval(() => {
    if (playback.feed.isFollowed.value) span.again();
  }, SPAN_MS);
  const days = keepAsking(playback, () => fetchDays(daysUrl(origin)), (days) => {
    dashboard.days.value = days ?? [];
  });
  const resized = new ResizeObserver(() => dashboard.requestDraw());
  for (const element of [picture, lower]) resized.observe(element);
  const endRatio = watchRatio(() => dashboard.requestDraw());
  const detach = attachGestures(dashboard, picture, canvases.heatmap.axis.element, lower);
  const onKey = (event: KeyboardEvent) => press(event, commands);
  document.addEventListener("keydown", onKey);
  const endPace = paceKeys();
  const release = returnFocus(picture);
  const root = picture.closest<HTMLElement>("[data-theme]")!;
  const prints = () => dashboard.print(true, root);
  const printed = () => dashboard.print(false, root);
  addEventListener("beforeprint", prints);
  addEventListener("afterprint", printed);
  return () => {
    removeEventListener("pointerdown", wake);
    removeEventListener("beforeprint", prints);
    removeEventListener("afterprint", printed);
    release();
    document.removeEventListener("keydown", onKey);
    endPace();
    detach();
    span.end();
    days.end();
    clearInterval(looking);
    resized.disconnect();
    endRatio();
    dashboard.playback.stop();
    dashboard.show(null);
    canvases.destroy();
  };
}

/**
 * Has keys that are held come no faster than a server takes what they ask for.
 *
 * @returns what ends it
 */
function paceKeys(): () => void {
  let lastMs = -Infinity;
  const pace = (event: KeyboardEvent) => {
    const { repeat, timeStamp, target } = event;
    if (target instanceof Element && target.closest(TAKES_TEXT) !== null) return;
    if (!repeat || timeStamp - lastMs >= HELD_MS) {
      lastMs = timeStamp;
      return;
    }
    event.preventDefault();
    event.stopImmediatePropagation();
  };
  document.addEventListener("keydown", pace, { capture: true });
  return () => document.removeEventListener("keydown", pace, { capture: true });
}

function press(event: KeyboardEvent, commands: PageCommands): void {
  const isOpen = document.querySelector("dialog[open], :popover-open") !== null;
  // Esc closes what is open, and then lets go of what is held.
  if (event.key === "Escape" && !isOpen && event.target instanceof Element) {
    if (event.target.closest(TAKES_TEXT) === null) commands.dashboard.letGo();
    return;
  }
  const shortcut = shortcutOf(event);
  if (shortcut === null || document.querySelector("dialog[open]") !== null) return;
  const { target, key } = event;
  if (target instanceof Element) {
    const taken = key === " " ? TAKES_SPACE : key.startsWith("Arrow") ? TAKES_ARROWS : TAKES_TEXT;
    if (target.closest(taken) !== null) return;
  }
  event.preventDefault();
  if (!event.repeat || isHeldDown(shortcut)) shortcut.run(commands);
}
