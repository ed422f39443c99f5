/** A recording by way of a broker to other machines: the same bytes, whatever breaks. */
import assert from "node:assert/strict";
import { jetstreamManager } from "@nats-io/jetstream";
import { UserError } from "../../engine/errors.ts";
import { type Broker, BrokerError } from "../../engine/relay/broker.ts";
import { Fenced } from "../../engine/relay/publish_plan.ts";
import { streamOf, subjectOf } from "../../engine/relay/names.ts";
import { connect } from "../../engine/relay/nats_connect.ts";
import { fileIdentity, RecordingReader } from "../../engine/relay/recording_reader.ts";
import { EngineRun } from "../../engine/run.ts";
import type { RecordingExtent } from "../../engine/source/recorded_bytes.ts";
import { isRecorded, statePathOf } from "../../engine/source/recording.ts";
import { Random } from "../../engine/source/simulator/random.ts";
import { fingerprint } from "../drive.ts";
import { GrowingRecording } from "../growing_recording.ts";
import { join } from "../made_session.ts";
import { readProjectFile } from "../project.ts";
import { casesOf } from "../proof.ts";
import { freePort, hasNats, NatsServer } from "./nats.ts";
import {
  boundaries,
  brokerAt,
  CHANNEL,
  DT,
  impatient,
  recordingOf,
  SESSION,
  TestPublisher,
  TestReplicator,
  until,
} from "./relay.ts";

const ignore = !hasNats;
const ENDS = boundaries(SESSION);
const FENCED = new Fenced().message;

/** A recording of a whole session that has ended. */
async function ended(bytes = SESSION): Promise<GrowingRecording> {
  const recording = await GrowingRecording.begin();
  recording.write(bytes);
  recording.say({ state: "ended", bytes: bytes.length, records: ENDS.length - 1 });
  recording.release();
  return recording;
}

Deno.test({
  name:
    "a replica has the recorder's file and state; one that is late has the day from its beginning",
  ignore,
  async fn() {
    await using nats = await NatsServer.start();
    await using recording = await GrowingRecording.begin();
    recording.write(SESSION.subarray(0, ENDS[100]! + 17));
    recording.say({ state: "live", bytes: ENDS[100]! });
    await using publisher = new TestPublisher(recording.path, nats.port);
    await using replica = new TestReplicator(nats.port);
    await until(() => replica.bytes().length === ENDS[100]);
    assert.equal(await isRecorded(replica.path()), true);
    recording.write(SESSION.subarray(ENDS[100]! + 17));
    recording.say({ state: "ended", bytes: SESSION.length });
    // It ends by itself when all is published, and so does who wants no more than that.
    await publisher.done;
    await using late = new TestReplicator(nats.port, { isOnce: true });
    await late.done;
    for (const one of [replica, late]) {
      await until(async () => !await isRecorded(one.path()));
      assert.deepEqual(one.bytes(), SESSION);
      assert.equal(
        await Deno.readTextFile(statePathOf(one.path())),
        await Deno.readTextFile(statePathOf(recording.path)),
      );
    }
    assert.deepEqual([publisher.said, replica.said, late.said], [[], [], []]);
    const { mtime } = await Deno.stat(late.path());
    await using again = new TestReplicator(nats.port, { isOnce: true, lake: late.lake });
    await again.done;
    assert.deepEqual((await Deno.stat(late.path())).mtime, mtime);
  },
});

Deno.test({
  name: "the next session is followed by itself, and sessions before a date are left out",
  ignore,
  async fn() {
    await using nats = await NatsServer.start();
    await using first = await ended();
    await using replica = new TestReplicator(nats.port);
    await using later = new TestReplicator(nats.port, { from: "2026-02-07" });
    await new TestPublisher(first.path, nats.port).done;
    const other = recordingOf(8, 300);
    await using second = await ended(other);
    await new TestPublisher(second.path, nats.port, { dt: "2026-02-07" }).done;
    await until(() => replica.bytes("2026-02-07").length === other.length);
    await until(() => later.bytes("2026-02-07").length === other.length);
    await until(() => replica.bytes().length === SESSION.length);
    assert.deepEqual(replica.bytes("2026-02-07"), other);
    assert.deepEqual(later.bytes(), new Uint8Array());
  },
});

/** What a broker is reached by that cuts each connection after some bytes, in whatever is on its way. */
class Cutter implements AsyncDisposable {
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  readonly #open = new Set<Deno.Conn>();
  readonly #serving: Promise<void>;

