import assert from "node:assert/strict";
import { existsSync, statSync } from "node:fs";
import { ACTION, F_SNAPSHOT, MBO, type Metadata, RTYPE_DEFINITION } from "dbn-ts";
import { MOST_LINE_BYTES } from "../../engine/databento/live/control_lines.ts";
import { ERROR } from "../../engine/databento/live/notices.ts";
import {
  isRecorded,
  readRecordingState,
  recordingPaths,
  statePathOf,
} from "../../engine/source/recording.ts";
import { UserError } from "../../engine/errors.ts";
import { errorRecord } from "../../engine/gateway/live_gateway.ts";
import { GatewayWords } from "../../engine/recorder/gateway_words.ts";
import type { RecordingFile } from "../../engine/recorder/recording_file.ts";
import { RecordingSink } from "../../engine/recorder/recording_sink.ts";
import type { RecorderEvent } from "../../engine/recorder/recording_status.ts";
import { tsRecvAt } from "../../engine/databento/live/tail.ts";
import { RecordReport } from "../../scripts/record/report.ts";
import { GrowingRecording } from "../growing_recording.ts";
import { join, MIDNIGHT_NS } from "../made_session.ts";
import { type Faults, TEST_KEY, TestGateway, type TestGatewayOptions } from "./gateway.ts";
import { orderSession } from "./order_session.ts";
import { NOON_MS, recordsOf, TestRecorder, type TestRecorderOptions } from "./recording.ts";
import { TestClock } from "./test_clock.ts";
import { assertWhole } from "./whole_recording.ts";

const SESSION = orderSession(7, 400);
const ALL = { kind: "replay", startNs: 0n } as const;

/** A lake and a gateway, for the time of a test. */
async function withGateway(
  options: Partial<TestGatewayOptions>,
  use: (
    start: (more?: Partial<TestRecorderOptions>) => TestRecorder,
    gateway: TestGateway,
    lake: string,
  ) => Promise<void>,
): Promise<void> {
  const lake = await Deno.makeTempDir();
  {
    await using gateway = new TestGateway({ session: SESSION, ...options });
    const { port } = gateway;
    await use((more) => new TestRecorder({ lake, port, ...more }), gateway, lake);
  }
  await Deno.remove(lake, { recursive: true });
}

/** Waits until a recorder has been told to be in a state. */
function reached(recorder: TestRecorder, state: string): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const look = () => {
    if (recorder.phases.includes(state)) resolve();
    else setTimeout(look, 1);
  };
  look();
  return promise;
}

Deno.test("a recording is the gateway's header and records as they came, and ends before its window's end", async () => {
  await withGateway({ begun: 100 }, async (start, gateway) => {
    const recorder = start();
    await recorder.done;
    const { mbo, others } = await recordsOf(recorder.path);
    assert.deepEqual(assertWhole(mbo, SESSION, gateway.snapshots), { gaps: 0, missing: 100 });
    assert.deepEqual(others, ["Subscription request 1 for mbo data succeeded", "22"]);
    assert.equal(mbo[MBO.ACTION], ACTION.CLEAR);
    assert.equal(mbo[MBO.FLAGS], F_SNAPSHOT | 8);
    const state = await recorder.state();
    assert.deepEqual([state.state, state.message, state.gaps], ["ended", "", 0]);
    assert.equal(state.bytes, (await Deno.stat(recorder.path)).size);
    assert.equal(state.records, mbo.length / MBO.BYTES + others.length);
    const phases = recorder.phases.filter((phase) => phase !== "live");
    assert.deepEqual(phases, ["connecting", "catching_up", "ended"]);
    assert.equal(await isRecorded(recorder.path), false);
  });
});

Deno.test("each DBN version, one byte at a time and with a session that repeats comes to the same", async () => {
  for (const version of [1, 2, 3]) {
    const faults = () => ({ pieceBytes: version === 2 ? 1 : 333 });
    await withGateway({ version, faults }, async (start) => {
      const recorder = start({ from: ALL });
      await recorder.done;
      const { mbo } = await recordsOf(recorder.path);
      assert.deepEqual(mbo, SESSION.subarray(0, -MBO.BYTES));
    });
  }
});

