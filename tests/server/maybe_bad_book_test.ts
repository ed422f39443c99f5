import assert from "node:assert/strict";
import { encodeMbo } from "dbn-ts";
import { F_LAST, F_SNAPSHOT } from "../oracle/records.ts";
import { SMALL_INSTRUMENT_ID, SMALL_START, smallSession } from "../small_session.ts";
import { nyNs, type ServedSession, serveSmall } from "./served_session.ts";
import type { Received } from "./stream_client.ts";

const F_MAYBE_BAD_BOOK = 4;
const DT = "2026-02-06";
const RECORD_BYTES = 56;

/** The small session with a doubt from a time on, and a snapshot of two orders at another. */
function doubtedSession(doubtAt: string, snapshotAt: string): Uint8Array {
  const bytes = smallSession();
  const view = new DataView(bytes.buffer);
  const recordsAt = 8 + view.getUint32(4, true);
  const firstFrom = (ns: bigint) => {
    let at = recordsAt;
    while (view.getBigUint64(at + 8, true) < ns || view.getUint8(at + 36) !== F_LAST) {
      at += RECORD_BYTES;
    }
    return at;
  };
  view.setUint8(firstFrom(nyNs(DT, doubtAt)) + 36, F_LAST | F_MAYBE_BAD_BOOK);
  const snapshotNs = nyNs(DT, snapshotAt);
  const before = firstFrom(snapshotNs);
  const parts = [bytes.subarray(0, before), ...snapshot(snapshotNs), bytes.subarray(before)];
  return new Uint8Array(parts.flatMap((part) => [...part]));
}

function snapshot(tsEvent: bigint): Uint8Array[] {
  const record = (action: string, side: string, price: bigint, flags: number) =>
    encodeMbo({
      publisherId: 1,
      instrumentId: SMALL_INSTRUMENT_ID,
      orderId: price,
      price,
      size: 3,
      flags,
      channelId: 0,
      action: action.charCodeAt(0),
      side: side.charCodeAt(0),
      tsRecv: tsEvent,
      tsInDelta: 0,
      sequence: 1,
      tsEvent,
    });
  return [
    record("R", "N", 0x7fffffffffffffffn, F_SNAPSHOT),
    record("A", "B", 24_999_000_000_000n, F_SNAPSHOT),
    record("A", "A", 25_001_000_000_000n, F_SNAPSHOT | F_LAST),
  ];
}

/** Whether the book is doubted after each kept record, counted from 1. */
function doubts({ kept }: ServedSession): boolean[] {
  const after = [false];
  let doubted = false;
  for (const { flags } of kept) {
    if ((flags & F_MAYBE_BAD_BOOK) !== 0) doubted = true;
    if ((flags & F_SNAPSHOT) !== 0 && (flags & F_LAST) !== 0) doubted = false;
    after.push(doubted);
  }
  return after;
}

/** Holds every grid to the doubt after its last record; how many are doubted and how many not. */
function checkDoubts(messages: readonly Received[], served: ServedSession): [number, number] {
  const expected = doubts(served);
  const counts: [number, number] = [0, 0];
  for (const message of messages) {
    if (message instanceof Uint8Array || message.type !== "grid_update") continue;
    const doubted = expected[message.event_id]!;
    assert.equal(message.maybe_bad_book, doubted ? true : undefined, `${message.event_id}`);
    counts[doubted ? 0 : 1]++;
  }
  return counts;
}

Deno.test("maybe_bad_book is told from a doubtful record to the end of the next snapshot", async () => {
  await using served = await serveSmall(doubtedSession("09:35:30", "09:37:00"));
  const messages = await served.server.connect(`start_time=${SMALL_START}&speed=1000`).rest();
  const [doubted, sure] = checkDoubts(messages, served);
  // A slow machine leaves grids out; those that it sends are right.
  assert.ok(doubted > 0 && sure > 0);
});

Deno.test("a doubt of the bootstrap is told on the first start and on one that a cache serves", async () => {
  await using served = await serveSmall(doubtedSession("09:01:00", "09:37:00"));
  const query = `start_time=${SMALL_START}&speed=1000`;
  for (const start of ["first", "cached"]) {
    const caches = () => [...Deno.readDirSync(`${served.lake}/cache/vp_book`)].length;
    if (start === "cached") assert.equal(caches(), 1);
    const messages = await served.server.connect(query).rest();
    const first = messages.find((m) => !(m instanceof Uint8Array) && m.type === "grid_update");
    assert.ok(first && "maybe_bad_book" in first, start);
    const [doubted, sure] = checkDoubts(messages, served);
    // A slow machine leaves grids out; those that it sends are right.
    assert.ok(doubted > 0 && sure > 0);
    assert.equal(caches(), 1);
  }
});
