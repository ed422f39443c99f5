/** The listener against clients that hold connections, dawdle, or come in numbers. */
import assert from "node:assert/strict";
import { setImmediate } from "node:timers/promises";
import { Descriptors } from "../../server/descriptors.ts";
import { type Answers, Listener, type ListenerOptions, PATIENCE } from "../../server/listener.ts";
import { deno } from "../launcher.ts";
import { projectFile } from "../project.ts";
import { SMALL_DT, smallLake } from "../small_session.ts";
import { answerTo, untilClosed } from "./raw_client.ts";

const HOST = "Host: localhost";
const CLOSE = "Connection: close";

/** Any of these being short, a test that waits for its end goes on; the others never end in a test. */
const LONG = 3_600_000;
const ENDLESS = {
  ...{ head: LONG, request: LONG, between: LONG, silence: LONG, closing: LONG },
  look: 20,
};

/** A listener that listens, until its block ends. */
async function listening(
  answers: Answers,
  options: Partial<ListenerOptions> = {},
): Promise<{ port: number; listener: Listener } & AsyncDisposable> {
  const here = { hostname: "127.0.0.1", port: 0, maxConnections: 100, idleSeconds: 30 };
  const listener = new Listener(answers, { ...here, patience: ENDLESS, ...options });
  await listener.listen();
  return {
    listener,
    port: listener.address.port,
    [Symbol.asyncDispose]: () => listener.close(),
  };
}

const hello: Answers = () => new Response("hello");

async function connect(port: number, text = ""): Promise<Deno.TcpConn> {
  const connection = await Deno.connect({ hostname: "127.0.0.1", port });
  await connection.write(new TextEncoder().encode(text));
  return connection;
}

Deno.test("Listener hands on method, URL, headers and body, and gives back status, headers and body", async () => {
  await using served = await listening(async (request, { remoteAddr }) => {
    assert.equal("hostname" in remoteAddr && remoteAddr.hostname, "127.0.0.1");
    const { method, url, headers } = request;
    const said = [method, url, headers.get("x-a"), await request.text()];
    return Response.json(said, { status: 201, headers: { "x-b": "c" } });
  });
  const url = `http://127.0.0.1:${served.port}/a?b=%20c`;
  const response = await fetch(url, { method: "POST", headers: { "x-a": "1" }, body: "text" });
  assert.deepEqual([response.status, response.headers.get("x-b")], [201, "c"]);
  assert.deepEqual(await response.json(), ["POST", url, "1", "text"]);
});

Deno.test("Listener answers HEAD without a body, and the next request of the connection after it", async () => {
  await using served = await listening(hello);
  const { port } = served;
  const connection = await connect(port, `HEAD / HTTP/1.1\r\n${HOST}\r\n\r\n`);
  await connection.write(new TextEncoder().encode(`GET / HTTP/1.1\r\n${HOST}\r\n${CLOSE}\r\n\r\n`));
  const answer = await new Response(connection.readable).text();
  assert.match(answer, /^HTTP\/1\.1 200 OK\r\n[^]*\r\n\r\nHTTP\/1\.1 200 OK\r\n[^]*\r\n\r\nhello$/);
});

Deno.test("Listener answers HTTP/1.0, which knows no Host, and HTTP/1.1 with one alone", async () => {
  await using served = await listening(({ url }) => new Response(url));
  const { port } = served;
  assert.match(
    await answerTo(port, "GET /a HTTP/1.0"),
    /^HTTP\/1\.1 200 [^]*\r\nhttp:\/\/localhost\/a$/,
  );
  assert.match(await answerTo(port, "GET /a HTTP/1.1", CLOSE), /^HTTP\/1\.1 400 /);
  assert.match(await answerTo(port, "GET /a HTTP/1.0", "Host: b"), /http:\/\/b\/a$/);
});

Deno.test("Listener stops asking for a body when its client has left", async () => {
  const { promise: cancelled, resolve } = Promise.withResolvers<void>();
  await using served = await listening(() =>
    new Response(
      new ReadableStream({
        pull: (controller) => controller.enqueue(new Uint8Array(1 << 16)),
        cancel: () => resolve(),
      }),
    )
  );
  const connection = await connect(served.port, `GET / HTTP/1.1\r\n${HOST}\r\n\r\n`);
  await connection.read(new Uint8Array(1000));
  connection.close();
  await cancelled;
});

