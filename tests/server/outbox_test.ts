import assert from "node:assert/strict";
import type { Execution } from "../../engine/pipeline.ts";
import type { StateChangeMessage } from "../../engine/wire/messages.ts";
import type { Pair } from "../../server/client_socket.ts";
import {
  MAX_STALLED_MS,
  MAX_WAITING_BYTES,
  MAX_WAITING_MS,
  Outbox,
  type SentGrid,
} from "../../server/stream/outbox.ts";
import { FlowTape, MAX_TRADES } from "../../server/stream/flow_tape.ts";

/** A socket that takes what the test lets it take, and a clock that the test moves. */
function bench() {
  const sent: (string | number)[] = [];
  const socket = {
    bufferedAmount: 0,
    readyState: WebSocket.OPEN,
    send(data: string | ArrayBufferView) {
      this.bufferedAmount += typeof data === "string" ? data.length : data.byteLength;
      sent.push(typeof data === "string" ? data : data.byteLength);
    },
    sendPair({ head, rows }: Pair) {
      this.send(head);
      this.send(rows);
    },
    together: (send: () => void) => send(),
  };
  const clock = { ms: 0 };
  return { sent, socket, clock, outbox: new Outbox(socket, () => clock.ms) };
}

function execution(size: number): Execution {
  return { side: 65, size, price: 4294967294n, tsNs: 4294967301n };
}

function tapeOf(...sizes: number[]): FlowTape {
  const tape = new FlowTape();
  for (const size of sizes) tape.trade(execution(size));
  return tape;
}

/** A grid of so many bytes, with the executions of a tape. */
function gridOf(tsNs: string, length: number, tape = tapeOf()): SentGrid {
  const pair = { head: JSON.stringify({ ts_ns: tsNs }), rows: new Uint8Array(length) };
  return { pair, tsNs, flow: tape.take(tsNs), changes: [] };
}

const summary = (sent: (string | number)[]) =>
  sent.map((data) => {
    if (typeof data === "number") return data;
    const { type, trades, dropped, ts_ns } = JSON.parse(data);
    if (type === "trades") return `trades ${trades.map((trade: unknown[]) => trade[2])}`;
    return dropped === undefined ? ts_ns : `lag ${dropped}`;
  });

Deno.test("what the state became up to grids left out is told with the newest, in order", () => {
  const { sent, socket, outbox } = bench();
  const change = (state: StateChangeMessage["state"], ns: number) => ({
    ...{ state, since_ts_ns: `${ns}` },
  });
  const grid = (tsNs: string, length: number, ...changes: StateChangeMessage[]): SentGrid => {
    const reading = changes.at(-1) ?? { state: "CHOP", since_ts_ns: "0" };
    const pair = { head: JSON.stringify({ reading }), rows: new Uint8Array(length) };
    return { pair, tsNs, flow: null, changes };
  };
  const [lean, bias, chop] = [change("UP LEAN", 1), change("UP BIAS", 2), change("CHOP", 3)];
  outbox.grid(grid("1", MAX_WAITING_BYTES + 1, lean));
  outbox.grid(grid("2", 2, lean, bias));
  outbox.grid(grid("3", 2));
  outbox.grid(grid("4", 2, chop));
  socket.bufferedAmount = 0;
  outbox.attend();
  outbox.grid(grid("5", 2, lean));
  // Gone elsewhere: what was left out is of no concern any more.
  outbox.grid(grid("6", MAX_WAITING_BYTES + 1));
  outbox.grid(grid("7", 2, lean, bias));
  outbox.discard();
  socket.bufferedAmount = 0;
  outbox.grid(grid("8", 2, chop));
  const readings = sent.filter((data) => typeof data === "string")
    .map((data) => JSON.parse(data).reading).filter((reading) => reading !== undefined);
  assert.deepEqual(readings, [
    lean,
    { changes: [lean, bias], ...chop },
    lean,
    { state: "CHOP", since_ts_ns: "0" },
    chop,
  ]);
});

