import assert from "node:assert/strict";
import {
  CREDIT,
  type SocketListeners,
  StreamClient,
  type StreamEnvironment,
  type StreamHandlers,
} from "../../../client/stream/stream_client.ts";

/** One connection as the server side of the test sees it. */
class FakeSocket {
  readonly sent: unknown[] = [];
  closed = false;
  constructor(readonly url: string, readonly listeners: SocketListeners) {}
  send(text: string): void {
    this.sent.push(JSON.parse(text));
  }
  close(): void {
    this.closed = true;
  }
  say(...messages: Record<string, unknown>[]): void {
    for (const message of messages) this.listeners.onMessage(JSON.stringify(message));
  }
}

/** A client, its surroundings without time, and a log of what it reported. */
class Bench {
  readonly sockets: FakeSocket[] = [];
  readonly log: string[] = [];
  readonly client: StreamClient;
  random = 0;
  #timer: { ms: number; callback: () => void } | null = null;
  #look: (() => void) | null = null;

  constructor() {
    const environment: StreamEnvironment = {
      open: (url, listeners) => {
        const socket = new FakeSocket(url, listeners);
        this.sockets.push(socket);
        return socket;
      },
      random: () => this.random,
      after: (ms, callback) => {
        this.#timer = { ms, callback };
        return () => this.#timer = null;
      },
      every: (_, callback) => {
        this.#look = callback;
        return () => this.#look = null;
      },
    };
    const handlers: StreamHandlers = {
      onStatus: (status) => {
        const detail = status.kind === "reconnecting"
          ? ` ${status.seconds}`
          : status.kind === "refused"
          ? ` ${status.message}`
          : "";
        this.log.push(status.kind + detail);
      },
      onConfig: ({ symbol }) => this.log.push(`config ${symbol}`),
      onProgress: ({ phase, fraction }) => this.log.push(`${phase} ${fraction}`),
      onGrid: ({ event_id }, bytes) => this.log.push(`grid ${event_id} ${bytes.byteLength}`),
      onState: ({ paused }) => this.log.push(`paused ${paused}`),
      onReading: ({ reading }) => this.log.push(`reading ${reading.state}`),
      onTrades: ({ trades }) => this.log.push(`trades ${trades.length}`),
      onEvents: ({ events }) => this.log.push(`events ${events.length}`),
      onEnd: ({ reason }) => this.log.push(reason),
      onSource: ({ state }) => this.log.push(`feed ${state}`),
      onGap: ({ from_ts_ns, to_ts_ns }) => this.log.push(`gap ${from_ts_ns} ${to_ts_ns}`),
      onLag: ({ dropped }) => this.log.push(`lag ${dropped}`),
      onError: (message) => this.log.push(`error ${message}`),
    };
    this.client = new StreamClient(() => "ws://host/stream", handlers, environment);
    this.client.connect();
  }

  get socket(): FakeSocket {
    const socket = this.sockets.at(-1);
    assert.ok(socket !== undefined);
    return socket;
  }

  /** Lets the timer that is set go off; returns how long it was set for. */
  fire(): number {
    const timer = this.#timer;
    assert.ok(timer !== null, "no timer is set");
    this.#timer = null;
    timer.callback();
    return timer.ms;
  }

  /** Lets five seconds pass without a word, several times; returns whether the stream is watched. */
  beSilent(times: number): boolean {
    for (let i = 0; i < times; i++) this.#look?.();
    return this.#look !== null;
  }

  get waiting(): boolean {
    return this.#timer !== null;
  }

  /** What was reported since it was last asked. */
  news(): string[] {
    return this.log.splice(0);
  }
}

const CONFIG = { type: "runtime_config", symbol: "MNQH6" };

