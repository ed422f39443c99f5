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
  await page.getByTestId("restart-dialog").waitFor();
  // Escape closes the question, and nothing is started over.
  await page.keyboard.press("Escape");
  await page.getByTestId("restart-dialog").waitFor({ state: "hidden" });
  assert.ok(await shownMs(page) >= clockMs(later));
  await page.keyboard.press("r");
  await page.getByTestId("restart-yes").click();
  await untilText(page, "event-time", new RegExp(`^${start}`));
});

testPage("after a click the keys go on working, and after Tab the focus stays", async (visit) => {
  const page = await visit.open();
  await untilMore(page, "grids-received", 5);
  await page.getByTestId("pause").click();
  await untilText(page, "connection", /^paused$/);
  await frames(page);
  const before = await textOf(page, "event-id");
  await page.keyboard.press("ArrowRight");
  await untilNot(page, "event-id", before);
  const next = await textOf(page, "event-id");
  await page.getByTestId("step-back").click();
  await untilText(page, "event-id", new RegExp(`^${before}$`));
  await page.getByTestId("step").click();
  await untilText(page, "event-id", new RegExp(`^${next}$`));
  await page.keyboard.press("Space");
  await untilText(page, "connection", /^streaming$/);
  await page.getByTestId("speed").click();
  await page.getByTestId("speed-5").click();
  await untilText(page, "speed", /^5×$/);
  assert.ok(await page.evaluate(() => document.activeElement?.matches("main")));
  await page.getByTestId("day").focus();
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await untilText(page, "connection", /^paused$/);
  assert.ok(await page.evaluate(() => document.activeElement?.matches("[data-testid=pause]")));
});

testPage(
  "the speed chosen is the server's, by preset, field and key; what is none is said in words",
  async (visit) => {
    const page = await visit.open();
    const until = (value: string) => untilText(page, "speed", new RegExp(`^${value}×$`));
    await until("10");
    await page.getByTestId("speed").click();
    await page.getByTestId("speed-100").click();
    await until("100");
    await page.keyboard.press("x");
    const field = page.getByTestId("speed-field");
    await field.fill("fast");
    await page.keyboard.press("Enter");
    await untilText(page, "speed-words", /^“fast” is no speed: a number from 0.1 to 1000.$/);
    await field.fill("0.3");
    assert.ok(await page.getByTestId("speed-words").isHidden());
    await page.keyboard.press("Enter");
    await until("0\\.3");
    await page.keyboard.press(".");
    await until("0\\.5");
    await page.keyboard.press(",");
    await until("0\\.25");
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
    await untilText(page, "seek-words", /^“25:00” is no time of day/);
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
  // A minute of history comes first.
  await untilShown(page, clockMs(target));
  await page.mouse.move(700, 300);
  assert.ok(await page.locator(".scrubber-time").isHidden());
});

testPage("dragging to before the stream's beginning opens it anew", async (visit) => {
  const page = await visit.open();
  const target = await drag(page, 0.98);
  assert.ok(clockMs(target) < clockMs(visit.session.start));
  await untilText(page, "seeking", new RegExp(`^seeking ${target} …$`));
  await untilText(page, "event-time", /^09:2[2-4]/);
  await untilShown(page, clockMs(target));
  assert.ok(await page.getByTestId("seeking").isHidden());
  assert.equal(new URL(page.url()).searchParams.get("start_time"), null);
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
    // From the end one can step back.
    const last = await textOf(page, "event-id");
    await page.keyboard.press("ArrowLeft");
    await untilNot(page, "event-id", last);
    await page.keyboard.press("ArrowRight");
    await untilText(page, "event-id", new RegExp(`^${last}$`));
    // Its notice closes.
    await page.getByTestId("close-notice").click();
    await page.getByTestId("error").waitFor({ state: "hidden" });
    await page.keyboard.press("r");
    await page.keyboard.press("Enter");
    await untilText(page, "event-time", new RegExp(`^${start}`));
    assert.ok(await page.getByTestId("error").isHidden());
  },
);

testPage(
  "pointing at the scrubber tells the time there; regular hours alone fill it",
  async (visit) => {
    const page = await visit.open();
    const track = page.getByTestId("scrubber");
    await page.waitForFunction(() =>
      document.querySelector('[data-testid="scrubber"]')?.getAttribute("aria-disabled") === "false"
    );
    const { x, y, width, height } = (await track.boundingBox())!;
    const timeAt = async (share: number) => {
      await page.mouse.move(x + width * share, y + height / 2);
      return await page.locator(".scrubber-time").textContent() ?? "";
    };
    assert.match(await timeAt(0.001), /^19:00/);
    await page.getByTestId("regular-hours").click();
    assert.match(await timeAt(0.001), /^09:30/);
    assert.match(await timeAt(0.999), /^09:39/);
    await page.keyboard.press("h");
    assert.match(await timeAt(0.001), /^19:00/);
  },
  [SIMULATED],
);
