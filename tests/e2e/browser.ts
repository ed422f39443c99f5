/** Debian's Chromium, driven by Playwright. */
import { existsSync } from "node:fs";
import type { LaunchOptions } from "playwright-core";

const CHROMIUM = "/usr/bin/chromium";

/** Whether the browser is installed; `ignore: !hasChromium` skips a test without it. */
export const hasChromium: boolean = existsSync(CHROMIUM);

if (!hasChromium) console.error("Browser tests are skipped: no Chromium is installed.");

/** How the browser is started: without a sandbox of its own, and without asking the network. */
export const CHROMIUM_OPTIONS: LaunchOptions = {
  executablePath: CHROMIUM,
  args: [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
  ],
};