Deno.test("StreamClient says what it does, from connecting to streaming", () => {
  const bench = new Bench();
  assert.equal(bench.socket.url, "ws://host/stream");
  bench.socket.say(CONFIG, { type: "progress", phase: "bootstrap", fraction: 0.5 });
  bench.socket.say({ type: "state", paused: true }, { type: "lag", dropped: 3 });
  bench.socket.say({ type: "reading", reading: { state: "CHOP" } });
  assert.deepEqual(bench.news(), [
    "connecting",
    "streaming",
    "config MNQH6",
    "bootstrap 0.5",
    "paused true",
    "lag 3",
    "reading CHOP",
  ]);
});

Deno.test("StreamClient pairs each header with the binary message after it", () => {
  const bench = new Bench();
  bench.socket.say(CONFIG);
  bench.news();
  bench.socket.say({ type: "grid_update", event_id: 1 });
  bench.socket.listeners.onMessage(new ArrayBuffer(8));
  bench.socket.listeners.onMessage(new ArrayBuffer(16));
  bench.socket.say({ type: "grid_update", event_id: 2 }, { type: "grid_update", event_id: 3 });
  bench.socket.listeners.onMessage(new ArrayBuffer(24));
  assert.deepEqual(bench.news(), ["grid 1 8", "grid 3 24"]);
});

Deno.test("StreamClient acknowledges what it took, before its credit is used up, anew with each connection", () => {
  const bench = new Bench();
  const take = (grids: number) => {
    for (let i = 0; i < grids; i++) {
      bench.socket.say({ type: "grid_update", event_id: i });
      bench.socket.listeners.onMessage(new ArrayBuffer(8));
    }
  };
  bench.socket.say(CONFIG);
  take(31);
  assert.deepEqual(bench.socket.sent, []);
  take(CREDIT - 31);
  const acks = Array.from({ length: 8 }, (_, i) => ({ type: "ack", grids: 32 * (i + 1) }));
  assert.deepEqual(bench.socket.sent, acks);
  // A binary message without its header is no grid.
  bench.socket.listeners.onMessage(new ArrayBuffer(8));
  bench.socket.listeners.onClose(1006);
  bench.fire();
  take(32);
  assert.deepEqual(bench.socket.sent, [{ type: "ack", grids: 32 }]);
});

Deno.test("StreamClient acknowledges a grid that is followed by none a moment later", () => {
  const bench = new Bench();
  bench.socket.say(CONFIG, { type: "grid_update", event_id: 1 });
  bench.socket.listeners.onMessage(new ArrayBuffer(8));
  assert.deepEqual(bench.socket.sent, []);
  assert.equal(bench.fire(), 250);
  assert.deepEqual(bench.socket.sent, [{ type: "ack", grids: 1 }]);
  assert.equal(bench.waiting, false);
});

Deno.test("StreamClient pairs across messages that came in between", () => {
  const bench = new Bench();
  bench.socket.say({ type: "grid_update", event_id: 1 }, { type: "lag", dropped: 1 });
  bench.socket.listeners.onMessage(new ArrayBuffer(8));
  assert.deepEqual(bench.news(), ["connecting", "lag 1", "grid 1 8"]);
});

Deno.test("StreamClient ignores what it does not know", () => {
  const bench = new Bench();
  bench.socket.say({ type: "of_the_future", size: 1 }, { ...CONFIG, of_the_future: 1 });
  for (const text of ["not json", "null", "7", "{}"]) bench.socket.listeners.onMessage(text);
  assert.deepEqual(bench.news(), ["connecting", "streaming", "config MNQH6"]);
});

Deno.test("StreamClient tells of a message that makes no sense, and takes what comes after it", () => {
  const bench = new Bench();
  bench.socket.say(CONFIG);
  bench.news();
  bench.socket.say({ type: "trades" }, { type: "lag", dropped: 3 });
  const [error, after] = bench.news();
  assert.match(error!, /^error A message could not be read: TypeError/);
  assert.equal(after, "lag 3");
});

