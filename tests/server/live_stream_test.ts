/** Streams of a session that is being recorded: at the edge, behind it, back to it, to its end. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import type { GridUpdateMessage, ServerMessage } from "../../engine/wire/messages.ts";
import { GrowingRecording } from "../growing_recording.ts";
import {
  adds,
  bidsBelow,
  dbn,
  join,
  mappingRecord,
  MIDNIGHT_NS,
  snapshot,
} from "../made_session.ts";
import { serveApp, type StreamReader } from "./stream_client.ts";

const SECOND = 1_000_000_000n;
const LIVE = { schema: 0xffff, symbol: null, end: null } as const;
/** 09:00 New York. */
const MORNING = 14n * 3_600n * SECOND;
/** 40 minutes of flow, an order a second, before anybody looks. */
const BEFORE = 2_400;
const NOW = MORNING + BigInt(BEFORE) * SECOND;

const HEAD = dbn([mappingRecord(1, "MNQH6"), ...snapshot({ at: MORNING - SECOND })], LIVE);

/** Flow that comes, an order a second from so many seconds after 09:00 on. */
function flowFrom(second: number, count: number): Uint8Array {
  return join(...adds(second + count, { at: MORNING }).slice(second));
}

const nsOf = (second: number) => MIDNIGHT_NS + MORNING + BigInt(second) * SECOND;

async function serve(recording: GrowingRecording) {
  const { lake } = recording;
  return await serveApp({ lake, live: true, dt: "2026-02-06", startTime: null });
}

/** The next grid: its head, and a digest of its rows. */
async function nextGrid(stream: StreamReader): Promise<GridUpdateMessage & { rows: string }> {
  const head = await stream.until("grid_update");
  const rows = await stream.next();
  assert.ok(rows instanceof Uint8Array);
  return { ...head, rows: createHash("sha256").update(rows).digest("hex") };
}

async function begun(): Promise<GrowingRecording> {
  const recording = await GrowingRecording.begin();
  recording.write(join(HEAD, flowFrom(0, BEFORE)));
  recording.say({ state: "live", lastEventNs: nsOf(BEFORE - 1), lastRecvNs: nsOf(BEFORE - 1) });
  return recording;
}

Deno.test("a stream begins at the edge, and shows what comes as it comes", async () => {
  await using recording = await begun();
  await using server = await serve(recording);
  const stream = server.connect("history=60");
  const config = await stream.until("runtime_config");
  assert.deepEqual(
    [config.mode, config.deployment_stage, config.live, config.start_time],
    ["live", "live", true, "09:39:59"],
  );
  const history: GridUpdateMessage[] = [];
  let grid = await nextGrid(stream);
  for (; grid.history; grid = await nextGrid(stream)) history.push(grid);
  assert.equal(history.length, 60);
  assert.equal(grid.ts_ns, `${nsOf(BEFORE - 1)}`);
  for (let second = BEFORE; second < BEFORE + 5; second++) {
    recording.write(flowFrom(second, 1));
    assert.equal((await nextGrid(stream)).ts_ns, `${nsOf(second)}`);
  }
  // A minute at once is shown at once.
  recording.write(flowFrom(BEFORE + 5, 60));
  for (let second = BEFORE + 5; second < BEFORE + 65; second++) {
    assert.equal((await nextGrid(stream)).ts_ns, `${nsOf(second)}`);
  }
  await stream.close();
});

Deno.test("a stream begins at the edge at a time of day that the session has had before", async () => {
  // The clock has jumped: 19:30 was the beginning of the session, and is 23 hours later again.
  const dt = "2026-03-08";
  const at = 30n * 86_400n * SECOND + 23n * 3_600n * SECOND + 1_800n * SECOND;
  const edgeNs = MIDNIGHT_NS + at;
  await using recording = await GrowingRecording.begin(dt);
  const before = 120n * SECOND;
  recording.write(join(
    dbn([mappingRecord(1, "MNQH6"), ...snapshot({ at: at - before })], LIVE),
    ...adds(121, { at: at - before }),
  ));
  recording.say({ state: "live", lastEventNs: edgeNs, lastRecvNs: edgeNs });
  const { lake } = recording;
  await using server = await serveApp({ lake, live: true, dt, startTime: null });
  const stream = server.connect("history=60");
  assert.equal((await stream.until("runtime_config")).start_time, "19:30");
  const { ts_ns } = await stream.until("state");
  assert.equal(ts_ns, `${edgeNs}`);
  let grid = await nextGrid(stream);
  for (; grid.history; grid = await nextGrid(stream)) assert.ok(BigInt(grid.ts_ns) < edgeNs);
  assert.equal(grid.ts_ns, `${edgeNs}`);
  stream.control("seek", "19:29");
  assert.match((await stream.until("error")).message, /^seek 19:29, 2026-03-07 19:29 New York, is/);
  await stream.close();
});

