/** Debian's Chromium, driven by Playwright: one for all tests of a program. */
import { existsSync } from "node:fs";
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Page,
} from "playwright-core";

/**
 * Chromium, and before it, where that is installed too, the one without windows: it draws the same pages in
 * two thirds of the processor's time.
 */
const CHROMIUM = "/usr/bin/chromium";
const WITHOUT_WINDOWS = "/usr/bin/chromium-headless-shell";

const executablePath = existsSync(WITHOUT_WINDOWS) ? WITHOUT_WINDOWS : CHROMIUM;

const hasChromium = existsSync(executablePath);

if (!hasChromium) console.error("Browser tests are skipped: no Chromium is installed.");

/** A wait ends by its condition: only a page that never gets there runs into this, milliseconds. */
const GIVE_UP_MS = 120_000;

/** What a test with a browser is declared with: it is skipped where none is installed. */
export const BROWSER_TEST = {
  ignore: !hasChromium,
  // The browser and what it keeps open outlive a test.
  sanitizeResources: false,
  sanitizeOps: false,
} as const;

let browser: Promise<Browser> | null = null;

Deno.test.afterAll(async () => await (await browser)?.close());

/**
 * Pages of their own in the browser of the program, which are waited for as long as a busy machine
 * needs. They go when this is disposed of.
 */
export async function newContext(options?: BrowserContextOptions): Promise<BrowserContext> {
  browser ??= launchBrowser(SPARING);
  const viewport = { width: 1440, height: 900 };
  const context = await (await browser).newContext({ viewport, ...options });
  context.setDefaultTimeout(GIVE_UP_MS);
  await context.addInitScript(drawSeldom);
  return context;
}

/**
 * Lets a page draw some sixteen times a second, not sixty: nothing tells the two apart but that drawing is
 * half of what a moving page takes. It is run in the page.
 */
function drawSeldom(): void {
  const request = globalThis.requestAnimationFrame;
  const wanted = new Set<number>();
  globalThis.requestAnimationFrame = (draw) => {
    const id = +setTimeout(() => request((nowMs) => wanted.delete(id) && draw(nowMs)), 50);
    wanted.add(id);
    return id;
  };
  globalThis.cancelAnimationFrame = (id) => void wanted.delete(id);
}

/** Where Playwright keeps the sessions by which it is told of a page's requests and sockets. */
interface Inside {
  readonly _connection: { toImpl(page: Page): { readonly delegate: Delegate } };
}

interface Delegate {
  readonly _networkManager: {
    readonly _sessions: ReadonlyMap<{ send(method: string): Promise<unknown> }, unknown>;
  };
}

/**
 * Has the frames of a page's sockets go to the page alone. Playwright is told each as text besides, a
 * fourth of what a moving page takes, and has no switch for it. Routes and requests are not told either
 * from then on.
 */
export async function keepFrames(page: Page): Promise<void> {
  const { delegate } = (page as unknown as Inside)._connection.toImpl(page);
  for (const session of delegate._networkManager._sessions.keys()) {
    await session.send("Network.disable");
  }
}

/**
 * What the browser leaves out: what Playwright leaves out, whose list this one takes the place of, a
 * process kept ready for a page that does not come, and the popups of an address bar that nobody sees,
 * each of which is a page that costs more than ours.
 */
const LEFT_OUT = [
  ...["AvoidUnnecessaryBeforeUnloadCheckSync", "DestroyProfileOnBrowserClose", "HttpsUpgrades"],
  ...["HttpsFirstBalancedModeAutoEnable", "LensOverlay", "MediaRouter", "PaintHolding"],
  ...["ThirdPartyStoragePartitioning", "AvoidCorsURLLoaderRestartOnRedirect", "AimEnabled"],
  ...["TcpPortRandomizationWin", "OptimizationHints", "NetworkTimeServiceQuerying"],
  ...["PreconnectToSearch", "SpareRendererForSitePerProcess"],
  ...["WebUIOmniboxPopup", "WebUIOmniboxFullPopup", "WebUIOmniboxAimPopup"],
];

/**
 * How the browser is started: without a sandbox of its own, without asking the network, and what a
 * graphics card would do in the same process.
 */
const ARGUMENTS = [
  "--no-sandbox",
  "--disable-gpu",
  "--in-process-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  `--disable-features=${LEFT_OUT.join()}`,
];

/**
 * What spares tests a tenth of the processor's time: one process for all pages, and scripts that are
 * not compiled for a speed that no test lives to see.
 */
const SPARING = ["--renderer-process-limit=1", "--js-flags=--no-maglev,--no-opt"];

/** How often a browser may die before it has begun: Chromium crashes so once in some hundred times. */
const DEATHS = 2;

/**
 * Starts a browser, for whoever closes it.
 *
 * @param args arguments of Chromium besides those that every run has
 */
export async function launchBrowser(args: readonly string[] = []): Promise<Browser> {
  for (let deaths = 0;; deaths++) {
    try {
      return await chromium.launch({ executablePath, args: [...ARGUMENTS, ...args] });
    } catch (error) {
      if (deaths === DEATHS) throw error;
      console.error(`Chromium did not start, and is started again: ${error}`);
    }
  }
}
