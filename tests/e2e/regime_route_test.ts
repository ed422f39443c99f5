/** The page /regime in a real browser: an analysis of a simulated morning. */
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { simulatedPath, writeSimulated } from "../../engine/source/simulator/simulated_file.ts";
import { whileServing } from "../launcher.ts";
import { BROWSER_TEST, newContext } from "./browser.ts";

const DT = "2026-02-06";

/** Waits until the status says something. */
async function status(page: Page, kind: string): Promise<string> {
  await page.locator(`[data-testid="regime-status"][data-kind="${kind}"]`).waitFor();
  return await page.getByTestId("regime-status").textContent() ?? "";
}

async function fill(page: Page, name: string, value: string): Promise<void> {
  await page.locator(`input[name="${name}"]`).fill(value);
}

Deno.test({
  name:
    "/regime runs an analysis with progress, cancels it, is told of another, and links the JSON",
  ...BROWSER_TEST,
  async fn() {
    const lake = await Deno.makeTempDir({ prefix: "spymaster_regime_" });
    const session = { symbol: "MNQH6", dt: DT, seed: 1, from: "09:00", to: "12:00" };
    await writeSimulated(
      { ...session, eventsPerSecond: 60 },
      simulatedPath({ lake, symbol: "MNQH6", dt: DT }),
    );
    try {
      await whileServing(["--lake", lake, "--dt", DT], async (address) => {
        await using context = await newContext();
        const failures: string[] = [];
        const open = async (query = "") => {
          const page = await context.newPage();
          page.on("pageerror", (error) => failures.push(error.message));
          page.on("console", (one) => one.type() === "error" && failures.push(one.text()));
          await page.goto(new URL(`/regime${query}`, address).href);
          return page;
        };
        // Grids at every millisecond make it long enough to be looked at.
        const page = await open("?throttle_ms=1");
        const run = page.getByTestId("regime-run");

        // A wrong value is refused in the words of the task.
        await fill(page, "eval_end", "08:00");
        await run.click();
        assert.equal(
          await status(page, "failed"),
          "--eval-end 08:00 is not after --eval-start 09:00 in the session of 2026-02-06 " +
            "(--eval-start by default)",
        );

        // A whole morning: its progress moves, another page is told, and it can be cancelled.
        await fill(page, "eval_end", "12:00");
        const other = await open();
        await run.click();
        await page.waitForFunction(() => (document.querySelector("progress")?.value ?? 0) > 0);
        assert.ok(await run.isDisabled());
        await other.getByTestId("regime-run").click();
        assert.match(await status(other, "failed"), /^An analysis of MNQH6 on 2026-02-06 runs/);
        await other.close();
        await page.getByTestId("regime-cancel").click();
        assert.equal(await status(page, "cancelled"), "Cancelled.");
        assert.equal(await page.getByTestId("regime-report").count(), 0);

        // A shorter one to its end, at once: what was cancelled is in nobody's way.
        assert.ok(await page.getByTestId("regime-preview").isVisible());
        await fill(page, "eval_end", "09:10");
        await fill(page, "throttle_ms", "25");
        await run.click();
        await page.locator('[data-kind="failed"], [data-kind="done"]').first().waitFor();
        assert.equal(await status(page, "done"), "Done.");
        await page.getByTestId("regime-board").locator("canvas").first().waitFor();
        assert.equal(await page.getByTestId("regime-simulated").textContent(), "SIMULATED");
        assert.match(page.url(), /\/regime\?eval_end=09%3A10$/);
        const link = page.getByRole("link", { name: "The figures as JSON" });
        assert.equal(await link.getAttribute("download"), `regime_MNQH6_${DT}.json`);
        const href = await link.getAttribute("href");
        const json = await (await fetch(new URL(href ?? "", address))).json();
        assert.deepEqual(json.window, {
          start_time: "09:00",
          eval_start: "09:00",
          eval_end: "09:10",
        });
        const shown = page.getByTestId("regime-figures").locator("dd").first();
        assert.equal(
          Number((await shown.textContent())?.replaceAll(/\D/g, "")),
          json.event_count,
        );

        // Each event leads to the heatmap at its second.
        await page.getByText("Events, each with its outcome").click();
        const event = page.getByTestId("regime-events").locator("tbody tr").first();
        const time = await event.locator("th").textContent() ?? "";
        const heatmap = await event.getByRole("link", { name: /^Heatmap/ }).getAttribute("href");
        assert.equal(
          new URL(heatmap ?? "", address).searchParams.get("start_time"),
          time.slice(0, "HH:MM:SS".length),
        );

        // An old report under new inputs says so, until they are what they were.
        const stale = page.getByTestId("regime-stale");
        assert.equal(await stale.count(), 0);
        await fill(page, "eval_end", "09:20");
        await stale.waitFor();
        await fill(page, "eval_end", "09:10");
        await stale.waitFor({ state: "detached" });

        // Every wrong field is marked, and says what is wrong with it.
        await fill(page, "tp_ticks", "x");
        await fill(page, "eval_end", "25:00");
        await run.click();
        await status(page, "failed");
        const wrong = page.locator('input[aria-invalid="true"]');
        assert.deepEqual(
          await wrong.evaluateAll((inputs) => inputs.map((one) => one.getAttribute("name"))),
          ["eval_end", "tp_ticks"],
        );
        assert.match(
          await page.locator("#regime-fault-tp_ticks").textContent() ?? "",
          /whole number/,
        );

        // The address holds what was asked for.
        const again = await open("?eval_end=09:10&tp_ticks=6");
        assert.equal(await again.locator('input[name="tp_ticks"]').inputValue(), "6");
        assert.equal(await again.locator('input[name="eval_end"]').inputValue(), "09:10");
        await again.getByRole("link", { name: "Pressure and vacuum" }).click();
        await again.waitForURL(/\/vacuum-pressure/);
        assert.deepEqual(failures, []);
      });
    } finally {
      await Deno.remove(lake, { recursive: true });
    }
  },
});