Deno.test("a second recorder is refused in one line, and an ended recording is not added to", async () => {
  const clock = new TestClock(NOON_MS);
  await withGateway({ step: () => 0 }, async (start, gateway) => {
    const first = start({ clock });
    await reached(first, "catching_up");
    assert.equal(await isRecorded(first.path), true);
    await assert.rejects(start().done, /^UserError: another recorder writes .*\.live\.dbn; wait/);
    gateway.reveal(1_000);
    await first.done;
    const before = await Deno.readFile(first.path);
    await assert.rejects(start().done, /\.live\.dbn has ended, and nothing is added to it/);
    assert.deepEqual(await Deno.readFile(first.path), before);
  });
});

Deno.test("a recording that has ended and was moved away is begun anew", async () => {
  await withGateway({ begun: 100 }, async (start) => {
    const first = start();
    await first.done;
    assert.equal((await first.state()).state, "ended");
    await Deno.remove(first.path);
    const second = start({ from: ALL });
    await second.done;
    assert.deepEqual((await recordsOf(second.path)).mbo, SESSION.subarray(0, -MBO.BYTES));
  });
});

Deno.test("an end that is past when nothing was recorded is refused by its own date", async () => {
  await withGateway({}, async (start) => {
    // Of the session of the 6th that is the evening before.
    const untilNs = MIDNIGHT_NS + 5_400_000_000_000n;
    await assert.rejects(
      start({ clock: new TestClock(NOON_MS), untilNs }).done,
      /^UserError: `until`: 20:30 on 2026-02-05 is over, and there is no recording to go on with/,
    );
  });
});

Deno.test("what is stopped is gone on with, and a torn record cut off", async () => {
  await withGateway({ step: () => 0, begun: 200 }, async (start, gateway) => {
    const first = start({ from: ALL });
    await reached(first, "live");
    await first.stop();
    assert.equal((await first.state()).state, "stopped");
    const whole = await Deno.readFile(first.path);
    await Deno.writeFile(first.path, whole.subarray(0, whole.length - 30));
    gateway.reveal(1_000);
    const second = start();
    await second.done;
    const { mbo } = await recordsOf(second.path);
    assert.deepEqual(assertWhole(mbo, SESSION, gateway.snapshots), { gaps: 0, missing: 0 });
  });
});

Deno.test("a recording whose state this user may not read is not gone on with: it may have ended", async () => {
  await withGateway({ begun: 100 }, async (start) => {
    const recorder = start();
    await recorder.done;
    const path = statePathOf(recorder.path);
    const { size } = statSync(recorder.path);
    await Deno.remove(path);
    await Deno.symlink(path, path);
    await assert.rejects(
      start().done,
      (error: Error) =>
        error instanceof UserError &&
        error.message.startsWith(`${path}: cannot be read: `) &&
        error.message.endsWith("; change its permissions"),
    );
    assert.equal(statSync(recorder.path).size, size);
  });
});

Deno.test("a recording beyond which nobody could read is not gone on with", async () => {
  await withGateway({ step: () => 0, begun: 200 }, async (start) => {
    const first = start({ from: ALL });
    await reached(first, "live");
    await first.stop();
    // A definition has more bytes than these.
    const short = new Uint8Array(124);
    short.set([short.length / 4, RTYPE_DEFINITION]);
    await Deno.writeFile(first.path, short, { append: true });
    const whole = await Deno.readFile(first.path);
    const second = start();
    await assert.rejects(
      Promise.race([second.done, reached(second, "live")]),
      /no sound recording: .*; move it away and record again$/,
    );
    assert.deepEqual(await Deno.readFile(first.path), whole);
  });
});

