/** WebSocket clients that break the protocol, or use it to wear the server out. */
import assert from "node:assert/strict";
import { PATIENCE } from "../../server/listener.ts";
import { configureLog } from "../../server/log.ts";
import { MAX_CONTROL_LENGTH, MAX_MESSAGE_BYTES } from "../../server/stream/controls.ts";
import { SMALL_START } from "../small_session.ts";
import {
  answerTo,
  closeCodeOf,
  frame,
  framesAfter,
  OPCODE,
  untilClosed,
  upgrade,
} from "./raw_client.ts";
import { type ServedSession, serveSmall } from "./served_session.ts";

const { CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG } = OPCODE;
const QUERY = `start_time=${SMALL_START}&speed=0.1`;
const ANALYSIS = "/v1/regime/analysis";
const ANALYSIS_QUERY = "start_time=09:10&eval_start=09:15&eval_end=09:40";
const STREAM = "/v1/vacuum-pressure/stream";

/** What a server has counted of a kind of error. */
async function errorsOf({ server }: ServedSession, kind: string): Promise<number> {
  const { values } = await server.service.metrics.errorsTotal.get();
  return values.find(({ labels }) => labels.kind === kind)?.value ?? 0;
}

function* endless(first: Uint8Array, next: Uint8Array): Generator<Uint8Array> {
  yield first;
  for (;;) yield next;
}

const half = "x".repeat(MAX_MESSAGE_BYTES / 2);
const bad = new Uint8Array([0xc3, 0x28]);
const code = (value: number) => new Uint8Array([value >> 8, value & 255]);

const CASES: [what: string, sends: () => Iterable<Uint8Array>, code: number][] = [
  [
    "fragments without end",
    () =>
      endless(
        frame(TEXT, half, { isFragment: true }),
        frame(CONTINUATION, half, { isFragment: true }),
      ),
    1009,
  ],
  [
    "empty fragments without end",
    () =>
      endless(frame(TEXT, "", { isFragment: true }), frame(CONTINUATION, "", { isFragment: true })),
    1008,
  ],
  ["a frame that claims a terabyte", () => [frame(TEXT, "", { claims: 2 ** 40 })], 1009],
  [
    "a frame that claims more than a number holds",
    () => [frame(BINARY, "", { claims: 2 ** 60 })],
    1009,
  ],
  [
    "a frame that claims a byte too many",
    () => [frame(TEXT, "", { claims: MAX_MESSAGE_BYTES + 1 })],
    1009,
  ],
  ["a control that is too long", () => [frame(TEXT, "x".repeat(MAX_CONTROL_LENGTH + 1))], 1009],
  ["bytes that are too long", () => [frame(BINARY, new Uint8Array(MAX_CONTROL_LENGTH + 1))], 1009],
  ["a frame without a mask", () => [frame(TEXT, "{}", { isUnmasked: true })], 1002],
  ["a reserved bit", () => [frame(TEXT, "{}", { reserved: 0x40 })], 1002],
  ["an opcode that is none", () => [frame(3, "{}")], 1002],
  ["a continuation of nothing", () => [frame(CONTINUATION, "{}")], 1002],
  [
    "a message within a message",
    () => [frame(TEXT, "{", { isFragment: true }), frame(TEXT, "}")],
    1002,
  ],
  ["a long ping", () => [frame(PING, "x".repeat(126))], 1002],
  ["a ping in fragments", () => [frame(PING, "", { isFragment: true })], 1002],
  ["text that is not UTF-8", () => [frame(TEXT, bad)], 1007],
  [
    "a close whose reason is not UTF-8",
    () => [frame(CLOSE, new Uint8Array([3, 232, ...bad]))],
    1007,
  ],
  ["a close with a code for no frame", () => [frame(CLOSE, code(1005))], 1002],
  ["a close with an unknown code", () => [frame(CLOSE, code(999))], 1002],
  ["a close of one byte", () => [frame(CLOSE, new Uint8Array(1))], 1002],
];