Deno.test("Listener holds no more of a body than the connection takes", async () => {
  let pulled = 0;
  const patience = { ...ENDLESS, silence: 200 };
  const { promise: cancelled, resolve } = Promise.withResolvers<void>();
  await using served = await listening(() =>
    new Response(
      new ReadableStream({
        pull(controller) {
          pulled += 1 << 16;
          controller.enqueue(new Uint8Array(1 << 16));
        },
        cancel: () => resolve(),
      }),
    ), { patience });
  // It reads nothing, and is dropped for it.
  using _stuck = await connect(served.port, `GET / HTTP/1.1\r\n${HOST}\r\n\r\n`);
  await cancelled;
  assert.ok(pulled < 32 << 20, `${pulled} bytes`);
});

for (
  const [what, begins, patience] of [
    ["a connection on which nothing comes", "", { head: 100 }],
    ["a head without end", "GET / HTTP/1.1\r\nHost: local", { head: 100 }],
    ["a body without end", `POST / HTTP/1.1\r\n${HOST}\r\nContent-Length: 9\r\n\r\nabc`, {
      head: 100,
      request: 100,
    }],
    ["a connection kept after its answer", `GET / HTTP/1.1\r\n${HOST}\r\n\r\n`, { between: 100 }],
    ["a connection that is silent", `GET / HTTP/1.1\r\nHost: lo`, { silence: 100 }],
  ] as const
) {
  Deno.test(`Listener ends ${what}`, async () => {
    const answers: Answers = async (request) => new Response(await request.text());
    await using served = await listening(answers, { patience: { ...ENDLESS, ...patience } });
    const { port } = served;
    using slow = await connect(port, begins);
    await untilClosed(slow);
    // A request of a busy machine may be too slow for it as well: then another one is made.
    for (;;) {
      const answer = await answerTo(port, "GET / HTTP/1.1", HOST, CLOSE).catch(() => "");
      if (/^HTTP\/1\.1 200 OK/.test(answer)) break;
      assert.match(answer, /^(HTTP\/1\.1 408 |$)/);
    }
  });
}

Deno.test("Listener's own patience is bounded", () => {
  for (const [what, ms] of Object.entries(PATIENCE)) assert.ok(ms > 0 && ms <= 30_000, what);
});

for (
  const [what, line, status] of [
    ["a head that is too long", `X: ${"a".repeat(9_000)}`, 431],
    ["a header that is none", "no colon", 400],
    ["a host that is none", "Host: a:99999", 400],
  ] as const
) {
  Deno.test(`Listener answers ${what} with ${status}`, async () => {
    await using served = await listening(hello);
    const answer = await answerTo(served.port, "GET / HTTP/1.1", line, CLOSE);
    assert.match(answer, new RegExp(`^HTTP/1\\.1 ${status} `));
  });
}

Deno.test("Listener answers a request with too many headers with 431: behind them may be a second Host, or an Origin", async () => {
  await using served = await listening(hello);
  const answers = async (count: number, ...lines: string[]) => {
    const others = Array.from({ length: count }, (_, i) => `X-${i}: a`);
    return await answerTo(served.port, "GET / HTTP/1.1", HOST, CLOSE, ...others, ...lines);
  };
  assert.match(await answers(62), /^HTTP\/1\.1 200 /);
  const upgrade = ["Connection: Upgrade", "Upgrade: websocket", "Origin: http://other.example"];
  for (const lines of [["X: a"], ["Host: other.example"], upgrade]) {
    assert.match(await answers(62, ...lines), /^HTTP\/1\.1 431 /);
  }
});

Deno.test("Listener closes connections past its limit at once, and takes others when there is room", async () => {
  const { promise: goOn, resolve } = Promise.withResolvers<void>();
  let asked = 0;
  const all = Promise.withResolvers<void>();
  const busy: Answers = async (request) => {
    if (!request.url.endsWith("/busy")) return new Response("hello");
    if (++asked === 5) all.resolve();
    await goOn;
    return new Response("hello");
  };
  await using served = await listening(busy, { maxConnections: 5 });
  const { port } = served;
  const head = `GET /busy HTTP/1.1\r\n${HOST}\r\n${CLOSE}\r\n\r\n`;
  const held: Deno.TcpConn[] = [];
  for (let i = 0; i < 5; i++) held.push(await connect(port, head));
  await all.promise;
  for (let i = 0; i < 50; i++) {
    using extra = await connect(port);
    await untilClosed(extra);
  }
  // Those that are held are still served.
  resolve();
  for (const connection of held) {
    assert.match(await new Response(connection.readable).text(), /hello$/);
  }
  for (;;) {
    const answer = await answerTo(port, "GET / HTTP/1.1", HOST, CLOSE).catch(() => "");
    if (answer !== "") return assert.match(answer, /hello$/);
  }
});

