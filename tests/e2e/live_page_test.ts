/** The page over a session that is being recorded: live, behind and back, stale, its gaps, its end. */
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { GrowingRecording } from "../growing_recording.ts";
import {
  adds,
  bidsBelow,
  dbn,
  flow,
  join,
  mappingRecord,
  MIDNIGHT_NS,
  snapshot,
} from "../made_session.ts";
import { serveApp } from "../server/stream_client.ts";
import { BROWSER_TEST, keepFrames, newContext } from "./browser.ts";
import { frames, pause, resize, stillPicture, textOf, untilText } from "./visit.ts";

const SECOND = 1_000_000_000n;
const MORNING = 14n * 3_600n * SECOND;
const LIVE = { schema: 0xffff, symbol: null, end: null } as const;
/** Seconds after 09:00 of the last order before the page is opened. */
const BEFORE = 120;

const nsOf = (second: number) => MIDNIGHT_NS + MORNING + BigInt(second) * SECOND;

/** Writes an order a second, and says so as a recorder does. */
function record(recording: GrowingRecording, second: number, count = 1): void {
  recording.write(join(...adds(second + count, { at: MORNING }).slice(second)));
  const lastNs = nsOf(second + count - 1);
  recording.say({ state: "live", lastEventNs: lastNs, lastRecvNs: lastNs, latencyMs: 4 });
}

/** Begins a recording, of two minutes. */
function begin(recording: GrowingRecording): void {
  recording.open();
  recording.write(
    dbn([mappingRecord(1, "MNQH6"), ...snapshot({ at: MORNING - SECOND, depth: 8 })], LIVE),
  );
  record(recording, 0, BEFORE);
}

/** Opens the page over a recording that has two minutes, or has not begun. */
async function visit(
  visitor: (page: Page, recording: GrowingRecording) => Promise<void>,
  isBegun: boolean,
) {
  await using recording = await GrowingRecording.prepare();
  if (isBegun) begin(recording);
  const { lake } = recording;
  await using server = await serveApp({ lake, live: true, dt: "2026-02-06", startTime: null });
  await using context = await newContext();
  // A sign of life, as a gateway gives it: a slow machine makes no feed stale.
  const beat = mappingRecord(1, "MNQH6");
  const beating = setInterval(() => recording.isHeld && recording.write(beat), 1_000);
  try {
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on("pageerror", ({ message }) => complaints.push(message));
    await page.goto(`http://127.0.0.1:${server.port}/vacuum-pressure`);
    await keepFrames(page);
    await visitor(page, recording);
    assert.deepEqual(complaints, []);
  } finally {
    clearInterval(beating);
  }
}

function testLive(
  name: string,
  visitor: (page: Page, recording: GrowingRecording) => Promise<void>,
  isBegun = true,
): void {
  Deno.test({
    name,
    ...BROWSER_TEST,
    fn: () => visit(visitor, isBegun),
  });
}

/** Event time as the page writes it. */
const clockOf = (second: number) =>
  new Date(Number(MORNING / 1_000_000n) + second * 1_000 - 5 * 3_600_000)
    .toISOString().slice(11, 19);

const untilClock = (page: Page, second: number) =>
  untilText(page, "event-time", new RegExp(`^${clockOf(second)}`));

const hidden = (page: Page, id: string) => page.getByTestId(id).waitFor({ state: "hidden" });
const shown = (page: Page, id: string) => page.getByTestId(id).waitFor({ state: "visible" });

testLive("the page is live at once, and shows what comes", async (page, recording) => {
  await untilClock(page, BEFORE - 1);
  await untilText(page, "live", /^LIVE/);
  await untilText(page, "feed-latency", /^4 ms$/);
  await hidden(page, "go-live");
  await hidden(page, "settling");
  for (let second = BEFORE; second < BEFORE + 5; second++) {
    record(recording, second);
    await untilClock(page, second);
  }
});

testLive(
  "what has not begun is waited for, and has its place in the day at once",
  async (page, recording) => {
    await untilText(page, "feed-words", /^connecting to the feed: no recording has begun$/);
    await hidden(page, "go-live");
    await untilText(page, "live", /^NOT LIVE$/);
    begin(recording);
    await untilClock(page, BEFORE - 1);
    await untilText(page, "live", /^LIVE/);
    // It is looked for once a minute anyway.
    await page.locator('[data-testid="scrubber"][aria-disabled="false"]').waitFor({
      timeout: 40_000,
    });
  },
  false,
);

