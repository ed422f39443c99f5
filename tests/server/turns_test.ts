/** In what order requests are answered that come together. */
import assert from "node:assert/strict";
import { applicationOf } from "../../main.ts";
import { Service } from "../../server/service.ts";
import { defaultSettings } from "../../server/settings.ts";
import { Turns } from "../../server/turns.ts";

Deno.test("Turns are given to each address in turn, and to the requests of one in order", async () => {
  const turns = new Turns();
  const order: string[] = [];
  const asked = ["a1", "a2", "a3", "b1", "b2", "c1"];
  await Promise.all(asked.map(async (name) => {
    await turns.next(name[0]!);
    order.push(name);
  }));
  assert.deepEqual(order, ["a1", "b1", "c1", "a2", "b2", "a3"]);
});

Deno.test("Turns go to an address that comes later before those that others wait for", async () => {
  const turns = new Turns();
  const order: string[] = [];
  const asks = async (name: string) => {
    await turns.next(name[0]!);
    order.push(name);
  };
  const first = turns.next("a");
  const rest = [asks("a2"), asks("a3")];
  await first;
  await Promise.all([...rest, asks("b1")]);
  assert.deepEqual(order, ["b1", "a2", "a3"]);
});

Deno.test("Turns let the event loop go on after a request that took long", async () => {
  const turns = new Turns();
  const order: string[] = [];
  const first = turns.next("a").then(() => {
    setTimeout(() => order.push("others"), 0);
    for (const endMs = performance.now() + 4; performance.now() < endMs;);
    order.push("first");
  });
  const second = turns.next("b").then(() => order.push("second"));
  await Promise.all([first, second]);
  assert.deepEqual(order, ["first", "others", "second"]);
});

Deno.test("Turns are not spent on clients that have left", async () => {
  const turns = new Turns();
  const order: string[] = [];
  let hasLeft = false;
  const first = turns.next("a", () => hasLeft).then(() => {
    order.push("first");
    hasLeft = true;
  });
  void turns.next("a", () => hasLeft).then(() => order.push("gone"));
  const last = turns.next("a").then(() => order.push("last"));
  await Promise.all([first, last]);
  assert.deepEqual(order, ["first", "last"]);
});

Deno.test("a request to a route waits for the turn that its listener gives, one for a file does not", async () => {
  const answer = applicationOf(() => new Service(defaultSettings())).handler();
  const { promise: turn, resolve } = Promise.withResolvers<void>();
  let asked = 0;
  const ask = async (path: string) => {
    const response = await answer(new Request(`http://localhost${path}`), {
      remoteAddr: { transport: "tcp", hostname: "10.0.0.1", port: 1 },
      completed: Promise.resolve(),
      ...{ turn: () => (asked++, turn) },
    });
    await response.body?.cancel();
    return response.status;
  };
  assert.equal(await ask("/favicon.svg"), 200);
  assert.equal(asked, 0);
  const status = ask("/health");
  assert.equal(await Promise.race([status, ask("/favicon.svg").then(() => "waits")]), "waits");
  resolve();
  assert.deepEqual([await status, asked], [200, 1]);
});