Deno.test("the gateway's header says which dataset it is: a simulated one goes elsewhere, another ends it", async () => {
  const lake = await Deno.makeTempDir();
  for (const dataset of ["SIMULATED.MDP3", "XNAS.ITCH"]) {
    await using gateway = new TestGateway({ session: SESSION, instrument: { dataset }, key: null });
    const recorder = new TestRecorder({ lake, port: gateway.port, from: ALL });
    if (dataset === "XNAS.ITCH") {
      await assert.rejects(recorder.done, /the gateway sends dataset XNAS\.ITCH, not GLBX\.MDP3/);
      assert.equal((await recorder.state()).state, "stopped");
    } else {
      await recorder.done;
      const { data } = recordingPaths({
        ...{ lake, dataset, productType: "future_mbo", symbol: "MNQH6", symbolRoot: "MNQ" },
        dt: "2026-02-06",
      });
      assert.match(data, /source=simulator/);
      assert.deepEqual((await recordsOf(data)).mbo, SESSION.subarray(0, -MBO.BYTES));
      // To go elsewhere is to connect for the first time there.
      assert.equal((await readRecordingState(data))?.reconnections, 0);
      const phases = recorder.phases.filter((phase) => phase !== "live");
      assert.deepEqual(phases, ["connecting", "stopped", "connecting", "catching_up", "ended"]);
      await assert.rejects(Deno.stat(recorder.path), Deno.errors.NotFound);
      await assert.rejects(recorder.state().then((state) => state.state), TypeError);
      // Who comes later learns of the simulation as late, and what is wrong with going elsewhere.
      const later = new TestRecorder({ lake, port: gateway.port, from: ALL });
      await assert.rejects(later.done, /^UserError: .*simulated-mdp3.* has ended, and nothing is/);
      await assert.rejects(Deno.stat(later.path), Deno.errors.NotFound);
    }
  }
  await Deno.remove(lake, { recursive: true });
});

Deno.test("what is refused for good ends it with one line, and the file is not there", async () => {
  const error = (code: number) => ({ error: { code, text: "no, said the gateway" } });
  const cases: [Faults, RegExp][] = [
    [{ refusal: "Authentication failed." }, /the gateway refused: Authentication failed\.; check/],
    [{ refusal: "A live data license is required" }, /license is required; check/],
    [error(ERROR.AUTHENTICATION), /no, said the gateway; check the key/],
    [error(ERROR.KEY_DEACTIVATED), /no, said the gateway; check the key/],
    [error(ERROR.SYMBOL), /no, said the gateway; lock the right symbol/],
  ];
  for (const [faults, message] of cases) {
    await withGateway({ faults: () => faults }, async (start, gateway) => {
      const recorder = start();
      await assert.rejects(recorder.done, message);
      assert.equal(gateway.clients, 1);
      const state = await recorder.state();
      assert.equal(state.state, "stopped");
      assert.match(state.message, message);
    });
  }
});

Deno.test("what passes is asked for again: limits, errors within, silence, a line without an end", async () => {
  const clock = new TestClock(NOON_MS);
  const text = "not now";
  const faults: Faults[] = [
    { refusal: "User has reached their open connection limit" },
    { isEndless: true },
    { silentAfter: 10 },
    { error: { code: ERROR.CONNECTION_LIMIT, text } },
    { error: { code: ERROR.INTERNAL, text } },
    { error: { code: ERROR.SUBSCRIPTION, text } },
    { error: { code: ERROR.SKIPPED, text: "records were skipped" } },
  ];
  await withGateway({
    faults: (n) => faults[n] ?? {},
    onSilence: () => clock.advanceSoon(31_000),
  }, async (start, gateway) => {
    const recorder = start({ clock });
    await recorder.done;
    assert.ok(gateway.clients >= faults.length);
    // Nothing was lost before a gateway had answered.
    assert.deepEqual(recorder.phases.slice(0, 3), ["connecting", "catching_up", "reconnecting"]);
    assert.equal((await recorder.state()).state, "ended");
    const { others } = await recordsOf(recorder.path);
    assert.ok(others.includes("records were skipped"));
  });
});

Deno.test("thousands of error records are some lines of the log and how many there were, and all are kept", async () => {
  const many = 5_000;
  const text = "something is wrong";
  const error = errorRecord({ code: ERROR.SKIPPED, text }, 3);
  const errors = join(...Array.from({ length: many }, () => error));
  const faults = () => ({ replay: (records: Uint8Array) => join(errors, records) });
  await withGateway({ faults }, async (start) => {
    const recorder = start({ from: ALL });
    await recorder.done;
    const lines = recorder.events.flatMap((event) =>
      event.kind === "log" && event.level === "WARNING" ? [event.message] : []
    );
    const left = `the gateway sent ${many - 10} more errors and warnings within a minute`;
    assert.equal(lines.filter((line) => line.endsWith(text)).length, 10);
    assert.deepEqual(lines.slice(10), [left]);
    const { mbo, others } = await recordsOf(recorder.path);
    assert.equal(others.filter((said) => said === text).length, many);
    assert.deepEqual(mbo, SESSION.subarray(0, -MBO.BYTES));
  });
});

