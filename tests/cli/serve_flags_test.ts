import assert from "node:assert/strict";
import { FlagError } from "../../cli/command.ts";
import { parseServeFlags } from "../../cli/serve_flags.ts";

Deno.test("parseServeFlags() has a default for all that the instrument does not decide", () => {
  assert.deepEqual(parseServeFlags([]), {
    dt: "2026-02-06",
    port: 8002,
    host: "0.0.0.0",
    throttleMs: 25,
    speed: 1,
    maxStreams: 256,
    maxStreamsPerAddress: 64,
    maxMemory: 2048,
    logLevel: "INFO",
  });
});

Deno.test("parseServeFlags() reads every flag", () => {
  const flags = {
    productType: "equity_mbo",
    symbol: "BRK.B",
    dt: "2025-12-31",
    port: 0,
    host: "::1",
    startTime: "09:25",
    throttleMs: 12.5,
    speed: 0.1,
    lake: "/data/lake",
    allowOrigin: ["https://a.example", "http://b.example:81"],
    maxStreams: 8,
    maxStreamsPerAddress: 2,
    maxRuns: 4,
    maxMemory: 512,
    logLevel: "DEBUG",
  };
  const args = "--product-type equity_mbo --symbol BRK.B --dt 2025-12-31 --port 0 --host ::1 " +
    "--start-time 09:25 --throttle-ms 12.5 --speed .1 --lake=/data/lake " +
    "--allow-origin https://a.example http://b.example:81 --max-streams 8 " +
    "--max-streams-per-address=2 --max-runs 4 --max-memory 512 --log-level DEBUG";
  assert.deepEqual(parseServeFlags(args.split(" ")), flags);
});

const WRONG = [
  ["--product-type", "option_mbo"],
  ["--symbol", "../MNQ"],
  ["--dt", "2026-02-30"],
  ["--dt", "06.02.2026"],
  ["--port", "65536"],
  ["--port", "-1"],
  ["--port", "1e3"],
  ["--host", "a b"],
  ["--host", "::::"],
  ["--lake", ""],
  ["--start-time", "24:00"],
  ["--start-time", "9:25"],
  ["--throttle-ms", "-1"],
  ["--throttle-ms", "fast"],
  ["--throttle-ms", ""],
  ["--speed", "0"],
  ["--speed", "1001"],
  ["--speed", "Infinity"],
  ["--allow-origin", "example.com"],
  ["--allow-origin", "https://example.com/path"],
  ["--max-streams", "0"],
  ["--max-streams-per-address", "many"],
  ["--log-level", "debug"],
] as const;

for (const [flag, value] of WRONG) {
  Deno.test(`parseServeFlags() refuses ${flag} ${JSON.stringify(value)} in one line`, () => {
    assert.throws(() => parseServeFlags([`${flag}=${value}`]), (error: Error) => {
      assert.ok(error instanceof FlagError);
      assert.ok(error.message.includes(flag), error.message);
      assert.ok(error.message.includes(JSON.stringify(value)), error.message);
      assert.ok(!error.message.includes("\n"), error.message);
      return true;
    });
  });
}

Deno.test("parseServeFlags() refuses what it does not know", () => {
  assert.throws(() => parseServeFlags(["--nope"]), /FlagError: unknown option '--nope'$/);
  assert.throws(() => parseServeFlags(["thing"]), /FlagError: unexpected argument "thing"$/);
  assert.throws(
    () => parseServeFlags(["--dt"]),
    /FlagError: option '--dt <date>' argument missing$/,
  );
});

Deno.test("--live is of now, and what it records from is said with it alone", () => {
  assert.deepEqual(
    [parseServeFlags(["--live"]).host, parseServeFlags([]).host],
    ["127.0.0.1", "0.0.0.0"],
  );
  assert.equal(parseServeFlags(["--live", "--host", "0.0.0.0"]).host, "0.0.0.0");
  assert.deepEqual(parseServeFlags(["--live", "--gateway", "[::1]:13000"]).gateway, {
    ...{ hostname: "::1", port: 13_000 },
  });
  assert.throws(() => parseServeFlags(["--live", "--dt", "2026-02-06"]), /leave --dt out/);
  assert.throws(() => parseServeFlags(["--gateway", "localhost:13000"]), /give --live too/);
  assert.throws(
    () => parseServeFlags(["--from", "session"]),
    /--from is about what --live records/,
  );
  assert.throws(() => parseServeFlags(["--live", "--gateway", "nowhere"]), /--gateway: "nowhere"/);
  assert.throws(() => parseServeFlags(["--live", "--from", "09:30"]), /snapshot, session/);
});

Deno.test("what is recorded is published, or what is replicated is followed, never both", () => {
  const broker = { hostname: "broker", port: 4222, isTls: false };
  assert.deepEqual(parseServeFlags(["--live", "--replicate", "nats://broker"]).replicate, broker);
  assert.deepEqual(parseServeFlags(["--live", "--publish", "nats://broker"]).publish, broker);
  for (
    const [args, message] of [
      [["--replicate", "nats://broker"], /--replicate is about what --live records/],
      [
        ["--live", "--replicate", "nats://b", "--publish", "nats://b"],
        /--publish is about what is/,
      ],
      [["--live", "--replicate", "nats://b", "--from", "session"], /--from is about what is/],
      [["--live", "--nats-ca", "ca.pem"], /give --publish or --replicate too/],
      [["--live", "--replicate", "broker"], /--replicate: "broker" is not a broker's address/],
    ] as const
  ) assert.throws(() => parseServeFlags(args), message);
});
