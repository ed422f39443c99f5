/** Playing, pausing, stepping, seeking and the end, as a user does it. */
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import {
  clockMs,
  frames,
  numberOf,
  pause,
  shownMs,
  SIMULATED,
  testPage,
  textOf,
  untilMore,
  untilNot,
  untilShown,
  untilText,
} from "./visit.ts";

testPage("space pauses and plays; what is shown is the server's word", async (visit) => {
  const page = await visit.open();
  assert.equal(await page.getByTestId("simulated").isVisible(), visit.session.simulated);
  await pause(page);
  assert.equal(await textOf(page, "pause"), "Play");
  const event = await textOf(page, "event-id");
  const grids = await textOf(page, "grids-received");
  await frames(page, 60);
  assert.deepEqual([await textOf(page, "event-id"), await textOf(page, "grids-received")], [
    event,
    grids,
  ]);
  await page.getByTestId("pause").click();
  await untilText(page, "connection", /^streaming$/);
  await untilNot(page, "event-id", event);
});

testPage(
  "arrow keys step while paused: on by the server, back through what is kept",
  async (visit) => {
    const page = await visit.open();
    await untilMore(page, "grids-received", 5);
    await pause(page);
    const grids = await numberOf(page, "grids-received");
    const first = await textOf(page, "event-id");
    await page.keyboard.press("ArrowRight");
    await untilNot(page, "event-id", first);
    const second = await textOf(page, "event-id");
    assert.equal(await numberOf(page, "grids-received"), grids + 1);
    assert.equal(await textOf(page, "connection"), "paused");
    await page.keyboard.press("ArrowLeft");
    await untilText(page, "event-id", new RegExp(`^${first}$`));
    assert.ok(await page.getByTestId("past").isVisible());
    await page.keyboard.press("ArrowLeft");
    await untilNot(page, "event-id", first);
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowRight");
    await untilText(page, "event-id", new RegExp(`^${second}$`));
    assert.equal(await numberOf(page, "grids-received"), grids + 1);
  },
);

testPage("restart goes back to the beginning", async (visit) => {
  const { start, later } = visit.session;
  const page = await visit.open();
  await page.getByTestId("seek").fill(later);
  await page.keyboard.press("Enter");
  await untilText(page, "event-time", new RegExp(`^${later.slice(0, 5)}`));
  await page.getByTestId("restart").click();
  await untilText(page, "event-time", new RegExp(`^${start}`));
});

testPage(
  "the speed chosen is the server's, by list and by key, from 0.25 to 100",
  async (visit) => {
    const page = await visit.open();
    const until = (value: string) =>
      page.waitForFunction(
        (value) =>
          document.querySelector<HTMLSelectElement>('[data-testid="speed"]')?.value === value,
        value,
      );
    await until("10");
    for (const value of ["100", "0.25"]) {
      await page.getByTestId("speed").selectOption(value);
      await until(value);
    }
    await page.getByTestId("speed").blur();
    await page.keyboard.press(".");
    await until("0.5");
    await page.keyboard.press(",");
    await until("0.25");
    await page.waitForURL(/speed=0\.25/);
  },
);

testPage(
  "seek goes to a time of day, forward and back, and says what is no time",
  async (visit) => {
    const { start, later } = visit.session;
    const page = await visit.open();
    await page.keyboard.press("s");
    await page.keyboard.type("25:00");
    await page.keyboard.press("Enter");
    assert.equal(await page.getByTestId("seek").getAttribute("aria-invalid"), "true");
    await page.getByTestId("seek").fill(later);
    await page.keyboard.press("Enter");
    await untilText(page, "event-time", new RegExp(`^${later.slice(0, 5)}`));
    await untilShown(page, clockMs(later));
    await page.getByTestId("seek").fill(`${start}:30`);
    await page.keyboard.press("Enter");
    await untilText(page, "event-time", new RegExp(`^${start}`));
    await untilShown(page, clockMs(start) + 30_000);
  },
);

/** Drags the scrubber to a share of the session, and gives the time that it shows there. */
async function drag(page: Page, share: number): Promise<string> {
  const track = page.getByTestId("scrubber");
  await page.waitForFunction(() =>
    document.querySelector('[data-testid="scrubber"]')?.getAttribute("aria-disabled") === "false"
  );
  const { x, y, width, height } = (await track.boundingBox())!;
  await page.mouse.move(x + width * 0.2, y + height / 2);
  await page.mouse.down();
  await page.mouse.move(x + width * share, y + height / 2, { steps: 4 });
  const time = page.locator(".scrubber-time");
  assert.ok(await time.isVisible());
  const target = await time.textContent() ?? "";
  assert.match(target, /^\d\d:\d\d:\d\d$/);
  assert.equal(await track.getAttribute("aria-valuetext"), target);
  await page.mouse.up();
  return target;
}

testPage("dragging the scrubber shows where to, and goes there", async (visit) => {
  const page = await visit.open();
  const target = await drag(page, 0.995);
  await untilText(page, "event-time", new RegExp(`^${target.slice(0, 5)}`));
  assert.ok(await shownMs(page) >= clockMs(target));
  assert.ok(await page.locator(".scrubber-time").isHidden());
});

testPage("dragging to before the stream's beginning opens it anew", async (visit) => {
  const page = await visit.open();
  const target = await drag(page, 0.98);
  assert.ok(clockMs(target) < clockMs(visit.session.start));
  await page.waitForURL(new RegExp(`start_time=${target.slice(0, 5).replace(":", "(:|%3A)")}`));
  await untilText(page, "event-time", /^09:2[2-4]/);
  await untilShown(page, clockMs(target));
}, [SIMULATED]);

testPage(
  "the end of the file is said plainly, and the stream can be started over",
  async (visit) => {
    const { start, nearEnd } = visit.session;
    const page = await visit.open("speed=100");
    await page.getByTestId("seek").fill(nearEnd);
    await page.keyboard.press("Enter");
    await untilText(page, "connection", /^end of file$/);
    await untilText(page, "error", /End of file.*played to its end.*restart, or seek/);
    await untilText(page, "announcer", /^End of file$/);
    assert.ok(await page.getByTestId("pause").isDisabled());
    // It can be stepped back from, and its notice closed.
    await page.keyboard.press("ArrowLeft");
    await untilText(page, "past", / before the newest grid$/);
    await page.getByTestId("close-notice").click();
    await page.getByTestId("error").waitFor({ state: "hidden" });
    await page.keyboard.press("r");
    await untilText(page, "event-time", new RegExp(`^${start}`));
    assert.ok(await page.getByTestId("error").isHidden());
  },
);
