/** The pages under their Content-Security-Policy, in a real browser. */
import assert from "node:assert/strict";
import { serveSmall } from "../server/served_session.ts";
import { SMALL_START } from "../small_session.ts";
import { BROWSER_TEST, newContext } from "./browser.ts";

const isOffence = (text: string) => /Content.Security.Policy/i.test(text);

Deno.test({
  name:
    "the pages stream and analyse within their Content-Security-Policy, which stops an inline script",
  ...BROWSER_TEST,
  async fn() {
    await using served = await serveSmall(undefined, { startTime: SMALL_START, speed: 10 });
    await using context = await newContext();
    const page = await context.newPage();
    const offences: string[] = [];
    page.on("console", (message) => {
      if (isOffence(message.text())) offences.push(message.text());
    });
    const origin = `http://127.0.0.1:${served.server.port}`;
    for (const path of ["/nowhere", "/vacuum-pressure"]) {
      const response = await page.goto(`${origin}${path}`);
      const policy = response?.headers()["content-security-policy"] ?? "";
      assert.match(policy, /default-src 'none'/);
      assert.doesNotMatch(policy, /unsafe/);
    }
    await page.waitForFunction(() =>
      Number(
        document.querySelector('[data-testid="grids-received"]')?.textContent
          ?.replace(/\D/g, ""),
      ) > 20
    );
    assert.deepEqual(offences, []);
    // A page of its own: charts, tables and a socket that the first has not.
    await page.goto(`${origin}/regime?start_time=09:10&eval_start=09:15&eval_end=09:40`);
    await page.getByTestId("regime-run").click();
    await page.getByTestId("regime-board").locator("canvas").first().waitFor();
    assert.deepEqual(offences, []);
    const told = page.waitForEvent("console", (message) => isOffence(message.text()));
    const ran = await page.evaluate(() => {
      const script = document.createElement("script");
      script.textContent = "document.title = 'ran'";
      document.body.append(script);
      return document.title === "ran";
    });
    assert.equal(ran, false);
    await told;
    assert.equal(offences.length, 1);
  },
});
