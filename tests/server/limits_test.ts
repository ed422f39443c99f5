/** Who is let in, how many, and what becomes of clients that are dead or greedy. */
import assert from "node:assert/strict";
import { guardHost, MAX_TARGET_LENGTH } from "../../server/host_guard.ts";
import { ConnectionLimits } from "../../server/connection_limits.ts";
import { whileServing } from "../launcher.ts";
import { SMALL_DT, SMALL_START, smallLake } from "../small_session.ts";
import { ask, type RawUpgrade, untilClosed, upgrade } from "./raw_client.ts";
import { plainGrids, serveSmall } from "./served_session.ts";
import { StreamReader } from "./stream_client.ts";

const START = `start_time=${SMALL_START}`;
/** Some two minutes before the session's end. */
const LATE = "09:37";

const ANALYSIS = "/v1/regime/analysis";

/** Opens a stream, asking until those that were closed before it have left. */
async function letIn(port: number, path?: string): Promise<RawUpgrade> {
  for (;;) {
    const asked = await upgrade(port, START, {}, path);
    if (asked.status !== 429 && asked.status !== 503) return asked;
    asked[Symbol.dispose]();
  }
}

Deno.test("guardHost() takes localhost, addresses, --host and the hosts of --allow-origin alone", () => {
  const settings = { host: "Desk.example", allowOrigins: ["https://desk2.example:8443"] };
  const status = (url: string) => guardHost(new URL(url), settings)?.status ?? null;
  for (
    const known of [
      "http://localhost:8002/",
      "http://127.0.0.1:8002/",
      "http://[::1]:8002/",
      "http://10.1.2.3/",
      "http://desk.example:9000/",
      "http://desk2.example:8443/",
    ]
  ) assert.equal(status(known), null, known);
  for (
    const foreign of [
      "http://evil.example:8002/",
      "http://localhost.evil.example/",
      "http://127.0.0.1.evil.example/",
      "http://desk2.example:9000/",
      "http://xdesk.example/",
    ]
  ) assert.equal(status(foreign), 421, foreign);
});

Deno.test("guardHost() bounds path and query", () => {
  const settings = { host: "localhost", allowOrigins: [] };
  const status = (length: number) =>
    guardHost(new URL(`http://localhost/${"a".repeat(length - 1)}`), settings)?.status ?? null;
  assert.equal(status(MAX_TARGET_LENGTH), null);
  assert.equal(status(MAX_TARGET_LENGTH + 1), 414);
});

Deno.test("a name that points here but is not ours gets neither page nor stream", async () => {
  await using served = await serveSmall();
  const { port } = served.server;
  using foreign = await upgrade(port, START, { Host: `evil.example:${port}` });
  assert.equal(foreign.status, 421);
  using samePage = await upgrade(port, START, {
    Host: `evil.example:${port}`,
    Origin: `http://evil.example:${port}`,
  });
  assert.equal(samePage.status, 421);
  for (const path of ["/vacuum-pressure", "/health", "/vacuum_pressure.css"]) {
    using connection = await Deno.connect({ hostname: "127.0.0.1", port });
    await connection.write(new TextEncoder().encode(
      `GET ${path} HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n`,
    ));
    assert.match(await new Response(connection.readable).text(), /^HTTP\/1.1 421 /, path);
  }
  using ours = await upgrade(port, START);
  assert.equal(ours.status, 101);
});

Deno.test("streams past the limit of an address or of the server are refused, and room comes back", async () => {
  await using served = await serveSmall(undefined, { maxStreams: 3, maxStreamsPerAddress: 2 });
  const { server } = served;
  const open = [server.connect(START), server.connect(START)];
  for (const stream of open) await stream.until("runtime_config");
  using third = await upgrade(server.port, START);
  assert.equal(third.status, 429);
  assert.match(third.answer, /127\.0\.0\.1 has as many streams open/);
  await open[0]!.close();
  using again = await letIn(server.port);
  assert.equal(again.status, 101);
  await open[1]!.close();
});

Deno.test("a full server says so to whoever comes next", async () => {
  await using served = await serveSmall(undefined, { maxStreams: 1 });
  const stream = served.server.connect(START);
  await stream.until("runtime_config");
  using next = await upgrade(served.server.port, START);
  assert.equal(next.status, 503);
  assert.match(next.answer, /retry-after: 10/i);
  await stream.close();
});

Deno.test("analyses have connections of their own under the same limits, and give them back", async () => {
  await using served = await serveSmall(undefined, { maxStreams: 2, maxStreamsPerAddress: 1 });
  const { port } = served.server;
  const first = await upgrade(port, START, {}, ANALYSIS);
  assert.equal(first.status, 101);
  using second = await upgrade(port, START, {}, ANALYSIS);
  assert.equal(second.status, 429);
  assert.match(second.answer, /127\.0\.0\.1 has as many analyses open as one address may/);
  using stream = await letIn(port);
  assert.equal(stream.status, 101);
  first[Symbol.dispose]();
  using next = await letIn(port, ANALYSIS);
  assert.equal(next.status, 101);
});

Deno.test("a client that gives no sign of life is let go, and its place is free again", async () => {
  const clock = { ms: 0 };
  const settings = { idleSeconds: 30, maxStreams: 1 };
  await using served = await serveSmall(undefined, settings, { wall: () => clock.ms });
  const { port, listener } = served.server;
  using dead = await upgrade(port, `${START}&speed=0.1`);
  assert.equal(dead.status, 101);
  using early = await upgrade(port, START);
  assert.equal(early.status, 503);
  // It reads, but answers no ping.
  for (clock.ms = 30_000; clock.ms <= 60_000; clock.ms += 30_000) listener.attend();
  await untilClosed(dead.connection);
  using next = await letIn(port);
  assert.equal(next.status, 101);
});