Deno.test("GatewayWords tells the first lines of each minute and then how many more there were, by level", () => {
  const clock = new TestClock(NOON_MS);
  const lines: string[] = [];
  const words = new GatewayWords(clock, (level, message) => lines.push(`${level} ${message}`));
  for (let i = 0; i < 12; i++) words.say("INFO", "i");
  for (let i = 0; i < 3; i++) words.say("WARNING", "w");
  words.look();
  assert.deepEqual(lines.splice(0), [...Array(10).fill("INFO i"), ...Array(3).fill("WARNING w")]);
  clock.advance(60_000);
  words.look();
  words.look();
  assert.deepEqual(lines.splice(0), ["INFO the gateway sent 2 more messages within a minute"]);
  for (let i = 0; i < 11; i++) words.say("WARNING", "w");
  clock.advance(60_000);
  words.say("WARNING", "w");
  const left = "WARNING the gateway sent 1 more errors and warnings within a minute";
  assert.deepEqual(lines, [...Array(10).fill("WARNING w"), left, "WARNING w"]);
});

Deno.test("what is no live gateway is told from one that refuses, and is asked again", async () => {
  const lake = await Deno.makeTempDir();
  {
    using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const recorder = new TestRecorder({ lake, port: listener.addr.port });
    const socket = await listener.accept();
    await socket.write(new TextEncoder().encode("HTTP/1.1 400 Bad Request\r\n\r\n"));
    socket.close();
    const isTold = (event: RecorderEvent) =>
      event.kind === "state" && event.state.state === "connecting" &&
      /asked for no key; check that it is a live gateway; again in 1 s/.test(event.state.message);
    await until(() => recorder.events.some(isTold));
    await recorder.stop();
  }
  await Deno.remove(lake, { recursive: true });
});

Deno.test("a gateway that sends another schema ends it, and nothing of that is written", () => {
  const file = { metadata: null, begin: () => assert.fail("it was written") };
  const sink = new RecordingSink({
    ...{ file: file as unknown as RecordingFile, dataset: "GLBX.MDP3", asked: "GLBX.MDP3" },
    ...{ begin: ALL, run: null, endNs: 0n, key: TEST_KEY, now: () => 0n, tell: () => {} },
    words: { say: () => {} },
  });
  const metadata = { dataset: "GLBX.MDP3", schema: 4 } as Metadata;
  assert.equal(sink.onHeader(new Uint8Array(), metadata), true);
  assert.equal(sink.fatal, "the gateway sends schema trades, not mbo; ask another");
});

Deno.test("the last record of a snapshot is of when that was taken, not of days back", async () => {
  await withGateway({ step: () => 0, begun: 100 }, async (start) => {
    const recorder = start();
    await reached(recorder, "live");
    await recorder.stop();
    const { lastEventNs, lastRecvNs } = await recorder.state();
    assert.equal(lastRecvNs, tsRecvAt(SESSION, 99 * MBO.BYTES));
    assert.equal(lastEventNs, lastRecvNs);
  });
});

Deno.test("a start that is refused or has aged out becomes a snapshot", async () => {
  for (const code of [ERROR.SUBSCRIPTION, ERROR.AGED_OUT]) {
    const faults = (n: number) => n === 0 ? { error: { code, text: "no start" } } : {};
    await withGateway({ faults, begun: 50 }, async (start, gateway) => {
      const recorder = start({ from: ALL });
      await recorder.done;
      const asked = gateway.subscriptions.map((one) => one.get("snapshot") ?? one.get("start"));
      assert.deepEqual(asked, ["0", "1"]);
    });
  }
});

