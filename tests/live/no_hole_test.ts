/** Nothing is lost and nothing comes twice, wherever connections and recorders break. */
import assert from "node:assert/strict";
import { DbnDecoder, instrumentIds, MBO, RTYPE_MBO } from "dbn-ts";
import { ERROR } from "../../engine/databento/live/notices.ts";
import type { Beginning } from "../../engine/databento/live/live_session.ts";
import { Random } from "../../engine/source/simulator/random.ts";
import { flow, join, MIDNIGHT_NS } from "../made_session.ts";
import { casesOf } from "../proof.ts";
import { hasShared, sharedDbn } from "../shared_data.ts";
import { type Faults, TestGateway } from "./gateway.ts";
import { orderSession } from "./order_session.ts";
import { NOON_MS, recordsOf, TestRecorder } from "./recording.ts";
import { TestClock } from "./test_clock.ts";
import { assertWhole } from "./whole_recording.ts";

const ALL: Beginning = { kind: "replay", startNs: 0n };

/** Cuts of any kind, and now and then a piece size that no boundary knows of. */
function cuts(random: Random): (n: number) => Faults {
  return (n) => {
    if (n > 60) return {};
    const isEarly = random.chance(0.2);
    const cutAfter = random.below(isEarly ? 400 : 40_000);
    const sizes = [1, 7, 55, 57, 1_000];
    return {
      ...(random.chance(0.3) ? { silentAfter: cutAfter } : { cutAfter }),
      ...(random.chance(0.2) &&
        { pieceBytes: sizes[random.below(isEarly ? 5 : 4) + (isEarly ? 0 : 1)]! }),
    };
  };
}

/** Records a session with faults into a lake of its own, killed now and then, and reads it back. */
async function recorded(
  seed: number,
  options: { from: Beginning; faults: (n: number) => Faults; begun?: number; kills?: number },
) {
  const random = new Random(seed ^ 0x5eed);
  const session = orderSession(seed, 2_000, options.from === ALL);
  const clock = new TestClock(NOON_MS);
  const dead = () => clock.advanceSoon(31_000);
  await using gateway = new TestGateway({
    session,
    step: () => 1 + random.below(60),
    begun: options.begun ?? 0,
    faults: options.faults,
    onSilence: dead,
  });
  const lakes: string[] = [];
  let recorder: TestRecorder;
  for (let kills = options.kills ?? 0;; kills--) {
    const lake = await Deno.makeTempDir();
    const before = lakes.at(-1);
    lakes.push(lake);
    if (before !== undefined) await copyTorn(recorder!.path, before, lake, random);
    const killed = Promise.withResolvers<"killed">();
    const records = gateway.options.feed.count + random.below(900);
    recorder = new TestRecorder({
      lake,
      port: gateway.port,
      from: options.from,
      clock,
      onEvent: () => {
        if (kills > 0 && gateway.options.feed.count > records) killed.resolve("killed");
      },
    });
    const how = await Promise.race([recorder.done.then(() => "done"), killed.promise]);
    if (how === "done") break;
    // What a killed one leaves is its file as it is.
    await Deno.copyFile(recorder.path, `${lake}/killed`).catch(() => {});
    await recorder.stop();
  }
  const { mbo, others } = await recordsOf(recorder.path);
  const state = await recorder.state();
  for (const lake of lakes) await Deno.remove(lake, { recursive: true });
  return { gateway, session, mbo, others, state, recorder };
}

/** Takes over what a killed recorder left, the last bytes of which never came to the disk. */
async function copyTorn(path: string, before: string, lake: string, random: Random) {
  const left = await Deno.readFile(`${before}/killed`).catch(() => null);
  if (left === null) return;
  const to = path.replace(before, lake);
  await Deno.mkdir(to.slice(0, to.lastIndexOf("/")), { recursive: true });
  await Deno.writeFile(to, left.subarray(0, Math.max(0, left.length - random.below(3_000))));
}

Deno.test("cuts anywhere lose nothing and bring nothing twice: all of the session, from its beginning", async () => {
  for (let seed = 1; seed <= casesOf(3, 200); seed++) {
    const { session, mbo, state } = await recorded(seed, {
      from: ALL,
      faults: cuts(new Random(seed)),
    });
    assertAll(mbo, session, `seed ${seed}`);
    assert.deepEqual([state.state, state.gaps], ["ended", 0], `seed ${seed}`);
  }
});

Deno.test("cuts anywhere after a snapshot lose nothing of what follows it", async () => {
  for (let seed = 1; seed <= casesOf(3, 200); seed++) {
    const { session, mbo, gateway, state } = await recorded(seed, {
      from: { kind: "snapshot" },
      faults: cuts(new Random(seed + 1_000)),
      begun: 30 + seed,
    });
    const found = assertWhole(mbo, session, gateway.snapshots);
    assert.equal(state.gaps, found.gaps, `seed ${seed}`);
  }
});