Deno.test("where the first grid after a seek is left out, the first that is sent tells of no change", () => {
  const { sent, socket, outbox } = bench();
  const lean: StateChangeMessage = { state: "UP LEAN", since_ts_ns: "1" };
  const chop: StateChangeMessage = { state: "CHOP", since_ts_ns: "2" };
  const grid = (length: number, changes: StateChangeMessage[] | null): SentGrid => {
    const pair = { head: JSON.stringify({ reading: chop }), rows: new Uint8Array(length) };
    return { pair, tsNs: "3", flow: null, changes };
  };
  outbox.grid(grid(MAX_WAITING_BYTES + 1, null));
  outbox.grid(grid(2, null));
  outbox.grid(grid(2, [lean, chop]));
  socket.bufferedAmount = 0;
  outbox.attend();
  outbox.grid(grid(2, [lean, chop]));
  const readings = sent.flatMap((data) => typeof data === "string" ? JSON.parse(data) : [])
    .flatMap(({ reading }) => reading ?? []);
  assert.deepEqual(readings, [chop, chop, { changes: [lean], ...chop }]);
});

Deno.test("the executions of grids left out go before the newest, after the lag message", () => {
  const { sent, socket, outbox } = bench();
  outbox.grid(gridOf("1", MAX_WAITING_BYTES + 1, tapeOf(1)));
  outbox.grid(gridOf("2", 2, tapeOf(2, 3)));
  outbox.grid(gridOf("3", 3));
  outbox.grid(gridOf("4", 4, tapeOf(4)));
  assert.deepEqual(summary(sent), ["trades 1", "1", MAX_WAITING_BYTES + 1]);
  socket.bufferedAmount = 0;
  assert.equal(outbox.attend(), true);
  assert.deepEqual(summary(sent).slice(3), ["lag 2", "trades 2,3,4", "4", 4]);
});

Deno.test("a grid left out because it waited too long is told of too", () => {
  const { sent, socket, clock, outbox } = bench();
  outbox.grid(gridOf("1", 1));
  clock.ms = MAX_WAITING_MS + 1;
  outbox.grid(gridOf("2", 2));
  outbox.grid(gridOf("3", 3));
  socket.bufferedAmount = 0;
  outbox.grid(gridOf("4", 4));
  assert.deepEqual(summary(sent), ["1", 1, "lag 1", "3", 3, "4", 4]);
});

Deno.test("a grid discarded takes its executions with it, and counts as left out", () => {
  const { sent, socket, outbox } = bench();
  outbox.grid(gridOf("1", MAX_WAITING_BYTES + 1));
  outbox.grid(gridOf("2", 2, tapeOf(2)));
  outbox.discard();
  socket.bufferedAmount = 0;
  outbox.grid(gridOf("3", 3, tapeOf(3)));
  assert.deepEqual(summary(sent).slice(2), ["lag 1", "trades 3", "3", 3]);
});

Deno.test("a client that takes nothing for half a minute is given up, one that takes a byte is not", () => {
  const { socket, clock, outbox } = bench();
  outbox.grid(gridOf("1", 100));
  clock.ms = MAX_STALLED_MS - 1;
  assert.equal(outbox.attend(), true);
  socket.bufferedAmount -= 1;
  assert.equal(outbox.attend(), true);
  clock.ms = 2 * MAX_STALLED_MS - 2;
  assert.equal(outbox.attend(), true);
  clock.ms++;
  assert.equal(outbox.attend(), false);
});