testLive("pause falls behind, seeks go back, and one key goes live", async (page, recording) => {
  await untilClock(page, BEFORE - 1);
  await shown(page, "live");
  await pause(page);
  record(recording, BEFORE, 30);
  await untilText(page, "behind", /^[1-3]?\d s behind$/);
  await hidden(page, "live");
  // What it shows is the past, and says so; that it is paused, and what has come, still stands there.
  await untilText(page, "moment", /^[1-3]?\d s behind$/);
  await untilText(page, "panel-moment", /^[1-3]?\d s behind$/);
  await page.locator('.dashboard[data-current="false"]').waitFor();
  for (const part of [".price", ".panel"]) {
    const shade = await page.locator(part).evaluate((node) => getComputedStyle(node).opacity);
    assert.ok(Number(shade) < 1, part);
  }
  await untilText(page, "feed-stream", /^paused · \d+ grids ·$/);
  await shown(page, "feed-stream");
  assert.match(await page.title(), /^NOT LIVE · MNQH6 · /);
  await page.keyboard.press("ArrowLeft");
  await untilClock(page, BEFORE - 2);
  await page.getByTestId("seek").fill(clockOf(60));
  await page.keyboard.press("Enter");
  await untilClock(page, 60);
  await page.keyboard.press("g");
  await untilClock(page, BEFORE + 29);
  await untilText(page, "live", /^LIVE/);
  record(recording, BEFORE + 30);
  await untilClock(page, BEFORE + 30);
});

testLive(
  "behind a feed nothing of the top bar is cut off, however wide",
  async (page, recording) => {
    await untilClock(page, BEFORE - 1);
    await shown(page, "live");
    await pause(page);
    record(recording, BEFORE, 3_000);
    await untilText(page, "behind", /^\d+ min/);
    for (
      const [width, height] of [[1440, 900], [1024, 768], [800, 900], [390, 844], [
        320,
        640,
      ]] as const
    ) {
      await resize(page, width, height);
      await shown(page, "symbol");
      const cut = await page.evaluate(() => {
        const bar = document.querySelector(".top-bar")!.getBoundingClientRect();
        return [...document.querySelectorAll(".top-bar button, .top-bar input, .top-bar select")]
          .map((control) => ({ name: control.textContent, box: control.getBoundingClientRect() }))
          .filter(({ box }) => box.width > 0)
          .filter(({ box }) =>
            box.top < bar.top || box.bottom > bar.bottom || box.left < 0 || box.right > innerWidth
          ).map(({ name }) => name);
      });
      assert.deepEqual(cut, [], `${width}`);
      // On a way through the phases too.
      await page.getByTestId("phase").evaluate((node) => node.removeAttribute("hidden"));
      await shown(page, "symbol");
      const across = await page.evaluate(() => document.documentElement.scrollWidth);
      assert.ok(across <= width, `${across} at ${width}`);
      await page.getByTestId("phase").evaluate((node) => node.setAttribute("hidden", ""));
    }
  },
);

testLive(
  "a feed that is lost is told in words, and nothing looks current",
  async (page, recording) => {
    await untilClock(page, BEFORE - 1);
    await untilText(page, "live", /^LIVE/);
    const marked = await stillPicture(page, "canvas.price-axis");
    recording.say({ state: "reconnecting", message: "the gateway closed the connection" });
    await untilText(page, "feed-words", /feed lost, connecting again: the gateway closed/);
    await untilText(page, "live", /^NOT LIVE$/);
    await page.locator('.dashboard[data-current="false"]').waitFor();
    await untilText(page, "moment", /^Last known$/);
    for (const part of [".price", ".panel", ".bottom-bar .risk", "[data-testid=feed-latency]"]) {
      const shade = await page.locator(part).evaluate((node) => getComputedStyle(node).opacity);
      assert.ok(Number(shade) < 1, part);
    }
    assert.notEqual(await stillPicture(page, "canvas.price-axis"), marked);
    record(recording, BEFORE);
    await untilText(page, "live", /^LIVE$/);
    await hidden(page, "feed-words");
    await page.locator('.dashboard[data-current="true"]').waitFor();
  },
);

