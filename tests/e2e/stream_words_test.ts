/** What the page says while a stream, scripted here, starts, stumbles and stops. */
import assert from "node:assert/strict";
import type { Page, WebSocketRoute } from "playwright-core";
import { GRID_ROWS, HALF_WIDTH } from "../../engine/wire/fields.ts";
import { gridHead } from "../client/mnq.ts";
import { columnFromArray, float64, int32, tableFromColumns, tableToIPC } from "@uwdata/flechette";
import {
  listen,
  numberOf,
  SIMULATED,
  testPage,
  textOf,
  untilHeard,
  untilMore,
  untilText,
  type Visit,
} from "./visit.ts";

const CONFIG = {
  type: "runtime_config",
  product_type: "future_mbo",
  symbol: "MNQH6",
  tick_size: 0.25,
  bucket_size_dollars: 0.25,
  contract_multiplier: 2,
  price_decimals: 2,
  data_source: "simulator",
  dt: "2026-02-06",
  start_time: "09:25",
  throttle_ms: 25,
  speed: 1,
};

/** A page whose streams end here; each new one is handed over by `next`. */
async function scripted(visit: Visit): Promise<{ page: Page; next(): Promise<WebSocketRoute> }> {
  const opened: WebSocketRoute[] = [];
  let arrived = Promise.withResolvers<void>();
  const page = await visit.openShell("", (page) =>
    page.routeWebSocket(/\/stream/, (socket) => {
      opened.push(socket);
      // However slow the machine, the page gets the sign of life that it asks for.
      socket.onMessage((text) => {
        const { action, value } = JSON.parse(`${text}`);
        if (action === "speed") say(socket, { type: "state", paused: false, speed: value });
      });
      arrived.resolve();
    }));
  const next = async () => {
    if (opened.length === 0) await arrived.promise;
    arrived = Promise.withResolvers<void>();
    return opened.shift()!;
  };
  return { page, next };
}

function say(socket: WebSocketRoute, ...messages: Record<string, unknown>[]): void {
  for (const message of messages) socket.send(JSON.stringify(message));
}

/** A grid around 25,000 with something resting in every bucket, unless `rows` says how much. */
function sayGrid(
  socket: WebSocketRoute,
  event: number,
  { rows = 10, ...head }: Record<string, unknown> & { rows?: number } = {},
): void {
  say(socket, { ...gridHead(1_770_388_000_000_000_000n, event), ...head });
  const k = Int32Array.from({ length: GRID_ROWS }, (_, row) => row - HALF_WIDTH);
  const columns = {
    k: columnFromArray(k, int32()),
    rest_depth: columnFromArray(new Float64Array(GRID_ROWS).fill(rows), float64()),
  };
  socket.send(Buffer.from(tableToIPC(tableFromColumns(columns), { format: "stream" })!));
}

testPage("until the first grid the page tells the phase and how far it is", async (visit) => {
  const { page, next } = await scripted(visit);
  const socket = await next();
  await untilText(page, "connection", /^connecting$/);
  say(socket, CONFIG);
  await untilText(page, "phase", /waiting for the first grid/);
  const progress = { type: "progress", events: 5, ts_ns: "0" };
  say(socket, { ...progress, phase: "bootstrap", fraction: 0.25 });
  await untilText(page, "phase", /building the book.*25/);
  await untilText(page, "announcer", /^Building the book$/);
  // No axis has a label where nothing is drawn.
  for (const name of ["edge", "forces", "mid"]) {
    const isBlank = await page.getByTestId(`chart-${name}`).locator("canvas").evaluate((node) => {
      const canvas = node as HTMLCanvasElement;
      const right = Math.round(72 * devicePixelRatio);
      const { data } = canvas.getContext("2d")!
        .getImageData(canvas.width - right, 0, right, canvas.height);
      return new Uint32Array(data.buffer).every((pixel) => pixel === 0);
    });
    assert.ok(isBlank, name);
  }
  assert.equal(
    await page.locator("progress").evaluate((node) => (node as HTMLProgressElement).value),
    0.25,
  );
  say(socket, { ...progress, phase: "warmup", fraction: 0.5 });
  await untilText(page, "phase", /warming up.*50/);
  sayGrid(socket, 1);
  await page.getByTestId("phase").waitFor({ state: "hidden" });
}, [SIMULATED]);