Deno.test("StreamClient connects again after a close, counting the seconds down", () => {
  const bench = new Bench();
  bench.socket.listeners.onClose(1006);
  assert.deepEqual(bench.news(), ["connecting", "reconnecting 1"]);
  assert.equal(bench.fire(), 1000);
  bench.socket.listeners.onClose(1006);
  bench.random = 0.5;
  assert.deepEqual(bench.news(), ["connecting", "reconnecting 2"]);
  assert.equal(bench.fire(), 1000);
  assert.deepEqual(bench.news(), ["reconnecting 1"]);
  bench.fire();
  bench.socket.listeners.onClose(1006);
  assert.deepEqual(bench.news(), ["connecting", "reconnecting 4"]);
  assert.equal(bench.fire(), 500);
  assert.equal(bench.sockets.length, 3);
});

Deno.test("StreamClient waits 15 s at most, and 1 s again once a stream has begun", () => {
  const bench = new Bench();
  for (let attempt = 0; attempt < 8; attempt++) {
    bench.socket.listeners.onClose(1006);
    while (bench.waiting) bench.fire();
  }
  const waits = bench.news().filter((entry) => entry.startsWith("reconnecting"));
  assert.equal(waits.filter((entry) => entry === "reconnecting 15").length, 4);
  assert.equal(waits.filter((entry) => entry === "reconnecting 16").length, 0);
  bench.socket.say(CONFIG);
  bench.socket.listeners.onClose(1006);
  assert.equal(bench.news().at(-1), "reconnecting 1");
});

Deno.test("StreamClient does not connect again after the server refused", () => {
  const bench = new Bench();
  bench.socket.say({ type: "error", message: "bad date 2026-13-01" });
  bench.socket.listeners.onClose(1008);
  assert.deepEqual(bench.news(), [
    "connecting",
    "error bad date 2026-13-01",
    "refused bad date 2026-13-01",
  ]);
  assert.equal(bench.waiting, false);
});

Deno.test("StreamClient connects again when the fault was the server's", () => {
  const bench = new Bench();
  bench.socket.say(CONFIG, { type: "error", message: "file ends in mid-record" });
  bench.socket.listeners.onClose(1011);
  assert.equal(bench.news().at(-1), "reconnecting 1");
});

Deno.test("StreamClient waits ever longer while the server stops for the same reason, stream or not", () => {
  const bench = new Bench();
  const stopped = (message: string) => {
    bench.socket.say(CONFIG, { type: "error", message });
    bench.socket.listeners.onClose(1011);
    const wait = bench.news().at(-1);
    while (bench.waiting) bench.fire();
    return wait;
  };
  const waits = Array.from({ length: 6 }, () => stopped("damaged at byte 7"));
  assert.deepEqual(waits, [1, 2, 4, 8, 15, 15].map((seconds) => `reconnecting ${seconds}`));
  assert.equal(stopped("damaged at byte 99"), "reconnecting 1");
  assert.equal(stopped("damaged at byte 99"), "reconnecting 2");
  bench.socket.say(CONFIG);
  bench.socket.listeners.onClose(1006);
  assert.equal(bench.news().at(-1), "reconnecting 1");
});

Deno.test("StreamClient does not take an old error for the reason of a close", () => {
  const bench = new Bench();
  bench.socket.say(CONFIG, { type: "error", message: "unknown action" });
  bench.socket.say({ type: "state", paused: false });
  bench.socket.listeners.onClose(1008);
  assert.equal(bench.news().at(-1), "reconnecting 1");
});

Deno.test("StreamClient stays closed after the end of the file", () => {
  const bench = new Bench();
  bench.socket.say(CONFIG, { type: "end", reason: "end_of_file", grids: 7 });
  bench.socket.listeners.onClose(1000);
  assert.equal(bench.news().at(-1), "ended");
  assert.equal(bench.waiting, false);
});

Deno.test("StreamClient connects again after a close 1000 without an end", () => {
  const bench = new Bench();
  bench.socket.say(CONFIG);
  bench.socket.listeners.onClose(1000);
  assert.equal(bench.news().at(-1), "reconnecting 1");
});

