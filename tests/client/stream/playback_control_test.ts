import assert from "node:assert/strict";
import { columnFromArray, int32, tableFromColumns, tableToIPC } from "@uwdata/flechette";
import type { SourceMessage } from "../../../engine/wire/messages.ts";
import type { PageDefaults } from "../../../client/stream/instrument.ts";
import type { SocketListeners, StreamEnvironment } from "../../../client/stream/stream_client.ts";
import { FeedView } from "../../../client/stream/feed_view.ts";
import { PlaybackControl } from "../../../client/stream/playback_control.ts";
import { GRID_ROWS, HALF_WIDTH } from "../../../engine/wire/fields.ts";
import { MNQ } from "../mnq.ts";

const K = Int32Array.from({ length: GRID_ROWS }, (_, row) => row - HALF_WIDTH);

/** A control of playback, the connections that it made, and a server that says what it is told. */
class Bench {
  readonly urls: (string | null)[] = [];
  readonly sent: string[] = [];
  readonly playback: PlaybackControl;
  /** What the sink was told: times of grids, "|" for a break, "other" for another session. */
  readonly told: string[] = [];
  /** What the page's clock shows, milliseconds. */
  ms = 0;
  #listeners: SocketListeners | null = null;
  #timer: (() => void) | null = null;

  constructor(
    changes: Partial<PageDefaults> = {},
    moment: string | null = null,
    joinsNext = false,
  ) {
    const defaults = { ...MNQ, ...changes };
    this.playback = new PlaybackControl(defaults, {
      onGrid: ({ ts_ns }) =>
        this.told.push(new Date(Number(BigInt(ts_ns) / 1_000_000n)).toISOString().slice(11, 23)),
      onBreak: () => this.told.push("|"),
      onReading: ({ reading }) => this.told.push(reading.state),
      onBeginning: () => undefined,
      onGap: (fromMs, toMs) => this.told.push(`gap ${toMs - fromMs}`),
      onOtherSession: () => this.told.push("other"),
    }, new FeedView(() => this.ms));
    const environment: StreamEnvironment = {
      open: (_, listeners) => {
        this.#listeners = listeners;
        return { send: (text) => this.sent.push(describe(JSON.parse(text))), close: () => {} };
      },
      random: () => 0,
      after: (_, callback) => {
        this.#timer = callback;
        return () => {};
      },
      every: () => () => {},
    };
    this.playback.connect(
      (startTime) => {
        this.urls.push(startTime);
        return "ws://page.test/";
      },
      environment,
      moment,
      joinsNext,
    );
  }

  say(message: Record<string, unknown>): void {
    this.#listeners?.onMessage(JSON.stringify(message));
  }

  /** The first message of a stream. */
  begin(changes: Partial<PageDefaults> = {}): void {
    this.say({ type: "runtime_config", ...MNQ, ...changes });
  }

  /** What the feed does, and the time of its last record. */
  source(time: string, changes: Partial<SourceMessage> = {}): void {
    const last_ts_ns = nsOf(time);
    const last = { last_ts_ns, last_recv_ns: last_ts_ns, latency_ms: 3, behind_ms: 0 };
    this.say({ type: "source", state: "live", message: "", since_ns: "0", ...last, ...changes });
  }

  grid(time: string, history = false): void {
    const head = { type: "grid_update", ts_ns: nsOf(time), event_id: 1, spot_ref_price_int: "0" };
    this.say({ ...head, ...(history && { history }) });
    const bytes = tableToIPC(tableFromColumns({ k: columnFromArray(K, int32()) }), {
      format: "stream",
    });
    this.#listeners?.onMessage((bytes as Uint8Array).slice().buffer);
  }

  /** Answers a control, or tells of the stream's clock unasked. */
  state(time: string, paused = false): void {
    this.say({
      ...{ type: "state", paused, speed: 1 },
      ts_ns: nsOf(time),
    });
  }