testPage("a lost connection is told, and the picture goes on where it was", async (visit) => {
  const { page, next } = await scripted(visit);
  let socket = await next();
  say(socket, CONFIG);
  sayGrid(socket, 40);
  await untilMore(page, "grids-received", 0);
  // It is said for a second at most.
  await listen(page, "connection", "error");
  say(socket, { type: "error", message: "the file is truncated at byte 9" });
  await socket.close({ code: 1011 });
  await untilHeard(page, "connection", /^reconnecting in 1 s$/);
  await untilHeard(
    page,
    "error",
    /The stream stopped.*truncated at byte 9.*connects again by itself.*mend first what is said/,
  );
  socket = await next();
  const controls: unknown[] = [];
  const sought = Promise.withResolvers<void>();
  socket.onMessage((text) => {
    controls.push(JSON.parse(`${text}`));
    sought.resolve();
  });
  say(socket, CONFIG);
  await sought.promise;
  const to = { ts_ns: "1770388001000000000" };
  assert.deepEqual(controls, [{ type: "control", action: "seek", ...to }]);
  sayGrid(socket, 120);
  await untilText(page, "event-id", /^120$/);
  await untilText(page, "connection", /^streaming$/);
  await page.getByTestId("error").waitFor({ state: "hidden" });
}, [SIMULATED]);

testPage("a lost connection of a live page leaves the controls their room", async (visit) => {
  const { page, next } = await scripted(visit);
  const socket = await next();
  const times = { since_ns: "0", last_ts_ns: "1770388000000000000", last_recv_ns: "0" };
  const source = { type: "source", state: "live", message: "", ...times };
  say(socket, { ...CONFIG, live: true }, { ...source, latency_ms: 4, behind_ms: 0 });
  sayGrid(socket, 40);
  await untilText(page, "event-id", /^40$/);
  // As the day of a recording is called.
  await page.locator("[data-testid=day] option").first().evaluate((day) =>
    day.textContent += " · live"
  );
  await socket.close({ code: 1011 });
  await untilText(page, "connection", /^reconnecting in/);
  const box = await page.getByTestId("help").boundingBox();
  assert.ok(box!.x + box!.width <= 1440, `the last control ends at ${box!.x + box!.width}`);
}, [SIMULATED]);

testPage("a refusal is told in the server's words, with a way out", async (visit) => {
  const { page, next } = await scripted(visit);
  const socket = await next();
  say(socket, { type: "error", message: "speed: “fast” is not a number" });
  await socket.close({ code: 1008 });
  await untilText(
    page,
    "error",
    /refused this stream.*“fast” is not a number.*Correct the address/,
  );
  assert.equal(
    await page.locator("[data-testid=error] a").getAttribute("href"),
    "/vacuum-pressure",
  );
  // No list lies over it.
  await page.keyboard.press("e");
  await page.getByTestId("trade-list").waitFor();
  await page.locator("[data-testid=error] strong").click({ trial: true });
  await page.getByTestId("seek").fill("02:30");
  await page.getByTestId("seek").press("Enter");
  const sought = await next();
  say(sought, { type: "error", message: "start_time 02:30 does not exist on 2026-03-08" });
  await sought.close({ code: 1008 });
  await untilText(page, "error", /refused to go to that time.*does not exist.*Seek another time/);
}, [SIMULATED]);

testPage("a link to what is no instant is told of, not left out", async (visit) => {
  const page = await visit.openShell("ts_ns=1770387930");
  await untilText(page, "error", /reports a problem.*1770387930 is outside the session/);
  await page.goto(page.url().replace(/ts_ns=.*/, "ts_ns=half-past-nine"));
  await untilText(page, "error", /reports a problem.*half-past-nine.* is no instant/);
}, [SIMULATED]);

testPage(
  "a book that is not to be trusted is said beside the picture, with the reason",
  async (visit) => {
    const { page, next } = await scripted(visit);
    const socket = await next();
    say(socket, CONFIG);
    sayGrid(socket, 1, { book_valid: false });
    await untilText(page, "book-warning", /Book not valid yet/);
    sayGrid(socket, 2, { maybe_bad_book: true });
    await untilText(page, "book-warning", /Book in doubt: the source lost records/);
    sayGrid(socket, 3, { best_bid_price_int: "25000500000000" });
    await untilText(
      page,
      "book-warning",
      /Crossed book: best bid 25.000\.50 above best ask 25.000\.25/,
    );
    sayGrid(socket, 4);
    await page.getByTestId("book-warning").waitFor({ state: "hidden" });
    say(socket, { type: "lag", dropped: 12 });
    await page.getByText("12 dropped").waitFor();
    assert.equal(await textOf(page, "grids-received"), "4");
  },
  [SIMULATED],
);

