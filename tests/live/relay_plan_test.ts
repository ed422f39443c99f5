/** What is published next, and what is written next, without a broker. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { BrokerError, type Piece, type StoredPiece } from "../../engine/relay/broker.ts";
import { dateOf, streamOf, subjectOf } from "../../engine/relay/names.ts";
import { Fenced, PublishPlan } from "../../engine/relay/publish_plan.ts";
import { fileIdentity, headerBytes } from "../../engine/relay/recording_reader.ts";
import { Hole, locate, stepOf } from "../../engine/relay/replica_plan.ts";
import { join } from "../made_session.ts";
import { boundaries, recordingOf } from "./relay.ts";

const FILE = recordingOf(3, 60);
const ENDS = boundaries(FILE);
const ID = fileIdentity(FILE)!;
const framing = () => ({ version: 3, extra: 0 });

/** Pieces that begin and end at records; each begins anywhere up to where the one before ends. */
const cuts = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 1, max: 20 })), { maxLength: 40 });

Deno.test("whatever pieces overlap or come again, what is written is the file", () => {
  fc.assert(fc.property(cuts, (cuts) => {
    let written = new Uint8Array();
    let reached = 0;
    for (const [back, records] of [...cuts, [0, ENDS.length] as const]) {
      const from = back % (reached + 1);
      const to = Math.min(ENDS.length - 1, Math.max(1, from + records));
      const offset = from === 0 ? 0 : ENDS[from]!;
      const piece = { file: ID, offset, bytes: FILE.subarray(offset, ENDS[to]) };
      const held = { bytes: written.length, file: written.length === 0 ? null : ID };
      const { known, header, records: more } = stepOf(piece, held, framing);
      assert.deepEqual(known, FILE.subarray(offset, offset + known.length));
      assert.equal(header.length, written.length === 0 ? headerBytes(FILE) : 0);
      written = join(written, header, more);
      reached = Math.max(reached, to);
    }
    const rest = stepOf(
      { file: ID, offset: 0, bytes: FILE },
      { bytes: written.length, file: ID },
      framing,
    );
    assert.deepEqual(join(written, rest.header, rest.records), FILE);
  }));
});

Deno.test("a hole, another file, and what is not whole records are refused", () => {
  const end = ENDS[9]!;
  const piece = (more: Partial<Piece>) => ({
    ...{ file: ID, offset: end, bytes: FILE.subarray(end, ENDS[12]!) },
    ...more,
  });
  const held = { bytes: end, file: ID };
  assert.throws(() => stepOf(piece({ offset: ENDS[10]! }), held, framing), Hole);
  assert.throws(() => stepOf(piece({ file: "f" }), held, framing), /another recording/);
  for (const cut of [1, 55, 57]) {
    const torn = piece({ bytes: FILE.subarray(end, end + cut) });
    assert.throws(() => stepOf(torn, held, framing), /not whole records/);
  }
  const garbage = piece({ bytes: new Uint8Array(64) });
  assert.throws(() => stepOf(garbage, held, framing), /not whole records/);
  const begun = { file: ID, offset: 0, bytes: FILE.subarray(0, 20) };
  assert.throws(() => stepOf(begun, { bytes: 0, file: null }, framing), /not whole records/);
});

/** Pieces of the file as a broker has them: numbers with room between them. */
function stored(every: number, gaps: number): StoredPiece[] {
  const at = ENDS.filter((_, i) => i === 0 || i % every === 0);
  return at.map((end, i) => ({
    file: ID,
    offset: i === 0 ? 0 : end,
    bytes: FILE.subarray(i === 0 ? 0 : end, at[i + 1]),
    sequence: 1 + i * gaps,
  }));
}

Deno.test("the piece that a replica goes on with is found, whatever it has", async () => {
  await fc.assert(fc.asyncProperty(
    fc.integer({ min: 1, max: 9 }),
    fc.integer({ min: 1, max: 4 }),
    fc.integer({ min: 0, max: FILE.length }),
    async (every, gaps, bytes) => {
      const pieces = stored(every, gaps);
      const found = await locate(
        bytes,
        pieces[0]!,
        pieces.at(-1)!,
        (from) => Promise.resolve(pieces.find(({ sequence }) => sequence >= from) ?? null),
      );
      const at = pieces.findLast(({ offset }) => offset <= bytes)!;
      const first = pieces.find(({ sequence }) => sequence >= found)!;
      assert.equal(first.sequence, at.sequence);
    },
  ));
  const late = stored(3, 1).slice(2);
  await assert.rejects(locate(0, late[0]!, late.at(-1)!, () => Promise.resolve(null)), Hole);
});

Deno.test("a publisher goes on where the broker is, and stops for another recording or recorder", () => {
  const held = (offset: number, length: number) => FILE.subarray(offset, offset + length);
  const [first, , last] = stored(10, 2);
  const plan = new PublishPlan();
  plan.resume(null, null, held);
  assert.deepEqual([plan.position, plan.after], [0, 0]);
  plan.resume(first!, last!, held);
  const position = last!.offset + last!.bytes.length;
  assert.deepEqual([plan.position, plan.after], [position, last!.sequence]);
  const next = { file: ID, offset: position, bytes: FILE.subarray(position) };
  assert.throws(() => plan.sent(next, { kind: "fenced" }), Fenced);
  plan.sent(next, { kind: "repeat" });
  assert.equal(plan.position, null);
  // What the broker does not keep is no repeat of anything.
  assert.throws(() => plan.resume(first!, last!, held), BrokerError);
  const again = new PublishPlan();
  again.resume(first!, last!, held);
  again.sent(next, { kind: "stored", sequence: 99 });
  assert.deepEqual([again.position, again.after], [FILE.length, 99]);
  for (const piece of [first!, last!]) {
    const other = { ...piece, bytes: piece.bytes.with(-1, piece.bytes.at(-1)! ^ 1) };
    const two = [piece === first ? other : first!, piece === last ? other : last!] as const;
    assert.throws(() => plan.resume(...two, held), Fenced);
  }
  // What a crash of the machine took from the disk is not there to be compared.
  const short = (offset: number, length: number) => held(offset, length).subarray(0, 40);
  assert.throws(() => plan.resume(first!, last!, short), Fenced);
});

Deno.test("subjects name dataset, symbol and date, and no symbol makes another of them", () => {
  const channel = { dataset: "GLBX.MDP3", symbol: "MNQH6" };
  const subject = subjectOf(channel, "bytes", "2026-02-06");
  assert.equal(subject, "spymaster.bytes.glbx-mdp3.MNQH6.20260206");
  assert.equal(dateOf(subject), "2026-02-06");
  assert.equal(dateOf(subjectOf(channel, "bytes")), null);
  for (const none of ["20261399", "20260230", "00000000", "99991231"]) {
    assert.equal(dateOf(`spymaster.bytes.glbx-mdp3.MNQH6.${none}`), null, none);
  }
  for (const symbol of ["BRK.B", "A*", "A B", "A>B", "ES:BF Z5"]) {
    const tokens = subjectOf({ ...channel, symbol }, "state", "2026-02-06").split(".");
    assert.equal(tokens.length, 5, symbol);
    assert.match(tokens[3]!, /^[^\s*>]+$/);
    assert.match(streamOf({ ...channel, symbol }, "state"), /^[^\s.*>/\\]+$/);
  }
});