  /** What the sink was told since it was asked last. */
  news(): string {
    return this.told.splice(0).join(" ");
  }

  /** Lets the time pass that is waited for. */
  pass(): void {
    this.#timer?.();
  }

  /** Cuts the connection, and lets the time pass until the next attempt. */
  cut(code = 1006): void {
    this.#listeners?.onClose(code);
    while (this.playback.status.value.kind === "reconnecting") this.#timer?.();
  }
}

/** UTC nanoseconds since the epoch, as a message has them. */
/** Nanoseconds of a time, which may have nine decimals. */
function nsOf(time: string): string {
  return `${Temporal.Instant.from(time).epochNanoseconds}`;
}

function describe(control: { action: string; value?: unknown; ts_ns?: string }): string {
  const { action, value, ts_ns } = control;
  if (ts_ns !== undefined) return `${action} to ${ts_ns}`;
  return value === undefined ? action : `${action} ${value}`;
}

Deno.test("PlaybackControl says what the server said, and changes nothing before", () => {
  const bench = new Bench();
  bench.begin();
  const { playback } = bench;
  playback.togglePause();
  playback.setSpeed(20);
  assert.deepEqual(bench.sent, ["pause", "speed 20"]);
  assert.deepEqual([playback.paused.value, playback.speed.value], [false, 1]);
  bench.say({ type: "state", paused: true, speed: 20, ts_ns: "0" });
  assert.deepEqual([playback.paused.value, playback.speed.value], [true, 20]);
  playback.togglePause();
  assert.equal(bench.sent.at(-1), "resume");
});

Deno.test("PlaybackControl goes on from what was shown when the connection was lost", () => {
  const bench = new Bench();
  bench.begin();
  bench.grid("2026-02-06T14:41:07.325Z");
  bench.say({ type: "state", paused: true, speed: 1, ts_ns: "0" });
  bench.cut();
  assert.deepEqual(bench.urls, [null, null]);
  bench.begin();
  assert.deepEqual(bench.sent, ["pause", "seek to 1770388867325000000"]);
  bench.cut();
  bench.begin();
  assert.deepEqual(bench.sent.slice(2), ["seek to 1770388867325000000"]);
});

Deno.test("PlaybackControl that is cut while history comes goes on where that leads, not within it", () => {
  const bench = new Bench({ start_time: "09:31" });
  const begin = () => bench.begin({ start_time: "09:31" });
  begin();
  // Before the stream's start, where none may be sought.
  bench.grid("2026-02-06T14:30:30.000Z", true);
  bench.cut();
  begin();
  assert.deepEqual(bench.sent, []);
  bench.grid("2026-02-06T14:35:00.025Z");
  bench.playback.seek("09:31:10");
  bench.state("2026-02-06T14:31:10Z");
  bench.grid("2026-02-06T14:30:30.000Z", true);
  bench.cut();
  begin();
  assert.deepEqual(bench.sent, ["seek 09:31:10", `seek to ${nsOf("2026-02-06T14:31:10Z")}`]);
  bench.state("2026-02-06T14:31:10Z");
  bench.grid("2026-02-06T14:31:10.025Z");
  bench.cut();
  begin();
  assert.equal(bench.sent.at(-1), `seek to ${nsOf("2026-02-06T14:31:10.025Z")}`);
});

Deno.test("PlaybackControl shows what is streamed until a link's instant that is none is refused", () => {
  const bench = new Bench({}, "half-past-nine");
  bench.begin();
  assert.deepEqual(bench.sent, ["pause", "seek to half-past-nine"]);
  bench.grid("2026-02-06T14:25:00.025Z");
  bench.state("2026-02-06T14:25:00.025Z", true);
  assert.equal(bench.playback.error.value, null);
  assert.equal(bench.news(), "| 14:25:00.025");
  bench.say({ type: "error", message: "that is no instant" });
  assert.equal(bench.playback.error.value, "that is no instant");
});