  constructor(port: number, bytes: () => number) {
    this.#serving = this.#serve(port, bytes);
  }

  get port(): number {
    return this.#listener.addr.port;
  }

  async #serve(port: number, bytes: () => number): Promise<void> {
    for await (const client of this.#listener) {
      const broker = await Deno.connect({ hostname: "127.0.0.1", port }).catch(() => null);
      if (broker === null) {
        client.close();
        continue;
      }
      const left = { bytes: bytes() };
      const pair = [client, broker];
      for (const end of pair) this.#open.add(end);
      void this.#pass(client, broker, left, pair);
      void this.#pass(broker, client, left, pair);
    }
  }

  async #pass(from: Deno.Conn, to: Deno.Conn, left: { bytes: number }, pair: Deno.Conn[]) {
    const piece = new Uint8Array(8_192);
    try {
      for (let n = await from.read(piece); n !== null; n = await from.read(piece)) {
        const room = Math.min(n, left.bytes);
        left.bytes -= room;
        for (let at = 0; at < room;) at += await to.write(piece.subarray(at, room));
        if (left.bytes === 0) break;
      }
    } catch {
      // One of the two has gone.
    }
    this.#close(pair);
  }

  #close(pair: Iterable<Deno.Conn>): void {
    for (const end of pair) if (this.#open.delete(end)) end.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    await this.#serving;
    this.#close([...this.#open]);
  }
}

/** Leaves of a file what a crash may have: less of it, and a part of a record. */
function tear(path: string, random: Random): void {
  const { size } = Deno.statSync(path);
  Deno.truncateSync(path, Math.max(0, size - random.below(3_000)));
}

Deno.test({
  name:
    "wherever broker, network, publisher and replica break, the replica has the recorder's bytes",
  ignore,
  async fn() {
    for (let seed = 1; seed <= casesOf(2, 50); seed++) {
      const random = new Random(seed);
      const session = recordingOf(seed, 4_000);
      const ends = boundaries(session);
      await using nats = await NatsServer.start();
      // Now and then not enough to shake hands, or for a piece, or for all of them.
      const limits = [2_000, 60_000, 1_000_000];
      await using cutter = new Cutter(nats.port, () => random.below(limits[random.below(3)]!));
      await using recording = await GrowingRecording.begin();
      recording.write(session.subarray(0, ends[1]));
      recording.say({ state: "live", bytes: ends[1]! });
      const lake = await Deno.makeTempDir();
      let publisher = new TestPublisher(recording.path, cutter.port);
      let replica = new TestReplicator(cutter.port, { lake });
      for (let at = ends[1]!; at < session.length;) {
        const to = Math.min(session.length, at + 500 + random.below(40_000));
        recording.write(session.subarray(at, to));
        recording.say({ state: "live", bytes: ends.findLast((end) => end <= to)! });
        at = to;
        const reached = random.below(to);
        await until(() => replica.bytes().length >= reached);
        const broken = random.below(5);
        if (broken === 0) {
          await publisher[Symbol.asyncDispose]();
          publisher = new TestPublisher(recording.path, cutter.port);
        } else if (broken === 1) {
          await replica.stop();
          tear(replica.path(), random);
          replica = new TestReplicator(cutter.port, { lake });
        } else if (broken === 2) {
          await nats.kill();
          await nats.begin();
        }
      }
      recording.say({ state: "ended", bytes: session.length });
      await publisher.done;
      await until(async () =>
        replica.bytes().length === session.length &&
        !await isRecorded(replica.path())
      );
      assert.deepEqual(replica.bytes(), session, `seed ${seed}`);
      await replica.stop();
      await Deno.remove(lake, { recursive: true });
    }
  },
});

Deno.test({
  name:
    "a second recorder is fenced off in one line; one that goes on with the same file fences the first",
  ignore,
  async fn() {
    await using nats = await NatsServer.start();
    await using first = await GrowingRecording.begin();
    first.write(SESSION.subarray(0, ENDS[50]));
    await using publisher = new TestPublisher(first.path, nats.port);
    await using replica = new TestReplicator(nats.port);
    await until(() => replica.bytes().length === ENDS[50]);

    await using other = await GrowingRecording.begin();
    other.write(recordingOf(5, 100));
    const second = new TestPublisher(other.path, nats.port);
    await second.done;
    assert.deepEqual(second.said, [FENCED]);

    // The same beginning, as on a machine that takes over, and another end.
    await using copy = await GrowingRecording.begin();
    const end = recordingOf(9, 40);
    const taken = join(SESSION.subarray(0, ENDS[50]), end.subarray(boundaries(end)[0]));
    copy.write(taken);
    await using third = new TestPublisher(copy.path, nats.port);
    await until(() => replica.bytes().length === taken.length);
    first.write(SESSION.subarray(ENDS[50]!, ENDS[60]));
    await publisher.done;
    assert.deepEqual(publisher.said, [FENCED]);
    assert.deepEqual(third.said, []);
    assert.deepEqual(replica.bytes(), taken);
  },
});

