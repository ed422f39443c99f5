/** Who has a turn first, and that nothing goes on when nobody waits for one. */
import assert from "node:assert/strict";
import { setImmediate } from "node:timers/promises";
import { nextTurn, turnIsOver, type Urgency } from "../../engine/event_loop.ts";

/** A clock that goes on by as much as a test says at each look. */
function clockOf(stepMs: number): Disposable {
  const { now } = performance;
  let ms = now.call(performance);
  performance.now = () => ms += stepMs;
  return { [Symbol.dispose]: () => performance.now = now };
}

Deno.test("what is due goes first, and what is done ahead has a turn all the same", async () => {
  // A round has room for one turn.
  using _clock = clockOf(3);
  const order: string[] = [];
  const work = async (urgency: Urgency, name: string, turns: number) => {
    for (let i = 0; i < turns; i++) {
      await nextTurn(urgency);
      order.push(name);
    }
  };
  await Promise.all([
    work("ahead", "a", 3),
    work("due", "1", 10),
    work("due", "2", 10),
  ]);
  assert.equal(order.length, 23);
  const first = order.indexOf("a");
  assert.ok(first > 1, `${order}`);
  assert.ok(order.indexOf("a", first + 1) < order.length - 1, `${order}`);
});

Deno.test("no round follows where nobody waits", async () => {
  let looks = 0;
  const { now } = performance;
  performance.now = () => {
    looks++;
    return now.call(performance);
  };
  try {
    turnIsOver();
    await nextTurn();
    await setImmediate();
    const before = looks;
    for (let i = 0; i < 20; i++) await setImmediate();
    assert.ok(looks - before <= 2, `${looks - before} looks`);
  } finally {
    performance.now = now;
  }
});

/** What comes back of a few bytes sent there and back, one after the other. */
async function talk(listener: Deno.TcpListener, times: number): Promise<void> {
  const { port } = listener.addr;
  const [here, there] = await Promise.all([Deno.connect({ port }), listener.accept()]);
  using _here = here;
  using _there = there;
  const byte = new Uint8Array(1);
  for (let i = 0; i < times; i++) {
    await here.write(byte);
    await there.read(byte);
    await there.write(byte);
    await here.read(byte);
  }
}

Deno.test("sockets are heard while one round follows the other", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  using _clock = clockOf(3);
  let isOver = false;
  const talking = talk(listener, 10).finally(() => isOver = true);
  let rounds = 0;
  for (; !isOver; rounds++) await nextTurn();
  await talking;
  assert.ok(rounds < 100, `${rounds} rounds`);
});