Deno.test("heartbeats keep a quiet connection, and a time of its own ends it", async () => {
  const gatewayClock = new TestClock(0);
  const clock = new TestClock(NOON_MS);
  await withGateway({ step: () => 0, begun: 100, clock: gatewayClock }, async (start, gateway) => {
    const untilNs = BigInt(NOON_MS + 60_000) * 1_000_000n;
    const recorder = start({ clock, untilNs });
    await reached(recorder, "live");
    // A session that is quiet is over when a sign of life must have come after its end.
    const isOver = settled(recorder);
    while (!isOver()) {
      const { size } = statSync(recorder.path);
      gatewayClock.advance(5_000);
      await until(() => isOver() || statSync(recorder.path).size > size);
      clock.advance(5_001);
    }
    await recorder.done;
    assert.ok(clock.now() > NOON_MS + 76_000);
    assert.equal(gateway.clients, 1);
    assert.ok((await recordsOf(recorder.path)).others.includes("Heartbeat"));
  });
});

Deno.test("a record without any time does not end the session", async () => {
  const session = SESSION.slice();
  const at = 200 * MBO.BYTES;
  for (const field of [MBO.TS_EVENT, MBO.TS_RECV]) session.fill(0xff, at + field, at + field + 8);
  await withGateway({ session }, async (start) => {
    const recorder = start({ from: ALL });
    await recorder.done;
    assert.deepEqual((await recordsOf(recorder.path)).mbo, session.subarray(0, -MBO.BYTES));
  });
});

Deno.test("a log that takes no more costs no recording", async () => {
  const report = new RecordReport({
    level: "DEBUG",
    isTerminal: false,
    now: () => NOON_MS,
    write: () => {
      throw Object.assign(new Error("No space left on device"), { code: "ENOSPC" });
    },
  });
  await withGateway({}, async (start) => {
    const recorder = start({ from: ALL, onEvent: (event) => report.tell(event) });
    await recorder.done;
    assert.deepEqual((await recordsOf(recorder.path)).mbo, SESSION.subarray(0, -MBO.BYTES));
  });
});

for (const isTerminal of [false, true]) {
  Deno.test(`what a gateway says steers no ${isTerminal ? "terminal" : "reader of a log"}`, () => {
    let said = "";
    const report = new RecordReport({
      ...{ level: "DEBUG", isTerminal },
      now: () => NOON_MS,
      write: (text) => said += text,
    });
    const message = "the gateway says: \x1b[2J\x9b31m\u202e\u2028\r\n{}";
    report.tell({ kind: "log", dt: "2026-02-06", level: "WARNING", message });
    assert.match(said, /^[ -~]+\n$/);
    if (!isTerminal) assert.equal(JSON.parse(said).message, message);
  });
}

Deno.test("whatever a gateway says, the state that tells it can be read", async () => {
  await using recording = await GrowingRecording.begin();
  const text = "\x01".repeat(MOST_LINE_BYTES);
  recording.say({ state: "ended", sessionId: text, message: text });
  assert.equal((await readRecordingState(recording.path))?.state, "ended");
});

Deno.test("a clock that is fast ends no session in which records come", async () => {
  const clock = new TestClock(NOON_MS + 3_600_000);
  const untilNs = BigInt(NOON_MS + 3_610_000) * 1_000_000n;
  await withGateway({ step: () => 0, begun: 100 }, async (start, gateway) => {
    const recorder = start({ clock, untilNs, from: ALL });
    const isOver = settled(recorder);
    await reached(recorder, "live");
    for (let seconds = 0; seconds < 60; seconds += 5) {
      const { size } = statSync(recorder.path);
      gateway.reveal(10);
      await until(() => isOver() || statSync(recorder.path).size > size);
      clock.advance(5_000);
    }
    gateway.reveal(1_000);
    await recorder.done;
    // The last one is received at midnight, and so after its end.
    assert.deepEqual((await recordsOf(recorder.path)).mbo, SESSION.subarray(0, -MBO.BYTES));
  });
});

Deno.test("a machine that slept beyond the end of its session still has all of it", async () => {
  const clock = new TestClock(NOON_MS);
  await withGateway({ step: () => 0, begun: 100 }, async (start, gateway) => {
    const recorder = start({ clock, from: ALL });
    await reached(recorder, "live");
    const isOver = settled(recorder);
    clock.sleepThrough(20 * 3_600_000);
    await until(() => {
      clock.advance(100);
      if (recorder.phases.includes("reconnecting")) gateway.reveal(1_000);
      return isOver();
    });
    assert.equal((await recorder.state()).state, "ended");
    assert.deepEqual((await recordsOf(recorder.path)).mbo, SESSION.subarray(0, -MBO.BYTES));
  });
});