Deno.test("StreamClient forgets half a pair when the connection is lost", () => {
  const bench = new Bench();
  bench.socket.say(CONFIG, { type: "grid_update", event_id: 1 });
  bench.socket.listeners.onClose(1006);
  bench.fire();
  bench.news();
  bench.socket.listeners.onMessage(new ArrayBuffer(8));
  assert.deepEqual(bench.news(), []);
});

Deno.test("StreamClient sends controls only while there is a stream", () => {
  const bench = new Bench();
  assert.equal(bench.client.send({ type: "control", action: "pause" }), false);
  bench.socket.say(CONFIG);
  assert.equal(bench.client.send({ type: "control", action: "pause" }), true);
  assert.deepEqual(bench.socket.sent, [{ type: "control", action: "pause" }]);
});

Deno.test("StreamClient restarts by a control message while streaming", () => {
  const bench = new Bench();
  bench.socket.say(CONFIG);
  bench.client.restart();
  assert.deepEqual(bench.socket.sent, [{ type: "control", action: "restart" }]);
  assert.equal(bench.sockets.length, 1);
});

Deno.test("StreamClient restarts by a new connection after the end and while waiting", () => {
  const bench = new Bench();
  bench.socket.say(CONFIG, { type: "end", reason: "end_of_file" });
  bench.socket.listeners.onClose(1000);
  bench.client.restart();
  assert.equal(bench.sockets.length, 2);
  bench.socket.listeners.onClose(1006);
  assert.equal(bench.waiting, true);
  bench.client.restart();
  assert.equal(bench.waiting, false);
  assert.equal(bench.sockets.length, 3);
});

Deno.test("StreamClient does not listen to a connection that it gave up", () => {
  const bench = new Bench();
  const old = bench.socket;
  bench.client.stop();
  assert.equal(old.closed, true);
  bench.news();
  old.say(CONFIG);
  old.listeners.onClose(1006);
  assert.deepEqual(bench.news(), []);
  assert.equal(bench.waiting, false);
});

Deno.test("StreamClient takes a connection for gone on which not even a question is answered", () => {
  const bench = new Bench();
  assert.equal(bench.beSilent(9), false, "before the stream has begun nothing is expected of it");
  bench.socket.say({ ...CONFIG, speed: 10 });
  assert.equal(bench.beSilent(1), true);
  assert.deepEqual(bench.socket.sent, []);
  bench.beSilent(1);
  assert.deepEqual(bench.socket.sent, [{ type: "control", action: "speed", value: 10 }]);
  bench.beSilent(1);
  bench.news();
  const dead = bench.socket;
  assert.equal(bench.beSilent(1), false);
  assert.deepEqual(bench.news(), ["reconnecting 1"]);
  assert.ok(dead.closed);
  // Its close, when it comes at last, is of no interest.
  dead.listeners.onClose(1006);
  bench.fire();
  assert.deepEqual(bench.news(), ["connecting"]);
  assert.equal(bench.sockets.length, 2);
});

Deno.test("StreamClient hears a stream that stands still: it answers, and that tells nothing", () => {
  const bench = new Bench();
  const state = { type: "state", paused: true, speed: 5 };
  bench.socket.say(CONFIG, state);
  bench.news();
  for (let i = 0; i < 5; i++) {
    bench.beSilent(3);
    bench.socket.say(state);
  }
  assert.deepEqual(
    bench.socket.sent,
    Array(5).fill({ type: "control", action: "speed", value: 5 }),
  );
  assert.deepEqual(bench.news(), []);
  // What was asked for otherwise is answered by a sign of life that is told.
  bench.client.send({ type: "control", action: "resume" });
  bench.beSilent(3);
  assert.equal(bench.socket.sent.length, 6);
  bench.socket.say({ ...state, paused: false });
  assert.deepEqual(bench.news(), ["paused false"]);
});
