/** The page in a real browser, on a real session: Debian's Chromium against the server. */
import assert from "node:assert/strict";
import { chromium, type Page } from "playwright-core";
import { loadInstrument } from "../../engine/instrument.ts";
import { hasShared, sharedFile } from "../shared_data.ts";
import { serveApp } from "../server/stream_client.ts";
import { CHROMIUM_OPTIONS, hasChromium } from "./browser.ts";

const ES_LOCK = `product_type: future_mbo
symbol: ESH4
symbol_root: ES
price_scale: 1e-9
tick_size: 0.25
bucket_size_dollars: 0.25
rel_tick_size: 0.25
grid_max_ticks: 200
contract_multiplier: 50
qty_unit: contracts
price_decimals: 2
`;

async function esLake(): Promise<{ lake: string; lock: string }> {
  const lake = await Deno.makeTempDir({ prefix: "spymaster_es_" });
  const dir =
    `${lake}/raw/source=databento/product_type=future_mbo/symbol=ES/table=market_by_order_dbn`;
  await Deno.mkdir(dir, { recursive: true });
  const name = "esh4_20231225.mbo.dbn.zst";
  await Deno.copyFile(sharedFile("data", name), `${dir}/${name}`);
  const lock = `${lake}/instrument.yaml`;
  await Deno.writeTextFile(lock, ES_LOCK);
  return { lake, lock };
}

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

const text = (page: Page, id: string) => page.getByTestId(id).textContent();

/** Waits until the text of an element differs from what it was. */
async function changed(page: Page, id: string, from: string | null): Promise<void> {
  await page.waitForFunction(
    ([id, from]) => document.querySelector(`[data-testid="${id}"]`)?.textContent !== from,
    [id, from],
  );
}

Deno.test({
  name: "the page shows ESH4 moving: both hues, spot and time; pause stops it, resume goes on",
  ignore: !hasShared || !hasChromium,
  // Playwright keeps a pipe to the browser that outlives close() for a moment.
  sanitizeResources: false,
  sanitizeOps: false,
  async fn() {
    const { lake, lock } = await esLake();
    const instrument = loadInstrument(lock);
    await using server = serveApp({
      instrument,
      productType: "future_mbo",
      symbol: "ESH4",
      dt: "2023-12-25",
      startTime: "18:30",
      speed: 20,
      lake,
    });
    const browser = await chromium.launch(CHROMIUM_OPTIONS);
    try {
      const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
      await page.goto(`http://127.0.0.1:${server.port}/vacuum-pressure`);
      const firstSpot = await text(page, "spot");
      await changed(page, "spot", firstSpot);
      const spot = await text(page, "spot");
      const time = await text(page, "event-time");
      await changed(page, "event-time", time);
      await changed(page, "spot", spot);
      await page.waitForFunction(() =>
        Number(
          document.querySelector('[data-testid="grids-received"]')?.textContent
            ?.replace(/\D/g, ""),
        ) > 200
      );
      const seen = await hues(page);
      assert.ok(seen.building > 100, `building pixels: ${seen.building}`);
      assert.ok(seen.draining > 100, `draining pixels: ${seen.draining}`);

      await page.getByTestId("pause").click();
      await page.waitForFunction(() =>
        document.querySelector('[data-testid="connection"]')?.textContent === "paused"
      );
      const frames = () =>
        page.evaluate(() =>
          new Promise<void>((done) => {
            let left = 60;
            const step = () => --left === 0 ? done() : requestAnimationFrame(step);
            requestAnimationFrame(step);
          })
        );
      await frames();
      const stopped = await text(page, "event-id");
      await frames();
      assert.equal(await text(page, "event-id"), stopped);
      await page.getByTestId("pause").click();
      await changed(page, "event-id", stopped);
    } finally {
      await browser.close();
      await Deno.remove(lake, { recursive: true });
    }
  },
});