Deno.test({
  name: "what somebody deletes at the broker fences nobody off, and is published again",
  ignore,
  async fn() {
    await using nats = await NatsServer.start();
    await using recording = await GrowingRecording.begin();
    recording.write(SESSION.subarray(0, ENDS[50]));
    await using publisher = new TestPublisher(recording.path, nats.port);
    await using replica = new TestReplicator(nats.port);
    await until(() => replica.bytes().length === ENDS[50]);
    const admin = await connect({ servers: `127.0.0.1:${nats.port}` });
    const { streams } = await jetstreamManager(admin);
    await streams.purge(streamOf(CHANNEL, "bytes"));
    recording.write(SESSION.subarray(ENDS[50]!));
    await until(() => publisher.said.length > 0);
    assert.match(publisher.said[0]!, /^not published for now: .* was deleted at the broker; again/);
    // It forgets what it had, too, which it would take for repeats for two minutes.
    await streams.delete(streamOf(CHANNEL, "bytes"));
    // Not before that: a publisher that has published all again has ended, and nobody would then.
    recording.say({ state: "ended", bytes: SESSION.length });
    await publisher.done;
    // With the stream went what the replica reads it by.
    await Promise.race([until(() => replica.bytes().length === SESSION.length), replica.done]);
    await using late = new TestReplicator(nats.port, { isOnce: true });
    await late.done;
    for (const one of [replica, late]) assert.deepEqual(one.bytes(), SESSION);
    await admin.close();
  },
});

Deno.test({
  name: "of two recorders that begin at once, one publishes",
  ignore,
  async fn() {
    await using nats = await NatsServer.start();
    const sessions = [recordingOf(5, 400), recordingOf(6, 400)];
    const recordings = await Promise.all(sessions.map((session) => ended(session)));
    const publishers = recordings.map(({ path }) => new TestPublisher(path, nats.port));
    await Promise.all(publishers.map(({ done }) => done));
    await using replica = new TestReplicator(nats.port, { isOnce: true });
    await replica.done;
    const winner = publishers.findIndex(({ said }) => !said.includes(FENCED));
    assert.deepEqual(replica.bytes(), sessions[winner]);
    // Streams that two make at once, a broker may refuse to one of them for a moment.
    const { said } = publishers[1 - winner]!;
    assert.deepEqual(said.filter((line) => !line.startsWith("not published for")), [FENCED]);
    for (const recording of recordings) await recording[Symbol.asyncDispose]();
  },
});

Deno.test({
  name: "a piece that comes again is dropped, and one that follows another is refused",
  ignore,
  async fn() {
    await using nats = await NatsServer.start();
    await using broker = await brokerAt(nats.port);
    await broker.prepare(CHANNEL, { maxAgeMs: 60_000, maxBytes: -1 });
    const piece = { file: "a", offset: 0, bytes: SESSION.subarray(0, ENDS[3]) };
    const first = await broker.publish(CHANNEL, DT, piece, 0);
    assert.equal(first.kind, "stored");
    assert.deepEqual(await broker.publish(CHANNEL, DT, piece, 0), { kind: "repeat" });
    const next = { file: "b", offset: 0, bytes: piece.bytes };
    assert.deepEqual(await broker.publish(CHANNEL, DT, next, 0), { kind: "fenced" });
    assert.deepEqual(await broker.dates(CHANNEL), new Map([[DT, 1]]));
    assert.deepEqual(await broker.lastPiece(CHANNEL, DT), {
      ...{ ...piece, bytes: Uint8Array.from(piece.bytes) },
      sequence: first.kind === "stored" && first.sequence,
    });
    for (const text of ["one", "two"]) await broker.publishState(CHANNEL, DT, text);
    assert.equal(await broker.state(CHANNEL, DT), "two");
    assert.equal(await broker.state(CHANNEL, "2026-02-07"), null);
  },
});

