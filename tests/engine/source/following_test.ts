/** A live recording that is followed while it grows: the grids of the finished file, for every cut. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { ensureBookCache } from "../../../engine/cache.ts";
import { loadInstrument } from "../../../engine/instrument.ts";
import { resolveRequest } from "../../../engine/request.ts";
import { EngineRun, type RunRequest } from "../../../engine/run.ts";
import { isFollowed, isRecording } from "../../../engine/source/origin.ts";
import type { RecordingExtent } from "../../../engine/source/recorded_bytes.ts";
import { fingerprint } from "../../drive.ts";
import { GrowingRecording } from "../../growing_recording.ts";
import { adds, dbn, join, mappingRecord, recordsAt, snapshot } from "../../made_session.ts";
import { projectFile } from "../../project.ts";
import { casesOf } from "../../proof.ts";

const SECOND = 1_000_000_000n;
const MORNING = 14n * 3_600n * SECOND;
const LIVE = { schema: 0xffff, symbol: null, end: null } as const;

/** A session as a gateway gives it: a mapping, a snapshot, flow. */
const SESSION = dbn([
  mappingRecord(1, "MNQH6"),
  ...snapshot({ at: MORNING - SECOND }),
  ...adds(60, { at: MORNING }),
], LIVE);
const HEADER = recordsAt(SESSION);

const open = (
  { path }: GrowingRecording,
  extent: Partial<RecordingExtent> = {},
): Promise<EngineRun> => {
  const recording = { follow: true, windowEndMs: Infinity, ...extent };
  return EngineRun.open(requestOf(path, { recording }));
};

function requestOf(path: string, origin: { recording?: RecordingExtent }): RunRequest {
  return {
    origin: { path, ...origin },
    productType: "future_mbo",
    symbol: "MNQH6",
    dt: "2026-02-06",
    tickInt: 250_000_000,
    startNs: null,
    throttleMs: 0,
  };
}

/** Takes grids until there is nothing more now. */
async function take(run: EngineRun, grids: string[]): Promise<"edge" | "end"> {
  for (;;) {
    const progress = await run.advance(1_000);
    if (progress === "grid") grids.push(fingerprint(run.frame));
    else if (progress === "edge" || progress === "end") return progress;
  }
}

async function gridsOf(run: EngineRun): Promise<string[]> {
  try {
    return await Array.fromAsync(run.grids(), fingerprint);
  } finally {
    run.close();
  }
}

async function finished(): Promise<string[]> {
  await using recording = await GrowingRecording.begin();
  recording.write(SESSION);
  recording.release();
  return await gridsOf(await EngineRun.open(requestOf(recording.path, {})));
}

Deno.test("followed grids are those of the finished file, for every cut and piece size", async () => {
  const expected = await finished();
  // One of the snapshot, one of each order.
  assert.equal(expected.length, 61);
  const cuts = fc.uniqueArray(fc.integer({ min: HEADER, max: SESSION.length - 1 }), {
    maxLength: 40,
  });
  await fc.assert(
    fc.asyncProperty(cuts, async (cuts) => {
      await using recording = await GrowingRecording.begin();
      const ends = [HEADER, ...cuts.toSorted((a, b) => a - b), SESSION.length];
      recording.write(SESSION.subarray(0, HEADER));
      const run = await open(recording);
      try {
        const grids: string[] = [];
        for (let i = 1; i < ends.length; i++) {
          assert.equal(await take(run, grids), "edge");
          recording.write(SESSION.subarray(ends[i - 1]!, ends[i]!));
        }
        assert.equal(await take(run, grids), "edge");
        assert.deepEqual(grids, expected);
      } finally {
        run.close();
        recording.release();
      }
    }),
    { numRuns: casesOf(15, 200) },
  );
});

Deno.test("one byte at a time is followed too, and a part of a record is waited for", async () => {
  const expected = await finished();
  await using recording = await GrowingRecording.begin();
  recording.write(SESSION.subarray(0, HEADER));
  const run = await open(recording);
  const grids: string[] = [];
  for (let at = HEADER; at < SESSION.length; at++) {
    recording.write(SESSION.subarray(at, at + 1));
    assert.equal(await take(run, grids), "edge");
  }
  assert.deepEqual(grids, expected);
  run.close();
  recording.release();
});

Deno.test("a file that is empty, or has a part of its header, is waited for", async () => {
  const expected = await finished();
  await using recording = await GrowingRecording.begin();
  const opening = open(recording, { windowEndMs: 0 });
  for (const [from, to] of [[0, 3], [3, 7], [7, 8], [8, HEADER - 1], [HEADER - 1, HEADER]]) {
    recording.write(SESSION.subarray(from, to));
  }
  const following = gridsOf(await opening);
  recording.write(SESSION.subarray(HEADER));
  recording.release();
  // Its window is over, and nobody holds it.
  assert.deepEqual(await following, expected);
});

Deno.test("a recording that is empty is not called damaged by who does not wait, nor once it is over", async () => {
  await using recording = await GrowingRecording.begin();
  const nothing = /live\.dbn: nothing is recorded in it, not even a whole header; [^\n]+$/;
  for (const bytes of [0, 3, 8, HEADER - 1]) {
    recording.cut(0);
    recording.write(SESSION.subarray(0, bytes));
    await assert.rejects(open(recording, { follow: false }), nothing);
  }
  const opening = open(recording, { windowEndMs: 0 });
  recording.release();
  await assert.rejects(opening, nothing);
});

Deno.test("the wait for a header ends when nobody wants it any more", async () => {
  await using recording = await GrowingRecording.begin();
  const wanted = new AbortController();
  const follow = { recording: { follow: true, windowEndMs: Infinity } };
  const opening = EngineRun.open({ ...requestOf(recording.path, follow), signal: wanted.signal });
  wanted.abort("nobody");
  await assert.rejects(opening, (reason) => reason === "nobody");
  recording.release();
});