Deno.test("PlaybackControl starts at the beginning where nothing has been shown, and after a restart", () => {
  const bench = new Bench();
  bench.begin();
  bench.cut();
  bench.begin();
  assert.deepEqual(bench.sent, []);
  bench.grid("2026-02-06T14:41:07.325Z");
  bench.playback.restart();
  bench.cut();
  bench.begin();
  assert.deepEqual(bench.sent, ["restart"]);
});

Deno.test("PlaybackControl opens a stream that has ended anew, and goes to the second asked for", () => {
  const bench = new Bench();
  bench.begin();
  bench.grid("2026-02-06T14:41:07.325Z");
  bench.say({ type: "end", reason: "end_of_file" });
  bench.cut(1000);
  assert.equal(bench.playback.status.value.kind, "ended");
  bench.playback.seek("09:30:20");
  assert.deepEqual(bench.urls, [null, "09:30"]);
  bench.begin({ start_time: "09:30" });
  assert.deepEqual(bench.sent, ["seek 09:30:20"]);
});

Deno.test("PlaybackControl opens a stream anew for a time before its beginning, through midnight too", () => {
  const bench = new Bench({ start_time: "02:00" });
  bench.begin({ start_time: "02:00" });
  bench.playback.seek("09:30:00");
  assert.deepEqual(bench.sent, ["seek 09:30:00"]);
  // 20:00 is the evening before: the session of a future begins at 19:00.
  bench.playback.seek("20:00:15");
  assert.deepEqual(bench.urls, [null, "20:00"]);
});

Deno.test("PlaybackControl restarts where the stream began when a time to seek was refused", () => {
  const bench = new Bench({ start_time: "09:25" });
  bench.begin({ start_time: "09:25" });
  const { playback } = bench;
  const refuse = (time: string) => {
    playback.seek(time);
    bench.say({ type: "error", message: "no such time" });
    bench.cut(1008);
  };
  refuse("02:30:00");
  assert.deepEqual([playback.status.value.kind, playback.isSeekRefused.value], ["refused", true]);
  assert.equal(playback.seeking.value, null);
  playback.restart();
  bench.begin({ start_time: "09:25" });
  assert.equal(playback.isSeekRefused.value, false);
  playback.seek("09:00:00");
  bench.begin({ start_time: "09:00" });
  refuse("02:30:00");
  playback.restart();
  assert.deepEqual(bench.urls, [null, "02:30", null, "09:00", "02:30", "09:00"]);
  // Of an address that is wrong there is nothing to go back to.
  const wrong = new Bench();
  wrong.say({ type: "error", message: "fast is not a number" });
  wrong.cut(1008);
  assert.equal(wrong.playback.isSeekRefused.value, false);
});

Deno.test("PlaybackControl says that a grid could not be read, and takes the next", () => {
  const bench = new Bench();
  bench.begin();
  bench.grid("2026-02-06T14:41:07.300Z");
  bench.playback.onGrid({ ts_ns: "0" } as never, new ArrayBuffer(3));
  assert.match(bench.playback.error.value ?? "", /^A grid could not be read/);
  bench.grid("2026-02-06T14:41:07.325Z");
  // Its trades are lost with it.
  assert.equal(bench.news(), "| 14:41:07.300 | 14:41:07.325");
});

Deno.test("PlaybackControl shows nothing of a stream's start before it is where it was", () => {
  const bench = new Bench();
  bench.begin();
  bench.grid("2026-02-06T14:41:07.325Z");
  bench.say({ type: "state", paused: true, speed: 1, ts_ns: "0" });
  bench.cut();
  bench.begin();
  bench.news();
  bench.grid("2026-02-06T14:25:00.025Z");
  bench.state("2026-02-06T14:25:00.025Z", true);
  bench.grid("2026-02-06T14:25:00.050Z");
  assert.equal(bench.news(), "");
  bench.state("2026-02-06T14:41:07.325Z", true);
  // What came just before is shown where it was asked for, as history is.
  bench.grid("2026-02-06T14:41:06.000Z");
  bench.grid("2026-02-06T14:41:07.025Z");
  assert.equal(bench.news(), "| 14:41:06.000 14:41:07.025");
});