Deno.test("a recorder that is killed goes on where its file ends, a torn record cut off", async () => {
  for (let seed = 1; seed <= casesOf(3, 200); seed++) {
    const { session, mbo, state } = await recorded(seed, {
      from: ALL,
      faults: cuts(new Random(seed + 2_000)),
      kills: 3,
    });
    assertAll(mbo, session, `seed ${seed}`);
    assert.deepEqual([state.state, state.gaps], ["ended", 0], `seed ${seed}`);
  }
});

Deno.test("where a replay is not to be had, a gap is marked by a snapshot that is exact", async () => {
  let gaps = 0;
  for (let seed = 1; seed <= casesOf(3, 200); seed++) {
    const random = new Random(seed + 3_000);
    const cut = cuts(random);
    const { session, mbo, gateway, state, recorder } = await recorded(seed, {
      from: ALL,
      faults: (n) => {
        if (n === 0 || n > 60) return n === 0 ? { cutAfter: 20_000 } : {};
        const choice = random.below(4);
        const text = "faulty by seed";
        if (choice === 0) return { ...cut(n), error: { code: ERROR.AGED_OUT, text } };
        if (choice === 1) return { replay: spoilt, isStill: true };
        return cut(n);
      },
      kills: 1,
    });
    // What comes when the session is over is no part of it: neither flow nor snapshot.
    const isEndLost = gateway.snapshots.at(-1)?.count === session.length / MBO.BYTES ||
      recorder.events.some((event) => event.kind === "log" && / is over, /.test(event.message));
    const found = assertWhole(mbo, session, gateway.snapshots, isEndLost);
    assert.equal(state.gaps, found.gaps, `seed ${seed}`);
    gaps += found.gaps;
  }
  assert.ok(gaps > 0);
});

Deno.test({
  name: "a real day is recorded whole, over cuts anywhere",
  ignore: !hasShared,
  async fn() {
    const session = join(ordersOf(sharedDbn("esh4_20231225.mbo.dbn"), "ESH4", "2023-12-25"), END);
    for (let seed = 1; seed <= casesOf(1, 20); seed++) {
      const random = new Random(seed);
      const clock = new TestClock(Date.UTC(2023, 11, 25, 12));
      await using gateway = new TestGateway({
        session,
        step: () => 1 + random.below(4_000),
        begun: random.below(10_000),
        faults: (n) => n < 12 ? { cutAfter: random.below(900_000) } : {},
      });
      const lake = await Deno.makeTempDir();
      const { port } = gateway;
      const recorder = new TestRecorder({ lake, port, clock, dt: "2023-12-25" });
      await recorder.done;
      const { mbo } = await recordsOf(recorder.path);
      const { gaps } = assertWhole(mbo, session, gateway.snapshots);
      assert.equal((await recorder.state()).gaps, gaps);
      await Deno.remove(lake, { recursive: true });
    }
  },
});

/** A record that is received when the session of 2023-12-25 is over. */
const END = flow({ action: "T", at: BigInt(Date.UTC(2023, 11, 26)) * 1_000_000n - MIDNIGHT_NS });

/** The MBO records of an instrument in a DBN file. */
function ordersOf(file: Uint8Array, symbol: string, dt: string): Uint8Array {
  const decoder = new DbnDecoder({ capacity: file.length });
  for (let at = 0; at < file.length;) at += decoder.push(file.subarray(at, at + decoder.wanted));
  const [id] = instrumentIds(decoder.metadata!, dt).get(symbol)!;
  const records: Uint8Array[] = [];
  for (let at = decoder.next(RTYPE_MBO); at >= 0; at = decoder.next(RTYPE_MBO)) {
    if (decoder.u32[(at + MBO.INSTRUMENT_ID) >> 2] !== id) continue;
    records.push(decoder.u8.slice(at, at + MBO.BYTES));
  }
  return join(...records);
}

/** Makes sure that records are all of a session but the last one. */
function assertAll(mbo: Uint8Array, session: Uint8Array, name: string): void {
  const all = session.subarray(0, -MBO.BYTES);
  const at = mbo.findIndex((byte, i) => byte !== all[i]);
  const recordOf = (byte: number) => Math.floor(byte / MBO.BYTES);
  assert.equal(recordOf(at), -1, `${name}: first differs`);
  assert.equal(recordOf(mbo.length), recordOf(all.length), name);
}

/** A replay whose records are others than before. */
function spoilt(records: Uint8Array): Uint8Array {
  const copy = records.slice();
  const count = copy.length / MBO.BYTES;
  for (let i = 0; i < count; i++) copy[i * MBO.BYTES + MBO.SIZE]! ^= 1;
  return copy;
}
