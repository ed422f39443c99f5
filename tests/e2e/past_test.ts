/** Pointing at the past: every part of the page shows that moment, and the newest one afterwards. */
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { formatCount, formatForce, formatPrice, formatSigned } from "../../client/format.ts";
import {
  frames,
  pause,
  picture,
  type Row,
  savedTable,
  stillPicture,
  testPage,
  textOf,
  untilMore,
  untilText,
} from "./visit.ts";

/** Everything that the page writes about the moment it shows. */
async function written(page: Page): Promise<Record<string, string>> {
  const text = async (selector: string) =>
    (await page.locator(selector).allInnerTexts()).join(" ").replace(/[ \n\t]+/g, " ");
  return {
    time: (await textOf(page, "event-time")).slice(0, 12),
    event: await textOf(page, "event-id"),
    net: await textOf(page, "net-edge"),
    state: await textOf(page, "state"),
    edges: await text("[aria-labelledby=net-edge-title] .line .figure"),
    forces: await text(".force-row .figure"),
    guidance: await text("[aria-labelledby=guidance-title] .line"),
    depth: await text("[aria-labelledby=depth-title] .figure"),
    bottom: await text(".bottom-bar .figure:not(.legend *)"),
    charts: await text(".chart-legend .figure"),
    scrubber: await page.getByTestId("scrubber").getAttribute("aria-valuetext") ?? "",
  };
}

/** What the same should be, from the figures of a grid. */
function expected(row: Row): Record<string, string> {
  const value = (name: string) => Number(row[name]);
  const [net, bull, bear] = [
    formatSigned(value("net_edge")),
    formatForce(value("bull_edge")),
    formatForce(value("bear_edge")),
  ];
  const force = (name: string) => formatForce(value(name));
  const above = [force("vacuum_above"), force("pressure_above")];
  const below = [force("pressure_below"), force("vacuum_below")];
  const mid = row["mid_price"] === "" ? "–" : formatPrice(value("mid_price"), 3);
  const sums = [...above, ...below];
  return {
    time: row["time_new_york"]!,
    event: formatCount(value("event_id")),
    net,
    edges: `${bull} ${bear}`,
    forces: [...above, ...below].join(" "),
    charts: [net, bull, bear, ...sums, mid].join(" "),
    scrubber: row["time_new_york"]!.slice(0, 8),
  };
}

function assertShows(shown: Record<string, string>, row: Row): void {
  const wanted = expected(row);
  assert.deepEqual(
    Object.fromEntries(Object.keys(wanted).map((name) => [name, shown[name]])),
    wanted,
  );
  assert.ok(shown["bottom"]!.startsWith(`${wanted["net"]} ${wanted["edges"]} `), shown["bottom"]);
}

/** Where the cursors of the three charts stand. */
function cursors(page: Page): Promise<string[]> {
  return page.locator(".u-cursor-x").evaluateAll((nodes) =>
    nodes.map((node) => (node as HTMLElement).style.transform)
  );
}

for (const place of ["heatmap", "chart-forces"] as const) {
  testPage(`pointing at the past in the ${place} shows that moment everywhere`, async (visit) => {
    const page = await visit.open("speed=20");
    await pause(page);
    const table = await savedTable(page);
    const live = await written(page);
    // The ends of the colours are looked at now and then: until they have come to rest.
    const liveProfile = await stillPicture(page, "canvas.profile");
    const liveAxis = await picture(page, "canvas.price-axis");
    assertShows(live, table.at(-1)!);
    assert.ok(await page.getByTestId("past").isHidden());

    const { x, y, width, height } = (await page.getByTestId(place).boundingBox())!;
    const map = (await page.getByTestId("heatmap").boundingBox())!;
    await page.mouse.move(map.x + map.width - 120, y + height * 0.4);
    await untilText(page, "past", / before now$/);
    assert.ok(x + width > map.x + map.width - 120);
    await frames(page);
    const past = await written(page);
    const row = table.find((row) => row["time_new_york"] === past["time"]);
    assert.ok(row !== undefined && row !== table.at(-1), past["time"]);
    assertShows(past, row);
    assert.notEqual(await picture(page, "canvas.profile"), liveProfile);
    const [one, ...others] = await cursors(page);
    assert.match(one!, /translate/);
    assert.deepEqual(others, [one, one]);
    const isCell = place === "heatmap";
    assert.equal(await page.getByTestId("readout").isVisible(), isCell);
    if (isCell) {
      const readout = await page.getByTestId("readout").innerText();
      assert.match(
        readout,
        new RegExp(`^${past["time"]} · .+ · (at|\\d+ ticks? (above|below)) spot`),
      );
      for (const word of ["Pressure", "Vacuum", "Rest depth", "add", "pull", "fill", "rest"]) {
        assert.ok(readout.includes(word), readout);
      }
    }

    await page.mouse.move(map.x + map.width / 2, 4);
    await page.getByTestId("past").waitFor({ state: "hidden" });
    await frames(page);
    assert.deepEqual(await written(page), live);
    assert.equal(await picture(page, "canvas.profile"), liveProfile);
    assert.equal(await picture(page, "canvas.price-axis"), liveAxis);
  });
}

testPage(
  "the past can be scrolled and zoomed while the stream goes on, and loses nothing",
  async (visit) => {
    const page = await visit.open("speed=20");
    const { x, y, width, height } = (await page.getByTestId("heatmap").boundingBox())!;
    await page.mouse.move(x + width / 2, y + height / 2);
    await page.mouse.down();
    await page.mouse.move(x + width / 2 + 80, y + height / 2 + 40, { steps: 3 });
    await page.mouse.up();
    await page.getByTestId("follow").waitFor();
    await page.mouse.move(x + width / 2, 4);
    // Everything is of the view's right edge, and says so.
    await untilText(page, "past", /^View ends .* ago$/);
    const edge = await written(page);
    assertShows(edge, (await savedTable(page)).at(-1)!);
    // The stream goes on, the picture stands still.
    const grids = await page.getByTestId("grids-received").textContent();
    const before = await stillPicture(page, "[data-testid=heatmap]");
    await untilMore(page, "grids-received", Number(grids!.replace(/\D/g, "")) + 5);
    await frames(page);
    assert.equal(await picture(page, "[data-testid=heatmap]"), before);
    assert.deepEqual(await written(page), edge);
    // The prices move to spot, the time stays.
    await page.keyboard.press("0");
    await frames(page);
    assert.notEqual(await picture(page, "[data-testid=heatmap]"), before);
    assert.ok(await page.getByTestId("follow").isVisible());

    await page.mouse.move(x + width - 10, y + height / 2);
    for (const [keys, parameter] of [["Shift", /ms_px=/], ["", /row_px=/]] as const) {
      if (keys) await page.keyboard.down(keys);
      await page.mouse.wheel(0, -120);
      if (keys) await page.keyboard.up(keys);
      await page.waitForURL(parameter);
    }
    await page.keyboard.press("f");
    await page.getByTestId("follow").waitFor({ state: "hidden" });
    for (let i = 0; i < 5; i++) await page.keyboard.press("[");
    await pause(page);
    const table = await savedTable(page);
    const ids = table.map((row) => Number(row["event_id"]));
    assert.ok(ids.length > 100);
    assert.deepEqual(ids, ids.toSorted((a, b) => a - b));
  },
);
