/** Playing, pausing, stepping, seeking and the end, as a user does it. */
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import {
  frames,
  listen,
  numberOf,
  pause,
  SIMULATED,
  testPage,
  textOf,
  untilHeard,
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
  // The server answers once more, and what it had sent before that would be drawn.
  await page.keyboard.press(".");
  await untilText(page, "speed", /^20×$/);
  await frames(page, 8);
  assert.deepEqual([await textOf(page, "event-id"), await textOf(page, "grids-received")], [
    event,
    grids,
  ]);
  await page.getByTestId("pause").click();
  await untilText(page, "connection", /^streaming$/);
  await untilNot(page, "event-id", event);
  // There is no feed to go to: that is no problem of the server's.
  await page.keyboard.press("g");
  await untilText(page, "said", /^This session is not live/);
  await page.keyboard.press(",");
  await untilText(page, "speed", /^10×$/);
  assert.ok(await page.getByTestId("error").isHidden());
});

testPage(
  "arrow keys step while paused: on by the server, back through what is kept",
  async (visit) => {
    const page = await visit.open();
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
  await untilShown(page, later);
  await page.getByTestId("restart").click();
  await page.getByTestId("restart-dialog").waitFor();
  // Escape closes the question, and nothing is started over.
  await page.keyboard.press("Escape");
  await page.getByTestId("restart-dialog").waitFor({ state: "hidden" });
  await page.keyboard.press(".");
  await untilText(page, "speed", /^20×$/);
  assert.ok(await page.getByTestId("phase").isHidden());
  await frames(page);
  assert.ok(await textOf(page, "event-time") >= later);
  await listen(page, "event-time");
  await page.keyboard.press("r");
  await page.getByTestId("restart-yes").click();
  await untilHeard(page, "event-time", new RegExp(`^${start}`));
});

testPage("after a click the keys go on working, and after Tab the focus stays", async (visit) => {
  const page = await visit.open();
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
  await page.waitForFunction(() => document.activeElement?.matches("main"));
  await page.getByTestId("day").focus();
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await untilText(page, "connection", /^paused$/);
  await frames(page);
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
    await untilShown(page, later);
    await page.getByTestId("seek").fill(`${start}:30`);
    await page.keyboard.press("Enter");
    await untilShown(page, `${start}:30`, later);
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
  await time.waitFor();
  await frames(page);
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
  await untilShown(page, target);
  await page.mouse.move(700, 300);
  await page.locator(".scrubber-time").waitFor({ state: "hidden" });
});

testPage("dragging to before the stream's beginning opens it anew", async (visit) => {
  const { start } = visit.session;
  const page = await visit.open();
  await listen(page, "seeking");
  const target = await drag(page, 0.98);
  assert.ok(target < start);
  await untilHeard(page, "seeking", new RegExp(`^seeking ${target} …$`));
  await untilShown(page, target, start);
  await page.getByTestId("seeking").waitFor({ state: "hidden" });
  assert.equal(new URL(page.url()).searchParams.get("start_time"), null);
}, [SIMULATED]);

testPage(
  "the end of the file is said plainly, and the stream can be started over",
  async (visit) => {
    const { start, nearEnd } = visit.session;
    const page = await visit.open();
    await page.getByTestId("seek").fill(nearEnd);
    await page.keyboard.press("Enter");
    await untilText(page, "connection", /^end of file$/);
    await untilText(page, "error", /End of file.*played to its end.*restart, or seek/);
    await untilText(page, "announcer", /^End of file$/);
    assert.ok(await page.getByTestId("pause").isDisabled());
    // From the end one can step back.
    await frames(page);
    const last = await textOf(page, "event-id");
    await page.keyboard.press("ArrowLeft");
    await untilNot(page, "event-id", last);
    await page.keyboard.press("ArrowRight");
    await untilText(page, "event-id", new RegExp(`^${last}$`));
    // Its notice closes.
    await page.getByTestId("close-notice").click();
    await page.getByTestId("error").waitFor({ state: "hidden" });
    await listen(page, "event-time");
    await page.keyboard.press("r");
    await page.keyboard.press("Enter");
    await untilHeard(page, "event-time", new RegExp(`^${start}`));
    await page.getByTestId("error").waitFor({ state: "hidden" });
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
    const pointed = page.locator(".scrubber-time");
    const untilTime = async (share: number, clock: RegExp) => {
      await page.mouse.move(x + width * share, y + height / 2);
      await pointed.filter({ hasText: clock }).waitFor();
    };
    await untilTime(0.001, /^19:00/);
    await page.getByTestId("regular-hours").click();
    await untilTime(0.001, /^09:30/);
    await untilTime(0.999, /^09:39/);
    await page.keyboard.press("h");
    await untilTime(0.001, /^19:00/);
  },
  [SIMULATED],
);
