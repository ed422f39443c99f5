/** The page without a mouse, without motion, without script, and on any screen. */
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { SHORTCUTS } from "../../client/page/shortcuts.ts";
import {
  frames,
  numberOf,
  pause,
  resize,
  SIMULATED,
  testPage,
  textOf,
  untilMore,
  untilText,
} from "./visit.ts";

testPage(
  "? opens the sheet of keys, which names every one, and Escape closes it",
  async (visit) => {
    const page = await visit.open();
    await page.keyboard.press("?");
    const sheet = page.getByTestId("sheet");
    await sheet.waitFor();
    const text = await sheet.innerText();
    for (const { name, does } of SHORTCUTS.flatMap(({ shortcuts }) => shortcuts)) {
      assert.ok(text.includes(name) && text.includes(does), `${name}: ${does}`);
    }
    // A tooltip says what a control does, not its key alone.
    const tips = await page.locator("[title]").evaluateAll((nodes) =>
      nodes.map((node) => (node as HTMLElement).title)
    );
    assert.ok(tips.length > 10);
    assert.deepEqual(tips.filter((tip) => tip.length < 3), []);
    // Keys of the page rest while the sheet is open.
    await page.keyboard.press("l");
    assert.equal(await page.locator(".dashboard").getAttribute("data-theme"), "dark");
    await page.keyboard.press("Escape");
    await sheet.waitFor({ state: "hidden" });
  },
  [SIMULATED],
);

/** Names of what has the focus, one Tab after another. */
async function tabOrder(page: Page, count: number): Promise<string[]> {
  const names: string[] = [];
  for (let i = 0; i < count; i++) {
    await page.keyboard.press("Tab");
    names.push(
      await page.evaluate(() => document.activeElement?.getAttribute("data-testid") ?? ""),
    );
  }
  return names;
}

testPage(
  "Tab goes through the controls in reading order, each with a visible focus",
  async (visit) => {
    const page = await visit.open();
    await pause(page);
    await page.waitForFunction(() =>
      document.querySelector('[data-testid="regular-hours"]')?.matches(":enabled")
    );
    const order = [
      ...["day", "step-back", "pause", "step", "restart", "speed", "seek", "link", "view", "help"],
      ...["tools", "notices", "regular-hours", "scrubber"],
    ];
    assert.deepEqual(await tabOrder(page, order.length), order);
    for (const id of order) {
      await page.getByTestId(id).focus();
      const outline = await page.getByTestId(id).evaluate((node) =>
        getComputedStyle(node).outlineStyle
      );
      assert.equal(outline, "solid", id);
    }
    // The scrubber's own keys seek.
    const track = page.getByTestId("scrubber");
    await page.waitForFunction(() =>
      document.querySelector('[data-testid="scrubber"]')?.getAttribute("aria-disabled") === "false"
    );
    const before = await track.getAttribute("aria-valuetext") ?? "";
    await page.keyboard.press("PageUp");
    await page.waitForFunction((before) => {
      const now = document.querySelector('[data-testid="scrubber"]')?.getAttribute(
        "aria-valuetext",
      );
      return now !== null && now !== undefined && now.slice(0, 4) > before.slice(0, 4);
    }, before);
  },
  [SIMULATED],
);

testPage("every control and picture has a name", async (visit) => {
  const page = await visit.open();
  const nameless = await page.evaluate(() =>
    [...document.querySelectorAll("button, select, input, canvas, [role=slider], [tabindex]")]
      .filter((node) => node.closest("[aria-hidden=true], [role=img][aria-label]") === null)
      .filter((node) => {
        const labels = node instanceof HTMLInputElement ? node.labels?.length ?? 0 : 0;
        return !node.getAttribute("aria-label") && !node.textContent?.trim() && labels === 0;
      })
      .map((node) => node.outerHTML)
  );
  assert.deepEqual(nameless, []);
}, [SIMULATED]);

testPage("state is announced when it changes, and grids are not", async (visit) => {
  const page = await visit.open();
  await untilText(page, "announcer", /^Playing at 10 times$/);
  await page.evaluate(() => {
    const announcer = document.querySelector('[data-testid="announcer"]')!;
    const changes: string[] = [];
    Object.assign(globalThis, { changes });
    new MutationObserver(() => changes.push(announcer.textContent ?? ""))
      .observe(announcer, { childList: true, characterData: true, subtree: true });
  });
  await untilMore(page, "grids-received", await numberOf(page, "grids-received") + 20);
  await pause(page);
  await untilText(page, "announcer", /^Paused$/);
  const changes = await page.evaluate(() =>
    (globalThis as unknown as { changes: string[] }).changes
  );
  assert.deepEqual(changes, ["Paused"]);
}, [SIMULATED]);

