import assert from "node:assert/strict";
import { UserError } from "../../engine/errors.ts";
import type { ClientSocket } from "../../server/client_socket.ts";
import { Clients } from "../../server/clients.ts";
import { CLOSE, closeReason } from "../../server/close_frame.ts";
import { FloodGuard } from "../../server/flood_guard.ts";
import { Metrics } from "../../server/metrics.ts";
import type { ServerSettings } from "../../server/settings.ts";

/** A client that says what is done to it, and goes when it is told to. */
function fakeClient() {
  const { promise: gone, resolve: leave } = Promise.withResolvers<void>();
  const told: unknown[] = [];
  const socket = {
    gone,
    onOpen: (run: () => void) => run(),
    close: (code: number, reason: string) => void told.push([code, reason]),
    closeToFlood: (reason: string) => void told.push(reason),
  } as ClientSocket;
  return { socket, told, leave };
}

function clients(): Clients {
  return new Clients("stream", { lake: "/data/lake" } as ServerSettings, new Metrics());
}

/** What has been decided by now is done. */
async function settle(): Promise<void> {
  for (let i = 0; i < 10; i++) await null;
}

Deno.test("Clients keep a place until its client is gone and nothing is done for it", async () => {
  const all = clients();
  const { socket, leave } = fakeClient();
  const { promise: work, resolve: finish } = Promise.withResolvers<void>();
  const ended = all.serve(socket, "::1", () => work);
  leave();
  await settle();
  assert.equal(all.connections.taken, 1);
  finish();
  await ended;
  assert.equal(all.connections.taken, 0);
});

Deno.test("closeAll() closes every client, and resolves when they have let go", async () => {
  const all = clients();
  const [one, other] = [fakeClient(), fakeClient()];
  for (const { socket } of [one, other]) void all.serve(socket, "::1", () => Promise.resolve());
  let isOver = false;
  const closed = all.closeAll().then(() => isOver = true);
  assert.ok(all.isStopping);
  assert.deepEqual([...one.told, ...other.told], Array(2).fill([1001, "the server stops"]));
  one.leave();
  await settle();
  assert.ok(!isOver);
  other.leave();
  await closed;
});

Deno.test("refuse() tells a UserError without the lake's place, and nothing of any other", () => {
  for (
    const [error, message, code] of [
      [new UserError("/data/lake/raw is empty"), "lake/raw is empty", CLOSE.policyViolation],
      [new TypeError("of the code"), "the server failed; its log says why", CLOSE.internalError],
    ] as const
  ) {
    const { socket, told } = fakeClient();
    clients().refuse(socket, (said) => told.push(said), error);
    assert.deepEqual(told, [{ type: "error", message }, [code, message]]);
  }
});

Deno.test("FloodGuard admits 50 in a second, and closes on the next", () => {
  let now = 0;
  const { socket, told } = fakeClient();
  const guard = new FloodGuard(socket, new Metrics(), "pings", () => now);
  const admitted = () => Array.from({ length: 50 }, () => guard.admits()).every(Boolean);
  assert.ok(admitted());
  now = 1000;
  assert.ok(admitted());
  assert.deepEqual(told, []);
  assert.ok(!guard.admits());
  assert.deepEqual(told, ["too many pings"]);
});

Deno.test("closeReason() cuts at 123 bytes, and at no character's middle", () => {
  assert.equal(closeReason("short"), "short");
  assert.equal(closeReason("a".repeat(124)), "a".repeat(123));
  assert.equal(closeReason("a".repeat(122) + "é"), "a".repeat(122));
  assert.equal(closeReason("€".repeat(42)), "€".repeat(41));
});
