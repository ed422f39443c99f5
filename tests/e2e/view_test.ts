/** What the reader chooses: trades, colours, parts, what stands in the address, and what is saved. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import type { Page } from "playwright-core";
import { frames, pause, stillPicture, testPage, textOf, untilMore, untilText } from "./visit.ts";

const MAP = "[data-testid=heatmap]";

/** The map, with the pointer away from it. */
async function mapOf(page: Page): Promise<string> {
  await frames(page);
  return await stillPicture(page, MAP);
}

testPage(
  "trades are bubbles that a size filter thins out, to none where all are smaller",
  async (visit) => {
    const page = await visit.open("speed=50&ms_px=250");
    await untilMore(page, "grids-received", 400);
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

testPage("a link opens the same view", async (visit) => {
  const { start, later } = visit.session;
  const page = await visit.open();
  await page.getByTestId("seek").fill(later);
  await page.keyboard.press("Enter");
  await untilText(page, "event-time", new RegExp(`^${later.slice(0, 5)}`));
  await page.getByTestId("speed").selectOption("2");
  await page.getByTestId("speed").blur();
  for (const key of ["p", "l", "2", "3", "t", "+", "["]) await page.keyboard.press(key);
  await page.getByTestId("view").click();
  await page.getByTestId("contrast").fill("3");
  await page.waitForURL(/contrast=3/);
  const query = new URL(page.url()).searchParams;
  assert.deepEqual(Object.fromEntries(query), {
    start_time: later.slice(0, 5),
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
  await untilText(other, "event-time", new RegExp(`^${later.slice(0, 5)}`));
  const root = other.locator(".dashboard");
  assert.deepEqual(
    [
      await root.getAttribute("data-theme"),
      await root.getAttribute("data-palette"),
      await root.getAttribute("data-hidden"),
      await other.getByTestId("speed").inputValue(),
      await other.getByTestId("contrast").inputValue(),
      await other.getByTestId("trades").isChecked(),
      await other.locator("canvas.profile").isVisible(),
      await other.getByTestId("chart-mid").isVisible(),
    ],
    ["light", "safe", "profile charts", "2", "3", false, false, false],
  );
  // A restart goes to where this link begins, not to where the server would.
  await other.getByTestId("restart").click();
  await untilText(other, "event-time", new RegExp(`^${later.slice(0, 5)}`));
  assert.notEqual(start, later.slice(0, 5));
});

testPage(
  "palette, theme, contrast and what colour tells change the picture; the legend names its ends",
  async (visit) => {
    const page = await visit.open("speed=50&trades=off");
    await untilMore(page, "grids-received", 150);
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
    const page = await visit.open("speed=20");
    await untilMore(page, "grids-received", 60);
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
  const page = await visit.open("speed=20");
  await untilMore(page, "grids-received", 60);
  const { x, y, width, height } = (await page.locator("canvas.price-axis").boundingBox())!;
  const drag = async (by: number) => {
    await page.mouse.move(x + width / 2, y + height / 2);
    await page.mouse.down();
    await page.mouse.move(x + width / 2, y + height / 2 + by, { steps: 4 });
    await page.mouse.up();
    return Number(new URL(page.url()).searchParams.get("row_px"));
  };
  const wide = await drag(200);
  const narrow = await drag(-200);
  assert.ok(wide > 8 && narrow < wide / 2, `${wide} ${narrow}`);
  // Following goes on: scaling keeps the touch in view.
  assert.ok(await page.getByTestId("follow").isHidden());
});

testPage("fingers drag the picture, and two of them scale it", async (visit) => {
  const page = await visit.open("speed=20&ms_px=100&row_px=4");
  await untilMore(page, "grids-received", 60);
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
  await untilText(page, "past", /^view ends .* ago$/);

  await touch("touchStart", [-50, -50], [50, 50]);
  for (const by of [70, 100]) await touch("touchMove", [-by, -by], [by, by]);
  await touch("touchEnd");
  await page.waitForURL(/ms_px=50/);
  assert.equal(new URL(page.url()).searchParams.get("row_px"), "8");
});
