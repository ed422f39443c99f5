/** A folder of days in a real browser: the index leads to each day's page and is all that it needs. */
import assert from "node:assert/strict";
import { taskHere } from "../in_process.ts";
import { dayLake, WINDOW } from "../scripts/days/day_lake.ts";
import { BROWSER_TEST, newContext } from "./browser.ts";

const DAYS = ["2026-02-03", "2026-02-04"] as const;

Deno.test({
  name: "the index of a folder of days leads to the page of each, without a network",
  ...BROWSER_TEST,
  async fn() {
    await using made = await dayLake(...DAYS);
    const { lake, out } = made;
    const dir = `${out}/days`;
    const days = ["--lake", lake, "--dt", DAYS.join(","), ...WINDOW, "--days-output", dir];
    assert.equal((await taskHere(["analyze", ...days, "--days-pages"])).code, 0);
    await using context = await newContext({ offline: true });
    const page = await context.newPage();
    const failures: string[] = [];
    page.on("pageerror", (error) => failures.push(error.message));
    page.on("console", (message) => message.type() === "error" && failures.push(message.text()));
    for (const dt of DAYS) {
      await page.goto(`file://${dir}/index.html`);
      assert.equal(await page.locator("tbody tr").count(), DAYS.length);
      await page.getByRole("link", { name: dt }).click();
      await page.getByTestId("regime-board").locator("canvas").first().waitFor();
      assert.equal(await page.title(), `Regimes of MNQH6 on ${dt}`);
    }
    assert.deepEqual(failures, []);
  },
});
