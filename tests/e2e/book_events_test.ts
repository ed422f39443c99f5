/** Sweeps and reserves on the page, in words as the engine tells them; notices of what was asked for. */
import assert from "node:assert/strict";
import type { BookEvent } from "../../engine/book_events.ts";
import { bookEventMessage } from "../../engine/encode/book_event.ts";
import { resolveRequest } from "../../engine/request.ts";
import { EngineRun } from "../../engine/run.ts";
import { eventWords } from "../../client/page/event_words.ts";
import {
  frames,
  pause,
  SESSIONS,
  stillPicture,
  testPage,
  untilShown,
  type Visit,
} from "./visit.ts";

const ESH4 = SESSIONS[0]!;

/** All of a session's, from a start on. */
async function told({ server }: Visit, startTime: string): Promise<BookEvent[]> {
  const { settings: { instrument, lake } } = server.service;
  const events: BookEvent[] = [];
  const { product_type: productType, symbol } = instrument;
  const run = await EngineRun.open(
    await resolveRequest(instrument, {
      ...{ productType, symbol, dt: "2023-12-25", startTime, throttleMs: 25 },
    }, { lake }),
    { events: { bookEvent: (event) => void events.push(event) } },
  );
  while (await run.advance(10_000) !== "end");
  run.close();
  return events;
}

testPage(
  "sweeps and reserves are marked, told at the pointer and listed; notices lead to their moment",
  async (visit) => {
    const query = "start_time=18:53:30&speed=5&list=trades&notices=state,spread:2";
    const page = await visit.openShell(query);
    await untilShown(page, "18:53:51");
    await pause(page);
    await frames(page);
    // What is listed is what the engine tells up to the moment shown, in the same words.
    const shown = await page.getByTestId("event-time").textContent() ?? "";
    const clock = /[\d:.]+/.exec(shown)![0];
    const lines = await page.getByTestId("event-rows").locator("li").allTextContents();
    const [year, month, day] = [2023, 12, 25];
    const [hour, minute, second] = clock.split(":").map(Number);
    const untilNs = Temporal.ZonedDateTime.from({
      ...{ year, month, day, hour: hour!, minute: minute!, second: Math.floor(second!) },
      millisecond: Math.round(second! % 1 * 1_000),
      timeZone: "America/New_York",
    }).epochNanoseconds + 999_999n;
    const events = (await told(visit, "18:53:30")).filter(({ tsNs }) => tsNs <= untilNs);
    const words = events.map((event) => eventWords(bookEventMessage(event), { decimals: 2 }));
    assert.deepEqual(lines.map((line) => line.slice(line.indexOf(" ") + 1)), words.reverse());
    assert.ok(words.some((text) => text.startsWith("reserve bid")), words.join());

    // A mark belongs to what is pointed at.
    const marked = page.getByTestId("readout").locator(".event-lines li");
    const noticed = page.getByTestId("notice-note").locator("li");
    assert.ok(await noticed.count() > 0);
    // The price cursor begins at the best bid, where the reserve is, and goes back with the moment.
    await page.keyboard.press("ArrowDown");
    for (let i = 0; await marked.count() === 0; i++) {
      assert.ok(i < 200, "no mark was found");
      await page.keyboard.press("ArrowLeft");
      await frames(page, 1);
    }
    const first = (await marked.first().textContent())!;
    assert.ok(words.includes(first.slice(first.indexOf(" ") + 1)), first);

    // A notice leads to its moment.
    const notice = (await noticed.first().textContent())!;
    await noticed.first().getByRole("button").click();
    await page.waitForFunction(
      ([id, text]) => document.querySelector(`[data-testid="${id}"]`)!.textContent!.includes(text!),
      ["event-time", notice.slice(0, notice.indexOf(" "))],
    );

    // They can be hidden, which the address knows.
    await page.keyboard.press("f");
    const before = await stillPicture(page, "main canvas");
    await page.keyboard.press("y");
    await page.waitForURL(/events=off/);
    assert.notEqual(await stillPicture(page, "main canvas"), before);
    await page.keyboard.press("o");
    await page.getByTestId("notice-state").uncheck();
    await page.waitForURL(/notices=spread:2(?!,state)/);
  },
  [ESH4],
);
