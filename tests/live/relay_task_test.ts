/** Recorder, broker and replica as their users start them: processes, signals, permissions, flags. */
import assert from "node:assert/strict";
import { MBO } from "dbn-ts";
import { sessionDateAt } from "../../engine/recorder/session_days.ts";
import { recordingPaths, statePathOf } from "../../engine/source/recording.ts";
import { BrokerError } from "../../engine/relay/broker.ts";
import { Fenced } from "../../engine/relay/publish_plan.ts";
import { refusalOf } from "../../cli/command.ts";
import { recordTask } from "../../scripts/record.ts";
import { replicateTask } from "../../scripts/replicate.ts";
import { GrowingRecording } from "../growing_recording.ts";
import { childOf, deno, launcher, task, whileServing } from "../launcher.ts";
import { TEST_KEY, TestGateway } from "./gateway.ts";
import { freePort, hasNats, NatsServer } from "./nats.ts";
import { orderSession } from "./order_session.ts";
import { recordsOf } from "./recording.ts";
import { brokerAt, recordingOf, SESSION, TestPublisher, until } from "./relay.ts";

const ignore = !hasNats;
const PLAYED = orderSession(17, 900, true);
const TODAY = Temporal.Now.zonedDateTimeISO("UTC").toPlainDate().toString();
const SECRET = "a-secret-of-the-broker";
const ENV = { DATABENTO_API_KEY: TEST_KEY, NATS_USER: "desk", NATS_PASSWORD: SECRET };
const USERS = `authorization { user: "desk", password: "${SECRET}" }`;

function pathIn(lake: string, dt = TODAY): string {
  const instrument = { productType: "future_mbo", symbol: "MNQH6", symbolRoot: "MNQ" } as const;
  return recordingPaths({ lake, dataset: "GLBX.MDP3", dt, ...instrument }).data;
}

/** Waits until a file has so many bytes. */
function grown(path: string, bytes: number): Promise<void> {
  return until(async () => ((await Deno.stat(path).catch(() => null))?.size ?? 0) >= bytes);
}

/** Kills what a launcher has started, as a crash would, and gives what it said. */
async function killed(launched: Deno.ChildProcess, script: string): Promise<string> {
  Deno.kill((await childOf(launched.pid, script))!, "SIGKILL");
  const { stderr } = await launched.output();
  return new TextDecoder().decode(stderr);
}

Deno.test({
  name:
    "recorder and replica are killed and go on: the same file on both machines, no secret anywhere",
  ignore,
  async fn() {
    const [lake, edge, other] = [
      await Deno.makeTempDir(),
      await Deno.makeTempDir(),
      await Deno.makeTempDir(),
    ];
    await using nats = await NatsServer.start(USERS);
    await using gateway = new TestGateway({ session: PLAYED, step: () => 0, begun: 300 });
    const recordArgs = (lake: string, from: string) => [
      ...["--dt", TODAY, "--from", from, "--until", "session-end", "--lake", lake],
      ...["--gateway", `127.0.0.1:${gateway.port}`, "--publish", nats.url],
    ];
    const record = () => launcher(["record", ...recordArgs(lake, "session")], ENV).spawn();
    const replicate = () =>
      launcher(["replicate", "--from", nats.url, "--lake", edge], ENV).spawn();
    const recorder = record();
    const replica = replicate();
    await grown(pathIn(edge), 300 * MBO.BYTES);
    let said = await killed(replica, "scripts/replicate.ts");
    gateway.reveal(200);
    await grown(pathIn(lake), 500 * MBO.BYTES);
    said += await killed(recorder, "scripts/record.ts");
    gateway.reveal(100);

    const secondRecorder = record();
    const secondReplica = replicate();
    await grown(pathIn(edge), 600 * MBO.BYTES);
    // Another one of the same session is no part of it.
    const fenced = deno(
      ["run", "-q", "-A", "--no-check", "scripts/record.ts", ...recordArgs(other, "snapshot")],
      ENV,
    ).spawn();
    gateway.reveal(PLAYED.length);
    await grown(pathIn(edge), PLAYED.length);
    await grown(pathIn(other), 1_000);
    const ends = async (child: Deno.ChildProcess) => {
      child.kill("SIGTERM");
      const { code, stderr } = await child.output();
      const text = new TextDecoder().decode(stderr);
      assert.equal(code, 0, text);
      for (const line of text.trim().split("\n")) assert.ok(JSON.parse(line).time);
      said += text;
      return text;
    };
    const ofFenced = await ends(fenced);
    assert.equal(ofFenced.split(new Fenced().message).length, 2, ofFenced);
    await ends(secondRecorder);
    // What it says at its end comes to the replica too.
    const state = () => Deno.readTextFile(statePathOf(pathIn(edge))).catch(() => "{}");
    await until(async () => JSON.parse(await state()).state === "stopped");
    await ends(secondReplica);
    assert.deepEqual(await Deno.readFile(pathIn(edge)), await Deno.readFile(pathIn(lake)));
    assert.equal(await state(), await Deno.readTextFile(statePathOf(pathIn(lake))));
    assert.deepEqual((await recordsOf(pathIn(edge))).mbo, PLAYED);
    assert.ok(!said.includes(SECRET) && !said.includes(TEST_KEY));
    for (const dir of [lake, edge, other]) await Deno.remove(dir, { recursive: true });
  },
});

