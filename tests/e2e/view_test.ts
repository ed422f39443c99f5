/** What the reader chooses: trades, colours, parts, what stands in the address, and what is saved. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import type { Page } from "playwright-core";
import {
  frames,
  numberOf,
  pause,
  SIMULATED,
  stillPicture,
  testPage,
  textOf,
  untilMore,
  untilShown,
  untilText,
} from "./visit.ts";

const MAP = "[data-testid=heatmap]";

/** The map, with the pointer away from it. */
async function mapOf(page: Page): Promise<string> {
  await frames(page);
  return await stillPicture(page, MAP);
}

testPage(
  "trades are bubbles that a size filter thins out, to none where all are smaller",
  async (visit) => {
    const page = await visit.open("speed=200&ms_px=250");
    await untilMore(page, "grids-received", await numberOf(page, "grids-received") + 60);
    await pause(page);
    const all = await mapOf(page);
    await page.getByTestId("view").click();
    await page.getByTestId("least").fill("2");
    await page.waitForURL(/least=2/);
    const some = await mapOf(page);
    await page.getByTestId("least").fill("1000000");
    await page.waitForURL(/least=1000000/);
    const none = await mapOf(page);
    await page.getByTestId("trades").click();
    await page.waitForURL(/trades=off/);
    const off = await mapOf(page);
    assert.equal(new Set([all, some, none]).size, 3);
    assert.equal(off, none);
  },
);

testPage("the address opens the same view, and does not follow a seek", async (visit) => {
  const { start, later } = visit.session;
  const page = await visit.open();
  await page.getByTestId("seek").fill(later);
  await page.keyboard.press("Enter");
  await untilShown(page, later);
  await page.getByTestId("speed").click();
  await page.getByTestId("speed-2").click();
  for (const key of ["p", "l", "2", "3", "t", "+", "["]) await page.keyboard.press(key);
  await page.getByTestId("view").click();
  await page.getByTestId("contrast").fill("3");
  await page.waitForURL(/contrast=3/);
  const query = new URL(page.url()).searchParams;
  assert.deepEqual(Object.fromEntries(query), {
    speed: "2",
    palette: "safe",
    theme: "light",
    hide: "profile,charts",
    trades: "off",
    row_px: query.get("row_px"),
    ms_px: "50",
    contrast: "3",
  });

  const other = await visit.open(`${query}`);
  await untilShown(other, start, later);
  await untilText(other, "speed", /^2×$/);
  const root = other.locator(".dashboard");
  assert.deepEqual(
    [
      await root.getAttribute("data-theme"),
      await root.getAttribute("data-palette"),
      await root.getAttribute("data-hidden"),
      await other.getByTestId("contrast").inputValue(),
      await other.getByTestId("trades").isChecked(),
      await other.locator("canvas.profile").isVisible(),
      await other.getByTestId("chart-mid").isVisible(),
    ],
    ["light", "safe", "profile charts", "3", false, false, false],
  );
});

testPage("a link to a moment opens paused at that very grid, after a seek too", async (visit) => {
  const { later } = visit.session;
  const page = await visit.open();
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.getByTestId("seek").fill(later);
  await page.keyboard.press("Enter");
  await untilShown(page, later);
  await pause(page);
  await page.keyboard.press("ArrowLeft");
  await page.getByTestId("past").waitFor();
  await frames(page);
  const shown = async (page: Page) => [
    await textOf(page, "event-time"),
    await textOf(page, "event-id"),
    await textOf(page, "state"),
    await textOf(page, "net-edge"),
  ];
  await page.getByTestId("link").click();
  await untilText(page, "linked", /^Link copied$/);
  const link = await page.evaluate(() => navigator.clipboard.readText());
  const other = await visit.open(link.split("?")[1]);
  await untilText(other, "event-id", new RegExp(`^${await textOf(page, "event-id")}$`));
  await untilText(other, "connection", /^paused$/);
  await frames(other);
  assert.deepEqual(await shown(other), await shown(page));
  // Who plays on has left the moment.
  assert.match(other.url(), /ts_ns=/);
  await other.keyboard.press("Space");
  await other.waitForURL((url) => !url.searchParams.has("ts_ns"));
});