Deno.test({
  name: "a broker that is away or full is waited for, said once, and caught up from the file",
  ignore,
  async fn() {
    await using nats = await NatsServer.start();
    await nats.kill();
    await using recording = await ended(recordingOf(4, 6_000));
    let connections = 0;
    const publisher = new TestPublisher(recording.path, nats.port, {
      limits: { maxAgeMs: 60_000, maxBytes: 100_000 },
      connect() {
        connections++;
        return brokerAt(nats.port);
      },
    });
    await until(() => publisher.said.length === 1);
    await nats.begin();
    await until(() => publisher.said.length === 2);
    const before = connections;
    await until(() => connections > before + 3);
    const [away, full, ...more] = publisher.said;
    assert.deepEqual(more, []);
    assert.match(
      away!,
      /^not published for now: 127\.0\.0\.1:\d+ cannot be reached: .*; again in 1 s/,
    );
    assert.match(
      full!,
      /^not published for now: 127\.0\.0\.1:\d+ refuses: maximum bytes exceeded; /,
    );
    await publisher[Symbol.asyncDispose]();
    await using _roomier = new TestPublisher(recording.path, nats.port);
    await using replica = new TestReplicator(nats.port, { isOnce: true });
    await replica.done;
    assert.deepEqual(replica.bytes(), Deno.readFileSync(recording.path));
  },
});

Deno.test({
  name: "what is here of another recording, or the broker has no more, is not gone on with",
  ignore,
  async fn() {
    await using nats = await NatsServer.start();
    await using recording = await ended();
    await new TestPublisher(recording.path, nats.port).done;
    for (
      const there of [
        recordingOf(5, 100),
        SESSION.subarray(0, ENDS[90]).with(ENDS[60]! + 20, 1 ^ SESSION[ENDS[60]! + 20]!),
      ]
    ) {
      await using other = await GrowingRecording.begin();
      other.write(there);
      other.release();
      await using replica = new TestReplicator(nats.port, { lake: other.lake });
      await assert.rejects(replica.done, /\.live\.dbn: the broker has another recording of this/);
      assert.deepEqual(replica.bytes(), Uint8Array.from(there));
    }
    await using held = await GrowingRecording.begin();
    await using second = new TestReplicator(nats.port, { lake: held.lake });
    await assert.rejects(second.done, /^UserError: another recorder writes /);
  },
});

Deno.test({
  name: "what a broker leaves out is looked for anew",
  ignore,
  async fn() {
    await using nats = await NatsServer.start();
    await using recording = await GrowingRecording.begin();
    recording.write(SESSION.subarray(0, ENDS[9]));
    await using publisher = new TestPublisher(recording.path, nats.port);
    await using broker = await brokerAt(nats.port);
    // Not by a piece: nats-server 2.9 crashes when one is asked for while its stream is being made.
    await until(async () => (await broker.dates(CHANNEL))?.get(DT) !== undefined);
    recording.write(SESSION.subarray(ENDS[9]));
    recording.say({ state: "ended", bytes: SESSION.length });
    await publisher.done;
    let connections = 0;
    await using replica = new TestReplicator(nats.port, {
      isOnce: true,
      async connect() {
        const there = await brokerAt(nats.port);
        const read = there.read.bind(there);
        const skips = connections++ === 0 ? 1 : 0;
        there.read = (channel, dt, sequence, signal) => read(channel, dt, sequence + skips, signal);
        return there;
      },
    });
    await replica.done;
    assert.deepEqual(replica.bytes(), SESSION);
    assert.match(replica.said[0]!, /^the broker left something out: bytes 0 to /);
  },
});

Deno.test({
  name: "an edge's user that may read and nothing else suffices, and cannot publish",
  ignore,
  async fn() {
    const [, permissions] = /edge", .*permissions: (\{[^\]]*\] \})/.exec(
      await readProjectFile("docs/scale.md"),
    )!;
    await using nats = await NatsServer.start(`authorization { users: [
      { user: "desk", password: "a" },
      { user: "edge", password: "b", permissions: ${permissions} }
    ] }`);
    const as = (user: string, password: string) => () => brokerAt(nats.port, { user, password });
    await using recording = await ended();
    await new TestPublisher(recording.path, nats.port, { connect: as("desk", "a") }).done;
    await using replica = new TestReplicator(nats.port, {
      isOnce: true,
      connect: as("edge", "b"),
    });
    await replica.done;
    assert.deepEqual(replica.bytes(), SESSION);
    await using edge = await as("edge", "b")();
    await assert.rejects(edge.publishState(CHANNEL, DT, "mine"), BrokerError);
    await assert.rejects(edge.prepare(CHANNEL, { maxAgeMs: 1_000, maxBytes: 1 }), BrokerError);
  },
});

