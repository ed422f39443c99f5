/** What the server tells of itself: figures, readiness, log. */
import assert from "node:assert/strict";
import { configureLog, log } from "../../server/log.ts";
import { watchLoopDelay } from "../../server/loop_delay.ts";
import { SMALL_START } from "../small_session.ts";
import { plainGrids, type ServedSession, serveSmall } from "./served_session.ts";

/** A minute before the session's end. */
const START = "09:38";

async function get(served: ServedSession, path: string): Promise<Response> {
  return await fetch(`http://127.0.0.1:${served.server.port}${path}`);
}

/** The samples of `/metrics` by name and labels. */
async function samples(served: ServedSession): Promise<(name: string) => number> {
  const response = await get(served, "/metrics");
  assert.match(response.headers.get("content-type") ?? "", /^text\/plain; version=0\.0\.4/);
  const text = await response.text();
  const values = new Map<string, number>();
  for (const line of text.split("\n")) {
    if (line === "" || line.startsWith("#")) continue;
    const [, name, value] = /^(\S+) (\S+)$/.exec(line) ?? assert.fail(line);
    values.set(name!, Number(value));
  }
  return (name) => values.get(name) ?? 0;
}

Deno.test("/metrics counts records, grids, streams, lateness, caches and errors of a stream", async () => {
  await using served = await serveSmall();
  const before = await samples(served);
  const query = `start_time=${START}&speed=1000`;
  const messages = await served.server.connect(query).rest();
  const sent = messages.filter((message) => message instanceof Uint8Array).length;
  await served.server.connect(query).rest();
  await served.server.connect("dt=2026-13-01").rest();
  const after = await samples(served);
  const more = (name: string) => after(name) - before(name);
  const plain = (await plainGrids(served, START)).length;
  assert.equal(more("spymaster_grids_total") + more("spymaster_grids_dropped_total"), 2 * plain);
  assert.ok(more("spymaster_grids_total") >= sent);
  assert.equal(more("spymaster_streams_total"), 3);
  // The second stream's book comes from the cache, and its records are not work done.
  assert.equal(more('spymaster_book_cache_total{result="built"}'), 1);
  assert.equal(more('spymaster_book_cache_total{result="hit"}'), 1);
  const records = served.kept.length;
  assert.ok(more("spymaster_records_total") > records);
  assert.ok(more("spymaster_records_total") < 2 * records);
  assert.equal(more('spymaster_errors_total{kind="request"}'), 1);
  assert.equal(
    more("spymaster_grid_lateness_seconds_count"),
    more(`spymaster_grid_lateness_seconds_bucket{le="+Inf"}`),
  );
  assert.ok(more("spymaster_grid_lateness_seconds_count") >= 2 * sent);
  assert.ok(after("process_resident_memory_bytes") > 1e6);
});

Deno.test("/health is 200 while alive and counts misfits; /ready is 503 when there is no data", async () => {
  await using served = await serveSmall();
  await served.server.connect(`start_time=${START}&speed=1000`).rest();
  const health = await get(served, "/health");
  assert.equal(health.status, 200);
  const body = await health.json();
  assert.equal(body.ready, true);
  assert.equal(body.data_source, "databento");
  assert.ok(body.misfits.unknown_cancels === undefined || body.misfits.unknown_cancels >= 0);
  assert.deepEqual(await (await get(served, "/ready")).json(), { ready: true });
  await Deno.remove(served.path);
  assert.equal((await (await get(served, "/health")).json()).ready, false);
  const unready = await get(served, "/ready");
  assert.equal(unready.status, 503);
  const { problem } = await unready.json();
  assert.match(problem, /^No \.dbn or \.dbn\.zst file for 2026-02-06 in lake\/raw/);
});

Deno.test("/ready is 503 when every place is taken", async () => {
  await using served = await serveSmall(undefined, { maxStreams: 1 });
  const stream = served.server.connect(`start_time=${SMALL_START}`);
  await stream.until("runtime_config");
  assert.equal((await get(served, "/ready")).status, 503);
  const { streams, ready } = await (await get(served, "/health")).json();
  assert.deepEqual([streams, ready], [1, false]);
  await stream.close();
});

/** Lines that are logged meanwhile. */
function logged(run: () => void): string[] {
  const lines: string[] = [];
  const { error } = console;
  console.error = (line: string) => lines.push(line);
  try {
    run();
  } finally {
    console.error = error;
    configureLog("INFO");
  }
  return lines;
}

Deno.test("log() writes time, level, message and fields as text, above the level chosen", () => {
  const lines = logged(() => {
    configureLog("INFO");
    log("DEBUG", "unseen");
    log("WARNING", "a {brace} stays", { path: "/a b", count: 3, none: null });
  });
  assert.equal(lines.length, 1);
  assert.match(
    lines[0]!,
    /^\d{4}-\d\d-\d\dT[\d:.]+Z WARNING a \{brace\} stays path="\/a b" count=3 none=null$/,
  );
});

Deno.test("log() writes what would steer a terminal, or end the line, as escapes", () => {
  const lines = logged(() => {
    configureLog("INFO");
    log("WARNING", "symbol \u001b[2JMNQ\nERROR forged", { symbol: "\u001b]0;x\u0007" });
  });
  assert.equal(lines.length, 1);
  assert.match(
    lines[0]!,
    /WARNING symbol \\x1b\[2JMNQ\\u000aERROR forged symbol=\\u001b\]0;x\\u0007$/,
  );
});

Deno.test("log() writes one JSON object a line for programs", () => {
  const [line, ...more] = logged(() => {
    configureLog("DEBUG", "json");
    log("DEBUG", "answered {x}", { status: 200, error: "two\nlines {y}" });
  });
  assert.deepEqual(more, []);
  const { "@timestamp": time, ...rest } = JSON.parse(line!);
  assert.ok(Date.parse(time) > 0);
  assert.deepEqual(rest, {
    level: "DEBUG",
    message: "answered {x}",
    logger: "spymaster",
    status: 200,
    error: "two\nlines {y}",
  });
});

Deno.test("watchLoopDelay() sees work that keeps the event loop", async () => {
  const { promise, resolve } = Promise.withResolvers<number>();
  const stop = watchLoopDelay((ms) => ms >= 50 && resolve(ms));
  const until = performance.now() + 80;
  while (performance.now() < until);
  assert.ok(await promise >= 50);
  stop();
});