Deno.test("PlaybackControl shows a stream's start when it may not seek in it, and after a restart", () => {
  for (const instead of ["error", "restart"]) {
    const bench = new Bench();
    bench.begin();
    bench.grid("2026-02-06T14:41:07.325Z");
    bench.cut();
    bench.begin();
    bench.news();
    if (instead === "error") bench.say({ type: "error", message: "seek: no such time" });
    else bench.playback.restart();
    bench.grid("2026-02-06T14:25:00.050Z");
    assert.equal(bench.news(), "14:25:00.050");
  }
});

Deno.test("PlaybackControl tells where grids are left out: a connection, a lag, a seek that took effect", () => {
  const bench = new Bench();
  bench.begin();
  bench.grid("2026-02-06T14:25:00.025Z");
  bench.say({ type: "lag", dropped: 3 });
  bench.grid("2026-02-06T14:25:00.125Z");
  assert.equal(bench.news(), "| 14:25:00.025 | 14:25:00.125");
  bench.playback.setSpeed(2);
  bench.playback.seek("09:41:30");
  bench.state("2026-02-06T14:25:00.150Z");
  bench.grid("2026-02-06T14:25:00.150Z");
  bench.state("2026-02-06T14:41:30Z");
  bench.grid("2026-02-06T14:41:30.025Z");
  bench.state("2026-02-06T14:41:30.050Z");
  bench.grid("2026-02-06T14:41:30.050Z");
  assert.equal(bench.news(), "14:25:00.150 | 14:41:30.025 14:41:30.050");
});

Deno.test("PlaybackControl hears what the state becomes, but not of where it was before a seek", () => {
  const bench = new Bench();
  const reading = { state: "UP LEAN" };
  bench.begin();
  bench.grid("2026-02-06T14:25:00.025Z");
  bench.say({ type: "reading", ts_ns: "1770387900525000000", reading });
  bench.playback.seek("09:41:30");
  bench.say({ type: "reading", ts_ns: "1770387901025000000", reading });
  bench.state("2026-02-06T14:41:30Z");
  bench.grid("2026-02-06T14:41:30.025Z");
  assert.equal(bench.news(), "| 14:25:00.025 UP LEAN | 14:41:30.025");
});

Deno.test("PlaybackControl opens at the very grid of a link, paused, and says where it is going", () => {
  const tsNs = `${BigInt(Date.parse("2026-02-06T14:41:07.325Z")) * 1_000_000n + 7n}`;
  const bench = new Bench({}, tsNs);
  bench.begin();
  assert.deepEqual(bench.sent, ["pause", `seek to ${tsNs}`]);
  assert.equal(bench.playback.seeking.value, "09:41:07");
  bench.grid("2026-02-06T14:25:00.025Z");
  // In the same second, but not there yet.
  bench.state("2026-02-06T14:41:07.100Z", true);
  bench.grid("2026-02-06T14:41:07.150Z");
  assert.equal(bench.news(), "|");
  assert.equal(bench.playback.seeking.value, "09:41:07");
  // Nor in the same millisecond, as where a stream begins just before.
  bench.state("2026-02-06T14:41:07.325Z", true);
  bench.grid("2026-02-06T14:41:07.325000001Z");
  assert.equal(bench.news(), "");
  bench.state("2026-02-06T14:41:07.325000007Z", true);
  bench.grid("2026-02-06T14:41:07.326Z");
  assert.equal(bench.news(), "| 14:41:07.326");
  assert.equal(bench.playback.seeking.value, null);
});