testPage("without a price, a grid or a record the page says so, and what to do", async (visit) => {
  const { page, next } = await scripted(visit);
  let socket = await next();
  const progress = { type: "progress", events: 5, ts_ns: "0", phase: "warmup", fraction: 0.5 };
  say(socket, CONFIG, progress);
  const unpriced = { spot_ref_price_int: "0", mid_price: 0, bid_present: false };
  sayGrid(socket, 1, { ...unpriced, rows: 0 });
  await untilText(page, "empty", /^no price yet: the book has one side alone$/);
  await untilText(page, "why", /^No price yet: the book has one side alone\.$/);
  sayGrid(socket, 2);
  await page.getByTestId("empty").waitFor({ state: "hidden" });
  assert.ok(await page.getByTestId("unpriced").isHidden());
  sayGrid(socket, 3, { ...unpriced, ask_present: false, rows: 0 });
  await untilText(page, "unpriced", /came before: the book is empty$/);
  for (
    const [counts, words] of [
      [{ records_kept: 5, grids: 0 }, /Nothing to show.*no grid.*Seek an earlier time/],
      [{ records_kept: 0, grids: 0 }, /Nothing to show.*no record of this contract/],
      [{ records_kept: 5, grids: 2 }, /End of file.*played to its end/],
    ] as const
  ) {
    say(socket, { type: "end", reason: "end_of_file", ...counts });
    await socket.close({ code: 1000 });
    await untilText(page, "error", words);
    await page.getByTestId("restart").click();
    await page.getByTestId("restart-yes").click();
    socket = await next();
    say(socket, CONFIG);
  }
}, [SIMULATED]);

testPage("before there is a picture its place says what is waited for", async (visit) => {
  const { page, next } = await scripted(visit);
  const socket = await next();
  await untilText(page, "empty", /^waiting for the first grid$/);
  const progress = { type: "progress", phase: "bootstrap", events: 9, ts_ns: "1" };
  say(socket, CONFIG, { ...progress, fraction: 0.42 });
  await untilText(page, "empty", /^building the book · 42\s?%$/);
  // 20:06:40 of the evening in which the session begins.
  sayGrid(socket, 1, { ts_ns: "1770340000000000000" });
  await page.getByTestId("empty").waitFor({ state: "hidden" });
  await untilText(page, "event-time", /^20:06:40\.000 EST, Thu$/);
  sayGrid(socket, 2);
  await untilText(page, "event-time", /^09:26:40\.\d+ EST$/);
}, [SIMULATED]);

testPage(
  "a seek says where it goes until the first grid from there; what was there stays",
  async (visit) => {
    const { page, next } = await scripted(visit);
    const socket = await next();
    say(socket, CONFIG);
    sayGrid(socket, 1);
    await untilMore(page, "grids-received", 0);
    assert.ok(await page.getByTestId("seeking").isHidden());
    await page.getByTestId("seek").fill("09:41");
    await page.keyboard.press("Enter");
    await untilText(page, "seeking", /^seeking 09:41(:00)? …$/);
    // A grid that was on its way is no answer.
    sayGrid(socket, 2);
    await untilMore(page, "grids-received", 1);
    assert.ok(await page.getByTestId("seeking").isVisible());
    assert.ok(await page.getByTestId("empty").isHidden());
    const ts_ns = `${BigInt(Date.parse("2026-02-06T14:41:00Z")) * 1_000_000n}`;
    say(socket, { type: "state", paused: false, speed: 1, ts_ns });
    sayGrid(socket, 3, { ts_ns });
    await page.getByTestId("seeking").waitFor({ state: "hidden" });
  },
  [SIMULATED],
);

testPage("a slow link says how far behind it is", async (visit) => {
  const { page, next } = await scripted(visit);
  const socket = await next();
  say(socket, CONFIG);
  // Ten seconds of the session come at once: what follows is late by as much, and by the time that
  // it takes to come.
  const before = performance.now();
  sayGrid(socket, 1);
  sayGrid(socket, 401);
  await untilMore(page, "grids-received", 1);
  assert.ok(await page.getByTestId("late").isHidden());
  say(socket, { type: "lag", dropped: 3 });
  sayGrid(socket, 1, { event_id: 2 });
  await untilText(page, "late", /^\d+ s behind: the link is slow$/);
  const late = await numberOf(page, "late");
  const most = Math.ceil(10 + (performance.now() - before) / 1000);
  assert.ok(late >= 10 && late <= most, `${late} of at most ${most}`);
  say(socket, { type: "state", paused: false, speed: 2, ts_ns: "1770388000000000000" });
  await page.getByTestId("late").waitFor({ state: "hidden" });
}, [SIMULATED]);