for (const [what, sends, expected] of CASES) {
  Deno.test(`${what} is closed with ${expected}`, async () => {
    await using served = await serveSmall();
    const frames = await framesAfter(served.server.port, QUERY, [
      ...limited(sends()),
      frame(CLOSE, code(1000)),
    ]);
    assert.equal(closeCodeOf(frames), expected);
  });
}

/** What is endless, as far as a client gets with it that wants to hear the answer. */
function limited(sends: Iterable<Uint8Array>): Uint8Array[] {
  return Iterator.from(sends).take(MAX_FRAMES).toArray();
}

/** More than any message may have. */
const MAX_FRAMES = 1_000;

Deno.test("a client that sends one message without end is dropped, and its place is free again", async () => {
  const patience = { ...PATIENCE, closing: 500 };
  await using served = await serveSmall(undefined, {}, { patience });
  const { port } = served.server;
  using asked = await upgrade(port, QUERY);
  assert.equal(asked.status, 101);
  const piece = frame(CONTINUATION, half, { isFragment: true });
  let sent = 0;
  const sending = (async () => {
    await asked.connection.write(frame(TEXT, half, { isFragment: true }));
    for (;; sent++) await asked.connection.write(piece);
  })();
  // It answers no close frame and goes on until it is cut off.
  await assert.rejects(sending);
  assert.ok(sent > 0);
  await using _closed = { [Symbol.asyncDispose]: () => untilClosed(asked.connection) };
  while (served.server.service.streams.connections.taken > 0) {
    await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  }
});

for (const [name, opcode] of [["pings", PING], ["pongs", PONG]] as const) {
  Deno.test(`${name} are bounded as controls are`, async () => {
    await using served = await serveSmall();
    const before = await errorsOf(served, "flood");
    const flood = Array.from({ length: 2_000 }, () => frame(opcode, "x"));
    const frames = await framesAfter(served.server.port, QUERY, [
      new Uint8Array(await new Blob(flood).arrayBuffer()),
      frame(CLOSE, code(1000)),
    ]);
    assert.equal(closeCodeOf(frames), 1008);
    assert.ok(frames.filter(({ opcode }) => opcode === PONG).length <= 50);
    assert.equal(await errorsOf(served, "flood") - before, 1);
  });
}

Deno.test("messages to an analysis, which hears none, are bounded as controls are", async () => {
  await using served = await serveSmall();
  const before = await errorsOf(served, "flood");
  const flood = Array.from({ length: 2_000 }, () => frame(TEXT, "{}"));
  const frames = await framesAfter(served.server.port, ANALYSIS_QUERY, [
    new Uint8Array(await new Blob(flood).arrayBuffer()),
    frame(CLOSE, code(1000)),
  ], ANALYSIS);
  assert.equal(closeCodeOf(frames), 1008);
  assert.equal(await errorsOf(served, "flood") - before, 1);
  while (served.server.service.analyses.connections.taken > 0) {
    await (await fetch(`http://127.0.0.1:${served.server.port}/metrics`)).text();
  }
});

Deno.test("a ping is answered with what it carries", async () => {
  await using served = await serveSmall();
  const frames = await framesAfter(served.server.port, QUERY, [
    frame(PING, "are you there"),
    frame(CLOSE, code(1000)),
  ]);
  const pong = frames.find(({ opcode }) => opcode === PONG);
  assert.equal(new TextDecoder().decode(pong?.payload), "are you there");
  assert.equal(closeCodeOf(frames), 1000);
});

Deno.test("a connection that asks and asks without reading is dropped, one after the other is not", async () => {
  await using served = await serveSmall();
  const { port } = served.server;
  const before = await errorsOf(served, "flood");
  const request = ["GET /health HTTP/1.1", "Host: 127.0.0.1", ""];
  const last = ["GET /health HTTP/1.1", "Host: 127.0.0.1", "Connection: close"];
  const many = Array.from({ length: 100 }, () => request).flat();
  const answers = (text: string) => text.match(/HTTP\/1.1 200 /g)?.length ?? 0;
  const flooded = await answerTo(port, ...many, ...last).catch(() => "");
  assert.ok(answers(flooded) <= 4, `${answers(flooded)} answers`);
  assert.equal(await errorsOf(served, "flood") - before, 1);
  using connection = await Deno.connect({ hostname: "127.0.0.1", port });
  const bytes = new Uint8Array(1 << 16);
  for (let i = 0; i < 10; i++) {
    await connection.write(new TextEncoder().encode([...request, ""].join("\r\n")));
    const n = await connection.read(bytes);
    assert.equal(answers(new TextDecoder().decode(bytes.subarray(0, n!))), 1);
  }
});