Deno.test({
  name: "a day whose beginning the broker has no more is left out, and said so",
  ignore,
  async fn() {
    await using nats = await NatsServer.start();
    await using broker = await brokerAt(nats.port);
    await broker.prepare(CHANNEL, { maxAgeMs: 60_000, maxBytes: -1 });
    const piece = { file: "a", offset: 500, bytes: SESSION.subarray(ENDS[3], ENDS[5]) };
    await broker.publish(CHANNEL, DT, piece, 0);
    await using replica = new TestReplicator(nats.port, { isOnce: true });
    await replica.done;
    assert.deepEqual(replica.said, [
      "not replicated: the broker has it from byte 500 on alone, and 0 are here",
    ]);
    await assert.rejects(Deno.stat(replica.path()), Deno.errors.NotFound);
  },
});

Deno.test({
  name: "what no recorder published, of another day or of none, keeps no day from its replicas",
  ignore,
  async fn() {
    await using nats = await NatsServer.start();
    await using recording = await ended();
    await new TestPublisher(recording.path, nats.port).done;
    const connection = await connect({ servers: `127.0.0.1:${nats.port}` });
    for (const dt of ["2026-02-05", "2026-13-99"]) {
      await connection.request(subjectOf(CHANNEL, "bytes", dt), "mine");
    }
    await connection.close();
    await using replica = new TestReplicator(nats.port, { isOnce: true });
    await Promise.race([replica.done, until(() => replica.said.length > 0)]);
    assert.match(replica.said[0]!, /^not replicated: 127.* that no recorder published$/);
    await replica.done;
    assert.deepEqual(replica.bytes(), SESSION);
    assert.equal(replica.said.length, 1);
    await assert.rejects(Deno.stat(replica.path("2026-02-05")), Deno.errors.NotFound);
  },
});

Deno.test("a broker that is not there is waited for, and said once", async () => {
  await using replica = new TestReplicator(freePort());
  await until(() => replica.said.length > 0);
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert.equal(replica.said.length, 1);
  assert.match(
    replica.said[0]!,
    /^127\.0\.0\.1:\d+ cannot be reached: connection refused; again in 1 s$/,
  );
});

Deno.test({
  name: "a state is told when all that it speaks of is there",
  ignore,
  async fn() {
    await using nats = await NatsServer.start();
    await using broker = await brokerAt(nats.port);
    await broker.prepare(CHANNEL, { maxAgeMs: 60_000, maxBytes: -1 });
    const begun = SESSION.subarray(0, ENDS[5]);
    const file = fileIdentity(SESSION)!;
    const stored = await broker.publish(CHANNEL, DT, { file, offset: 0, bytes: begun }, 0);
    await using recording = await GrowingRecording.begin();
    recording.say({ state: "ended", bytes: ENDS[9]! });
    const text = await Deno.readTextFile(statePathOf(recording.path));
    await broker.publishState(CHANNEL, DT, text);
    await using replica = new TestReplicator(nats.port);
    await until(() => replica.bytes().length === ENDS[5]);
    await assert.rejects(Deno.stat(statePathOf(replica.path())), Deno.errors.NotFound);
    const more = { file, offset: ENDS[5]!, bytes: SESSION.subarray(ENDS[5], ENDS[9]) };
    await broker.publish(CHANNEL, DT, more, stored.kind === "stored" ? stored.sequence : -1);
    await until(async () =>
      !await isRecorded(replica.path()) && replica.bytes().length > begun.length
    );
    assert.equal(await Deno.readTextFile(statePathOf(replica.path())), text);
  },
});

Deno.test({
  name: "what is no state, as of another publisher, is told once and ends no replica",
  ignore,
  async fn() {
    await using nats = await NatsServer.start();
    await using broker = await brokerAt(nats.port);
    await using recording = await GrowingRecording.begin();
    recording.write(SESSION.subarray(0, ENDS[5]));
    await using publisher = new TestPublisher(recording.path, nats.port);
    await using replica = new TestReplicator(nats.port);
    await until(() => replica.bytes().length === ENDS[5]);
    await broker.publishState(CHANNEL, DT, '{ "state": "resting" }');
    await Promise.race([until(() => replica.said.length > 0), replica.done]);
    recording.write(SESSION.subarray(ENDS[5]));
    recording.say({ state: "ended", bytes: SESSION.length });
    await publisher.done;
    await until(async () => !await isRecorded(replica.path()));
    assert.deepEqual(replica.bytes(), SESSION);
    assert.equal(replica.said.length, 1);
    assert.match(replica.said[0]!, /\.live\.json: state is "resting", but must be one of /);
  },
});