Deno.test("grids that are followed are those of the finished file, and the day ends with it", async () => {
  await using recording = await begun();
  await using server = await serve(recording);
  const stream = server.connect("start_time=09:35&speed=1000");
  assert.equal((await stream.until("runtime_config")).live, true);
  const more = [3, 20, 1, 7, 50];
  let second = BEFORE;
  for (const count of more) {
    recording.write(flowFrom(second, count));
    second += count;
  }
  recording.say({ state: "ended", lastEventNs: nsOf(second - 1) });
  recording.release();
  const followed: string[] = [];
  let end: ServerMessage | null = null;
  for (const message of await stream.rest()) {
    if (message instanceof Uint8Array) {
      followed.push(createHash("sha256").update(message).digest("hex"));
    } else if (message.type === "end") end = message;
  }
  assert.equal(end?.type === "end" && end.reason, "session_over");
  assert.deepEqual(await stream.closed, { code: 1000, reason: "session_over" });
  const replay = server.connect("start_time=09:35&speed=1000");
  const config = await replay.until("runtime_config");
  assert.deepEqual([config.mode, config.live], ["pre_prod", undefined]);
  const replayed = (await replay.rest()).filter((message) => message instanceof Uint8Array);
  assert.deepEqual(await replay.closed, { code: 1000, reason: "end_of_file" });
  assert.equal(replayed.length, second - 35 * 60);
  assert.deepEqual(
    followed,
    replayed.map((rows) => createHash("sha256").update(rows).digest("hex")),
  );
});

Deno.test("who pauses falls behind, plays on at its own speed, and goes live when told", async () => {
  await using recording = await begun();
  await using server = await serve(recording);
  const stream = server.connect("");
  await nextGrid(stream);
  stream.control("pause");
  const paused = await stream.until("state");
  assert.deepEqual([paused.paused, paused.live], [true, false]);
  recording.write(flowFrom(BEFORE, 20));
  recording.say({ lastEventNs: nsOf(BEFORE + 19), lastRecvNs: nsOf(BEFORE + 19) });
  // What the feed does is told whatever the stream does.
  for (;;) if ((await stream.until("source")).behind_ms >= 15_000) break;
  stream.control("resume");
  const resumed = await stream.until("state");
  assert.deepEqual([resumed.paused, resumed.live], [false, false]);
  assert.ok(resumed.behind_ms! >= 15_000 && resumed.behind_ms! <= 20_000);
  stream.control("live");
  const live = await stream.until("state");
  assert.deepEqual([live.paused, live.live, live.behind_ms], [false, true, 0]);
  let grid = await nextGrid(stream);
  while (grid.ts_ns !== `${nsOf(BEFORE + 19)}`) grid = await nextGrid(stream);
  recording.write(flowFrom(BEFORE + 20, 1));
  assert.equal((await nextGrid(stream)).ts_ns, `${nsOf(BEFORE + 20)}`);
  await stream.close();
});

Deno.test("one that is far behind skips to the edge; one that plays faster comes to it", async () => {
  await using recording = await begun();
  await using server = await serve(recording);
  const far = server.connect("start_time=09:05&speed=0.1");
  await nextGrid(far);
  far.control("live");
  const answer = await far.until("state");
  assert.deepEqual([answer.live, answer.speed], [true, 1]);
  assert.equal((await nextGrid(far)).ts_ns, `${nsOf(BEFORE - 1)}`);
  await far.close();
  const fast = server.connect("start_time=09:39&speed=100");
  // Told when the stream begins, and when it comes to the edge.
  while (!(await fast.until("state")).live);
  recording.write(flowFrom(BEFORE, 1));
  for (;;) if ((await nextGrid(fast)).ts_ns === `${nsOf(BEFORE)}`) break;
  await fast.close();
});

