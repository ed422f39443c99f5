/** The page over a feed whose connection breaks: all that it shows is of the recording, and none of it false. */
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { forceSums, netEdge } from "../../engine/reading/force_sums.ts";
import { EngineRun } from "../../engine/run.ts";
import { TestGateway } from "../live/gateway.ts";
import { orderSession } from "../live/order_session.ts";
import { TestRecorder } from "../live/recording.ts";
import { serveApp } from "../server/stream_client.ts";
import { BROWSER_TEST, newContext } from "./browser.ts";
import { frames, numberOf, pause, type Row, savedTable, untilMore, untilText } from "./visit.ts";

const CUTS = 3;
const DT = "2026-02-06";
const TICK = 250_000_000;
/** How often records happen, milliseconds, and how many at a time. */
const BEAT = { ms: 50, records: 5 } as const;

/** What a row says that is of its grid alone: the state goes by the grids before it. */
type Figures = Readonly<Record<string, number>>;

/** What the page should say of each boundary of a recording, by the number of its last record. */
async function figuresOf(path: string): Promise<Map<string, Figures>> {
  const run = await EngineRun.open({
    ...{ origin: { path }, productType: "future_mbo", symbol: "MNQH6", dt: DT, tickInt: TICK },
    ...{ startNs: null, throttleMs: 0 },
  });
  const figures = new Map<string, Figures>();
  for await (const frame of run.grids()) {
    const [pressure, vacuum] = [frame.column("pressure_variant"), frame.column("vacuum_variant")];
    const sums = forceSums(pressure, vacuum, frame, TICK);
    const { vacAbove, pressAbove, pressBelow, vacBelow } = sums;
    figures.set(`${frame.eventId} ${frame.tsNs}`, {
      mid_price: frame.midPrice,
      net_edge: netEdge(sums),
      ...{ vacuum_above: vacAbove, pressure_above: pressAbove },
      ...{ pressure_below: pressBelow, vacuum_below: vacBelow },
    });
  }
  run.close();
  return figures;
}

/** Breaks the connection, waits until the page is live again, and then for more grids. */
async function cut(page: Page, gateway: TestGateway): Promise<void> {
  const { clients } = gateway;
  gateway.disconnect();
  while (gateway.clients === clients) await frames(page);
  await untilText(page, "live", /^LIVE$/);
  await untilMore(page, "event-id", await numberOf(page, "event-id") + 20);
  await page.getByTestId("live").waitFor();
}

Deno.test({
  name: "through cuts of the connection the page shows the recording, without a false line",
  ...BROWSER_TEST,
  async fn() {
    const lake = await Deno.makeTempDir({ prefix: "spymaster_cuts_" });
    const rows: Row[] = [];
    let recorder: TestRecorder;
    {
      const session = orderSession(5, 20_000);
      await using gateway = new TestGateway({ session, begun: 500, step: () => 0 });
      recorder = new TestRecorder({ lake, port: gateway.port });
      await using server = await serveApp({ lake, live: true, dt: DT, startTime: null });
      const beating = setInterval(() => {
        gateway.reveal(BEAT.records);
        recorder.clock.advance(BEAT.ms);
      }, BEAT.ms);
      try {
        await using context = await newContext();
        const page = await context.newPage();
        const complaints: string[] = [];
        page.on("pageerror", ({ message }) => complaints.push(message));
        await page.goto(`http://127.0.0.1:${server.port}/vacuum-pressure`);
        await untilText(page, "live", /^LIVE$/);
        for (let cuts = 0; cuts < CUTS; cuts++) {
          await cut(page, gateway);
          rows.push(...await savedTable(page));
        }
        await pause(page);
        rows.push(...await savedTable(page));
        assert.deepEqual(complaints, []);
      } finally {
        clearInterval(beating);
      }
      await recorder.stop();
      const { reconnections, gaps } = await recorder.state();
      assert.deepEqual([reconnections, gaps], [CUTS, 0]);
    }
    const figures = await figuresOf(recorder.path);
    assert.ok(rows.length > 100, `${rows.length}`);
    for (const row of rows) {
      const wanted = figures.get(`${row["event_id"]} ${row["ts_ns"]}`);
      assert.ok(wanted !== undefined, `no boundary: ${JSON.stringify(row)}`);
      for (const [name, value] of Object.entries(wanted)) {
        assert.equal(Number(row[name]), value, `${name} of ${JSON.stringify(row)}`);
      }
    }
    await Deno.remove(lake, { recursive: true });
  },
});