Deno.test("a silence is seen in time, though the clock was set back by an hour", async () => {
  const clock = new TestClock(NOON_MS);
  await withGateway({ step: () => 0, begun: 100 }, async (start) => {
    const recorder = start({ clock, from: ALL });
    await reached(recorder, "live");
    clock.sleepThrough(-3_600_000);
    const isSeen = () => recorder.phases.includes("reconnecting");
    // Long before the hour is made up for, however late a busy machine looks.
    for (let seconds = 0; seconds < 1_800 && !isSeen(); seconds++) {
      clock.advance(1_000);
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    assert.ok(isSeen());
    await recorder.stop();
  });
});

Deno.test("a disk that fails while a recording is synced ends it in one line", async () => {
  const clock = new TestClock(NOON_MS);
  const { syncData } = Deno.FsFile.prototype;
  await withGateway({ step: () => 0, begun: 100 }, async (start) => {
    const recorder = start({ clock, from: ALL });
    await reached(recorder, "live");
    Deno.FsFile.prototype.syncData = () =>
      Promise.reject(Object.assign(new Error("Input/output error (os error 5)"), { code: "EIO" }));
    try {
      const isOver = settled(recorder);
      await until(() => {
        clock.advance(1_000);
        return isOver();
      });
      await assert.rejects(recorder.done, /^UserError: .*\.live\.dbn: Input\/output error/);
    } finally {
      Deno.FsFile.prototype.syncData = syncData;
    }
  });
});

Deno.test("a recording that somebody removes, replaces or cuts off ends its recorder in one line", async () => {
  const cases: [what: string, act: (path: string) => void, said: RegExp][] = [
    ["removed", (path) => Deno.removeSync(path), /live\.dbn: was removed or replaced while/],
    ["replaced", (path) => {
      Deno.copyFileSync(path, `${path}.other`);
      Deno.renameSync(`${path}.other`, path);
    }, /live\.dbn: was removed or replaced while it was written; begin again$/],
    [
      "cut off",
      (path) => Deno.truncateSync(path, 200),
      /changed it from \d+ to 200 bytes; move it/,
    ],
  ];
  for (const [what, act, said] of cases) {
    const clock = new TestClock(NOON_MS);
    await withGateway({ step: () => 0, begun: 100 }, async (start, gateway) => {
      const recorder = start({ clock, from: ALL });
      await reached(recorder, "live");
      act(recorder.path);
      if (what === "cut off") gateway.reveal(10);
      const isOver = settled(recorder);
      while (!isOver()) {
        // It looks once a second, when what is going on has come to its wait.
        await new Promise((resolve) => setTimeout(resolve, 1));
        if (what !== "cut off") clock.advance(1_000);
      }
      await assert.rejects(recorder.done, said, what);
      assert.deepEqual([(await recorder.state()).state, existsSync(recorder.path)], [
        "stopped",
        what !== "removed",
      ]);
      // Nothing is behind a hole.
      if (what === "cut off") assert.equal(statSync(recorder.path).size, 200);
    });
  }
});

/** Tells whether a recorder has ended, however. */
function settled({ done }: TestRecorder): () => boolean {
  let isOver = false;
  const settle = () => void (isOver = true);
  done.then(settle, settle);
  return () => isOver;
}

/** Waits until something holds. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 1));
}

/** A session with other times. */
function shifted(session: Uint8Array, ns: bigint): Uint8Array {
  const copy = session.slice();
  const view = new DataView(copy.buffer);
  for (let at = 0; at < copy.length; at += MBO.BYTES) {
    for (const field of [MBO.TS_EVENT, MBO.TS_RECV]) {
      view.setBigUint64(at + field, view.getBigUint64(at + field, true) + ns, true);
    }
  }
  return copy;
}

Deno.test("a session is followed by the next at midnight: a snapshot before its window, and all of it", async () => {
  const middle = 200;
  const middleNs = tsRecvAt(SESSION, middle * MBO.BYTES);
  const session = shifted(SESSION, MIDNIGHT_NS - middleNs);
  const midnightMs = Number(MIDNIGHT_NS / 1_000_000n);
  const clock = new TestClock(midnightMs - 60_000);
  await withGateway({ session, step: () => 0, begun: 150 }, async (start, gateway) => {
    const recorder = start({ clock, dt: "2026-02-05", from: ALL, goesOn: true });
    const path = recorder.path.replace("20260205", "20260206");
    await reached(recorder, "live");
    assert.ok(!existsSync(path));
    clock.advance(51_000);
    await until(() => gateway.snapshots.length > 0);
    gateway.reveal(1_000);
    const isWhole = (event: RecorderEvent) =>
      event.kind === "state" && event.path === path && event.state.lastRecvNs === lastNs;
    const lastNs = tsRecvAt(session, session.length - MBO.BYTES);
    const ended = () =>
      recorder.events.some((event) => event.kind === "state" && event.state.state === "ended");
    await until(() => {
      // The states of the new session are told once a second.
      clock.advance(100);
      return ended() && recorder.events.some(isWhole);
    });
    await recorder.stop();
    assert.deepEqual((await recordsOf(recorder.path)).mbo, session.subarray(0, middle * MBO.BYTES));
    const [taken] = gateway.snapshots;
    assert.equal(taken!.count, 150);
    const rest = session.subarray(150 * MBO.BYTES);
    assert.deepEqual((await recordsOf(path)).mbo, join(taken!.bytes, rest));
  });
});

Deno.test("a clock that is slow does not hold up the next session, which begins by the records' time", async () => {
  const middle = 200;
  const busy = shifted(SESSION, MIDNIGHT_NS - tsRecvAt(SESSION, middle * MBO.BYTES));
  const [before, after] = [busy.subarray(0, middle * MBO.BYTES), busy.subarray(middle * MBO.BYTES)];
  const quiet = join(shifted(before, -60_000_000_000n), after);
  // That the end is near is seen in the seconds before it; or that it is over, in the record after it.
  for (
    const { session, count } of [{ session: busy, count: 150 }, { session: quiet, count: 201 }]
  ) {
    const clock = new TestClock(Number(MIDNIGHT_NS / 1_000_000n) - 300_000);
    const begun = 150;
    await withGateway({ session, step: () => 0, begun }, async (start, gateway) => {
      const recorder = start({ clock, dt: "2026-02-05", from: ALL, goesOn: true });
      const path = recorder.path.replace("20260205", "20260206");
      const latestMs = clock.now() + 60_000;
      const untilSoon = (holds: () => boolean) =>
        until(() => {
          assert.ok(clock.now() < latestMs, "the next session waits for the clock");
          clock.advance(100);
          return holds();
        });
      await reached(recorder, "live");
      gateway.reveal(count - begun);
      await untilSoon(() => gateway.snapshots.length > 0);
      gateway.reveal(1_000);
      const lastNs = tsRecvAt(session, session.length - MBO.BYTES);
      await untilSoon(() => {
        const told = recorder.events.flatMap((event) => event.kind === "state" ? [event] : []);
        return told.some(({ state }) => state.state === "ended") &&
          told.some((event) => event.path === path && event.state.lastRecvNs === lastNs);
      });
      await recorder.stop();
      assert.deepEqual(
        (await recordsOf(recorder.path)).mbo,
        session.subarray(0, middle * MBO.BYTES),
      );
      const [taken] = gateway.snapshots;
      assert.equal(taken!.count, count);
      const rest = session.subarray(count * MBO.BYTES);
      assert.deepEqual((await recordsOf(path)).mbo, join(taken!.bytes, rest));
    });
  }
});

Deno.test("a next session that cannot be recorded costs nothing of the one that ends", async () => {
  const middle = 200;
  const session = shifted(SESSION, MIDNIGHT_NS - tsRecvAt(SESSION, middle * MBO.BYTES));
  const clock = new TestClock(Number(MIDNIGHT_NS / 1_000_000n) - 12_000);
  // As of a contract that has expired.
  const error = { code: ERROR.SYMBOL, text: "Failed to resolve symbol: MNQH6" };
  const faults = (n: number) => n === 0 ? {} : { error };
  await withGateway({ session, step: () => 0, begun: 150, faults }, async (start, gateway) => {
    const recorder = start({ clock, dt: "2026-02-05", from: ALL, goesOn: true });
    await reached(recorder, "live");
    clock.advance(3_000);
    const hasFailed = (event: RecorderEvent) =>
      event.kind === "state" && event.dt === "2026-02-06" && event.state.state === "stopped";
    await until(() => recorder.events.some(hasFailed));
    gateway.reveal(1_000);
    await assert.rejects(recorder.done, /resolve symbol: MNQH6; lock the right symbol$/);
    assert.equal((await recorder.state()).state, "ended");
    assert.deepEqual((await recordsOf(recorder.path)).mbo, session.subarray(0, middle * MBO.BYTES));
  });
});

Deno.test("between sessions that do not touch the recorder waits, and says so", async () => {
  const clock = new TestClock(Date.UTC(2026, 1, 6, 23, 59));
  await withGateway({ begun: 150 }, async (start) => {
    const recorder = start({ clock, from: ALL, goesOn: true });
    // 2026-02-07 is a Saturday.
    await until(() => recorder.events.some(({ dt }) => dt === "2026-02-08"));
    await until(() => recorder.phases.includes("waiting"));
    await recorder.stop();
    assert.equal((await recorder.state()).state, "ended");
    assert.ok(!existsSync(recorder.path.replace("20260206", "20260208")));
  });
});

Deno.test("a gateway that has sessions when it likes has one on a Saturday too", async () => {
  const clock = new TestClock(Date.UTC(2026, 1, 6, 23, 59));
  await withGateway({ begun: 150 }, async (start) => {
    const recorder = start({ clock, from: ALL, goesOn: true, isEveryDay: true });
    await until(() => recorder.events.some(({ dt }) => dt !== "2026-02-06"));
    await recorder.stop();
    assert.ok(recorder.events.some(({ dt }) => dt === "2026-02-07"));
  });
});

Deno.test("a machine that slept through a whole session waits for the next one", async () => {
  // Since Thursday; of Friday nothing was seen, and Saturday has no session.
  const clock = new TestClock(NOON_MS - 24 * 3_600_000);
  const session = shifted(SESSION, -24n * 3_600_000_000_000n);
  await withGateway({ session, step: () => 0, begun: 100 }, async (start, gateway) => {
    const recorder = start({ clock, dt: "2026-02-05", from: ALL, goesOn: true });
    await reached(recorder, "live");
    const isOver = settled(recorder);
    clock.sleepThrough(48 * 3_600_000);
    const isOn = ({ dt }: RecorderEvent) => dt === "2026-02-08";
    await until(() => {
      clock.advance(10_000);
      if (recorder.phases.includes("reconnecting")) gateway.reveal(1_000);
      return isOver() || recorder.events.some(isOn);
    });
    await recorder.stop();
    assert.ok(recorder.events.some(isOn));
    assert.equal((await recorder.state()).state, "ended");
  });
});

Deno.test("the key is in nothing that is written or said, though the gateway says it back", async () => {
  const faults = (n: number) =>
    n === 0
      ? { refusal: `limit of key ${TEST_KEY} reached` }
      : n === 1
      ? { error: { code: ERROR.INTERNAL, text: "within" } }
      : { error: { code: ERROR.SYMBOL, text: `no symbol for ${TEST_KEY}` } };
  await withGateway({ faults }, async (start, _, lake) => {
    const recorder = start();
    const error = await recorder.done.catch((error) => error);
    assert.match(error.message, /no symbol for \(the key\)/);
    const said = JSON.stringify(
      recorder.events,
      (_, value) => typeof value === "bigint" ? `${value}` : value,
    );
    assert.ok(said.includes("limit of key (the key) reached"));
    const state = await Deno.readTextFile(recorder.path.replace(/dbn$/, "json"));
    for (const text of [said, state, error.message, error.stack]) {
      assert.ok(!text.includes(TEST_KEY));
    }
    const names = await Array.fromAsync(Deno.readDir(lake), ({ name }) => name);
    assert.ok(!names.join().includes(TEST_KEY));
  });
});
