/** Holds the records of a recording against the session that was played. */
import assert from "node:assert/strict";
import { ACTION, F_LAST, F_SNAPSHOT, MBO } from "dbn-ts";
import { OrderList } from "../../engine/gateway/order_list.ts";

/** A snapshot that the gateway took, of so many records. */
interface Taken {
  count: number;
  bytes: Uint8Array;
}

/** What was found of a recording. */
export interface Found {
  /** Snapshots that came after records of the flow. */
  gaps: number;
  /** Records of the session that are missing, in gaps and before the first one. */
  missing: number;
}

/**
 * Makes sure that a recording has all of a session from where it begins: records in order, none lost
 * and none twice, but for gaps, each followed by a whole snapshot of the book as it was then.
 *
 * @param recorded its MBO records
 * @param session those of the session, the last of which is after its end
 * @param taken the snapshots that the gateway sent, or began to send, in order
 * @param isEndLost whether a snapshot was taken instead of the end, and after it
 * @returns its gaps
 */
export function assertWhole(
  recorded: Uint8Array,
  session: Uint8Array,
  taken: readonly Taken[],
  isEndLost = false,
): Found {
  const end = session.length - MBO.BYTES;
  const found = { gaps: 0, missing: 0 };
  let next = 0;
  let left = 0;
  let hasFlow = false;
  let last: "none" | "open" | "whole" = "none";
  for (let at = 0; at < recorded.length;) {
    const isSnapshot = isOfSnapshot(recorded, at);
    const isReplayed = equal(recorded, at, session, next, MBO.BYTES);
    if (!isSnapshot || (isReplayed && last === "none" && next <= at)) {
      assert.notEqual(last, "open", `flow at ${at} after an unfinished snapshot`);
      assert.ok(isReplayed, `record ${at / MBO.BYTES} is not number ${next / MBO.BYTES}`);
      hasFlow ||= !isSnapshot;
      last = "none";
      at += MBO.BYTES;
      next += MBO.BYTES;
      continue;
    }
    const length = snapshotLength(recorded, at);
    const isWhole = (recorded[at + length - MBO.BYTES + MBO.FLAGS]! & F_LAST) !== 0;
    while (left < taken.length && !equal(recorded, at, taken[left]!.bytes, 0, length)) left++;
    assert.ok(left < taken.length, `the snapshot at ${at / MBO.BYTES} is none of the gateway's`);
    const { count, bytes } = taken[left++]!;
    if (isWhole) assert.equal(length, bytes.length);
    assertBook(recorded.subarray(at, at + length), session.subarray(0, count * MBO.BYTES), isWhole);
    if (hasFlow && last !== "open") found.gaps++;
    assert.ok(count * MBO.BYTES >= next, "a snapshot goes back");
    found.missing += count - next / MBO.BYTES;
    next = count * MBO.BYTES;
    last = isWhole ? "whole" : "open";
    at += length;
  }
  if (isEndLost) found.missing += (end - next) / MBO.BYTES;
  else assert.equal(next, end, `ends at record ${next / MBO.BYTES} of ${end / MBO.BYTES}`);
  return found;
}

/** A snapshot's book is that of the records before it, by another way to the same. */
function assertBook(snapshot: Uint8Array, before: Uint8Array, isWhole: boolean): void {
  if (!isWhole) return;
  const books = [snapshot, before].map((records) => {
    const book = new OrderList();
    for (let at = 0; at < records.length; at += MBO.BYTES) {
      book.apply(records.subarray(at, at + MBO.BYTES));
    }
    return book.snapshot(0n, before);
  });
  assert.deepEqual(books[0], books[1]);
}

/** Bytes of the run of snapshot records that begins here. */
function snapshotLength(records: Uint8Array, from: number): number {
  let at = from;
  do at += MBO.BYTES; while (
    at < records.length && isOfSnapshot(records, at) && records[at + MBO.ACTION] !== ACTION.CLEAR
  );
  return at - from;
}

function isOfSnapshot(records: Uint8Array, at: number): boolean {
  return (records[at + MBO.FLAGS]! & F_SNAPSHOT) !== 0;
}

function equal(a: Uint8Array, from: number, b: Uint8Array, at: number, length: number): boolean {
  if (at + length > b.length) return false;
  for (let i = 0; i < length; i++) if (a[from + i] !== b[at + i]) return false;
  return true;
}
