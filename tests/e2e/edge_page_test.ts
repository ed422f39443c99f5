/** Two browsers, one at the recorder and one at an edge beyond a broker: both LIVE, with the same grids. */
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { TestGateway } from "../live/gateway.ts";
import { hasNats, NatsServer } from "../live/nats.ts";
import { orderSession } from "../live/order_session.ts";
import { TestRecorder } from "../live/recording.ts";
import { TestPublisher, TestReplicator, until } from "../live/relay.ts";
import { serveApp } from "../server/stream_client.ts";
import { BROWSER_TEST, newContext } from "./browser.ts";
import { numberOf, pause, type Row, savedTable, untilMore, untilText } from "./visit.ts";

const DT = "2026-02-06";
/** How often records happen, milliseconds, and how many at a time. */
const BEAT = { ms: 50, records: 5 } as const;
/** Records that both pages are to show. */
const RECORDS = 200;

/** Rows of the charts by the last record of their grid. */
function byRecord(rows: readonly Row[]): Map<string, Row> {
  return new Map(rows.map((row) => [row["event_id"]!, row]));
}

Deno.test({
  name: "a page at an edge is live, and shows the grids that one at the recorder shows",
  ...BROWSER_TEST,
  ignore: BROWSER_TEST.ignore || !hasNats,
  async fn() {
    const lake = await Deno.makeTempDir({ prefix: "spymaster_edge_" });
    await using nats = await NatsServer.start();
    await using gateway = new TestGateway({
      ...{ session: orderSession(5, 20_000), begun: 500, step: () => 0 },
    });
    const recorder = new TestRecorder({ lake, port: gateway.port });
    await until(() => Deno.stat(recorder.path).then(() => true, () => false));
    await using _publisher = new TestPublisher(recorder.path, nats.port);
    await using edge = new TestReplicator(nats.port);
    const settings = { live: true, dt: DT, startTime: null };
    await using server = await serveApp({ lake, ...settings });
    await using edgeServer = await serveApp({ lake: edge.lake, ...settings });
    const beating = setInterval(() => {
      gateway.reveal(BEAT.records);
      recorder.clock.advance(BEAT.ms);
    }, BEAT.ms);
    try {
      await using context = await newContext();
      const complaints: string[] = [];
      const open = async (port: number): Promise<Page> => {
        const page = await context.newPage();
        page.on("pageerror", ({ message }) => complaints.push(message));
        await page.goto(`http://127.0.0.1:${port}/vacuum-pressure`);
        return page;
      };
      const pages = await Promise.all([open(server.port), open(edgeServer.port)]);
      for (const page of pages) await untilText(page, "live", /^LIVE$/);
      const last = await numberOf(pages[0]!, "event-id") + RECORDS;
      for (const page of pages) await untilMore(page, "event-id", last);
      for (const page of pages) assert.match(await page.getByTestId("live").innerText(), /^LIVE$/);
      for (const page of pages) await pause(page);
      const [here, there] = [await savedTable(pages[0]!), await savedTable(pages[1]!)];
      const rows = byRecord(here);
      // Each has its own raster of frames: of the grids that both show, every figure is the same.
      const common = there.filter((row) => rows.has(row["event_id"]!));
      assert.ok(common.length > 20, `${common.length} of ${here.length} and ${there.length}`);
      for (const row of common) assert.deepEqual(row, rows.get(row["event_id"]!));
      assert.deepEqual(complaints, []);
    } finally {
      clearInterval(beating);
      await recorder.stop();
    }
    await Deno.remove(lake, { recursive: true });
  },
});
