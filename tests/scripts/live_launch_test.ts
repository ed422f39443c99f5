/** The recorder beside a server: what it is told, and when it is started again. */
import assert from "node:assert/strict";
import { launcher } from "../launcher.ts";
import { supervise, writerOf } from "../../scripts/launch/recorder.ts";

Deno.test("a recorder is told what is its own of a server's flags, and so is a replicator", () => {
  const args = ["--live", "--port=9000", "--lake", "/data", "--gateway=localhost:13000"];
  assert.deepEqual(writerOf(args), {
    ...{ task: "record", name: "recorder" },
    args: ["--lake=/data", "--gateway=localhost:13000"],
  });
  assert.deepEqual(writerOf(["--live", "--symbol", "ESH6", "--log-level", "DEBUG"]).args, [
    "--symbol=ESH6",
    "--log-level=DEBUG",
  ]);
  const broker = ["--replicate", "tls://broker", "--nats-creds", "edge.creds"];
  assert.deepEqual(writerOf(["--live", "--lake", "/data", ...broker]), {
    ...{ task: "replicate", name: "replicator" },
    args: ["--lake=/data", "--nats-creds=edge.creds", "--from=tls://broker"],
  });
  assert.deepEqual(writerOf(["--live", "--publish=nats://broker"]).args, [
    "--publish=nats://broker",
  ]);
});

/** Lives of a recorder: how long each lasts, milliseconds, and its exit code. */
async function supervised(lives: readonly (readonly [lastsMs: number, code: number])[]) {
  let ms = 0;
  const left = [...lives];
  const waits: number[] = [];
  const said: string[] = [];
  const over = new AbortController();
  const code = await supervise({
    name: "recorder",
    run: () => {
      const [lastsMs, code] = left.shift()!;
      ms += lastsMs;
      if (left.length === 0 && code !== 0) over.abort();
      return Promise.resolve(code);
    },
    say: (line) => said.push(line),
    now: () => ms,
    sleep: (wait) => {
      waits.push(wait);
      ms += wait;
      return Promise.resolve();
    },
  }, over.signal);
  return { code, waits, said, left: left.length };
}

Deno.test("a recorder that says at once what is wrong is not started again", async () => {
  for (const code of [1, 2]) {
    assert.deepEqual(await supervised([[300, code], [300, 0]]), {
      ...{ code, waits: [], said: [], left: 1 },
    });
  }
});

Deno.test("a recorder that is killed, or fails after it has begun, is started again, ever later", async () => {
  const { code, waits, said } = await supervised(
    [
      ...[[10, 137], [10, 137], [10, 137], [40_000, 1], [10, 1], [10, 1], [10, 137], [10, 137]],
      ...[[10, 137], [10, 137], [10, 137], [10, 0]],
    ] as const,
  );
  assert.equal(code, 0);
  assert.deepEqual(
    waits,
    [1, 2, 4, 1, 2, 4, 8, 16, 32, 60, 60].map((seconds) => seconds * 1_000),
  );
  assert.equal(said[0], "the recorder ended with code 137; it is started again in 1 s");
});

Deno.test("a recorder that was told to end is not started again", async () => {
  assert.deepEqual(await supervised([[60_000, 143]]), {
    ...{ code: 143, waits: [], said: [], left: 0 },
  });
});

Deno.test("nothing is recorded of what the server refuses, and its own line alone is said", async () => {
  const lake = await Deno.makeTempDir();
  for (
    const [wrong, message] of [
      [["--dt", "2026-02-06"], /^error: --live follows the current session; leave --dt out/],
      [["--gateway", "nowhere"], /^error: --gateway: "nowhere" is not a host and a port/],
      [["--port", "none"], /^error: --port: "none" is not/],
    ] as const
  ) {
    // A gateway of this machine is asked without a key.
    const args = ["serve", "--live", "--lake", lake, "--gateway", "127.0.0.1:9", ...wrong];
    const { code, stdout, stderr } = await launcher(args).output();
    const said = new TextDecoder().decode(stderr);
    assert.deepEqual([code, stdout.length, said.trimEnd().split("\n").length], [2, 0, 1], said);
    assert.match(said, message);
    assert.deepEqual([...Deno.readDirSync(lake)], []);
  }
  await Deno.remove(lake, { recursive: true });
});