testPage("the days of the lake can be chosen, and choosing one loads it", async (visit) => {
  const page = await visit.openShell(
    "",
    async (page) => {
      await page.route("**/vacuum-pressure/days", (route) =>
        route.fulfill({
          json: {
            product_type: "future_mbo",
            symbol: "MNQH6",
            days: [
              { dt: "2026-02-04", data_source: "databento", size: 1, live: false },
              { dt: "2026-02-05", data_source: "databento", size: 1, live: true },
              { dt: "2026-02-06", data_source: "simulator", size: 1, live: false },
            ],
          },
        }));
    },
  );
  await page.getByText("Thu 2026-02-05 · live").waitFor({ state: "attached" });
  const groups = await page.getByTestId("day").evaluate((node) =>
    [...node.querySelectorAll("optgroup")].map(({ label, textContent }) => [label, textContent])
  );
  assert.deepEqual(groups, [
    ["Real", "Thu 2026-02-05 · liveWed 2026-02-04"],
    ["Simulated", "Fri 2026-02-06"],
  ]);
  // Those days have no file: only the address is of interest.
  const asked: string[] = [];
  await page.route("**/vacuum-pressure?*", (route) => {
    asked.push(new URL(route.request().url()).searchParams.get("dt")!);
    return route.fulfill({ body: "" });
  });
  const day = page.getByTestId("day");
  // With keys one looks through the days; Esc takes the choice back, Enter loads it. A pointer that was
  // used before changes nothing of that.
  await page.getByTestId("heatmap").click();
  await page.keyboard.press("d");
  await page.keyboard.press("ArrowUp");
  assert.equal(await day.inputValue(), "2026-02-04");
  await page.keyboard.press("ArrowUp");
  assert.equal(await day.inputValue(), "2026-02-05");
  assert.ok(await day.evaluate((node) => node === document.activeElement));
  await page.keyboard.press("Escape");
  assert.equal(await day.inputValue(), "2026-02-06");
  await page.keyboard.press("Enter");
  assert.deepEqual(asked, []);
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("Enter");
  await page.waitForURL(/dt=2026-02-04/);
  assert.deepEqual(asked, ["2026-02-04"]);
}, [SIMULATED]);

testPage("a day chosen with a pointer, or left with Tab, loads at once", async (visit) => {
  for (const leaves of [false, true]) {
    const page = await visit.openShell("", async (page) => {
      await page.route("**/vacuum-pressure/days", (route) =>
        route.fulfill({
          json: {
            ...{ product_type: "future_mbo", symbol: "MNQH6" },
            days: [
              { dt: "2026-02-05", data_source: "simulator", size: 1, live: false },
              { dt: "2026-02-06", data_source: "simulator", size: 1, live: false },
            ],
          },
        }));
    });
    await page.getByText("Thu 2026-02-05").waitFor({ state: "attached" });
    await page.route("**/vacuum-pressure?*", (route) => route.fulfill({ body: "" }));
    const day = page.getByTestId("day");
    if (leaves) {
      await day.focus();
      await page.keyboard.press("ArrowDown");
      assert.equal(await day.inputValue(), "2026-02-05");
      await page.keyboard.press("Tab");
    } else await day.selectOption("2026-02-05");
    await page.waitForURL(/dt=2026-02-05/);
    await page.close();
  }
}, [SIMULATED]);

testPage(
  "palette, theme, contrast and what colour tells change the picture; the legend names its ends",
  async (visit) => {
    const page = await visit.open("speed=1&trades=off");
    await pause(page);
    await untilText(page, "legend-most", /^\+\d/);
    await untilText(page, "legend-least", /^−\d/);
    await untilText(page, "legend-shallow", /^\d/);
    await untilText(page, "legend-depth", /^\d/);
    const looks = [await mapOf(page)];
    for (const key of ["p", "p", "l"]) {
      await page.keyboard.press(key);
      looks.push(await mapOf(page));
    }
    await page.getByTestId("view").click();
    await page.getByTestId("contrast").fill("4");
    looks.push(await mapOf(page));
    assert.ok(await page.getByTestId("legend-depth").isVisible());
    await page.getByRole("radio", { name: "Force alone" }).check();
    await page.waitForURL(/colour=force/);
    looks.push(await mapOf(page));
    assert.ok(await page.getByTestId("legend-depth").isHidden());
    assert.equal(new Set(looks).size, looks.length);
  },
);

