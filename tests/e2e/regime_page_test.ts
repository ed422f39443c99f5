/** The page of an analysis in a real browser, from a file, with the network refused. */
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { simulatedPath, writeSimulated } from "../../engine/source/simulator/simulated_file.ts";
import { taskHere } from "../in_process.ts";
import type { PooledView, RegimeFigures } from "../../engine/wire/regime_view.ts";
import { baselineLine, projectionTable, studyTables } from "../../engine/wire/study_tables.ts";
import { boundText } from "../../client/regime/outcome_times.ts";
import { BROWSER_TEST, newContext } from "./browser.ts";
import { textOf, untilNot, untilText } from "./visit.ts";

const DAYS = ["2026-02-05", "2026-02-06"] as const;

/** Analyses short simulated days, and opens their page; nothing but the page itself is let through. */
async function openPage(
  dt: string,
  check: (page: Page, figures: Record<string, never>) => Promise<void>,
): Promise<void> {
  const lake = await Deno.makeTempDir({ prefix: "spymaster_page_" });
  for (const [seed, dt] of DAYS.entries()) {
    const session = { symbol: "MNQH6", dt, seed, from: "09:00", to: "09:20", eventsPerSecond: 60 };
    await writeSimulated(session, simulatedPath({ lake, symbol: "MNQH6", dt }));
  }
  const [html, json] = [`${lake}/page.html`, `${lake}/figures.json`];
  const { code, err } = await taskHere([
    ...["analyze", "--lake", lake, "--dt", dt, "--start-time", "09:02", "--eval-start", "09:05"],
    ...["--eval-end", "09:20", "--html-output", html, "--json-output", json],
  ]);
  assert.equal(code, 0, err);
  const figures = JSON.parse(await Deno.readTextFile(json));
  await using context = await newContext();
  const [asked, failures]: [string[], string[]] = [[], []];
  await context.route("**", (route) => {
    asked.push(route.request().url());
    return route.request().url() === `file://${html}` ? route.continue() : route.abort();
  });
  const page = await context.newPage();
  page.on("pageerror", (error) => failures.push(error.message));
  page.on("console", (message) => message.type() === "error" && failures.push(message.text()));
  await page.goto(`file://${html}`);
  await page.getByTestId("regime-board").locator("canvas").first().waitFor();
  await check(page, figures);
  assert.deepEqual(failures, []);
  assert.deepEqual(asked.filter((url) => url !== `file://${html}`), []);
  await Deno.remove(lake, { recursive: true });
}

const digits = (text: string | null | undefined) => Number(text?.replaceAll(/[^\d.]/g, ""));

/** Waits until more than so many pixels of a chart are drawn. */
async function untilDrawn(page: Page, chart: number, pixels: number): Promise<void> {
  await page.waitForFunction(([chart, pixels]) => {
    const canvases = document.querySelectorAll<HTMLCanvasElement>(
      "[data-testid=regime-board] canvas",
    );
    const canvas = canvases[chart!]!;
    const { data } = canvas.getContext("2d")!.getImageData(0, 0, canvas.width, canvas.height);
    let drawn = 0;
    for (let i = 3; i < data.length; i += 4) if (data[i]! > 0) drawn++;
    return drawn > pixels!;
  }, [chart, pixels]);
}

