import assert from "node:assert/strict";
import {
  type Dial,
  liveConnection,
  type Socket,
} from "../../../../engine/databento/live/connection.ts";
import { TestClock } from "../../../live/test_clock.ts";

/** A connection over which a test says what comes. */
class SaidSocket implements Socket {
  readonly #coming: Uint8Array[] = [];
  #waiting = Promise.withResolvers<void>();
  isClosed = false;

  /** Lets bytes come. */
  say(text: string): void {
    this.#coming.push(new TextEncoder().encode(text));
    this.#waiting.resolve();
  }

  async read(into: Uint8Array): Promise<number | null> {
    while (this.#coming.length === 0 && !this.isClosed) {
      this.#waiting = Promise.withResolvers();
      await this.#waiting.promise;
    }
    if (this.isClosed) throw new Deno.errors.Interrupted("closed");
    const piece = this.#coming.shift()!;
    into.set(piece);
    return piece.length;
  }

  write(bytes: Uint8Array): Promise<number> {
    return Promise.resolve(bytes.length);
  }

  close(): void {
    this.isClosed = true;
    this.#waiting.resolve();
  }
}

/** Connects with a clock of the test's. */
function connecting(dial: Dial) {
  const clock = new TestClock(0);
  const leave = new AbortController();
  const ending = liveConnection({
    address: { hostname: "gateway", port: 13_000 },
    request: {
      ...{ key: "secret-key", dataset: "GLBX.MDP3", symbol: "MNQH6", client: "test" },
      begin: { kind: "snapshot" },
      heartbeatSeconds: 5,
    },
    listener: { onAuthenticated() {}, onHeader: () => false, onRecords: () => false },
    ...{ clock, dial, signal: leave.signal },
  });
  return { clock, leave, ending };
}

/** Lets all that can go on go on. */
const settled = () => new Promise<void>((resolve) => setTimeout(resolve));

Deno.test("a gateway that cannot be reached is given ten seconds, and a late connection is closed", async () => {
  const late = Promise.withResolvers<Socket>();
  const { clock, ending } = connecting(() => late.promise);
  clock.advance(9_999);
  await settled();
  clock.advance(1);
  const { kind, message } = await ending;
  assert.equal(kind, "broken");
  assert.equal(message, "gateway:13000: no connection within 10 s");
  const socket = new SaidSocket();
  late.resolve(socket);
  await settled();
  assert.ok(socket.isClosed);
  const refused = await connecting(() => Promise.reject(new Error("refused"))).ending;
  assert.equal(refused.message, "gateway:13000: no connection: refused");
});

Deno.test("the key has to be accepted within thirty seconds, whatever else is said", async () => {
  const socket = new SaidSocket();
  const { clock, ending } = connecting(() => Promise.resolve(socket));
  for (let second = 0; second < 30; second += 5) {
    await settled();
    assert.ok(!socket.isClosed);
    socket.say("lsg_version=1|\n");
    clock.advance(5_000);
  }
  assert.equal((await ending).message, "not authenticated within 30 s");
  assert.ok(socket.isClosed);
});

Deno.test("a connection without a sign of life for the interval and ten seconds is dead", async () => {
  const socket = new SaidSocket();
  const { clock, ending } = connecting(() => Promise.resolve(socket));
  socket.say("cram=a\n");
  socket.say("success=1\n");
  // A header that is slow in coming is a sign of life.
  for (const letter of "DBN") {
    await settled();
    clock.advance(14_000);
    assert.ok(!socket.isClosed);
    socket.say(letter);
  }
  await settled();
  for (let more = 0; more < 2; more++) {
    clock.advance(15_000);
    await settled();
  }
  assert.equal((await ending).message, "no sign of life for 15 s");
});

Deno.test("who leaves leaves at once, and a gateway that closes has closed", async () => {
  const socket = new SaidSocket();
  const { leave, ending } = connecting(() => Promise.resolve(socket));
  await settled();
  leave.abort();
  assert.equal((await ending).kind, "left");
  assert.ok(socket.isClosed);
  const closed: Socket = {
    read: () => Promise.resolve(null),
    write: () => Promise.resolve(0),
    close() {},
  };
  assert.equal((await connecting(() => Promise.resolve(closed)).ending).kind, "closed");
});