Deno.test("a session that was let go stays so while the broker drops its pieces", async () => {
  let nowMs = Date.now();
  let pieces = 9;
  const { promise: closed, resolve: close } = Promise.withResolvers<void>();
  const piece = { file: fileIdentity(SESSION)!, offset: 0, bytes: SESSION, sequence: 1 };
  const broker: Partial<Broker> = {
    dates: () => Promise.resolve(new Map([[DT, pieces]])),
    pieceFrom: () => Promise.resolve(piece),
    lastPiece: () => Promise.resolve(piece),
    state: () => Promise.resolve(null),
    async *read(_channel, _dt, _sequence, signal) {
      yield piece;
      const left = new Promise((resolve) => signal.addEventListener("abort", resolve));
      await Promise.race([left, closed]);
    },
    [Symbol.asyncDispose]: () => Promise.resolve(close()),
  };
  let looks = 0;
  await using replica = new TestReplicator(0, {
    connect: () => Promise.resolve(broker as Broker),
    clock: {
      now: () => nowMs,
      sleep: (ms, signal) => {
        looks++;
        nowMs += ms;
        return impatient.sleep(0, signal);
      },
    },
  });
  await until(() => replica.said.length > 0);
  pieces = 5;
  const before = looks;
  // More than the minute for which nothing has to come.
  await until(() => looks > before + 90);
  assert.deepEqual(replica.said, ["its recorder has not ended it; taken as it is"]);
  assert.equal(await isRecorded(replica.path()), false);
  pieces = 6;
  await until(() => isRecorded(replica.path()));
});

Deno.test({
  name: "a state file that is no file costs a recording nothing: its bytes are published",
  ignore,
  async fn() {
    await using nats = await NatsServer.start();
    await using recording = await GrowingRecording.begin();
    recording.write(SESSION);
    Deno.mkdirSync(statePathOf(recording.path));
    await using publisher = new TestPublisher(recording.path, nats.port);
    await publisher.finish();
    await using replica = new TestReplicator(nats.port);
    await until(() => replica.bytes().length === SESSION.length);
    assert.deepEqual(publisher.said, []);
  },
});

Deno.test("a pipe that is called like a recording is not waited for", async () => {
  const dir = await Deno.makeTempDir();
  const path = `${dir}/glbx-mdp3-20260205.mbo.MNQH6.live.dbn`;
  assert.ok((await new Deno.Command("mkfifo", { args: [path] }).output()).success);
  // With both ends held nobody would wait, and it would be taken for a file.
  using _held = Deno.openSync(path, { read: true, write: true });
  assert.throws(() => new RecordingReader(path), new UserError(`${path} is no file; remove it`));
  await Deno.remove(dir, { recursive: true });
});

Deno.test({
  name: "grids of a replica that is followed are those of the finished recording",
  ignore,
  async fn() {
    await using nats = await NatsServer.start();
    await using finished = await ended();
    const run = (path: string, recording?: RecordingExtent) =>
      EngineRun.open({
        origin: { path, ...(recording && { recording }) },
        ...{ productType: "future_mbo", symbol: "MNQH6", dt: DT, tickInt: 250_000_000 },
        ...{ startNs: null, throttleMs: 0 },
      });
    const expected = await gridsOf(await run(finished.path));
    assert.ok(expected.length > 100);

    await using recording = await GrowingRecording.begin();
    recording.write(SESSION.subarray(0, ENDS[20]));
    await using _publisher = new TestPublisher(recording.path, nats.port);
    await using replica = new TestReplicator(nats.port);
    await until(() => replica.bytes().length > 0);
    const following = gridsOf(
      await run(replica.path(), { follow: true, windowEndMs: Infinity }),
    );
    for (let at = 20; at < ENDS.length - 1; at += 37) {
      const to = Math.min(ENDS.length - 1, at + 37);
      recording.write(SESSION.subarray(ENDS[at], ENDS[to]));
      await until(() => replica.bytes().length >= ENDS[at]!);
    }
    recording.say({ state: "ended", bytes: SESSION.length });
    assert.deepEqual(await following, expected);
  },
});

async function gridsOf(run: EngineRun): Promise<string[]> {
  try {
    return await Array.fromAsync(run.grids(), fingerprint);
  } finally {
    run.close();
  }
}
