/** Why of a cell: held by a click, and the very counts of the records. */
import assert from "node:assert/strict";
import { EngineRun } from "../../engine/run.ts";
import { sessionTimeNs } from "../../engine/session.ts";
import { simulatedPath } from "../../engine/source/simulator/simulated_file.ts";
import { extrasOf, type StreamField } from "../../engine/wire/fields.ts";
import { frames, pause, resize, SIMULATED, testPage, textOf } from "./visit.ts";

const FIELDS = ["order_count", "added_total", "pulled_total", "filled_total"] as const;

/** Counts of a price at boundaries of the simulated session, by event time in milliseconds of the day. */
async function countsAt(lake: string, startTime: string, price: number) {
  const [symbol, dt] = [SIMULATED.symbol, "2026-02-06"];
  const run = await EngineRun.open({
    origin: { path: simulatedPath({ lake, symbol, dt }) },
    ...{ productType: "future_mbo", symbol, dt, tickInt: 250_000_000, throttleMs: 0 },
    startNs: sessionTimeNs("future_mbo", dt, { name: "start", text: startTime }),
  }, { ...extrasOf(FIELDS as readonly StreamField[]), historyNs: 60e9 });
  const counts = new Map<number, number[]>();
  try {
    for (;;) {
      const progress = await run.advance(10_000);
      if (progress === "end") return counts;
      if (progress !== "grid" && progress !== "history") continue;
      const { frame } = run;
      const row = Math.round(price / 0.25) - Number(frame.spot / 250_000_000n) + 50;
      if (row < 0 || row > 100) continue;
      const ms = Math.floor(frame.ts / 1e6) - 5 * 3_600_000;
      counts.set(ms, FIELDS.map((field) => frame.column(field)[row]!));
    }
  } finally {
    run.close();
  }
}

/** Milliseconds of the day of HH:MM:SS.mmm. */
function msOf(clock: string): number {
  const [hours = 0, minutes = 0, seconds = 0] = clock.split(":").map(Number);
  return Math.round((hours * 60 + minutes) * 60_000 + seconds * 1_000);
}

const numberIn = (text: string) => Number(text.replace(/[^\d]/g, ""));

testPage(
  "a click holds a cell, whose counts are those of the records, until Esc lets it go",
  async (visit) => {
    const page = await visit.open();
    await pause(page);
    const map = (await page.getByTestId("heatmap").boundingBox())!;
    const why = page.getByTestId("cell-why");
    // Wherever the view stands by now, a price near the touch is in the grid.
    for (let i = 0; !(await why.isVisible()); i = (i + 1) % 20) {
      await page.mouse.move(map.x + map.width - 60 - i, map.y + map.height * (0.4 + i / 100));
      await frames(page);
    }
    await page.mouse.down();
    await page.mouse.up();
    await page.locator('.readout[data-held="true"]').waitFor();
    const head = await page.locator(".readout > p").first().textContent() ?? "";
    // It stays wherever the pointer goes.
    await page.mouse.move(map.x + 80, map.y + map.height + 120);
    assert.equal(await page.locator(".readout > p").first().textContent(), head);
    const [clock = "", priceText = ""] = head.split(" · ");
    const counts = await countsAt(
      visit.server.service.settings.lake,
      SIMULATED.start,
      Number(priceText.replace(/[^\d.]/g, "")),
    );
    const now = counts.get(msOf(clock))!;
    assert.ok(now, `no boundary at ${clock}`);
    assert.equal(numberIn(await textOf(page, "why-orders")), now[0]);
    const sinceText = await page.locator(".cell-why thead th").last().textContent() ?? "";
    const since = counts.get(msOf(sinceText.replace("since ", "")))!;
    assert.ok(since, `no boundary ${sinceText}`);
    for (const [i, part] of ["added", "pulled", "filled"].entries()) {
      const text = await textOf(page, `why-since-${part}`);
      assert.equal(numberIn(text), now[i + 1]! - since[i + 1]!, part);
    }
    // On a phone the list of trades takes half of the picture, and what was asked for lies over it.
    await page.keyboard.press("e");
    await resize(page, 390, 844);
    const top = await page.getByTestId("readout").evaluate((readout) => {
      const of = readout.getBoundingClientRect();
      const list = document.querySelector('[data-testid="trade-list"]')!.getBoundingClientRect();
      // A readout lets a finger through.
      (readout as HTMLElement).style.pointerEvents = "auto";
      const y = Math.max(of.top, list.top) + 4;
      const above = document.elementFromPoint(of.left + of.width / 2, y);
      return { areOver: y < Math.min(of.bottom, list.bottom), isOnTop: readout.contains(above) };
    });
    assert.deepEqual(top, { areOver: true, isOnTop: true });
    await page.keyboard.press("Escape");
    await page.getByTestId("readout").waitFor({ state: "hidden" });
  },
  [SIMULATED],
);
