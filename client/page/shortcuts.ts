import { PALETTES } from "./view_settings.ts";
import type { Dashboard } from "./dashboard.ts";
import {
  markCorner,
  moveCursor,
  sayPointed,
  toggleBookmark,
  toggleComparison,
  togglePriceLine,
} from "./closer_look.ts";
import { nextSpeed } from "./speeds.ts";

/** What shortcuts need of the page besides its state. */
export interface PageCommands {
  readonly dashboard: Dashboard;
  showHelp(): void;
  focusSeek(): void;
  focusDay(): void;
  showSpeeds(): void;
  showView(): void;
  showNotices(): void;
  askRestart(): void;
  copyLink(): void;
  togglePanel(): void;
  savePicture(): void;
  saveTable(): void;
}

/** A key and what it does. */
export interface Shortcut {
  /** Values of `KeyboardEvent.key`, letters in lower case. */
  readonly keys: readonly string[];
  /** Whether Shift belongs to it, where the key itself does not say so. */
  readonly shift?: boolean;
  /** The key as people call it. */
  readonly name: string;
  readonly does: string;
  run(page: PageCommands): unknown;
}

/** Shortcuts of one kind. */
export interface ShortcutGroup {
  readonly title: string;
  readonly shortcuts: readonly Shortcut[];
}

/** Share of the view that a key pans. */
const PAN_SHARE = 0.1;

/** Everything that the keyboard does on the page; the sheet of keys shows the same list. */
export const SHORTCUTS: readonly ShortcutGroup[] = [
  {
    title: "Replay",
    shortcuts: [
      key([" "], "Space", "pause or play", ({ dashboard }) => dashboard.togglePause()),
      key(["arrowright"], "→", "while paused: next grid", ({ dashboard }) => dashboard.stepBy(1)),
      key(["arrowleft"], "←", "while paused: grid before", ({ dashboard }) => dashboard.stepBy(-1)),
      key(["."], ".", "faster", ({ dashboard }) => changeSpeed(dashboard, 1)),
      key([","], ",", "slower", ({ dashboard }) => changeSpeed(dashboard, -1)),
      key(["x"], "X", "choose a speed", (page) => page.showSpeeds()),
      key(["s"], "S", "seek a time", (page) => page.focusSeek()),
      key(["d"], "D", "choose a day", (page) => page.focusDay()),
      key(["g"], "G", "go live", ({ dashboard }) => dashboard.goLive()),
      key(["n"], "N", "next change of state", ({ dashboard }) => dashboard.showChange(1)),
      key(["b"], "B", "change of state before", ({ dashboard }) => dashboard.showChange(-1)),
      key(["h"], "H", "regular hours alone", ({ dashboard }) => dashboard.toggleRegular()),
      key(["m"], "M", "copy a link to this moment", (page) => page.copyLink()),
      key(["r"], "R", "restart; asks first", (page) => page.askRestart()),
    ],
  },
  {
    title: "View",
    shortcuts: [
      key(["f"], "F", "follow the newest grid", ({ dashboard }) => dashboard.follow()),
      key(["0"], "0", "best bid and ask in the middle", ({ dashboard }) => dashboard.recentre()),
      key(["+", "="], "+", "zoom prices in", ({ dashboard }) => zoomPrice(dashboard, 1)),
      key(["-"], "−", "zoom prices out", ({ dashboard }) => zoomPrice(dashboard, -1)),
      key(["]"], "]", "zoom time in", ({ dashboard }) => zoomTime(dashboard, 1)),
      key(["["], "[", "zoom time out", ({ dashboard }) => zoomTime(dashboard, -1)),
      key(
        ["arrowup"],
        "↑",
        "while paused: price cursor up; else higher prices",
        ({ dashboard }) => moveCursor(dashboard, 1) || pan(dashboard, 0, PAN_SHARE),
      ),
      key(
        ["arrowdown"],
        "↓",
        "while paused: price cursor down; else lower prices",
        ({ dashboard }) => moveCursor(dashboard, -1) || pan(dashboard, 0, -PAN_SHARE),
      ),
      shifted(
        "arrowup",
        "Shift ↑",
        "higher prices",
        ({ dashboard }) => pan(dashboard, 0, PAN_SHARE),
      ),
      shifted(
        "arrowdown",
        "Shift ↓",
        "lower prices",
        ({ dashboard }) => pan(dashboard, 0, -PAN_SHARE),
      ),
      shifted(
        "arrowleft",
        "Shift ←",
        "back in time",
        ({ dashboard }) => pan(dashboard, PAN_SHARE, 0),
      ),
      shifted(
        "arrowright",
        "Shift →",
        "forward in time",
        ({ dashboard }) => pan(dashboard, -PAN_SHARE, 0),
      ),
    ],
  },
  {
    title: "Look closer",
    shortcuts: [
      key(["w"], "W", "say what is pointed at", ({ dashboard }) => sayPointed(dashboard)),
      key(["e"], "E", "list of trades", ({ dashboard }) => dashboard.toggleTradeList()),
      key(
        ["a"],
        "A",
        "compare with this moment, or end that",
        ({ dashboard }) => toggleComparison(dashboard),
      ),
      key(
        ["u"],
        "U",
        "measure: mark a corner, then the other",
        ({ dashboard }) => markCorner(dashboard),
      ),
      key(
        ["k"],
        "K",
        "bookmark this moment, or remove that",
        ({ dashboard }) => toggleBookmark(dashboard),
      ),
      key(
        ["j"],
        "J",
        "line at this price, or remove that",
        ({ dashboard }) => togglePriceLine(dashboard),
      ),
      key(["o"], "O", "notices: what to be told of", (page) => page.showNotices()),
    ],
  },
  {
    title: "Show",
    shortcuts: [
      key(["1"], "1", "reading panel", (page) => page.togglePanel()),
      key(["2"], "2", "depth profile", ({ dashboard }) => dashboard.togglePart("profile")),
      key(["3"], "3", "charts", ({ dashboard }) => dashboard.togglePart("charts")),
      key(
        ["t"],
        "T",
        "trades",
        ({ dashboard }) => dashboard.choose({ trades: !dashboard.settings.value.trades }),
      ),
      key(
        ["y"],
        "Y",
        "sweeps and reserves",
        ({ dashboard }) => dashboard.choose({ events: !dashboard.settings.value.events }),
      ),
      key(["v"], "V", "view menu", (page) => page.showView()),
      key(["p"], "P", "next palette", ({ dashboard }) => nextPalette(dashboard)),
      key(["l"], "L", "light or dark", ({ dashboard }) => otherTheme(dashboard)),
      key(["i"], "I", "save a picture (PNG)", (page) => page.savePicture()),
      key(["c"], "C", "save the charts' figures (CSV)", (page) => page.saveTable()),
      key(["?"], "?", "this sheet", (page) => page.showHelp()),
    ],
  },
];