Deno.test({
  name: "a replica whose disk is full ends with one line, and whole records are left",
  ignore,
  async fn() {
    await using nats = await NatsServer.start();
    await using recording = await GrowingRecording.begin();
    recording.write(SESSION);
    await using _publisher = new TestPublisher(recording.path, nats.port);
    const lake = await Deno.makeTempDir();
    // The system lets no file grow above so many blocks of 1 KiB.
    const { code, stderr } = await new Deno.Command("bash", {
      args: [
        ...["-c", `trap '' XFSZ; ulimit -f 16; exec "$0" "$@"`, Deno.execPath()],
        ...["run", "-q", "-A", "--no-check", "scripts/replicate.ts"],
        ...["--from", nats.url, "--lake", lake],
      ],
      stderr: "piped",
    }).output();
    assert.equal(code, 1);
    assert.match(
      new TextDecoder().decode(stderr),
      /^(?:\{.*\}\n)*error: [^\n]*\.live\.dbn cannot be written: [^\n]*; make room and begin again: [^\n]*\n$/,
    );
    const left = await Deno.readFile(pathIn(lake, "2026-02-06"));
    assert.deepEqual(left, Uint8Array.from(SESSION.subarray(0, left.length)));
    await recordsOf(pathIn(lake, "2026-02-06"));
    await Deno.remove(lake, { recursive: true });
  },
});

Deno.test({
  name: "a broker that does not take who asks ends a replica in one line, without what it was told",
  ignore,
  async fn() {
    await using nats = await NatsServer.start(USERS);
    const lake = await Deno.makeTempDir();
    const args = ["replicate", "--from", nats.url, "--lake", lake];
    const { code, err } = await task(args, { NATS_USER: "desk", NATS_PASSWORD: "not-this-one" });
    assert.equal(code, 1);
    assert.match(
      err,
      /^error: 127\.0\.0\.1:\d+ does not take these credentials, or not for this\n$/,
    );
    const creds = new TextEncoder().encode(`no credentials: ${SECRET}`);
    for (const more of [{}, { token: "not-this-one" }, { creds }]) {
      const error = await brokerAt(nats.port, more).catch((error) => error);
      assert.ok(error instanceof BrokerError && error.isRefusal, error.message);
      assert.ok(!error.message.includes("not-this") && !error.message.includes(SECRET));
    }
    await Deno.remove(lake, { recursive: true });
  },
});

Deno.test({
  name: "a broker with TLS is known by its certificate authority, and is not reached without it",
  ignore,
  async fn() {
    await using nats = await NatsServer.start();
    await nats.kill();
    const [cert, key] = ["cert.pem", "key.pem"].map((name) => `${nats.dir}/${name}`);
    const made = await new Deno.Command("openssl", {
      args: [
        ...["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"],
        ...["-keyout", key!, "-out", cert!, "-days", "2", "-subj", "/CN=localhost"],
        ...["-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"],
      ],
      stderr: "null",
    }).output();
    assert.ok(made.success);
    nats.configure(`tls { cert_file: "${cert}", key_file: "${key}" }`);
    await nats.begin();
    const ca = await Deno.readTextFile(cert!);
    await using _broker = await brokerAt(nats.port, { hostname: "localhost", isTls: true, ca });
    await assert.rejects(
      brokerAt(nats.port, { hostname: "localhost", isTls: true }),
      /^BrokerError: localhost:\d+ cannot be reached: /,
    );
  },
});

Deno.test({
  name: "tls:// is not spoken to a broker without it",
  ignore,
  async fn() {
    await using nats = await NatsServer.start();
    await assert.rejects(brokerAt(nats.port, { isTls: true }), /^BrokerError: /);
  },
});

