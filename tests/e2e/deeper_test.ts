/** A closer look: trades, measuring, comparing, marks and the price cursor, on one page. */
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { EngineRun } from "../../engine/run.ts";
import { sessionTimeNs } from "../../engine/session.ts";
import { simulatedPath } from "../../engine/source/simulator/simulated_file.ts";
import { extrasOf, type StreamField } from "../../engine/wire/fields.ts";
import type { Trade } from "../../engine/wire/messages.ts";
import type { TestServer } from "../server/stream_client.ts";
import { frames, numberOf, SIMULATED, testPage, textOf, untilNot, untilText } from "./visit.ts";

const TICK = 0.25;
const FLOWS = ["added", "pulled", "filled"] as const;
const DT = "2026-02-06";
/** Grids that the box reaches over. */
const STEPS = 40;
/** The moment of a grid, UTC nanoseconds: another comes within its millisecond, and a sweep between. */
const FROM_NS = 1770387902021249132n;

/** Milliseconds since the epoch of HH:MM:SS.mmm in New York, on the day of the session, in winter. */
function msOf(clock: string): number {
  return Date.parse(`${DT}T${clock}-05:00`);
}

const numberIn = (text: string) => Number(text.replace(/[^\d.]/g, ""));

/** A place in the picture. */
interface Place {
  clock: string;
  price: number;
}

/** Where the readout is. */
async function placeOf(page: Page): Promise<Place> {
  await frames(page);
  const head = await page.locator(".readout > p").first().textContent() ?? "";
  const [clock = "", price = ""] = head.split(" · ");
  return { clock, price: numberIn(price) };
}

/** The moment shown, UTC nanoseconds: a bookmark has it. */
async function momentOf(page: Page): Promise<bigint> {
  await pressed(page, "k");
  await page.waitForURL(/marks=\d+,\d+/);
  const [tsNs = ""] = new URL(page.url()).searchParams.get("marks")!.split(",");
  await pressed(page, "k");
  await page.waitForURL(/marks=\d+&|marks=\d+$/);
  return BigInt(tsNs);
}

async function pressed(page: Page, key: string, times = 1): Promise<void> {
  for (let i = 0; i < times; i++) await page.keyboard.press(key);
  await frames(page);
}

/** The trades from the beginning up to a time, as another client is told of them. */
async function tradesUpTo(server: TestServer, untilNs: bigint): Promise<Trade[]> {
  const client = server.connect(
    `start_time=${SIMULATED.start}&speed=1000&fields=rest_depth,trades`,
  );
  const all: Trade[] = [];
  for (;;) {
    const { ts_ns, trades } = await client.until("trades");
    all.push(...trades);
    if (BigInt(ts_ns) > untilNs) break;
  }
  await client.close();
  return all.filter(([ts]) => BigInt(ts) <= untilNs);
}

/** Added, pulled and filled so far within a range of prices, and when, after each of some records. */
async function totalsAt(lake: string, low: number, high: number, records: readonly number[]) {
  const { symbol } = SIMULATED;
  const start = { name: "start", text: SIMULATED.start } as const;
  const fields = FLOWS.map((flow) => `${flow}_total` as const satisfies StreamField);
  const run = await EngineRun.open({
    origin: { path: simulatedPath({ lake, symbol, dt: DT }) },
    ...{ productType: "future_mbo", symbol, dt: DT, tickInt: 250_000_000, throttleMs: 0 },
    startNs: sessionTimeNs("future_mbo", DT, start),
  }, { ...extrasOf(fields), historyNs: 60e9 });
  const sums = new Map<number, Record<(typeof FLOWS)[number], number> & { tsNs: bigint }>();
  try {
    while (sums.size < new Set(records).size) {
      const progress = await run.advance(10_000);
      assert.notEqual(progress, "end");
      if (progress !== "grid" && progress !== "history") continue;
      const { frame } = run;
      const record = Number(frame.eventId);
      if (!records.includes(record)) continue;
      const spot = Number(frame.spot / 250_000_000n);
      const sum = { added: 0, pulled: 0, filled: 0, tsNs: frame.tsNs };
      for (let tick = Math.round(low / TICK); tick <= Math.round(high / TICK); tick++) {
        for (const flow of FLOWS) sum[flow] += frame.column(`${flow}_total`)[tick - spot + 50]!;
      }
      sums.set(record, sum);
    }
  } finally {
    run.close();
  }
  return records.map((record) => sums.get(record)!);
}

