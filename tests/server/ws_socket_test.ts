/** What leaves for a client: frames, in how many writes, and what waits for one that is slow. */
import assert from "node:assert/strict";
import { Metrics } from "../../server/metrics.ts";
import { EventEmitter } from "node:events";
import { Duplex } from "node:stream";
import { Buffer } from "node:buffer";
import type { WebSocket as Ws } from "ws";
import { framedPair, pairFrames, textFrame } from "../../server/frames.ts";
import { WsSocket } from "../../server/ws_socket.ts";
import { framesOf, OPCODE } from "./raw_client.ts";

const utf8 = new TextDecoder();

function pairOf(head: string, length: number, value = 7) {
  return { head, rows: new Uint8Array(length).fill(value) };
}

for (const length of [0, 125, 126, 65_535, 65_536, 200_000]) {
  Deno.test(`a pair of ${length} characters and bytes becomes two frames`, () => {
    const pair = pairOf("é".repeat(length), length);
    const [head, rows, ...more] = framesOf(pairFrames(pair));
    assert.deepEqual([head?.opcode, rows?.opcode, more.length], [OPCODE.TEXT, OPCODE.BINARY, 0]);
    assert.equal(utf8.decode(head?.payload), pair.head);
    assert.deepEqual(new Uint8Array(rows!.payload), pair.rows);
    const [text] = framesOf(textFrame(pair.head));
    assert.equal(utf8.decode(text?.payload), pair.head);
  });
}

Deno.test("framedPair() copies, and its frames are made once", () => {
  const pair = { ...pairOf("head", 1000), ms: 5 };
  const framed = framedPair(pair);
  pair.rows.fill(0);
  assert.deepEqual([framed.ms, framed.rows[0], framed.rows.length], [5, 7, 1000]);
  assert.equal(pairFrames(framed), pairFrames(framed));
  assert.deepEqual(new Uint8Array(framesOf(pairFrames(framed))[1]!.payload), framed.rows);
});

/** A client's socket over a connection that takes a write when the test lets it. */
function bench() {
  const writes: Uint8Array[] = [];
  const pending: (() => void)[] = [];
  const take = (bytes: Uint8Array, done: () => void) => {
    writes.push(new Uint8Array(bytes));
    pending.push(done);
  };
  const connection = new Duplex({
    read() {},
    write: (chunk, _encoding, done) => take(chunk, done),
    writev: (chunks, done) => take(Buffer.concat(chunks.map(({ chunk }) => chunk)), done),
    highWaterMark: 1 << 16,
  });
  const calls: string[] = [];
  const ws = Object.assign(new EventEmitter(), {
    readyState: WebSocket.OPEN,
    close: (code: number) => void calls.push(`close ${code} after ${connection.writableLength}`),
    terminate: () => void calls.push("terminate"),
  });
  const socket = new WsSocket(ws as unknown as Ws, connection, 30_000, () => 0, new Metrics());
  return { writes, pending, connection, calls, socket };
}

Deno.test("a lag message, executions and a pair leave in one write, in order", () => {
  const { writes, socket } = bench();
  socket.together(() => {
    socket.send('{"type":"lag"}');
    socket.send('{"type":"trades"}');
    socket.sendPair(framedPair(pairOf("head", 10_000)));
  });
  assert.equal(writes.length, 1);
  const texts = framesOf(writes[0]!).map(({ opcode, payload }) =>
    opcode === OPCODE.TEXT ? utf8.decode(payload) : payload.length
  );
  assert.deepEqual(texts, ['{"type":"lag"}', '{"type":"trades"}', "head", 10_000]);
});

Deno.test("what waits for a slow client is counted, becomes less bit by bit, and stays in order", async () => {
  const { writes, pending, connection, socket } = bench();
  let bytes = 0;
  for (let i = 0; i < 200; i++) {
    const pair = framedPair(pairOf(`${i}`, 10_000));
    bytes += pairFrames(pair).length;
    socket.sendPair(pair);
  }
  assert.equal(socket.bufferedAmount, bytes);
  assert.ok(connection.writableLength < (1 << 16) + 11_000);
  let before = bytes;
  while (pending.length > 0) {
    pending.shift()!();
    // What the stream does after a write, it does in a later turn.
    await new Promise(setImmediate);
    assert.ok(before - socket.bufferedAmount <= (1 << 16) + 11_000);
    before = socket.bufferedAmount;
  }
  assert.equal(socket.bufferedAmount, 0);
  const frames = framesOf(new Uint8Array(await new Blob(writes as BlobPart[]).arrayBuffer()));
  const heads = frames.filter(({ opcode }) => opcode === OPCODE.TEXT);
  assert.deepEqual(heads.map(({ payload }) => Number(utf8.decode(payload))), [
    ...Array(200).keys(),
  ]);
});

Deno.test("close() leaves nothing behind that was sent before; terminate() leaves all", () => {
  const [closing, ending] = [bench(), bench()];
  for (const { socket } of [closing, ending]) {
    for (let i = 0; i < 20; i++) socket.sendPair(pairOf("", 10_000));
  }
  const waiting = closing.socket.bufferedAmount;
  closing.socket.close(1000, "end_of_file");
  assert.deepEqual(closing.calls, [`close 1000 after ${waiting}`]);
  ending.socket.terminate();
  assert.deepEqual(ending.calls, ["terminate"]);
});