Deno.test("clients that vanish while they are being let in leave no place taken", async () => {
  await using served = await serveSmall(undefined, { idleSeconds: 1, maxStreamsPerAddress: 16 });
  const { server } = served;
  for (let i = 0; i < 16; i++) {
    const gone = await upgrade(server.port, START);
    gone[Symbol.dispose]();
  }
  // Each of these is let in only when the connections of those before it have come back.
  for (let i = 0; i < 16; i++) {
    using next = await letIn(server.port);
    assert.equal(next.status, 101);
  }
});

Deno.test("clients that leave before their socket opens take no place for long", async () => {
  await using made = await smallLake();
  const args = ["--lake", made.lake, "--dt", SMALL_DT];
  const { code } = await whileServing(args, async (address) => {
    const taken = async () => (await (await fetch(new URL("/health", address))).json()).streams;
    for (let i = 0; i < 30; i++) (await ask(Number(address.port), START)).close();
    while (await taken() > 0);
  });
  assert.equal(code, 0);
});

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  Deno.test(`${signal} closes streams with 1001 and ends the server with 0`, async () => {
    await using made = await smallLake();
    let closed: Promise<{ code: number; reason: string }>;
    const args = ["--lake", made.lake, "--dt", SMALL_DT];
    const { code } = await whileServing(
      args,
      async ({ port }) => {
        const stream = new StreamReader(Number(port), `${START}&speed=1`);
        await stream.until("runtime_config");
        closed = stream.closed;
      },
      {},
      signal,
    );
    assert.deepEqual(await closed!, { code: 1001, reason: "the server stops" });
    assert.equal(code, 0);
  });
}

Deno.test("a client that stops reading is bounded, and the streams of others are whole", async () => {
  await using served = await serveSmall();
  const { server } = served;
  const query = `start_time=${LATE}&speed=1000`;
  const expected = (await plainGrids(served, LATE)).length;
  using stuck = await upgrade(server.port, query);
  assert.equal(stuck.status, 101);
  const others = [1, 2, 3].map(() => server.connect(query));
  for (const stream of others) {
    const messages = await stream.rest();
    const grids = messages.filter((m) => m instanceof Uint8Array).length;
    const dropped = messages.reduce(
      (sum, m) => sum + (m instanceof Uint8Array || m.type !== "lag" ? 0 : m.dropped),
      0,
    );
    assert.equal(grids + dropped, expected);
    assert.deepEqual(await stream.closed, { code: 1000, reason: "end_of_file" });
  }
});

Deno.test("credit bounds the grids that are on their way; acknowledging lets the newest follow", async () => {
  await using served = await serveSmall();
  const stream = served.server.connect(`start_time=${LATE}&speed=1000&credit=3`);
  let taken = 0;
  let dropped = 0;
  let unanswered = 0;
  for (let message = await stream.next(); message; message = await stream.next()) {
    if (message instanceof Uint8Array) {
      taken++;
      assert.ok(++unanswered <= 3 || taken > 3);
      if (unanswered === 3) {
        stream.socket.send(JSON.stringify({ type: "ack", grids: taken }));
        unanswered = 0;
      }
    } else if (message.type === "lag") dropped += message.dropped;
    else assert.notEqual(message.type, "error");
  }
  assert.deepEqual(await stream.closed, { code: 1000, reason: "end_of_file" });
  assert.ok(taken >= 3);
  assert.equal(taken + dropped, (await plainGrids(served, LATE)).length);
});

Deno.test("an acknowledgement that cannot be true gets an error, and the stream goes on", async () => {
  await using served = await serveSmall();
  const stream = served.server.connect(`${START}&speed=10&credit=100`);
  await stream.until("grid_update");
  for (const grids of [1_000_000, -1, 0.5, "1"]) {
    stream.socket.send(JSON.stringify({ type: "ack", grids }));
    assert.match((await stream.until("error")).message, /^ack of /);
  }
  await stream.until("grid_update");
  await stream.close();
});

Deno.test("ConnectionLimits bounds how often an address opens streams, and lets it again after a while", () => {
  let ms = 0;
  const connections = new ConnectionLimits(() => ms);
  const limits = { maxStreams: 100, maxStreamsPerAddress: 4 };
  const comeAndGo = (address: string) => {
    const refusal = connections.refusal(address, limits);
    if (refusal === null) connections.take(address)();
    return refusal;
  };
  for (let i = 0; i < 8; i++) assert.equal(comeAndGo("a"), null, `${i}`);
  assert.equal(comeAndGo("a"), "too often");
  assert.equal(comeAndGo("b"), null, "another address");
  ms += 4_000;
  assert.equal(comeAndGo("a"), null, "one in 4 s");
  assert.equal(comeAndGo("a"), "too often");
  assert.equal(connections.taken, 0);
});

Deno.test("ConnectionLimits forgets addresses that have long been away", () => {
  let ms = 0;
  const connections = new ConnectionLimits(() => ms);
  for (let i = 0; i < 100_000; i++) {
    ms += 100;
    connections.take(`${i}`)();
  }
  assert.ok(connections.remembered < 1_500, `${connections.remembered}`);
});