Deno.test("connections on which nothing is asked keep nobody out, the oldest of them gives way", async () => {
  await using served = await listening(hello, { maxConnections: 20 });
  const { port } = served;
  const idle = [await connect(port)];
  for (let i = 0; i < 60; i++) {
    idle.push(await connect(port, i % 2 === 0 ? "" : "GET / HT"));
    assert.match(await answerTo(port, "GET / HTTP/1.1", HOST, CLOSE), /hello$/);
  }
  await untilClosed(idle[0]!);
  // All at once there may be no room for a moment.
  idle.push(...await Promise.all(Array.from({ length: 60 }, () => connect(port))));
  let answer = "";
  for (let i = 0; i < 1_000 && answer === ""; i++) {
    answer = await answerTo(port, "GET / HTTP/1.1", HOST, CLOSE).catch(() => "");
  }
  assert.match(answer, /hello$/);
  for (const connection of idle) connection.close();
});

Deno.test("Descriptors tell once that they have come back after they were used up", () => {
  let free = 300;
  const descriptors = new Descriptors(1_000, (files) => Math.min(files, free));
  assert.equal(descriptors.most, 300 - 64);
  descriptors.look();
  assert.equal(descriptors.haveComeBack(), false);
  free = 0;
  descriptors.look();
  free = 3;
  assert.equal(descriptors.haveComeBack(), false, "too few");
  free = 100;
  assert.equal(descriptors.haveComeBack(), true);
  assert.equal(descriptors.haveComeBack(), false);
});

Deno.test("Descriptors that are plenty bound nothing", () => {
  const descriptors = new Descriptors(1_000, (files) => files);
  assert.equal(descriptors.most, Infinity);
  descriptors.lost();
  assert.equal(descriptors.haveComeBack(), false);
  assert.equal(descriptors.mayHaveBeenMissed(), false);
});

Deno.test("Descriptors that are few tell once that one may have been missed since a connection", () => {
  const descriptors = new Descriptors(1_000, (files) => Math.min(files, 300));
  assert.equal(descriptors.mayHaveBeenMissed(), false);
  for (const came of [() => descriptors.look(), () => descriptors.lost()]) {
    came();
    assert.equal(descriptors.mayHaveBeenMissed(), true);
    assert.equal(descriptors.mayHaveBeenMissed(), false);
  }
});

Deno.test("Descriptors that turn out to be few tell that one may have been missed: the last comes and goes unseen", () => {
  let free = 1_000_000;
  const descriptors = new Descriptors(1_000, (files) => Math.min(files, free));
  descriptors.look();
  assert.equal(descriptors.mayHaveBeenMissed(), false);
  free = 1;
  descriptors.look();
  assert.equal(descriptors.mayHaveBeenMissed(), true);
  assert.equal(descriptors.haveComeBack(), false);
});

Deno.test("Listener asks itself in the quiet after a connection, and listens anew until it is taken", async () => {
  let ms = 0;
  const descriptors = new Descriptors(1_000, (files) => Math.min(files, 300));
  await using served = await listening(hello, { descriptors, wall: () => ms });
  const { port, listener } = served;
  const { connect } = Deno;
  const asked: unknown[] = [];
  const refused = (options: Deno.ConnectOptions) => {
    asked.push(options);
    return Promise.reject(new Deno.errors.ConnectionRefused());
  };
  const ask = () => answerTo(port, "GET / HTTP/1.1", HOST, CLOSE).catch(() => "");
  assert.match(await ask(), /hello$/);
  try {
    Object.assign(Deno, { connect: refused });
    ms = 999;
    listener.attend();
    assert.deepEqual(asked, [], "somebody came a moment ago");
    for (ms = 1_000; ms < 4_000; ms += 1_000) {
      listener.attend();
      assert.deepEqual(asked.splice(0), [{ hostname: "127.0.0.1", port }]);
      // It listens anew, which is to be asked again.
      for (let turns = 0; !descriptors.mayHaveBeenMissed(); turns++) {
        assert.ok(turns < 1e6, "it does not listen anew");
        await setImmediate();
      }
      descriptors.look();
    }
  } finally {
    Object.assign(Deno, { connect });
  }
  listener.attend();
  for (let answer = ""; answer === ""; answer = await ask()) continue;
});

