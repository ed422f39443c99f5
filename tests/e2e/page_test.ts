/** The page at work: what moves, and in which colours. */
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import {
  frames,
  pause,
  SIMULATED,
  testPage,
  textOf,
  untilMore,
  untilNot,
  untilText,
} from "./visit.ts";

/**
 * Waits until so many pixels of the heatmap are clearly building (green above red), and as many
 * draining: the ends of the colours follow what has come a moment later.
 */
async function untilBothHues(page: Page, pixels: number): Promise<void> {
  await page.waitForFunction((pixels) => {
    const canvas = document.querySelector<HTMLCanvasElement>('[data-testid="heatmap"]')!;
    const { data } = canvas.getContext("2d")!.getImageData(0, 0, canvas.width, canvas.height);
    let building = 0;
    let draining = 0;
    for (let i = 0; i < data.length; i += 4) {
      if (data[i + 1]! > data[i]! + 25) building++;
      else if (data[i]! > data[i + 1]! + 25) draining++;
    }
    return building > pixels && draining > pixels;
  }, pixels);
}

testPage("the page moves: both hues, quote and time", async (visit) => {
  const page = await visit.open("speed=20&trades=off");
  const time = await textOf(page, "event-time");
  const quote = await textOf(page, "quote");
  await untilNot(page, "event-time", time);
  await untilNot(page, "quote", quote);
  await untilBothHues(page, 100);
});

testPage(
  "the figures change ten times a second at most, and the picture does not wait",
  async (visit) => {
    const page = await visit.openShell("speed=50", async (page) => {
      // Told by the times that the page goes by, which do not depend on when it gets its turn.
      await page.addInitScript(() => {
        const now = performance.now.bind(performance);
        performance.now = () => {
          const toldMs = now();
          Object.assign(globalThis, { toldMs });
          return toldMs;
        };
      });
    });
    await untilMore(page, "grids-received", 50);
    const times = await page.evaluate(() =>
      new Promise<number[]>((done) => {
        const times: number[] = [];
        const observer = new MutationObserver(() => {
          times.push((globalThis as unknown as { toldMs: number }).toldMs);
          if (times.length < 22) return;
          observer.disconnect();
          done(times);
        });
        const figure = document.querySelector('[data-testid="event-id"]')!;
        observer.observe(figure, { childList: true, characterData: true, subtree: true });
      })
    );
    // All of it, since what goes by between the look and the change is part of a single gap.
    assert.ok(times.at(-1)! - times[0]! > 2_000, times.join(" "));
  },
  [SIMULATED],
);

testPage(
  "keys go to the change of state before, which the ribbon and the cards show",
  async (visit) => {
    // At a grid: paused behind it, the change before may be one that is told since.
    const page = await visit.open("ts_ns=1770387930000000000");
    await untilText(page, "connection", /^paused$/);
    // The title follows the figures a moment later.
    const stated = await textOf(page, "state");
    await page.waitForFunction((stated) => document.title.endsWith(stated), stated);
    assert.match(await page.title(), /^MNQH6 · 2[45].\d{3}\.\d{3} · (Up|Down|Chop|No reading)/);
    await page.keyboard.press("b");
    await untilText(page, "panel-moment", / before now$/);
    await untilText(page, "state-held", /^\d+(\.\d)? s$/);
    const state = await textOf(page, "state");
    const event = await textOf(page, "event-id");
    await page.keyboard.press("ArrowLeft");
    // Of a change between two grids it is the grid before it, to which the instant was held.
    await untilNot(page, "state", state);
    await page.keyboard.press("n");
    await untilText(page, "state", new RegExp(`^${state}$`));
    assert.equal(await textOf(page, "event-id"), event);
    const shades = await page.getByTestId("ribbon").evaluate((node) => {
      const canvas = node as HTMLCanvasElement;
      const { data } = canvas.getContext("2d")!.getImageData(0, 0, canvas.width, canvas.height);
      return new Set(new Uint32Array(data.buffer)).size;
    });
    assert.ok(shades > 2, `${shades}`);
  },
  [SIMULATED],
);

testPage(
  "with the view away from now, clock and cards are of its right edge, and say so",
  async (visit) => {
    const page = await visit.open("speed=1");
    await pause(page);
    const now = await textOf(page, "event-time");
    assert.equal(await textOf(page, "moment"), "Now");
    for (let i = 0; i < 3; i++) await page.keyboard.press("Shift+ArrowLeft");
    await untilText(page, "moment", /^View ends \d.* ago$/);
    await frames(page);
    assert.equal(await textOf(page, "panel-moment"), await textOf(page, "moment"));
    assert.ok(await textOf(page, "event-time") < now);
    await page.keyboard.press("f");
    await untilText(page, "panel-moment", /^Now$/);
    assert.equal(await textOf(page, "event-time"), now);
  },
  [SIMULATED],
);
