/** The recorder as its user starts it: processes, signals, permissions, flags. */
import assert from "node:assert/strict";
import { MBO } from "dbn-ts";
import { isRecorded, readRecordingState, recordingPaths } from "../../engine/source/recording.ts";
import { clockOf, midnightNs } from "../../engine/session.ts";
import { recordTask } from "../../scripts/record.ts";
import { parseRecordFlags } from "../../scripts/record/flags.ts";
import { loadInstrument } from "../../engine/instrument.ts";
import { projectFile } from "../project.ts";
import { refusalOf } from "../../cli/command.ts";
import { childOf, deno, launcher, task } from "../launcher.ts";
import { TEST_KEY, TestGateway } from "./gateway.ts";
import { freePort } from "./nats.ts";
import { orderSession } from "./order_session.ts";
import { recordsOf } from "./recording.ts";

const SESSION = orderSession(11, 600, true);
const DT = Temporal.Now.zonedDateTimeISO("UTC").toPlainDate().toString();
/** The end of its first minute, New York. */
const FIRST_MINUTE = clockOf(midnightNs(DT) + 60_000_000_000n);
const ENV = { DATABENTO_API_KEY: TEST_KEY };

/** What a recorder of today is told, with a gateway of records from long before. */
function recordArgs(lake: string, port: number): string[] {
  const where = ["--gateway", `127.0.0.1:${port}`, "--lake", lake];
  return ["--dt", DT, "--from", "session", "--until", "session-end", ...where];
}

function pathOf(lake: string): string {
  const instrument = { productType: "future_mbo", symbol: "MNQH6", symbolRoot: "MNQ" } as const;
  return recordingPaths({ lake, dataset: "GLBX.MDP3", dt: DT, ...instrument }).data;
}