Deno.test("a recorder that says that it ended, and lets go, ends the waiting", async () => {
  const expected = await finished();
  await using recording = await GrowingRecording.begin();
  recording.write(SESSION.subarray(0, HEADER));
  const run = await open(recording);
  const grids: string[] = [];
  const say = (state: "stopped" | "ended") => recording.say({ state });
  say("ended");
  // It still holds the recording, whatever it says.
  assert.equal(await take(run, grids), "edge");
  say("stopped");
  recording.write(SESSION.subarray(HEADER));
  assert.equal(await take(run, grids), "edge");
  recording.release();
  // One that stopped may go on.
  assert.equal(await take(run, grids), "edge");
  say("ended");
  assert.equal(await take(run, grids), "end");
  assert.deepEqual(grids, expected);
  run.close();
});

Deno.test("what is written between two looks at the end is followed too", async () => {
  const expected = await finished();
  await using recording = await GrowingRecording.begin();
  recording.write(SESSION.subarray(0, HEADER));
  const run = await open(recording);
  const { statSync } = Deno;
  try {
    const grids: string[] = [];
    assert.equal(await take(run, grids), "edge");
    // The recorder writes and ends while a follower that is at the end asks whether it has ended.
    Deno.statSync = (path) => {
      if (recording.isHeld) {
        recording.write(SESSION.subarray(HEADER));
        recording.say({ state: "ended" });
        recording.release();
      }
      return statSync(path);
    };
    assert.equal(await take(run, grids), "end");
    assert.deepEqual(grids, expected);
  } finally {
    Deno.statSync = statSync;
    run.close();
  }
});

Deno.test("what a recorder cuts off after a crash was never taken", async () => {
  const expected = await finished();
  await using recording = await GrowingRecording.begin();
  const torn = HEADER + (SESSION.length - HEADER >> 1);
  recording.write(SESSION.subarray(0, torn));
  const run = await open(recording);
  const grids: string[] = [];
  assert.equal(await take(run, grids), "edge");
  const whole = run.session.decoder.offsetOf(run.session.decoder.position);
  assert.ok(whole < torn);
  // Another record takes its place, longer than what was cut off.
  recording.cut(whole);
  recording.write(join(mappingRecord(1, "MNQH6"), SESSION.subarray(whole)));
  assert.equal(await take(run, grids), "edge");
  assert.deepEqual(grids, expected);
  run.close();
  recording.release();
});

Deno.test("a recording that is cut, replaced or removed is an error", async () => {
  const spoils: [RegExp, (recording: GrowingRecording) => void][] = [
    [/was cut from at least \d+ to \d+ bytes while it was followed/, (recording) => {
      recording.cut(HEADER + 56);
    }],
    [/was replaced while it was followed/, ({ path }) => {
      Deno.writeFileSync(`${path}.new`, SESSION);
      Deno.renameSync(`${path}.new`, path);
    }],
    [/was removed while it was followed/, ({ path }) => Deno.removeSync(path)],
  ];
  for (const [message, spoil] of spoils) {
    await using recording = await GrowingRecording.begin();
    recording.write(SESSION.subarray(0, SESSION.length - 56));
    const run = await open(recording);
    assert.equal(await take(run, []), "edge");
    spoil(recording);
    await assert.rejects(take(run, []), (error: Error) => {
      assert.match(error.message, message);
      assert.ok(error.message.includes(recording.path));
      return true;
    });
    run.close();
    recording.release();
  }
});

Deno.test("what is there so far is all, to its last whole record", async () => {
  const expected = await finished();
  await using recording = await GrowingRecording.begin();
  recording.write(SESSION.subarray(0, SESSION.length - 56 * 10 - 20));
  const run = await open(recording, { follow: false });
  recording.write(SESSION.subarray(SESSION.length - 56 * 10 - 20));
  assert.deepEqual(await gridsOf(run), expected.slice(0, -11));
  recording.release();
});

Deno.test("what a crash left of a day that is over is all to its last whole record, and has a cache", async () => {
  await using recording = await GrowingRecording.begin();
  const { lake } = recording;
  recording.write(SESSION.subarray(0, -20));
  recording.release();
  const instrument = loadInstrument(projectFile("instrument.yaml"));
  const request = { productType: "future_mbo", symbol: "MNQH6", dt: "2026-02-06" } as const;
  const taken = async (startTime: string | null) => {
    const resolved = await resolveRequest(
      instrument,
      { ...request, startTime, throttleMs: 0 },
      { lake, follow: "always" },
    );
    assert.deepEqual([isFollowed(resolved.origin), isRecording(resolved.origin)], [false, false]);
    const run = await EngineRun.open(resolved);
    const cache = startTime === null ? null : await ensureBookCache(run, { lake });
    return { cache: cache?.hit, grids: await gridsOf(run) };
  };
  assert.deepEqual((await taken(null)).grids, (await finished()).slice(0, -1));
  const built = await taken("09:30:30");
  assert.equal(built.cache, false);
  assert.deepEqual(await taken("09:30:30"), { ...built, cache: true });
});

Deno.test("ten follow one file, each to its last record", async () => {
  const expected = await finished();
  await using recording = await GrowingRecording.begin();
  recording.write(SESSION.subarray(0, HEADER + 1_000));
  const runs = await Promise.all(
    Array.from({ length: 10 }, () => open(recording, { windowEndMs: 0 })),
  );
  const all = runs.map(gridsOf);
  recording.write(SESSION.subarray(HEADER + 1_000));
  recording.release();
  for (const grids of all) assert.deepEqual(await grids, expected);
});