Deno.test("what cannot be published or replicated is refused in one line, and no secret repeated", async () => {
  const record = (...args: string[]) => recordTask(["--gateway", "127.0.0.1:9", ...args]);
  const secret = `nats://desk:${SECRET}@broker:4222`;
  for (
    const [run, code, message] of [
      [() => record("--publish", "broker"), 2, /--publish: "broker" is not a broker's address/],
      [() => record("--publish", secret), 2, /--publish: an address with credentials would show/],
      [() => record("--publish-max-age", "0"), 2, /--publish-max-age: "0" is not a whole number/],
      [() => replicateTask([]), 2, /--from is missing; give the broker's address/],
      [() => replicateTask(["--from", secret]), 2, /--from: an address with credentials would/],
      [() => replicateTask(["--from", `${secret}x`]), 2, /--from: an address with credentials/],
      [
        () => replicateTask(["--from", "nats://b", "--until", "noon"]),
        2,
        /--until: "noon" is not session-end; give that/,
      ],
      [() => replicateTask(["--from", "nats://b", "--symbol", "ESH6"]), 1, /locked to future_mbo/],
      [
        () => replicateTask(["--from", "nats://b", "--nats-creds", "/no/such/file"]),
        1,
        /--nats-creds: \/no\/such\/file cannot be read: No such file/,
      ],
    ] as const
  ) {
    const refusal = refusalOf(await run().catch((error) => error));
    assert.match(refusal.line, message);
    assert.equal(refusal.code, code, refusal.line);
    assert.ok(!refusal.line.includes(SECRET));
  }
});

Deno.test({
  name: "a recorder whose broker is away records all the same, and ends when it is told",
  ignore,
  async fn() {
    const lake = await Deno.makeTempDir();
    await using gateway = new TestGateway({ session: PLAYED, step: () => 0, begun: 300 });
    const recorder = launcher([
      ...["record", "--dt", TODAY, "--from", "session", "--until", "session-end", "--lake", lake],
      ...["--gateway", `127.0.0.1:${gateway.port}`, "--publish", `nats://127.0.0.1:${freePort()}`],
    ], ENV).spawn();
    await grown(pathIn(lake), 300 * MBO.BYTES);
    gateway.reveal(300);
    await grown(pathIn(lake), 600 * MBO.BYTES);
    recorder.kill("SIGTERM");
    const { code, stderr } = await recorder.output();
    const said = new TextDecoder().decode(stderr);
    assert.equal(code, 0, said);
    assert.match(said, /"message":"not published for now: 127\.0\.0\.1:\d+ cannot be reached: /);
    await Deno.remove(lake, { recursive: true });
  },
});

Deno.test({
  name: "what a recorder before had not published is, beside what the next one records",
  ignore,
  async fn() {
    const before = `${Temporal.PlainDate.from(TODAY).subtract({ days: 1 })}`;
    const lake = await Deno.makeTempDir();
    await using nats = await NatsServer.start();
    await using gateway = new TestGateway({ session: PLAYED, step: () => 0, begun: 300 });
    const old = recordingOf(6, 900);
    await Deno.mkdir(pathIn(lake).replace(/\/[^/]*$/, ""), { recursive: true });
    await Deno.writeFile(pathIn(lake, before), old.subarray(0, 20_000));
    await new TestPublisher(pathIn(lake, before), nats.port, {
      dt: before,
      finish: AbortSignal.abort(),
    }).done;
    await Deno.writeFile(pathIn(lake, before), old);
    const recorder = deno([
      ...["run", "-q", "-A", "--no-check", "scripts/record.ts", "--dt", TODAY, "--from", "session"],
      ...["--until", "session-end", "--lake", lake],
      ...["--gateway", `127.0.0.1:${gateway.port}`, "--publish", nats.url],
    ], ENV).spawn();
    await using broker = await brokerAt(nats.port);
    const channel = { dataset: "GLBX.MDP3", symbol: "MNQH6" };
    await until(async () => {
      const last = await broker.lastPiece(channel, before);
      return last !== null && last.offset + last.bytes.length === old.length;
    });
    recorder.kill("SIGTERM");
    assert.equal((await recorder.output()).code, 0);
    await Deno.remove(lake, { recursive: true });
  },
});

Deno.test({
  name: "a server beside a replicator follows what another machine records, and has no recorder",
  ignore,
  async fn() {
    const lake = await Deno.makeTempDir();
    const dt = sessionDateAt(
      { productType: "future_mbo", isEveryDay: false },
      BigInt(Date.now()) * 1_000_000n,
    );
    await using nats = await NatsServer.start();
    await using recording = await GrowingRecording.begin();
    recording.write(SESSION);
    recording.say({ state: "live", bytes: SESSION.length });
    await using _publisher = new TestPublisher(recording.path, nats.port, { dt });
    const { code, said } = await whileServing(
      ["--live", "--replicate", nats.url, "--lake", lake],
      async (address) => {
        await grown(pathIn(lake, dt), SESSION.length);
        await until(async () => {
          const ready = await (await fetch(new URL("/ready", address))).json();
          return JSON.stringify(ready).includes('"live"');
        });
      },
    );
    assert.ok([0, 143].includes(code), said);
    await Deno.remove(lake, { recursive: true });
  },
});