Deno.test("a gap is told before the first grid after it", async () => {
  await using recording = await begun();
  await using server = await serve(recording);
  const stream = server.connect("");
  await nextGrid(stream);
  recording.write(join(...snapshot({ at: NOW + 30n * SECOND })));
  recording.write(flowFrom(BEFORE + 31, 1));
  const gap = await stream.until("gap");
  assert.deepEqual(gap, {
    type: "gap",
    from_ts_ns: `${nsOf(BEFORE - 1)}`,
    to_ts_ns: `${nsOf(BEFORE + 30)}`,
  });
  assert.equal((await nextGrid(stream)).ts_ns, `${nsOf(BEFORE + 30)}`);
  await stream.close();
});

Deno.test("a recording that has not begun is waited for", async () => {
  await using recording = await GrowingRecording.prepare();
  await using server = await serve(recording);
  const stream = server.connect("");
  const source = await stream.until("source");
  assert.deepEqual([source.state, source.message], ["connecting", "no recording has begun"]);
  recording.open();
  recording.write(HEAD.subarray(0, 20));
  recording.say({ state: "connecting" });
  recording.write(HEAD.subarray(20));
  recording.write(flowFrom(0, 3));
  assert.equal((await stream.until("runtime_config")).live, true);
  let grid = await nextGrid(stream);
  while (grid.ts_ns !== `${nsOf(2)}`) grid = await nextGrid(stream);
  await stream.close();
});

Deno.test("what the feed does is told before it brings anything, whatever file it ends up in", async () => {
  await using recording = await GrowingRecording.begin();
  recording.say({ state: "reconnecting", message: "no connection; again in 8 s" });
  await using server = await serve(recording);
  const stream = server.connect("");
  for (let times = 0; times < 2; times++) {
    const { state, message } = await stream.until("source");
    assert.deepEqual([state, message], ["reconnecting", "no connection; again in 8 s"]);
  }
  // A gateway that simulates: the file in which nothing is gives way to another.
  recording.remove();
  for (;;) if ((await stream.until("source")).message === "no recording has begun") break;
  recording.open();
  recording.write(join(HEAD, flowFrom(0, 3)));
  let grid = await nextGrid(stream);
  while (grid.ts_ns !== `${nsOf(2)}`) grid = await nextGrid(stream);
  await stream.close();
});

Deno.test("what the feed does is told once a second while a header is there in part", async () => {
  await using recording = await GrowingRecording.begin();
  recording.write(HEAD.subarray(0, 20));
  recording.say({ state: "catching_up" });
  await using server = await serve(recording);
  const stream = server.connect("");
  for (let times = 0; times < 3; times++) {
    assert.equal((await stream.until("source")).state, "catching_up");
  }
  recording.write(HEAD.subarray(20));
  await nextGrid(stream);
  await stream.close();
});

Deno.test("what stands at the edge settles though nothing comes", async () => {
  await using recording = await begun();
  await using server = await serve(recording);
  const stream = server.connect("settle=1&throttle_ms=1100");
  const first = await nextGrid(stream);
  recording.write(flowFrom(BEFORE, 1));
  const settled = await nextGrid(stream);
  assert.deepEqual([settled.settled, settled.ts_ns], [true, `${nsOf(BEFORE)}`]);
  assert.equal(first.settled, undefined);
  await stream.close();
});

