/** The inputs of the reports on the page. */
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { loadInstrument } from "../../engine/instrument.ts";
import { projectFile } from "../project.ts";
import { hasShared, sharedFile } from "../shared_data.ts";
import { frames, pause, type Session, testPage, textOf, untilText } from "../e2e/visit.ts";
import { report } from "./inputs.ts";
import { putIntoLake } from "./served_input.ts";

/** An input as the page is tried on it. */
function session(input: string, start: string, lock?: string): Session {
  const path = lock === undefined
    ? projectFile("instrument.yaml")
    : hasShared
    ? sharedFile("data", "reports", "locks", `${lock}.yaml`)
    : "";
  return {
    name: input,
    symbol: "",
    start,
    later: start,
    nearEnd: start,
    simulated: false,
    absent: !hasShared,
    async fill(lake) {
      await putIntoLake(lake, { content: report(input), name: input, lock: path });
      const instrument = loadInstrument(path);
      return { instrument, symbol: instrument.symbol, dt: "2026-02-06", startTime: null };
    },
  };
}

/** Goes to a time while paused, and waits until a grid at or after it is shown. */
async function goTo(page: Page, clock: string): Promise<void> {
  await page.getByTestId("seek").fill(clock);
  await page.keyboard.press("Enter");
  await untilText(page, "event-time", new RegExp(`^${clock}`));
}

testPage("a price of 0 has a mid, and a crossed and a locked book are noted", async (visit) => {
  const page = await visit.open("speed=1");
  await pause(page);
  const mid = () => page.locator(".chart-legend", { hasText: "Mid" }).innerText();
  for (
    const [clock, note, price] of [
      ["09:00:20", null, /0\.025/],
      ["09:00:25", /Locked book: best bid and best ask both 0\.05$/, /0\.050/],
      ["09:00:27", /Crossed book: best bid 0\.05 above best ask 0\.00$/, /0\.025/],
      ["09:00:37", /Locked book: best bid and best ask both 0\.00$/, /0\.000/],
    ] as const
  ) {
    await goTo(page, clock);
    await frames(page);
    const warning = page.getByTestId("book-warning");
    if (note === null) assert.ok(await warning.isHidden());
    else await untilText(page, "book-warning", note);
    assert.match(await mid(), price, `${clock} ${await mid()}`);
    assert.match(await textOf(page, "mid"), /\d/);
  }
}, [session("spread_20260206.dbn", "09:00", "spread")]);

testPage(
  "the scrubber works at every place of a session that begins the evening before",
  async (visit) => {
    const page = await visit.open("speed=1");
    await pause(page);
    const track = page.getByTestId("scrubber");
    await page.waitForFunction(() =>
      document.querySelector('[data-testid="scrubber"]')?.getAttribute("aria-disabled") === "false"
    );
    const { x, y, width, height } = (await track.boundingBox())!;
    const midnight = Date.parse("2026-02-06T00:00Z");
    for (const share of [0.001, 0.1, 0.24, 0.26, 0.5, 0.75, 0.99, 0.05]) {
      await page.mouse.move(x + width * 0.6, y + height / 2);
      await page.mouse.down();
      await page.mouse.move(x + width * share, y + height / 2, { steps: 3 });
      const target = await page.locator(".scrubber-time").textContent() ?? "";
      // 20 hours and a minute from 19:00 on.
      const expected = new Date(midnight + share * (20 * 60 + 1) * 60_000 - 5 * 3_600_000);
      const minute = (clock: string) => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3, 5));
      const apart = Math.abs(minute(target) - minute(expected.toISOString().slice(11, 16)));
      assert.ok(Math.min(apart, 1440 - apart) <= 2, `${share}: ${target}`);
      await page.mouse.up();
      // A record each 10 s: the first grid there is within them.
      await page.waitForFunction(([target]) => {
        const shown = document.querySelector('[data-testid="event-time"]')?.textContent ?? "";
        const second = (clock: string) => {
          const [h = 0, m = 0, s = 0] = clock.slice(0, 8).split(":").map(Number);
          return (h * 60 + m) * 60 + s;
        };
        const after = (second(shown) - second(target!) + 86_400) % 86_400;
        return after <= 11;
      }, [target]);
      assert.ok(await page.getByTestId("error").isHidden(), `${share}`);
    }
  },
  [session("evening_20260206.dbn.zst", "19:00")],
);

testPage("a file that begins inside its session is shown, and that is said", async (visit) => {
  const page = await visit.open();
  await untilText(page, "begins-inside", /older orders are missing/);
  await page.getByTestId("begins-inside").waitFor();
}, [session("midsession.dbn", "10:00")]);

testPage("a file that begins with its book has no such note", async (visit) => {
  const page = await visit.open("speed=1");
  assert.ok(await page.getByTestId("begins-inside").isHidden());
}, [session("plain.dbn", "09:00")]);
