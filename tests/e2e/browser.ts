/** Debian's Chromium, driven by Playwright. */
import { existsSync } from "node:fs";
import type { Browser, BrowserContextOptions, LaunchOptions, Page } from "playwright-core";

/**
 * Chromium, and before it, where that is installed too, the one without windows: it draws the same pages in
 * two thirds of the processor's time.
 */
const CHROMIUM = "/usr/bin/chromium";
const WITHOUT_WINDOWS = "/usr/bin/chromium-headless-shell";

const executablePath = existsSync(WITHOUT_WINDOWS) ? WITHOUT_WINDOWS : CHROMIUM;

/** Whether the browser is installed; `ignore: !hasChromium` skips a test without it. */
export const hasChromium: boolean = existsSync(executablePath);

if (!hasChromium) console.error("Browser tests are skipped: no Chromium is installed.");

/** A wait ends by its condition: only a page that never gets there runs into this, milliseconds. */
export const GIVE_UP_MS = 120_000;

/** A page of its own, which is waited for as long as a busy machine needs. */
export async function newPage(browser: Browser, options?: BrowserContextOptions): Promise<Page> {
  const page = await browser.newPage(options);
  page.setDefaultTimeout(GIVE_UP_MS);
  return page;
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
export const CHROMIUM_OPTIONS: LaunchOptions = {
  executablePath,
  args: [
    "--no-sandbox",
    "--disable-gpu",
    "--in-process-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    `--disable-features=${LEFT_OUT.join()}`,
  ],
};
