/** What someone sees who has no market data: `deno task serve` and a browser, nothing else. */
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { whileServing } from "../launcher.ts";
import { BROWSER_TEST, newContext } from "./browser.ts";

/** The text of an element once it differs from what it was. */
async function next(page: Page, id: string, before: string | null): Promise<string | null> {
  const changed = await page.waitForFunction(([id, before]) => {
    const text = document.querySelector(`[data-testid="${id}"]`)?.textContent ?? null;
    return text !== before && { text };
  }, [id, before]);
  const { text } = await changed.jsonValue() as { text: string | null };
  return text;
}

Deno.test({
  name: "serve without any data ends in a moving page that is marked as simulated",
  ...BROWSER_TEST,
  async fn() {
    const lake = await Deno.makeTempDir({ prefix: "spymaster_empty_" });
    try {
      await whileServing(["--lake", lake], async (address) => {
        await using context = await newContext();
        const page = await context.newPage();
        await page.goto(address.href);
        const nothing = await page.getByTestId("event-time").textContent();
        const first = await next(page, "event-time", nothing);
        // A minute of history comes first.
        assert.match(first ?? "", /^09:2[456]:/);
        const mid = await page.getByTestId("mid").textContent();
        await next(page, "event-time", first);
        await next(page, "mid", mid);
        assert.ok(await page.getByTestId("simulated").isVisible());
        assert.equal(await page.getByTestId("simulated").textContent(), "SIMULATED");
      });
    } finally {
      await Deno.remove(lake, { recursive: true });
    }
  },
});