testLive("a quiet feed is live, and says that nothing comes", async (page, recording) => {
  await untilClock(page, BEFORE - 1);
  // What was recorded before is from long ago.
  await untilText(page, "live", /^LIVE · QUIET$/);
  await untilText(page, "feed-words", /^no record for a while, nothing newer is known$/);
  await shown(page, "feed-words");
  await page.locator('.dashboard[data-current="true"]').waitFor();
  record(recording, BEFORE);
  await untilText(page, "live", /^LIVE$/);
  await hidden(page, "feed-words");
  // What the state becomes is not kept for what comes next.
  await untilText(page, "state", /Chop/);
  for (const second of [BEFORE + 1, BEFORE + 2]) {
    recording.write(join(...bidsBelow(12, MORNING + BigInt(second) * SECOND)));
  }
  await untilText(page, "state", /Up lean/);
  await untilClock(page, BEFORE + 2);
});

testLive(
  "a tab that nobody sees goes on telling, and marks what is stale",
  async (page, recording) => {
    await untilClock(page, BEFORE - 1);
    await untilText(page, "live", /^LIVE/);
    const drawn = await stillPicture(page, "canvas.price-axis");
    // As in a tab that is hidden: no frame comes.
    await page.evaluate(() => void Object.assign(globalThis, { requestAnimationFrame: () => 1 }));
    for (let second = BEFORE; second < BEFORE + 60; second += 20) {
      record(recording, second, 20);
      await untilClock(page, second + 19);
    }
    assert.match(await page.title(), /^MNQH6 · /);
    recording.say({ state: "reconnecting", message: "the gateway closed the connection" });
    await page.waitForFunction(() => document.title.startsWith("NOT LIVE · MNQH6 · "));
    assert.equal(
      await page.locator("canvas.price-axis").evaluate((node) =>
        (node as HTMLCanvasElement).toDataURL()
      ),
      drawn,
    );
  },
);

testLive("a gap is a marked band, and no line goes across", async (page, recording) => {
  await untilClock(page, BEFORE - 1);
  await shown(page, "live");
  recording.write(join(...snapshot({ at: MORNING + BigInt(BEFORE + 40) * SECOND, depth: 8 })));
  const orders = Array.from({ length: 5 }, (_, i) =>
    flow({
      ...{
        action: "A",
        side: "B",
        orderId: 9_000n + BigInt(i),
        price: 24_999_000_000_000n,
        size: 2,
      },
      at: MORNING + BigInt(BEFORE + 41 + i) * SECOND,
    }));
  recording.write(join(...orders));
  await untilClock(page, BEFORE + 45);
  await frames(page);
  const rows = await page.evaluate(() => document.querySelectorAll(".heatmap canvas").length);
  assert.equal(rows, 1);
  const strip = await page.evaluate(() => {
    const canvas = document.querySelector<HTMLCanvasElement>('[data-testid="heatmap"]')!;
    const { data, width } = canvas.getContext("2d")!.getImageData(0, 5, canvas.width, 1);
    const at = (x: number) => `${data[4 * x]},${data[4 * x + 1]},${data[4 * x + 2]}`;
    let longest = 0;
    for (let x = 1, run = 1; x < width; x++) {
      run = at(x) === at(x - 1) ? run + 1 : 1;
      if (run >= 20 && run <= 24 && at(x) !== at(x + 1)) longest = Math.max(longest, run);
    }
    return longest;
  });
  // Its strip is 24 pixels wide, with a line at either edge.
  assert.equal(strip, 22);
});

testLive(
  "the end of the session is told, and the next one is looked for",
  async (page, recording) => {
    await untilClock(page, BEFORE - 1);
    await shown(page, "live");
    recording.say({ state: "ended", lastEventNs: nsOf(BEFORE - 1) });
    recording.release();
    // The same day is served again, as a file now: what is live is gone.
    await hidden(page, "feed");
    assert.match(await textOf(page, "connection"), /streaming|connecting|end of file/);
  },
);