testPage("with reduced motion the picture moves at most four times a second", async (visit) => {
  const page = await visit.openShell("speed=20", async (page) => {
    await page.emulateMedia({ reducedMotion: "reduce" });
    // Told by the times of the frames drawn in, which do not depend on when they got their turn.
    await page.addInitScript(() => {
      const request = globalThis.requestAnimationFrame.bind(globalThis);
      globalThis.requestAnimationFrame = (draw) =>
        request((now) => {
          Object.assign(globalThis, { frameTime: now });
          draw(now);
        });
    });
  });
  await untilMore(page, "grids-received", 20);
  const gaps = await page.evaluate(() =>
    new Promise<number[]>((done) => {
      const times: number[] = [];
      const observer = new MutationObserver(() => {
        times.push((globalThis as unknown as { frameTime: number }).frameTime);
        if (times.length < 5) return;
        observer.disconnect();
        done(times.slice(1).map((time, i) => time - times[i]!));
      });
      const count = document.querySelector('[data-testid="grids-received"]')!;
      observer.observe(count, { childList: true, characterData: true, subtree: true });
    })
  );
  assert.ok(Math.min(...gaps) >= 250, gaps.join(" "));
}, [SIMULATED]);

testPage("the shell is painted before any script has come", async (visit) => {
  let release = () => {};
  const held = new Promise<void>((done) => release = done);
  const page = await visit.openShell("", async (page) => {
    await page.route("**/build/client.js*", async (route) => {
      await held;
      await route.continue();
    });
    // The document is not complete while its script is held: nobody waits for that here.
    page.goto = ((goto) => (url: string) => goto.call(page, url, { waitUntil: "commit" }))(
      page.goto,
    );
  });
  await page.waitForFunction(() =>
    performance.getEntriesByName("first-contentful-paint").length > 0
  );
  for (
    const id of [
      "pause",
      "speed",
      "seek",
      "view",
      "state",
      "net-edge",
      "guidance-long",
      "tilt",
      "day",
    ]
  ) {
    await page.getByTestId(id).waitFor();
  }
  assert.equal(await textOf(page, "grids-received"), "0");
  release();
  await untilMore(page, "grids-received", 0);
}, [SIMULATED]);

/** Sizes on which the page scrolls: a phone, and a laptop at twice its size. */
const SMALL = [[390, 844], [720, 450]] as const;

testPage("on a phone and at twice its size the page scrolls down, never across", async (visit) => {
  const page = await visit.open("speed=1");
  await pause(page);
  for (const [width, height] of SMALL) {
    await resize(page, width, height);
    const across = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert.equal(across, 0, `${width}`);
    const map = (await page.getByTestId("heatmap").boundingBox())!;
    assert.ok(map.height >= 200 && map.y < height / 2, `${width}: ${JSON.stringify(map)}`);
    for (const id of ["pause", "seek", "speed", "panel-toggle", "help"]) {
      const { x, y, width: wide } = (await page.getByTestId(id).boundingBox())!;
      assert.ok(x >= 0 && x + wide <= width && y < height / 2, `${id} at ${width}`);
    }
    assert.ok(await page.locator(".panel").isHidden());
    await page.keyboard.press("1");
    await page.locator(".panel").waitFor();
    await page.keyboard.press("1");
    await page.locator(".panel").waitFor({ state: "hidden" });
  }
}, [SIMULATED]);

testPage("the symbol, and that it is made up, stand there at every width", async (visit) => {
  const page = await visit.open("speed=1");
  for (const width of [320, 390, 600, 800, 1023, 1024, 1440]) {
    await resize(page, width, 844);
    for (const id of ["symbol", "simulated"]) {
      const { x, width: wide } = (await page.getByTestId(id).boundingBox())!;
      assert.ok(wide > 0 && x >= 0 && x + wide <= width, `${id} at ${width}`);
    }
    const across = await page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(across <= width, `${across} at ${width}`);
  }
}, [SIMULATED]);

testPage("the cards keep their size whatever the figures", async (visit) => {
  const page = await visit.open("speed=1");
  await pause(page);
  const heights = () =>
    page.locator(".card").evaluateAll((cards) => cards.map((card) => card.clientHeight));
  const before = await heights();
  assert.equal(before.length, 5);
  await page.evaluate(() => {
    const longer: Record<string, string> = {
      "net-edge": "−1 234 567.8",
      bull: "12 345 678.9",
      why: "The book is in doubt: the source lost records.",
      "state-held": "at least 12 min 05 s",
      state: "No reading",
      "guidance-long": "Tighten",
      risk: "Resistance thinning",
    };
    for (const [id, text] of Object.entries(longer)) {
      document.querySelector(`[data-testid="${id}"]`)!.textContent = text;
    }
  });
  assert.deepEqual(await heights(), before);
  const over = await page.locator(".card").evaluateAll((cards) =>
    cards.map((card) => card.scrollWidth - card.clientWidth)
  );
  assert.deepEqual(over, before.map(() => 0));
}, [SIMULATED]);