testPage(
  "a picture of the view is saved as PNG, with what it shows and when in its name",
  async (visit) => {
    const page = await visit.open();
    await pause(page);
    const arrival = page.waitForEvent("download");
    await page.getByTestId("view").click();
    await page.getByTestId("save-png").click();
    const download = await arrival;
    assert.match(
      download.suggestedFilename(),
      new RegExp(`^spymaster_${visit.session.symbol}_\\d{4}-\\d\\d-\\d\\d_\\d{6}\\.png$`),
    );
    const bytes = await readFile(await download.path());
    assert.equal(bytes.subarray(0, 8).toString("latin1"), "\x89PNG\r\n\x1a\n");
    // The name is that of the moment shown.
    const clock = (await textOf(page, "event-time")).slice(0, 8).replaceAll(":", "");
    assert.ok(download.suggestedFilename().endsWith(`_${clock}.png`));
    // Profile, heatmap and axis are 1156 wide beside the panel of 284.
    const [width, height] = [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
    assert.equal(width, 1440 - 284);
    assert.ok(height > 700 && height < 900, `${height}`);
    const shades = await page.evaluate(async (base64) => {
      const image = await createImageBitmap(new Blob([Uint8Array.fromBase64(base64)]));
      const canvas = new OffscreenCanvas(image.width, image.height);
      const context = canvas.getContext("2d")!;
      context.drawImage(image, 0, 0);
      const { data } = context.getImageData(0, 0, image.width, image.height);
      return new Set(new Uint32Array(data.buffer)).size;
    }, bytes.toString("base64"));
    assert.ok(shades > 50, `${shades} colours`);
  },
);

testPage("dragging the price axis down spreads prices, up gathers them", async (visit) => {
  const page = await visit.open();
  const { x, y, width, height } = (await page.locator("canvas.price-axis").boundingBox())!;
  const rows = (url: URL) => Number(url.searchParams.get("row_px"));
  const drag = async (by: number) => {
    await page.mouse.move(x + width / 2, y + height / 2);
    await page.mouse.down();
    await page.mouse.move(x + width / 2, y + height / 2 + by, { steps: 4 });
    await page.mouse.up();
  };
  await drag(200);
  await page.waitForURL((url) => rows(url) > 8);
  const wide = rows(new URL(page.url()));
  await drag(-200);
  await page.waitForURL((url) => rows(url) < wide / 2);
  // Following goes on: scaling keeps the touch in view.
  assert.ok(await page.getByTestId("follow").isHidden());
});

testPage("fingers drag the picture, and two of them scale it", async (visit) => {
  const page = await visit.open("ms_px=100&row_px=4");
  const { x, y, width, height } = (await page.getByTestId("heatmap").boundingBox())!;
  const [midX, midY] = [x + width / 2, y + height / 2];
  const session = await page.context().newCDPSession(page);
  const touch = (type: "touchStart" | "touchMove" | "touchEnd", ...points: [number, number][]) =>
    session.send("Input.dispatchTouchEvent", {
      type,
      touchPoints: points.map(([dx, dy], id) => ({ x: midX + dx, y: midY + dy, id })),
    });
  await touch("touchStart", [0, 0]);
  for (const dx of [20, 60, 120]) await touch("touchMove", [dx, 10]);
  await touch("touchEnd");
  await page.getByTestId("follow").waitFor();
  await untilText(page, "past", /^View ends .* ago$/);

  await touch("touchStart", [-50, -50], [50, 50]);
  for (const by of [70, 100]) await touch("touchMove", [-by, -by], [by, by]);
  await touch("touchEnd");
  await page.waitForURL(/ms_px=50/);
  assert.equal(new URL(page.url()).searchParams.get("row_px"), "8");
});