Deno.test("PlaybackControl seeks instants, and says so until a grid of there has come", () => {
  const bench = new Bench();
  bench.begin();
  bench.grid("2026-02-06T14:25:00.025Z");
  bench.playback.seekTo("1770388890500000000");
  assert.deepEqual(bench.sent, ["seek to 1770388890500000000"]);
  bench.grid("2026-02-06T14:25:00.050Z");
  assert.equal(bench.playback.seeking.value, "09:41:30");
  bench.state("2026-02-06T14:41:30.500Z");
  assert.equal(bench.playback.seeking.value, "09:41:30");
  bench.grid("2026-02-06T14:41:30.525Z");
  assert.equal(bench.playback.seeking.value, null);
  bench.playback.seek("09:50:00");
  bench.say({ type: "error", message: "seek: no such time" });
  assert.equal(bench.playback.seeking.value, null);
});

Deno.test("PlaybackControl begins another day where the server does, not where the day before was", () => {
  const bench = new Bench();
  bench.begin();
  bench.grid("2026-02-06T14:40:00Z");
  bench.cut();
  bench.begin({ dt: "2026-02-05" });
  assert.deepEqual(bench.sent, []);
  assert.equal(bench.playback.seeking.value, null);
  // Nor does it go back there once it is cut off again.
  bench.cut();
  bench.begin({ dt: "2026-02-05" });
  assert.deepEqual(bench.sent, []);
  // What differs otherwise of the same day goes on where it was.
  bench.grid("2026-02-05T14:41:00Z");
  bench.cut();
  bench.begin({ dt: "2026-02-05", symbol: "MNQM6" });
  assert.equal(bench.sent.length, 1);
});

Deno.test("PlaybackControl tells when another session is streamed", () => {
  const bench = new Bench();
  bench.begin();
  bench.cut();
  bench.begin({ start_time: "09:30" });
  bench.cut();
  bench.begin({ symbol: "ESH6" });
  assert.equal(bench.news(), "| | other |");
});

Deno.test("PlaybackControl joins the session after one that is over, unless it stays with its day", () => {
  for (const joinsNext of [true, false]) {
    const bench = new Bench({}, null, joinsNext);
    bench.say({ type: "runtime_config", ...MNQ, live: true });
    bench.grid("2026-02-06T23:59:59Z");
    bench.say({ type: "end", reason: "session_over" });
    bench.cut(1000);
    assert.deepEqual([bench.playback.status.value.kind, bench.playback.isOver.value], [
      "ended",
      true,
    ]);
    bench.pass();
    assert.equal(bench.urls.length, joinsNext ? 2 : 1);
    if (!joinsNext) continue;
    bench.begin({ dt: "2026-02-08" });
    assert.equal(bench.playback.isOver.value, false);
    // Nothing of the session before is sought in this one.
    assert.deepEqual(bench.sent, []);
    assert.equal(bench.news(), "| 23:59:59.000 other |");
  }
});

Deno.test("PlaybackControl that was live goes on with what is live then, after a cut", () => {
  const bench = new Bench();
  const live = { type: "runtime_config", ...MNQ, live: true };
  const state = { type: "state", paused: false, speed: 1, ts_ns: "0", behind_ms: 0 };
  bench.say(live);
  bench.say({ ...state, live: true });
  bench.grid("2026-02-06T14:25:00Z");
  bench.cut();
  bench.say(live);
  assert.deepEqual(bench.sent, []);
  // One that was behind goes on where it was.
  bench.grid("2026-02-06T14:26:00Z");
  bench.say({ ...state, live: false, behind_ms: 9_000 });
  bench.cut();
  bench.say(live);
  assert.deepEqual(bench.sent, ["seek to 1770387960000000000"]);
  bench.playback.goLive();
  assert.deepEqual(bench.sent.at(-1), "live");
});

