/** The page at work: what moves, and in which colours. */
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { SESSIONS, testPage, textOf, untilMore, untilNot } from "./visit.ts";

/** Counts of heatmap pixels that are clearly building (green above red) and draining. */
function hues(page: Page): Promise<{ building: number; draining: number }> {
  return page.getByTestId("heatmap").evaluate((node) => {
    const canvas = node as HTMLCanvasElement;
    const { data } = canvas.getContext("2d")!.getImageData(0, 0, canvas.width, canvas.height);
    let building = 0;
    let draining = 0;
    for (let i = 0; i < data.length; i += 4) {
      if (data[i + 1]! > data[i]! + 25) building++;
      else if (data[i]! > data[i + 1]! + 25) draining++;
    }
    return { building, draining };
  });
}

testPage("the page moves: both hues, spot and time", async (visit) => {
  const page = await visit.open("speed=20&trades=off");
  const time = await textOf(page, "event-time");
  const spot = await textOf(page, "spot");
  await untilNot(page, "event-time", time);
  await untilNot(page, "spot", spot);
  await untilMore(page, "grids-received", 200);
  const seen = await hues(page);
  assert.ok(seen.building > 100, `building pixels: ${seen.building}`);
  assert.ok(seen.draining > 100, `draining pixels: ${seen.draining}`);
}, SESSIONS);