testPage("on paper the page is black on white, without the controls", async (visit) => {
  // So slow that the corner looked at stays empty.
  const page = await visit.open("speed=1");
  await pause(page);
  const corner = () =>
    page.getByTestId("heatmap").evaluate((node) => [
      ...(node as HTMLCanvasElement).getContext("2d")!.getImageData(2, 2, 1, 1).data,
    ]);
  const dark = await corner();
  // A browser says so before it lays the page out for paper, and after it is back.
  await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
  await page.emulateMedia({ media: "print" });
  await page.waitForFunction(() => matchMedia("print").matches);
  assert.ok((await corner())[0]! > 200, `${await corner()}`);
  for (const id of ["pause", "view", "scrubber", "day"]) {
    assert.ok(await page.getByTestId(id).isHidden(), id);
  }
  for (const id of ["state", "mid", "heatmap", "chart-mid", "tilt"]) {
    assert.ok(await page.getByTestId(id).isVisible(), id);
  }
  await page.emulateMedia({ media: "screen" });
  await page.waitForFunction(() => matchMedia("screen").matches);
  await page.evaluate(() => dispatchEvent(new Event("afterprint")));
  await frames(page);
  assert.deepEqual(await corner(), dark);
  // The address is written a while after a change; with the next one would come an earlier one.
  await page.keyboard.press("2");
  await page.waitForURL(/hide=profile/);
  assert.ok(!page.url().includes("theme"));
}, [SIMULATED]);

const SIZES: readonly (readonly [number, number])[] = [
  ...[[1024, 768], [1280, 800], [1366, 768], [1440, 900], [1920, 1080], [3840, 2160]] as const,
];

testPage(
  "nothing is cut off or out of reach from 1024 pixels to 4K, light and dark",
  async (visit) => {
    // The longest of the legends.
    const page = await visit.open("speed=1&colour=why");
    await pause(page);
    // The longest instrument, the longest risk and figures of many digits, as shares have.
    await page.evaluate(() => {
      const longest: Record<string, string> = {
        ".price .mid": "104.003906250",
        ".price .small": "104.00390625 × 104.00781250",
        ".contract .small": "future, tick 0.0000005, $12500000 a point",
        ".bottom-bar .risk": "Resistance thinning",
        ".bottom-bar .net .figure": "−12 345.6",
        ".bottom-bar .bull .figure": "23 456.7",
        ".bottom-bar .bear .figure": "35 802.3",
        ".bottom-bar .conviction .figure": "100 %",
        ".legend .end": "−1 234.5",
        ".legend .start": "+1 234.5",
        "[data-testid='legend-shallow']": "1 234",
        "[data-testid='legend-depth']": "123 456",
      };
      for (const [selector, text] of Object.entries(longest)) {
        document.querySelector(selector)!.textContent = text;
      }
    });
    for (const [width, height] of SIZES) {
      await resize(page, width, height);
      for (let theme = 0; theme < 2; theme++) {
        await page.keyboard.press("l");
        await frames(page);
        const faults = await page.evaluate(() => {
          const root = document.documentElement;
          const faults: string[] = [];
          if (root.scrollWidth > innerWidth || root.scrollHeight > innerHeight) faults.push("page");
          for (const selector of [".top-bar", ".price", ".bottom-bar", ".chart-legend", ".card"]) {
            for (const node of document.querySelectorAll<HTMLElement>(selector)) {
              const over = node.scrollWidth - node.clientWidth;
              if (over > 0) faults.push(`${selector} ${node.innerText.slice(0, 20)} by ${over}`);
            }
          }
          for (
            const node of document.querySelectorAll("header button, header select, header input")
          ) {
            const { right, width } = node.getBoundingClientRect();
            if (width > 0 && right > innerWidth) faults.push(node.outerHTML.slice(0, 60));
          }
          return faults;
        });
        assert.deepEqual(faults, [], `${width}×${height}`);
        const map = (await page.getByTestId("heatmap").boundingBox())!;
        assert.ok(map.width > 0.55 * width && map.height > 0.45 * height, `${width}×${height}`);
      }
    }
    // The system's own colours leave the picture its own, and what they mean.
    await page.emulateMedia({ forcedColors: "active" });
    const meaning = await page.locator(".bottom-bar .ramp").evaluateAll((nodes) =>
      nodes.map((node) => getComputedStyle(node).backgroundImage.split("(")[0])
    );
    assert.deepEqual(meaning, ["linear-gradient", "linear-gradient"]);
  },
  [SIMULATED],
);

testPage("charts stand below the heatmap, whatever is hidden or unfolded", async (visit) => {
  const page = await visit.open("speed=1");
  const assertBelow = async () => {
    await frames(page);
    const map = (await page.getByTestId("heatmap").boundingBox())!;
    for (const id of ["chart-edge", "chart-forces", "chart-mid"]) {
      const canvas = (await page.getByTestId(id).locator("canvas").boundingBox())!;
      assert.equal(Math.round(canvas.x), Math.round(map.x), id);
      // The values of the charts stand under the price axis, which is 72 wide.
      assert.equal(Math.round(canvas.width), Math.round(map.width) + 72, id);
    }
  };
  await assertBelow();
  for (const key of ["2", "1"]) {
    await page.keyboard.press(key);
    await assertBelow();
  }
  await page.keyboard.press("1");
  await page.keyboard.press("2");
  await resize(page, 1024, 768);
  await assertBelow();
  await page.getByRole("button", { name: "Panel" }).click();
  await page.locator(".panel").waitFor();
  await assertBelow();
}, [SIMULATED]);
