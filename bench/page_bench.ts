/**
 * The page's script, without a network: time a frame over a recorded minute at 40 grids a second, and
 * memory over half an hour of them.
 */
import { gzipSync } from "node:zlib";
import type { CDPSession, Page } from "playwright-core";
import { PAGE_FIELDS } from "../client/page/dashboard.ts";
import { launchBrowser } from "../tests/e2e/browser.ts";
import { openFed, play, push } from "./fed_page.ts";
import { printTable } from "./measure.ts";
import { recordGrids } from "./recorded_grids.ts";
import { CATEGORIES, scriptPerFrame } from "./script_time.ts";

/** A minute at the pace of the default throttle. */
const GRIDS = 2_400;
const EVERY_MS = 25;
/** At high speed a page asks for 60 grids a second, however much event time they are apart. */
const RATE_MS = 1000 / 60;
/** Minutes pushed to see whether memory grows. */
const MINUTES = 30;

const MB = 1e6;

const recorded = await recordGrids(GRIDS, PAGE_FIELDS);
const browser = await launchBrowser();
try {
  const paces = [["1×", EVERY_MS, 1], ["100×", RATE_MS, 100 * RATE_MS / EVERY_MS]] as const;
  const frames: [string, number[]][] = [];
  for (const [name, everyMs, stretch] of paces) {
    const page = await openFed(browser, recorded);
    await browser.startTracing(page, { categories: [...CATEGORIES] });
    await play(page, everyMs, Math.round(stretch));
    const trace = new TextDecoder().decode(await browser.stopTracing());
    frames.push([name, scriptPerFrame(trace)]);
    await page.close();
  }
  printFrames(frames);
  printMemory(await usageByMinute(await openFed(browser, recorded)));
  const script = await Deno.readFile("static/build/client.js");
  const kb = (bytes: number) => (bytes / 1024).toFixed(1);
  console.log(
    `\nclient script: ${kb(script.length)} KB, ${kb(gzipSync(script).length)} KB gzipped`,
  );
} finally {
  await browser.close();
}

function printFrames(paces: readonly [name: string, frames: readonly number[]][]): void {
  const row = ([name, frames]: readonly [string, readonly number[]]) => {
    const sorted = frames.toSorted((a, b) => a - b);
    const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))]!.toFixed(2);
    return [`1440×900 at ${name}`, `${frames.length}`, at(0.5), at(0.95), at(0.99), at(1)];
  };
  printTable([
    ["script a frame", "frames", "median ms", "p95 ms", "p99 ms", "most ms"],
    ...paces.map(row),
  ]);
}

/** Bytes in use after a collection. */
interface Usage {
  /** JavaScript objects. */
  heap: number;
  /** Memory behind typed arrays. */
  arrays: number;
}

async function usageByMinute(page: Page): Promise<Usage[]> {
  const client = await page.context().newCDPSession(page);
  const usage: Usage[] = [];
  for (let minute = 0; minute < MINUTES; minute++) {
    await push(page, minute);
    usage.push(await usageNow(client));
  }
  return usage;
}

async function usageNow(client: CDPSession): Promise<Usage> {
  await client.send("HeapProfiler.collectGarbage");
  const { usedSize, backingStorageSize } = await client.send("Runtime.getHeapUsage");
  return { heap: usedSize, arrays: backingStorageSize };
}

function printMemory(usage: readonly Usage[]): void {
  const row = (name: string, values: readonly number[]) => {
    const first = values[0]!;
    const change = Math.max(...values.map((value) => Math.abs(value - first)));
    return [name, ...[first, values.at(-1)!, change].map((bytes) => (bytes / MB).toFixed(1))];
  };
  console.log("");
  printTable([
    ["memory in use, MB", "after 1 minute", `after ${usage.length}`, "furthest from the first"],
    row("objects", usage.map(({ heap }) => heap)),
    row("typed arrays", usage.map(({ arrays }) => arrays)),
  ]);
}