/** Waits until a recording has so many bytes. */
async function grown(path: string, bytes: number): Promise<void> {
  for (;;) {
    const found = await Deno.stat(path).catch(() => null);
    if (found !== null && found.size >= bytes) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

Deno.test("a recorder that SIGKILL ends is gone on with; TERM stops one, and its key is nowhere", async () => {
  const lake = await Deno.makeTempDir();
  const path = pathOf(lake);
  {
    await using gateway = new TestGateway({ session: SESSION, step: () => 0, begun: 300 });
    const args = recordArgs(lake, gateway.port);
    const killed = deno(["run", "-q", "-A", "scripts/record.ts", ...args], ENV).spawn();
    await grown(path, 300 * MBO.BYTES);
    assert.equal(await isRecorded(path), true);
    killed.kill("SIGKILL");
    await killed.output();
    assert.equal(await isRecorded(path), false);
    const left = await Deno.readFile(path);
    await Deno.writeFile(path, left.subarray(0, left.length - 20));

    gateway.reveal(150);
    const second = launcher(["record", ...args], ENV).spawn();
    await grown(path, 450 * MBO.BYTES);
    const [child] = (await Deno.readTextFile(`/proc/${second.pid}/task/${second.pid}/children`))
      .trim().split(" ");
    for (const pid of [child, second.pid]) {
      assert.ok(!(await Deno.readTextFile(`/proc/${pid}/cmdline`)).includes(TEST_KEY));
    }
    const refused = await task(["record", ...args], ENV);
    assert.equal(refused.code, 1);
    assert.match(refused.err, /^(?:\{.*\}\n)*error: another recorder writes [^\n]*\n$/);
    gateway.reveal(1_000);
    await grown(path, SESSION.length);
    second.kill("SIGTERM");
    const { code, stdout, stderr } = await second.output();
    const said = new TextDecoder().decode(stderr);
    assert.equal(code, 0, said);
    assert.equal(stdout.length, 0);
    for (const line of said.trim().split("\n")) assert.ok(JSON.parse(line).time);
    assert.ok(!(said + refused.err).includes(TEST_KEY));
  }
  assert.deepEqual((await recordsOf(path)).mbo, SESSION);
  const state = await readRecordingState(path);
  assert.deepEqual([state!.state, state!.gaps], ["stopped", 0]);
  await Deno.remove(lake, { recursive: true });
});

Deno.test("a server that is killed is started again, and its recorder goes on meanwhile", async () => {
  const lake = await Deno.makeTempDir();
  const path = pathOf(lake);
  {
    await using gateway = new TestGateway({ session: SESSION, step: () => 0, begun: 300 });
    const where = ["--gateway", `127.0.0.1:${gateway.port}`, "--lake", lake];
    const args = ["serve", "--live", "--port", `${freePort()}`, "--from", "session", ...where];
    const launched = launcher(args, ENV).spawn();
    await grown(path, 300 * MBO.BYTES);
    const before = await childOf(launched.pid, "main.ts");
    Deno.kill(before!, "SIGKILL");
    for (;;) {
      const now = await childOf(launched.pid, "main.ts");
      if (now !== null && now !== before) break;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    gateway.reveal(100);
    await grown(path, 400 * MBO.BYTES);
    assert.equal(gateway.clients, 1);
    launched.kill("SIGTERM");
    const { code, stderr } = await launched.output();
    const said = new TextDecoder().decode(stderr);
    assert.match(said, /^the server ended with code 137; it is started again in 1 s$/m);
    assert.ok([0, 143].includes(code), said);
  }
  await Deno.remove(lake, { recursive: true });
});

Deno.test("a disk that is full ends it with one line, and whole records are left", async () => {
  const lake = await Deno.makeTempDir();
  const path = pathOf(lake);
  {
    await using gateway = new TestGateway({ session: SESSION });
    // The system lets no file grow above so many blocks of 1 KiB.
    const { code, stderr } = await new Deno.Command("bash", {
      args: [
        ...["-c", `trap '' XFSZ; ulimit -f 16; exec "$0" "$@"`, Deno.execPath()],
        ...["run", "-q", "-A", "--no-check", "scripts/record.ts"],
        ...recordArgs(lake, gateway.port),
      ],
      env: ENV,
      stdout: "piped",
      stderr: "piped",
    }).output();
    assert.equal(code, 1);
    const said = new TextDecoder().decode(stderr);
    assert.match(
      said,
      /\nerror: [^\n]*\.live\.dbn cannot be written: [^\n]*: it goes on from here\n$/,
    );
  }
  const { mbo } = await recordsOf(path);
  assert.deepEqual(mbo, SESSION.subarray(0, mbo.length));
  // What went in whole stays: whoever follows the file may have read it.
  assert.ok(Deno.statSync(path).size > 16 * 1024 - MBO.BYTES);
  await Deno.remove(lake, { recursive: true });
});

Deno.test("what cannot be recorded is refused in one line, before anybody is asked", async () => {
  const lake = await Deno.makeTempDir();
  await Deno.writeTextFile(`${lake}/raw`, "no folder");
  // This machine is asked without a key.
  const gateway = ["--gateway", "127.0.0.1:9"];
  for (
    const [args, code, message] of [
      [["--from", "noon"], 2, /--from: "noon" is none of snapshot, session or a time of day/],
      [["--from", "09:30", "--dt", "2026-02-06"], 2, /--from 09:30: .* 19:00, with which/],
      [["--until", "02:00:99"], 2, /--until: "02:00:99" is none of session-end/],
      [["--gateway", "nowhere"], 2, /--gateway: "nowhere" is not a host and a port/],
      [["--dataset", "a|b"], 2, /--dataset: "a\|b" is not a dataset/],
      [["--heartbeat-seconds", "0"], 2, /--heartbeat-seconds: "0" is not a whole number/],
      [["--symbol", "ESH6"], 1, /locked to future_mbo MNQH6/],
      [
        ["--dt", "2026-02-06", "--lake", `${lake}/none`, ...gateway],
        1,
        /the session of 2026-02-06 is over, and/,
      ],
      [
        ["--until", FIRST_MINUTE, "--dt", DT, "--lake", `${lake}/none`, ...gateway],
        1,
        /--until: [\d:]+ on [\d-]+ is over, and there is no recording to go on with; give a later/,
      ],
      [
        ["--dt", "2199-02-06", "--lake", lake, ...gateway],
        1,
        /\.live\.dbn: Not a directory [^\n]*/,
      ],
    ] as const
  ) {
    const error = await recordTask([...args]).catch((error) => error);
    const refusal = refusalOf(error);
    assert.match(refusal.line, message);
    assert.equal(refusal.code, code, refusal.line);
  }
  await Deno.remove(lake, { recursive: true });
});

Deno.test("without a key it says where to get one", async () => {
  const { code, err } = await task(["record"], { DATABENTO_API_KEY: "" });
  assert.deepEqual(code, 1);
  assert.match(err, /^error: DATABENTO_API_KEY is set neither in the environment nor in \.env;/);
});

Deno.test("simulate plays gateway: what is recorded of it is simulated, and of today", async () => {
  const lake = await Deno.makeTempDir();
  const port = freePort();
  const player = launcher(["simulate", "--gateway", `${port}`]).spawn();
  const reader = player.stdout.pipeThrough(new TextDecoderStream()).getReader();
  assert.equal((await reader.read()).value, `127.0.0.1:${port}\n`);
  const recorder = launcher(["record", ...recordArgs(lake, port)], ENV).spawn();
  const path = pathOf(lake).replace("source=databento", "source=simulator")
    .replace("glbx-mdp3", "simulated-mdp3");
  await grown(path, 1_000 * MBO.BYTES);
  recorder.kill("SIGTERM");
  assert.equal((await recorder.output()).code, 0);
  player.kill("SIGTERM");
  await reader.cancel();
  assert.equal((await player.status).code, 0);
  await player.stderr.cancel();
  assert.ok((await recordsOf(path)).mbo.length >= 900 * MBO.BYTES);
  await Deno.remove(lake, { recursive: true });
});

Deno.test("record begins with today at a gateway of its own, and else with a day that has a session", () => {
  const saturday = BigInt(Date.UTC(2026, 1, 7, 12)) * 1_000_000n;
  const instrument = loadInstrument(projectFile("instrument.yaml"));
  const dtOf = (...args: string[]) => parseRecordFlags(args, () => instrument, saturday).part.dt;
  // As the server beside it does.
  assert.equal(dtOf("--gateway", "localhost:13000"), "2026-02-07");
  assert.equal(dtOf("--gateway", "localhost:13000", "--dt", "2026-02-14"), "2026-02-14");
  assert.equal(dtOf(), "2026-02-08");
  assert.throws(
    () => dtOf("--dt", "2026-02-14"),
    /--dt: 2026-02-14 has no session, and the next is that of 2026-02-15; record that/,
  );
});