Deno.test({
  name: "the page of an analysis shows the figures of its JSON, and charts that one can look into",
  ...BROWSER_TEST,
  async fn() {
    await openPage(DAYS[1], async (page, figures) => {
      assert.equal(await page.title(), "Regimes of MNQH6 on 2026-02-06");
      assert.equal(await page.getByTestId("regime-simulated").textContent(), "SIMULATED");
      assert.match(await page.locator("main").textContent() ?? "", /not a trading claim/);
      const { trade_metrics: metrics, hourly_metrics, projection_horizon_metrics } =
        figures as unknown as {
          trade_metrics: { n_events: number; tp_before_sl_rate: number };
          hourly_metrics: { window: string; n_events: number }[];
          projection_horizon_metrics: Record<string, { n_pairs: number }>;
        };
      const shown = await page.getByTestId("regime-figures").locator("dd").allTextContents();
      assert.equal(digits(shown[0]), metrics.n_events);
      assert.equal(shown[2], `${(metrics.tp_before_sl_rate * 100).toFixed(1)} %`);
      const hours = page.getByTestId("regime-hours").locator("tbody tr");
      assert.equal(await hours.count(), hourly_metrics.length);
      assert.equal(await hours.first().locator("th").textContent(), hourly_metrics[0]!.window);
      assert.equal(
        digits(await hours.first().locator("td").first().textContent()),
        hourly_metrics[0]!.n_events,
      );
      const pairs = page.getByTestId("regime-hit-rates").locator("tbody td:last-child");
      assert.deepEqual(
        (await pairs.allTextContents()).map(digits),
        Object.values(projection_horizon_metrics).map(({ n_pairs }) => n_pairs),
      );
      // What stands beside the figures: the same sentences and tables as in the report.
      const study = figures as unknown as RegimeFigures;
      assert.equal(
        await page.getByTestId("regime-line").textContent(),
        baselineLine(study.baselines),
      );
      for (
        const { key, rows } of [
          ...studyTables(study, study.trade_metrics_resolved),
          projectionTable(study.projection_horizon_metrics, boundText),
        ]
      ) {
        const cells = page.getByTestId(`regime-${key}`).locator("tbody").locator("th, td");
        assert.deepEqual(await cells.allTextContents(), rows.flat(), key);
      }
      assert.match(await page.locator("main").textContent() ?? "", /gross, at mid/);
      assert.doesNotMatch(await page.locator("main").textContent() ?? "", /chance|50 %,/);
      assert.equal(await page.getByTestId("regime-board").locator("canvas").count(), 5);
      for (let chart = 0; chart < 5; chart++) await untilDrawn(page, chart, 500);

      // Every event is in the table, page after page, and leads to its place in the charts.
      await page.getByText("Events, each with its outcome").click();
      let rows = 0;
      for (const later = page.getByTestId("regime-later");;) {
        rows += await page.getByTestId("regime-events").locator("tbody tr").count();
        if (await later.isDisabled()) break;
        await later.click();
      }
      assert.equal(rows, metrics.n_events);
      const whole = await textOf(page, "regime-span");
      const untilWhole = () => untilText(page, "regime-span", new RegExp(`^${whole}$`));
      await page.getByTestId("regime-events").getByRole("button").first().click();
      await untilNot(page, "regime-span", whole);
      await untilText(page, "regime-readout", /time09:/);
      await page.getByRole("button", { name: "All", exact: true }).click();
      await untilWhole();

      // A drag looks closer, a double click shows all again.
      const over = page.locator(".u-over").first();
      const { x, y, width } = (await over.boundingBox())!;
      await page.mouse.move(x + 0.2 * width, y + 40);
      await page.mouse.down();
      await page.mouse.move(x + 0.4 * width, y + 40, { steps: 3 });
      await page.mouse.up();
      await untilNot(page, "regime-span", whole);
      await page.mouse.dblclick(x + 0.5 * width, y + 40);
      await untilWhole();

      // At twice the size on a laptop nothing lies beyond its right edge, parts that were closed neither.
      await page.locator("details").evaluateAll((parts) => {
        for (const part of parts) (part as HTMLDetailsElement).open = true;
      });
      for (const width of [640, 720]) {
        await page.setViewportSize({ width, height: 400 });
        await page.waitForFunction(() => document.documentElement.scrollWidth <= innerWidth);
      }
    });
  },
});

Deno.test({
  name: "the page of several days shows each of them, and what they say together",
  ...BROWSER_TEST,
  async fn() {
    await openPage(DAYS.join(","), async (page, figures) => {
      const { days, pooled } = figures as unknown as {
        days: { event_count: number }[];
        pooled: PooledView;
      };
      const [baselines] = studyTables(pooled.study!);
      const cells = page.getByTestId("regime-pooled-baselines").locator("th, td");
      const { heads, rows } = baselines!;
      assert.deepEqual(await cells.allTextContents(), [...heads, ...rows.flat()]);
      assert.match(
        await page.getByTestId("regime-pooled").textContent() ?? "",
        new RegExp(`^${pooled.n_events.toLocaleString("en-US").replace(",", "\u202f")} events`),
      );
      for (const [i, dt] of DAYS.entries()) {
        await page.getByTestId("regime-day").selectOption(dt);
        await page.getByRole("heading", { name: `Regimes of MNQH6 on ${dt}` }).waitFor();
        const shown = page.getByTestId("regime-figures").locator("dd").first();
        assert.equal(digits(await shown.textContent()), days[i]!.event_count);
      }
    });
  },
});