Deno.test("PlaybackControl tells of gaps before the grid after them", () => {
  const bench = new Bench();
  bench.begin();
  bench.grid("2026-02-06T14:25:00Z");
  bench.say({ type: "gap", from_ts_ns: "1770387900000000000", to_ts_ns: "1770387912000000000" });
  bench.grid("2026-02-06T14:25:12Z");
  assert.equal(bench.news(), "| 14:25:00.000 gap 12000 14:25:12.000");
});

Deno.test("PlaybackControl takes nothing for current before the grid that a feed is waited for with", () => {
  const bench = new Bench();
  const { playback } = bench;
  assert.equal(playback.freshness.isCurrent.value, true, "a file is as it is");
  bench.say({ type: "runtime_config", ...MNQ, live: true });
  bench.say({ type: "state", paused: false, speed: 1, ts_ns: "0", live: true, behind_ms: 0 });
  bench.say({ type: "source", state: "live", message: "", behind_ms: 0, latency_ms: 3 });
  assert.equal(playback.freshness.isCurrent.value, false);
  bench.grid("2026-02-06T14:41:07.325Z");
  assert.equal(playback.freshness.isCurrent.value, true);
  // On its way back to the edge.
  bench.say({ type: "progress", phase: "warmup", fraction: 0.5, events: 1, ts_ns: "0" });
  assert.equal(playback.freshness.isCurrent.value, false);
  bench.grid("2026-02-06T14:41:08.325Z");
  assert.equal(playback.freshness.isCurrent.value, true);
  bench.say({ type: "source", state: "stale", message: "", behind_ms: 0, latency_ms: 3 });
  assert.equal(playback.freshness.isCurrent.value, false);
});

/** A page at the edge of a feed, as its server says. */
function liveBench(): Bench {
  const bench = new Bench();
  bench.say({ type: "runtime_config", ...MNQ, live: true });
  bench.say({ type: "state", paused: false, speed: 1, ts_ns: "0", live: true, behind_ms: 0 });
  return bench;
}

/** What the page says of the grid that came last, on the badge, and whether it counts as current. */
const toldBy = ({ playback: { freshness: { nowWords, badge, isCurrent } } }: Bench) =>
  [nowWords.value, badge.value, isCurrent.value] as const;

Deno.test("PlaybackControl takes history and backlog for the past, until the edge of the feed is reached", () => {
  const bench = liveBench();
  bench.source("2026-02-06T14:42:00Z");
  assert.deepEqual(toldBy(bench), ["Last known", "CATCHING UP", false]);
  bench.grid("2026-02-06T14:41:00Z", true);
  assert.deepEqual(toldBy(bench), ["1 min 00 s behind", "CATCHING UP", false]);
  bench.grid("2026-02-06T14:41:37Z", true);
  assert.deepEqual(toldBy(bench), ["23 s behind", "CATCHING UP", false]);
  // The feed has gone on meanwhile: what came is as old as it is.
  bench.source("2026-02-06T14:42:10Z");
  bench.grid("2026-02-06T14:42:00Z");
  assert.deepEqual(toldBy(bench), ["10 s behind", "CATCHING UP", false]);
  bench.grid("2026-02-06T14:42:08Z");
  assert.deepEqual(toldBy(bench), ["Now", "LIVE", true]);
  // A record a second, told once a second, is no backlog.
  bench.source("2026-02-06T14:42:10.020Z");
  bench.grid("2026-02-06T14:42:09.020Z");
  assert.deepEqual(toldBy(bench), ["Now", "LIVE", true]);
});