Deno.test("Listener listens anew when descriptors have come back; connections stay", async () => {
  let free = 1_000_000;
  const descriptors = new Descriptors(10, (files) => Math.min(files, free));
  await using served = await listening(hello, { descriptors });
  const { port, listener } = served;
  using kept = await connect(port, `GET / HTTP/1.1\r\n${HOST}\r\n`);
  for (let i = 0; i < 3; i++) {
    free = 0;
    listener.attend();
    free = 1_000_000;
    listener.attend();
    for (;;) {
      const answer = await answerTo(port, "GET / HTTP/1.1", HOST, CLOSE).catch(() => "");
      if (answer === "") continue;
      assert.match(answer, /hello$/);
      break;
    }
  }
  await kept.write(new TextEncoder().encode(`${CLOSE}\r\n\r\n`));
  assert.match(await new Response(kept.readable).text(), /hello$/);
});

/** A program under a limit of descriptors, which tells its address first. */
function limited(descriptors: number, program: string[]): Deno.ChildProcess {
  const words = [Deno.execPath(), "run", "-q", "--no-check", "-A", ...program];
  return new Deno.Command("sh", {
    args: ["-c", `ulimit -n ${descriptors}; exec "$@"`, "sh", ...words],
    cwd: projectFile("."),
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}

/** Opens connections, lets them go when they were answered or held, and asks until it is answered. */
async function floodAndAsk(port: number, connections: number): Promise<void> {
  const opening = Array.from({ length: connections }, () => connect(port).catch(() => null));
  for (const connection of await Promise.all(opening)) connection?.close();
  // One that is stuck leaves each without an answer: it is not waited for without end.
  for (let unanswered = 0; unanswered < 60;) {
    const request = `GET /health HTTP/1.1\r\n${HOST}\r\n${CLOSE}\r\n\r\n`;
    const asking = await connect(port, request).catch(() => null);
    if (asking === null) continue;
    // A connection that nobody takes stays without an answer: another one is asked then.
    const giveUp = setTimeout(() => (unanswered++, asking.close()), 1_000);
    const answer = await new Response(asking.readable).text().catch(() => "");
    clearTimeout(giveUp);
    if (answer !== "") return assert.match(answer, /^HTTP\/1\.1 200 OK/);
  }
  assert.fail("60 connections were left without an answer for a second each");
}

for (
  const [what, said, program, connections] of [
    ["a server with few descriptors", /few file descriptors/, null, 100],
    ["a server with few descriptors", /few file descriptors/, null, 600],
    [
      "a listener that runs out of descriptors",
      /descriptors were used up/,
      ["tests/server/listener_alone.ts"],
      // With those that are taken no more than may wait: a connection past that is long in coming.
      400,
    ],
  ] as const
) {
  Deno.test(`${what} answers again after ${connections} connections`, async () => {
    await using made = await smallLake();
    const serve = ["--host", "127.0.0.1", "--port", "0", "--lake", made.lake, "--dt", SMALL_DT];
    const child = limited(200, [...program ?? ["main.ts", ...serve]]);
    const errors = new Response(child.stderr).text();
    const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
    const port = Number(new URL((await reader.read()).value!.trim()).port);
    try {
      for (let round = 0; round < 3; round++) await floodAndAsk(port, connections);
    } finally {
      child.kill("SIGTERM");
      await reader.cancel();
    }
    assert.equal((await child.status).code, 0);
    assert.match(await errors, said);
  });
}

Deno.test("a server whose listener ends says so in one line and ends with 1", async () => {
  await using made = await smallLake();
  const { code, stderr } = await deno([
    ...["run", "-q", "--no-check", "-A", "--preload", "tests/server/fails_later.ts", "main.ts"],
    ...["--host", "127.0.0.1", "--port", "0", "--lake", made.lake, "--dt", SMALL_DT],
    ...["--log-level", "ERROR"],
  ]).output();
  assert.equal(code, 1);
  assert.match(
    new TextDecoder().decode(stderr),
    /^error: nothing listens on 127\.0\.0\.1:0 any more: the socket was taken away; start again\n$/,
  );
});