Deno.test("a trades message holds the newest executions and counts those before them", () => {
  const sizes = Array.from({ length: 2 * MAX_TRADES + 5 }, (_, i) => i + 1);
  const older = tapeOf(...sizes);
  const tape = new FlowTape();
  tape.append(older.take("8")!);
  tape.trade(execution(7));
  const message = tape.take("9")!.trades!;
  assert.equal(message.ts_ns, "9");
  assert.deepEqual(
    message.trades.map(([, , size]) => size),
    [...sizes, 7].slice(-MAX_TRADES),
  );
  assert.equal(message.dropped, sizes.length + 1 - MAX_TRADES);
  assert.deepEqual(message.trades.at(-1), ["4294967301", "4294967294", 7, "A"]);
  assert.equal(older.take("9"), null);
  assert.equal(tape.take("9"), null);
});

Deno.test("with credit no more grids are sent than it allows, the newest is kept, and a stall is told", () => {
  const { sent, socket, clock, outbox } = bench();
  outbox.limit(2);
  const grid = (i: number) => outbox.grid(gridOf(`${i}`, i));
  for (let i = 1; i <= 4; i++) {
    grid(i);
    // All that was sent has left for the network.
    socket.bufferedAmount = 0;
  }
  assert.deepEqual(summary(sent), ["1", 1, "2", 2]);
  outbox.acknowledge(1);
  assert.deepEqual(summary(sent).slice(4), ["lag 1", "4", 4]);
  assert.throws(() => outbox.acknowledge(0), /0 grids: 1 were acknowledged and 3 sent/);
  assert.throws(() => outbox.acknowledge(4), /4 grids: 1 were acknowledged and 3 sent/);
  socket.bufferedAmount = 0;
  clock.ms = MAX_STALLED_MS;
  assert.equal(outbox.attend(), true, "nothing waits");
  grid(5);
  assert.equal(outbox.attend(), false);
  outbox.acknowledge(3);
  socket.bufferedAmount = 0;
  assert.equal(outbox.attend(), true);
  assert.deepEqual(summary(sent).slice(7), ["5", 5]);
});

Deno.test("credit may be bounded in time: what has long been on its way is followed by the newest alone", () => {
  const { sent, socket, clock, outbox } = bench();
  outbox.limit(100, 2_000);
  const grid = (i: number, ms: number) => {
    clock.ms = ms;
    outbox.grid(gridOf(`${i}`, i));
    socket.bufferedAmount = 0;
  };
  grid(1, 0);
  grid(2, 2_000);
  assert.deepEqual(summary(sent), ["1", 1, "2", 2]);
  grid(3, 2_001);
  grid(4, 2_002);
  assert.equal(outbox.hasRoom(), false);
  assert.equal(sent.length, 4);
  outbox.acknowledge(1);
  assert.deepEqual(summary(sent).slice(4), ["lag 1", "4", 4]);
  assert.equal(outbox.hasRoom(), true);
});

Deno.test("a client whose credit ends late in a quiet market has its time from then on", () => {
  const { socket, clock, outbox } = bench();
  outbox.limit(1);
  clock.ms = MAX_STALLED_MS - 1;
  outbox.grid(gridOf("1", 1));
  socket.bufferedAmount = 0;
  clock.ms = MAX_STALLED_MS;
  outbox.grid(gridOf("2", 2));
  assert.equal(outbox.attend(), true);
  clock.ms = 2 * MAX_STALLED_MS - 2;
  assert.equal(outbox.attend(), true);
  clock.ms = 2 * MAX_STALLED_MS - 1;
  assert.equal(outbox.attend(), false);
});

Deno.test("while a grid that is never left out waits for credit, a client that acknowledges nothing is given up", () => {
  const { socket, clock, outbox } = bench();
  outbox.limit(1);
  outbox.grid(gridOf("1", 1));
  socket.bufferedAmount = 0;
  assert.equal(outbox.hasRoom(), false);
  clock.ms = MAX_STALLED_MS - 1;
  assert.equal(outbox.attend(), true);
  clock.ms = MAX_STALLED_MS;
  assert.equal(outbox.attend(), false);
  outbox.acknowledge(1);
  assert.equal(outbox.attend(), true);
});