Deno.test("PlaybackControl takes nothing for current that a slow link holds back", () => {
  const bench = liveBench();
  bench.source("2026-02-06T14:42:00Z", { sent_ms: 1_000 });
  bench.grid("2026-02-06T14:42:00Z");
  assert.deepEqual(toldBy(bench), ["Now", "LIVE", true]);
  assert.equal(bench.playback.freshness.lateMs.value, 0);
  // Grids and the word of the edge come one behind the other, so late as the link is.
  bench.ms += 17_100;
  bench.source("2026-02-06T14:42:01Z", { sent_ms: 2_000 });
  bench.grid("2026-02-06T14:42:01Z");
  assert.deepEqual(toldBy(bench), ["16 s behind", "CATCHING UP", false]);
  assert.ok(bench.playback.freshness.lateMs.value > 16_000);
  bench.source("2026-02-06T14:42:17Z", { sent_ms: 18_000 });
  bench.grid("2026-02-06T14:42:17Z");
  assert.deepEqual(toldBy(bench), ["Now", "LIVE", true]);
  assert.equal(bench.playback.freshness.lateMs.value, 0);
  // Grids alone come, for the word of the edge is behind them.
  for (let second = 18; second < 25; second++) {
    bench.ms += 2_000;
    bench.grid(`2026-02-06T14:42:${second}Z`);
    bench.playback.feed.attend();
  }
  assert.deepEqual(toldBy(bench), ["12 s behind", "CATCHING UP", false]);
});

Deno.test("PlaybackControl takes for current what is old where nothing newer exists, and says so", () => {
  const bench = liveBench();
  bench.source("2026-02-06T09:00:00Z", { state: "quiet" });
  bench.grid("2026-02-06T09:00:00Z", true);
  assert.deepEqual(toldBy(bench), ["Now", "LIVE · QUIET", true]);
  assert.match(bench.playback.feed.look.value!.words, /^no record for a while/);
});

Deno.test("PlaybackControl allows for the event time that the stream leaves between grids", () => {
  const bench = new Bench();
  bench.say({ type: "runtime_config", ...MNQ, live: true, throttle_ms: 5_000 });
  bench.say({ type: "state", paused: false, speed: 1, ts_ns: "0", live: true, behind_ms: 0 });
  bench.source("2026-02-06T14:42:06Z");
  bench.grid("2026-02-06T14:42:00Z");
  assert.equal(bench.playback.freshness.isCurrent.value, true);
});

Deno.test("PlaybackControl that is paused or replays a session that goes on shows the past, and says how far", () => {
  const bench = liveBench();
  bench.source("2026-02-06T14:42:00Z");
  bench.grid("2026-02-06T14:42:00Z");
  const state = { type: "state", speed: 1, ts_ns: "0", live: false };
  bench.say({ ...state, paused: true, behind_ms: 40 });
  assert.deepEqual(toldBy(bench), ["Not live", "NOT LIVE", false]);
  bench.source("2026-02-06T14:42:10Z", { behind_ms: 10_000 });
  assert.deepEqual(toldBy(bench), ["10 s behind", "NOT LIVE", false]);
  bench.say({ ...state, paused: false, behind_ms: 10_000 });
  assert.deepEqual(toldBy(bench), ["10 s behind", "NOT LIVE", false]);
  bench.source("2026-02-06T14:42:10Z", { behind_ms: 10_000, state: "stale" });
  assert.deepEqual(toldBy(bench), ["10 s behind", "STALE", false]);
  // How far that is by now nobody knows.
  bench.playback.feed.onLost();
  assert.deepEqual(toldBy(bench), ["Last known", "NOT LIVE", false]);
});

Deno.test("PlaybackControl says of a session that is over that its recording has ended", () => {
  const bench = new Bench();
  const { feed } = bench.playback;
  const words = () => feed.look.value?.words;
  bench.say({ type: "runtime_config", ...MNQ, live: true });
  bench.say({ type: "source", state: "live", message: "", behind_ms: 0, latency_ms: 3 });
  bench.grid("2026-02-06T14:41:07.325Z");
  bench.say({ type: "end", reason: "session_over" });
  bench.cut(1000);
  feed.attend();
  assert.deepEqual([words(), bench.playback.freshness.isCurrent.value], [
    "the recording has ended",
    false,
  ]);
});