const UPGRADE = ["Connection: Upgrade", "Upgrade: websocket"];
const VERSION = "Sec-WebSocket-Version: 13";
const KEY = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==";

for (
  const [what, ...lines] of [
    ["no key", "Host: 127.0.0.1", ...UPGRADE, VERSION],
    ["a key that is too short", "Host: 127.0.0.1", ...UPGRADE, VERSION, "Sec-WebSocket-Key: abc"],
    ["an old version", "Host: 127.0.0.1", ...UPGRADE, "Sec-WebSocket-Version: 8", KEY],
    ["no version", "Host: 127.0.0.1", ...UPGRADE, KEY],
    ["a port that is none", "Host: a:99999", ...UPGRADE, VERSION, KEY],
    ["an IPv6 zone", "Host: [fe80::1%25eth0]", ...UPGRADE, VERSION, KEY],
    ["a name that is none", "Host: xn--", ...UPGRADE, VERSION, KEY],
    ["an address that is none", "Host: 1.2.3.256", ...UPGRADE, VERSION, KEY],
    ["a path in its host", "Host: 127.0.0.1/a", ...UPGRADE, VERSION, KEY],
    ["a user in its host", "Host: a@127.0.0.1", ...UPGRADE, VERSION, KEY],
    ["two hosts", "Host: 127.0.0.1", "Host: elsewhere.example", ...UPGRADE, VERSION, KEY],
    ["no host", ...UPGRADE, VERSION, KEY],
    [
      "no Connection header",
      "Host: 127.0.0.1",
      "Upgrade: websocket",
      VERSION,
      KEY,
      "Connection: close",
    ],
  ]
) {
  Deno.test(`an upgrade with ${what} gets 400, is counted, and leaves no stack in the log`, async () => {
    await using served = await serveSmall();
    const { port } = served.server;
    const before = await errorsOf(served, "request");
    const said: string[] = [];
    const { error } = console;
    console.error = (line: string) => said.push(line);
    configureLog("DEBUG");
    try {
      assert.match(await answerTo(port, `GET ${STREAM} HTTP/1.1`, ...lines), /^HTTP\/1.1 400 /);
    } finally {
      console.error = error;
      configureLog("INFO");
    }
    assert.equal(await errorsOf(served, "request") - before, 1);
    assert.doesNotMatch(said.join("\n"), /\n? +at /);
    assert.equal(served.server.service.streams.connections.taken, 0);
  });
}

Deno.test("an upgrade that is not to a WebSocket is answered as if it were none", async () => {
  await using served = await serveSmall();
  const h2c = ["Host: 127.0.0.1", "Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c"];
  const answer = await answerTo(served.server.port, "GET /health HTTP/1.1", ...h2c);
  assert.match(answer, /^HTTP\/1.1 200 OK\r\n.*"status":"ok"/s);
});

Deno.test("a client that reads nothing and answers nothing is dropped after two silences", async () => {
  const clock = { ms: 0 };
  await using served = await serveSmall(undefined, { idleSeconds: 30 }, { wall: () => clock.ms });
  const { port, listener } = served.server;
  using dead = await upgrade(port, `start_time=${SMALL_START}&speed=1000`);
  assert.equal(dead.status, 101);
  assert.equal(served.server.service.streams.connections.taken, 1);
  clock.ms = 59_999;
  listener.attend();
  assert.equal(served.server.service.streams.connections.taken, 1);
  clock.ms = 60_000;
  listener.attend();
  await untilClosed(dead.connection);
  while (served.server.service.streams.connections.taken > 0) {
    await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  }
});