/** Keys that go on doing what they do while they are held. */
const HELD: ReadonlySet<string> = new Set([
  ...["arrowup", "arrowdown", "arrowleft", "arrowright"],
  ...["+", "-", "[", "]", ".", ",", "n", "b"],
]);

/** Whether a shortcut is done again and again while its key is held. */
export function isHeldDown({ keys }: Shortcut): boolean {
  return keys.some((key) => HELD.has(key));
}

type Pressed =
  & Pick<KeyboardEvent, "key" | "shiftKey" | "ctrlKey" | "metaKey" | "altKey">
  & Partial<Pick<KeyboardEvent, "code">>;

/**
 * The shortcut of a key.
 *
 * @returns null for a key that does nothing, or that belongs to the browser
 */
export function shortcutOf(event: Pressed): Shortcut | null {
  // Where brackets are typed with AltGr, or Option, some systems tell of Alt or both.
  const isBracket = event.altKey && /^[[\]]$/.test(event.key);
  if (event.metaKey || ((event.ctrlKey || event.altKey) && !isBracket)) return null;
  const { shiftKey } = event;
  const place = placeOf(event);
  return shortcutOfName(event.key.toLowerCase(), shiftKey) ??
    (place === null ? null : shortcutOfName(place, shiftKey));
}

/** Keys beside the letters, by where they are, as they are written in the list. */
const PLACES: Readonly<Record<string, string>> = {
  BracketLeft: "[",
  BracketRight: "]",
  Comma: ",",
  Period: ".",
};

/**
 * What a key writes on a keyboard with Latin letters, where it writes none, as in Cyrillic or Greek; and the
 * digit of a key that has it above, as on a French one. Null for any other.
 */
function placeOf({ key, code = "", shiftKey }: Pressed): string | null {
  if (code.startsWith("Digit")) return shiftKey ? null : code.slice(5);
  if (!/^\p{L}$/u.test(key) || /\p{Script=Latin}/u.test(key)) return null;
  return code.startsWith("Key") ? code.slice(3).toLowerCase() : PLACES[code] ?? null;
}

function shortcutOfName(name: string, shiftKey: boolean): Shortcut | null {
  for (const { shortcuts } of SHORTCUTS) {
    for (const shortcut of shortcuts) {
      if (!shortcut.keys.includes(name)) continue;
      const arrow = name.startsWith("arrow");
      if (!arrow || shiftKey === (shortcut.shift ?? false)) return shortcut;
    }
  }
  return null;
}

function key(
  keys: readonly string[],
  name: string,
  does: string,
  run: (page: PageCommands) => unknown,
): Shortcut {
  return { keys, name, does, run };
}

function shifted(
  arrow: string,
  name: string,
  does: string,
  run: (page: PageCommands) => unknown,
): Shortcut {
  return { keys: [arrow], shift: true, name, does, run };
}

function changeSpeed(dashboard: Dashboard, by: 1 | -1): void {
  dashboard.setSpeed(nextSpeed(dashboard.playback.speed.value, by));
}

function zoomPrice(dashboard: Dashboard, steps: number): void {
  const { camera } = dashboard;
  camera.zoomPrice(steps, camera.view.height / 2);
  dashboard.noteZoom();
}

function zoomTime(dashboard: Dashboard, steps: number): void {
  const { camera, history } = dashboard;
  camera.zoomTime(steps, camera.view.width, history);
  dashboard.noteZoom();
}

function pan(dashboard: Dashboard, right: number, down: number): void {
  const { camera, history } = dashboard;
  const { width, height } = camera.view;
  camera.pan(right * width, down * height, history);
  dashboard.requestDraw();
}

function nextPalette(dashboard: Dashboard): void {
  const at = PALETTES.indexOf(dashboard.settings.value.palette);
  const palette = PALETTES[(at + 1) % PALETTES.length] ?? PALETTES[0];
  dashboard.choose({ palette });
}

function otherTheme(dashboard: Dashboard): void {
  dashboard.choose({ theme: dashboard.settings.value.theme === "dark" ? "light" : "dark" });
}