Deno.test("what the state becomes at the edge is told though nothing comes", async () => {
  await using recording = await begun();
  await using server = await serve(recording);
  const stream = server.connect("reading=1");
  assert.equal((await nextGrid(stream)).reading!.state, "CHOP");
  // Bids below the mid at so many prices, twice: what is added at the second has a rate.
  for (const second of [BEFORE, BEFORE + 1]) {
    recording.write(join(...bidsBelow(12, MORNING + BigInt(second) * SECOND)));
  }
  const grids = [await nextGrid(stream), await nextGrid(stream)];
  assert.deepEqual(grids.map(({ ts_ns, reading }) => [ts_ns, reading!.state]), [
    [`${nsOf(BEFORE)}`, "CHOP"],
    [`${nsOf(BEFORE + 1)}`, "CHOP"],
  ]);
  const { ts_ns, reading } = await stream.until("reading");
  const since_ts_ns = `${nsOf(BEFORE + 1) + SECOND / 2n}`;
  assert.equal(ts_ns, since_ts_ns);
  assert.deepEqual(reading, {
    ...grids[1]!.reading,
    ...{ state: "UP LEAN", since_ts_ns, risk: "UP ADVANTAGE" },
  });
  // What comes then goes on from it.
  recording.write(flowFrom(BEFORE + 2, 1));
  const next = (await nextGrid(stream)).reading!;
  assert.deepEqual([next.state, next.since_ts_ns], ["UP LEAN", since_ts_ns]);
  await stream.close();
});

Deno.test("who leaves the others at the edge goes on with the next grid, whatever has settled there", async () => {
  await using recording = await begun();
  await using server = await serve(recording);
  const query = "start_time=09:39&speed=1000&throttle_ms=100";
  const [steps, stays] = [server.connect(query), server.connect(`${query}&settle=1`)];
  const seen = async (stream: StreamReader, ns: bigint) => {
    while ((await nextGrid(stream)).ts_ns !== `${ns}`);
  };
  const order = (second: number, ms: number) =>
    join(...adds(1, { at: MORNING + BigInt(second) * SECOND + BigInt(ms) * 1_000_000n }));
  for (const stream of [steps, stays]) await seen(stream, nsOf(BEFORE - 1));
  for (let second = BEFORE; second < BEFORE + 5; second++) {
    recording.write(order(second, 0));
    // It settles while nothing comes; in the file the next one comes too soon for that.
    recording.write(order(second, 50));
    await seen(stays, nsOf(second) + 50_000_000n);
    recording.write(order(second, 90));
    await seen(stays, nsOf(second) + 90_000_000n);
    await seen(steps, nsOf(second));
  }
  steps.control("pause");
  await steps.until("state");
  recording.write(flowFrom(BEFORE + 5, 40));
  for (let second = BEFORE + 5; second < BEFORE + 45; second++) {
    steps.control("step");
    assert.equal((await nextGrid(steps)).ts_ns, `${nsOf(second)}`);
  }
  for (const stream of [steps, stays]) await stream.close();
});

Deno.test("live is refused where nothing is recorded", async () => {
  await using recording = await begun();
  recording.say({ state: "ended" });
  recording.release();
  await using server = await serve(recording);
  const stream = server.connect("start_time=09:35");
  await stream.until("runtime_config");
  stream.control("live");
  assert.match(
    (await stream.until("error")).message,
    /live is for a session that is being recorded/,
  );
  await stream.close();
});

Deno.test("/ready and /metrics tell what the feed does", async () => {
  await using recording = await begun();
  recording.say({
    ...{ state: "live", lastEventNs: nsOf(BEFORE - 1), lastRecvNs: nsOf(BEFORE - 1) },
    ...{ latencyMs: 12, reconnections: 3, gaps: 1 },
  });
  await using server = await serve(recording);
  const at = (path: string) => fetch(`http://127.0.0.1:${server.port}${path}`);
  const { ready, feed } = await (await at("/ready")).json();
  assert.equal(ready, true);
  // Its last record is of long ago.
  assert.equal(feed.state, "quiet");
  const metrics = await (await at("/metrics")).text();
  for (
    const line of [
      'spymaster_feed_state{state="quiet"} 1',
      'spymaster_feed_state{state="live"} 0',
      "spymaster_feed_latency_seconds 0.012",
      "spymaster_feed_reconnections 3",
      "spymaster_feed_gaps 1",
    ]
  ) assert.ok(metrics.includes(`${line}\n`), line);
  assert.match(metrics, /spymaster_feed_last_record_age_seconds \d+/);
});
