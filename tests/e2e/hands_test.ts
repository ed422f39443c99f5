/** What hands do to the page besides what they are meant to. */
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { frames, listen, pause, resize, SIMULATED, testPage, textOf, untilText } from "./visit.ts";

/** `WheelEvent.deltaMode` of a wheel that counts in lines, or in pages. */
const LINES = 1;
const PAGES = 2;

/** What an element has said since `listen`. */
function heard(page: Page, id: string): Promise<string[]> {
  return page.evaluate(
    (id) => (globalThis as unknown as { heard: Record<string, string[]> }).heard[id]!,
    id,
  );
}

/** Sends the picture an event of a mouse at a place from its middle. */
async function send(page: Page, type: string, at: number, buttons: number): Promise<void> {
  await page.getByTestId("heatmap").evaluate((canvas, { type, at, buttons }) => {
    const { left, top, width, height } = canvas.getBoundingClientRect();
    const place = { clientX: left + width / 2 + at, clientY: top + height / 2 + at };
    const pointer = { pointerId: 1, pointerType: "mouse", isPrimary: true, buttons };
    canvas.dispatchEvent(new PointerEvent(type, { bubbles: true, ...place, ...pointer }));
  }, { type, at, buttons });
}

testPage(
  "a button that is not the first goes nowhere, and a drag ends with the press",
  async (visit) => {
    const page = await visit.open();
    await pause(page);
    const track = page.getByTestId("scrubber");
    await page.waitForFunction(() =>
      document.querySelector('[data-testid="scrubber"]')?.getAttribute("aria-disabled") === "false"
    );
    await listen(page, "seeking");
    for (const button of ["right", "middle"] as const) await track.click({ button });
    // With Alt or Ctrl the arrows are the browser's.
    await track.focus();
    await page.keyboard.press("Control+ArrowLeft");
    await frames(page);
    assert.deepEqual(await heard(page, "seeking"), []);

    // A menu may take the end of a drag, and the page is told of nothing but moves.
    await page.evaluate(() => Element.prototype.setPointerCapture = () => undefined);
    await send(page, "pointerdown", 0, 1);
    await send(page, "pointermove", 40, 1);
    await page.getByTestId("follow").waitFor();
    await send(page, "pointermove", 41, 0);
    await frames(page);
    const readout = await textOf(page, "readout");
    await send(page, "pointermove", 240, 0);
    await frames(page);
    // It is another place of the picture then, not the same one dragged along.
    assert.notEqual(await textOf(page, "readout"), readout);
  },
  [SIMULATED],
);

testPage(
  "a wheel zooms whatever it counts in, and what became of a link is told once",
  async (visit) => {
    const page = await visit.open();
    const turn = (deltaMode: number, deltaY: number) =>
      page.getByTestId("heatmap").evaluate((canvas, wheel) => {
        canvas.dispatchEvent(
          new WheelEvent("wheel", { bubbles: true, cancelable: true, ...wheel }),
        );
      }, { deltaMode, deltaY });
    const rows = async () => {
      await page.keyboard.press("m");
      await page.getByTestId("linked").waitFor();
      return new URL(page.url()).searchParams.get("row_px");
    };
    await page.evaluate(() => Object.assign(navigator.clipboard, { writeText: undefined }));
    await turn(LINES, -3);
    const first = await rows();
    assert.notEqual(first, null);
    await untilText(page, "said", /^The link is in the address bar/);
    await turn(PAGES, -1);
    assert.notEqual(await rows(), first);
    await pause(page);
    await page.getByTestId("linked").waitFor({ state: "hidden" });
    await untilText(page, "announcer", /^Paused$/);
  },
  [SIMULATED],
);

testPage(
  "a low window has a picture, and forced colours leave what is drawn its ground",
  async (visit) => {
    const page = await visit.open();
    await resize(page, 1200, 400);
    assert.ok((await page.getByTestId("heatmap").boundingBox())!.height > 100);
    const groundOf = (selector: string) =>
      page.locator(selector).evaluate((element) => getComputedStyle(element).backgroundColor);
    const ground = await groundOf("body");
    await page.emulateMedia({ forcedColors: "active" });
    assert.equal(await groundOf(".charts"), ground);
  },
  [SIMULATED],
);

testPage("a key that switches does so once, however long it is held", async (visit) => {
  const page = await visit.open();
  await listen(page, "connection", "said");
  const hold = async (key: string) => {
    for (let i = 0; i < 4; i++) {
      await page.keyboard.down(key);
      await frames(page, 4);
    }
    await page.keyboard.up(key);
  };
  await hold("Space");
  await untilText(page, "connection", /^paused$/);
  await hold("k");
  assert.deepEqual((await heard(page, "connection")).filter((words) => words === "streaming"), []);
  assert.equal((await heard(page, "said")).length, 1);

  // However fast it repeats, a server is asked for no more than it takes.
  const asked = await page.evaluate(() => {
    let asked = 0;
    const { send } = WebSocket.prototype;
    WebSocket.prototype.send = function (data) {
      if (`${data}`.includes("control")) asked++;
      send.call(this, data);
    };
    for (let i = 0; i < 60; i++) {
      const key = { key: ".", repeat: i > 0, bubbles: true };
      document.body.dispatchEvent(new KeyboardEvent("keydown", key));
    }
    return asked;
  });
  assert.ok(asked > 0 && asked < 50, `${asked} controls`);
}, [SIMULATED]);

testPage("a key that takes away what has the focus leaves it on the page", async (visit) => {
  const page = await visit.open("list=trades&marks=1770388044861300929,1770388844861300929");
  const isOn = (selector: string) =>
    page.waitForFunction((selector) => document.activeElement!.matches(selector), selector);
  await page.getByRole("button", { name: "Close the list of trades" }).focus();
  await page.keyboard.press("Enter");
  await isOn("main");
  await page.getByTestId("view").focus();
  await page.keyboard.press("Enter");
  const bookmarks = page.getByRole("button", { name: /^Remove 1/ });
  const remove = bookmarks.first();
  await remove.focus();
  await page.keyboard.press("Enter");
  await bookmarks.nth(1).waitFor({ state: "detached" });
  await isOn(":popover-open *");
  // The click of a key may come when its frame is over.
  await remove.evaluate((button) => {
    button.focus();
    (button as HTMLElement).click();
  });
  await remove.waitFor({ state: "detached" });
  await isOn(":popover-open *");
  await page.keyboard.press("Escape");
  await isOn("[data-testid=view]");
}, [SIMULATED]);