const priceOf = ([, priceInt]: Trade) => Number(priceInt) / 1e9;
const sizeOf = (trades: readonly Trade[]) => trades.reduce((sum, [, , size]) => sum + size, 0);

testPage(
  "a closer look has the very trades and counts of the records, and its marks in the address",
  async (visit) => {
    // A link stands still where it leads to.
    const choices = "lines=99,abc&marks=soon,1770388867325000007";
    const page = await visit.open(`ts_ns=${FROM_NS}&${choices}`);
    await untilText(page, "ignored-marks", /^2 marks in the address are left out/);
    await untilText(page, "connection", /^paused$/);
    // Long enough to go back in. Of steps none is left out, however slow the page is.
    for (let i = 0; i < STEPS; i++) {
      const record = await textOf(page, "event-id");
      await page.keyboard.press("ArrowRight");
      await untilNot(page, "event-id", record);
    }

    // The price cursor, and what is traded there.
    await pressed(page, "ArrowUp");
    const first = await placeOf(page);
    await pressed(page, "ArrowDown");
    const top = await placeOf(page);
    assert.deepEqual([top.clock, first.price - top.price], [first.clock, TICK]);
    const nowNs = await momentOf(page);
    const trades = (await tradesUpTo(visit.server, nowNs))
      .filter(([ts]) => BigInt(ts) > FROM_NS);
    const tradedAt = (price: number) => sizeOf(trades.filter((trade) => priceOf(trade) === price));
    assert.equal(numberIn(await textOf(page, "cell-traded")), tradedAt(top.price));
    await pressed(page, "w");
    assert.match(await textOf(page, "said"), new RegExp(`^${top.clock}, .*traded`));

    // A box from there, back in time and down.
    await pressed(page, "u");
    const lastRecord = await numberOf(page, "event-id");
    await pressed(page, "ArrowLeft", STEPS);
    await pressed(page, "ArrowDown", 4);
    await pressed(page, "u");
    const bottom = await placeOf(page);
    assert.ok(bottom.clock < top.clock && bottom.price === top.price - 4 * TICK);
    assert.match(await textOf(page, "measure-ticks"), /^4 \(1\.00\)$/);
    const { lake } = visit.server.service.settings;
    const [before, after] = await totalsAt(lake, bottom.price, top.price, [
      await numberOf(page, "event-id"),
      lastRecord,
    ]);
    assert.equal(before!.tsNs, FROM_NS);
    assert.equal(after!.tsNs, nowNs);
    const inBox = trades.filter((trade) =>
      priceOf(trade) >= bottom.price && priceOf(trade) <= top.price
    );
    assert.equal(numberIn(await textOf(page, "measure-traded")), sizeOf(inBox));
    for (const flow of FLOWS) {
      const text = await textOf(page, `measure-${flow}`);
      assert.equal(numberIn(text), after![flow] - before![flow], flow);
    }
    assert.match(await textOf(page, "measure-known"), /all of the box is known\.$/);
    await pressed(page, "Escape");
    await page.getByTestId("measure").waitFor({ state: "hidden" });
    // Esc let one thing go: the cursor is there.
    assert.ok(await page.getByTestId("readout").isVisible());
    await pressed(page, "Escape");
    await page.getByTestId("readout").waitFor({ state: "hidden" });

    // The list is of the moment shown, which is in the past.
    await pressed(page, "ArrowRight", STEPS / 2);
    const pastNs = await momentOf(page);
    await pressed(page, "e");
    const rows = async () =>
      (await page.locator(".trade-rows tbody tr").allInnerTexts()).map((row) => row.split(/\t/));
    const past = trades.filter(([ts]) => BigInt(ts) <= pastNs);
    assert.ok(past.length > 0 && past.length < trades.length);
    const words = { A: "seller", B: "buyer", N: "nobody" };
    const shown = (await rows()).map(([clock, price, size, by]) =>
      [msOf(clock!), numberIn(price!), numberIn(size!), by!.trim()].join()
    );
    assert.deepEqual(
      shown,
      past.toReversed().slice(0, 200).map((trade) =>
        [Number(BigInt(trade[0]) / 1_000_000n), priceOf(trade), trade[2], words[trade[3]]].join()
      ),
    );
    await page.waitForURL(/list=trades/);

    // A here, B at the newest grid.
    const here = (await textOf(page, "event-time")).slice(0, 12);
    const net = async () => Number((await textOf(page, "net-edge")).replace("−", "-"));
    const netBefore = await net();
    await pressed(page, "a");
    assert.equal(await net(), 0);
    await pressed(page, "f");
    const change = await net();
    assert.equal(await textOf(page, "compare-a"), here);
    assert.equal(await textOf(page, "compare-b"), top.clock);
    await pressed(page, "Escape");
    await page.getByTestId("compare").waitFor({ state: "hidden" });
    assert.ok(Math.abs(await net() - netBefore - change) < 0.2);
    await pressed(page, "Escape");
    await page.getByTestId("trade-list").waitFor({ state: "hidden" });

    // Marks: added, listed, gone to, removed, and in a link.
    await pressed(page, "k");
    await pressed(page, "j");
    await page.waitForURL(/lines=[\d.]+,99&/);
    await pressed(page, "ArrowLeft", 10);
    await pressed(page, "k");
    const marks = page.getByTestId("marks");
    await page.getByTestId("view").click();
    const listed = await marks.getByRole("button", { name: "Go to" }).allTextContents();
    assert.equal(listed.length, 5);
    assert.equal(listed[1], `2 · ${top.clock}`);
    await marks.getByRole("button", { name: `Go to ${listed[1]}` }).click();
    await untilText(page, "event-time", new RegExp(`^${top.clock}`));
    await page.getByTestId("view").click();
    await marks.getByRole("button", { name: `Remove ${listed[0]}` }).click();
    await marks.getByRole("button", { name: "Remove 99.00" }).click();
    await page.keyboard.press("Escape");
    await page.evaluate(() => Object.assign(navigator.clipboard, { writeText: undefined }));
    await pressed(page, "m");
    await page.waitForURL(/ts_ns=/);
    const link = new URL(page.url()).searchParams;
    assert.equal(link.get("marks"), `${link.get("ts_ns")},1770388867325000007`);
    assert.match(link.get("lines")!, /^\d+(\.\d+)?$/);

    // Alt and a drag, or the tool and a drag, measure; neither moves the picture.
    const map = (await page.getByTestId("heatmap").boundingBox())!;
    const drag = async () => {
      await page.mouse.move(map.x + map.width * 0.7, map.y + map.height * 0.4);
      await page.mouse.down();
      await page.mouse.move(map.x + map.width * 0.9, map.y + map.height * 0.6, { steps: 3 });
      await page.mouse.up();
      await frames(page);
    };
    await page.keyboard.down("Alt");
    await drag();
    await page.keyboard.up("Alt");
    const figures = await textOf(page, "measure");
    assert.match(figures, /Drag.*Ticks\d+ \(.*Time\d+\.\d+ s/);
    await pressed(page, "Escape");
    await page.getByTestId("tools").click();
    await page.getByTestId("tool-measure").click();
    await drag();
    assert.equal(await textOf(page, "measure"), figures);
    await page.getByRole("button", { name: "Stop measuring" }).click();
    await page.getByTestId("measure").waitFor({ state: "hidden" });
    assert.ok(await page.getByTestId("follow").isHidden());
  },
  [SIMULATED],
);
