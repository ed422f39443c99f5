import assert from "node:assert/strict";
import { zstdCompressSync } from "node:zlib";
import { decompressFile } from "../../../../engine/databento/batch/decompress_file.ts";
import { lakeFolder } from "../../../../engine/databento/batch/placed_files.ts";
import { Polling } from "../../../../engine/databento/batch/polling.ts";
import { Submission } from "../../../../engine/databento/batch/submission.ts";
import { type WantedJob, wantedJob } from "../../../../engine/databento/batch/wanted_job.ts";
import { findRawFile } from "../../../../engine/source/lake.ts";
import { FakeService } from "../fake_service.ts";
import { dataFile } from "../fake_world.ts";
import { BatchTest, filesIn, JOB } from "./context.ts";

const OTHER: WantedJob = wantedJob(
  { ...JOB, schema: "statistics", product: "future_option_mbo" },
  ["A"],
  "raw_symbol",
);
const NAME = "glbx-mdp3-20260206.mbo.dbn";

/** Two jobs that are in flight. */
async function submitted(): Promise<BatchTest> {
  const test = new BatchTest(await FakeService.start());
  const submission = new Submission(test);
  for (const job of [JOB, OTHER]) await submission.ensure(job);
  return test;
}

function stateOf(test: BatchTest, { key }: WantedJob = JOB): string {
  return test.reopen().jobs.get(key)!.state;
}

Deno.test("round() follows jobs to their end and brings them into the lake", async () => {
  await using test = await submitted();
  const polling = new Polling(test);
  for (const state of ["received", "queued", "processing"]) {
    await polling.round();
    assert.deepEqual([stateOf(test), stateOf(test, OTHER)], [state, state]);
    assert.equal(polling.pending, 2);
    test.tracker = test.reopen();
  }
});

Deno.test("a job that is done ends as the decompressed file in its place, and nothing else", async () => {
  await using test = await submitted();
  test.finishJobs();
  const polling = new Polling(test);
  await polling.round();
  assert.deepEqual([stateOf(test), stateOf(test, OTHER), polling.pending], [
    ...["downloaded", "downloaded", 0],
  ]);
  const raw = "raw/source=databento";
  const places = [
    `${raw}/product_type=future_mbo/symbol=MNQ/table=market_by_order_dbn/${NAME}`,
    `${raw}/product_type=future_option_mbo/symbol=MNQ/table=statistics/` +
    "glbx-mdp3-20260206.statistics.dbn",
  ];
  const files = filesIn(test.lake);
  assert.deepEqual([...files.keys()], places);
  for (const [i, place] of places.entries()) {
    assert.deepEqual(files.get(place), dataFile(test.service.jobs[i]!.asked));
  }
  const session = { productType: "future_mbo", symbol: "MNQH6", dt: "2026-02-06" };
  const { path, source } = await findRawFile({ lake: test.lake, ...session });
  assert.deepEqual([path, source], [`${test.lake}/${places[0]}`, "databento"]);
});

Deno.test("a download that fails leaves the job done, for the next run, and lets others go on", async () => {
  await using test = await submitted();
  test.finishJobs();
  test.service.fault = ({ name }) =>
    name === "download" && test.service.count("download") === 1 ? { corrupt: true } : undefined;
  const polling = new Polling(test);
  await polling.round();
  await polling.round();
  assert.deepEqual([...polling.failed], [JOB.key]);
  assert.deepEqual([stateOf(test), stateOf(test, OTHER)], ["done", "downloaded"]);
  assert.match(test.tracker.jobs.get(JOB.key)!.problem!, /its SHA-256 is not the one/);
  await new Submission(test).ensure(JOB);
  assert.equal(test.service.jobs.length, 2);
  await new Polling(test).round();
  assert.equal(stateOf(test), "downloaded");
  assert.equal(test.tracker.jobs.get(JOB.key)!.problem, null);
});

Deno.test("a job that expires is told, and paid for again only when that is wanted", async () => {
  await using test = await submitted();
  test.service.jobs[0]!.expired = true;
  const polling = new Polling(test);
  await polling.round();
  assert.deepEqual([...polling.failed], [JOB.key]);
  assert.equal(stateOf(test), "expired");
  await assert.rejects(new Submission(test).ensure(JOB), /`buy_again`/);
  assert.equal(test.service.jobs.length, 2);
  test.buyAgain = true;
  await new Submission(test).ensure(JOB);
  assert.equal(test.service.jobs.length, 3);
});

/** Two jobs whose files are in the lake. */
async function downloaded(): Promise<BatchTest> {
  const test = await submitted();
  test.finishJobs();
  await new Polling(test).round();
  test.events.length = 0;
  return test;
}

Deno.test("bringBack() has the next round fetch what is not in the lake, from the job that has it", async () => {
  await using test = await downloaded();
  const path = `${lakeFolder(test.lake, JOB)}/${NAME}`;
  const right = Deno.readFileSync(path);
  Deno.removeSync(path);
  const polling = new Polling(test);
  await polling.bringBack();
  await polling.round();
  assert.deepEqual(test.events.map(({ verb, key }) => [verb, key]), [
    ...["missing", "download", "downloaded"].map((verb) => [verb, JOB.key]),
  ]);
  assert.equal(test.events[0]!.detail, path);
  assert.deepEqual(Deno.readFileSync(path), right);
  assert.equal(test.service.jobs.length, 2);
});

Deno.test("bringBack() tells of what was changed, which stays until it is moved away", async () => {
  await using test = await downloaded();
  const path = `${lakeFolder(test.lake, JOB)}/${NAME}`;
  const right = Deno.readFileSync(path);
  const harms = [new Uint8Array(0), right.slice(0, -1), new Uint8Array(right.length)];
  for (const harmed of harms) {
    Deno.writeFileSync(path, harmed);
    const polling = new Polling(test);
    await polling.bringBack();
    await polling.round();
    assert.deepEqual(test.verbs, ["missing", "failed"]);
    assert.deepEqual(Deno.readFileSync(path), harmed);
    Deno.removeSync(path);
    await new Polling(test).round();
    assert.deepEqual(Deno.readFileSync(path), right);
    test.events.length = 0;
  }
});

Deno.test("bringBack() asks for nothing while everything is there", async () => {
  await using test = await downloaded();
  const before = test.service.seen.length;
  await new Polling(test).bringBack();
  assert.deepEqual([test.service.seen.length, test.events], [before, []]);
});

Deno.test("bringBack() tells of what is gone here and at the service, and fetches the rest", async () => {
  await using test = await downloaded();
  Deno.removeSync(test.lake, { recursive: true });
  test.service.jobs[0]!.expired = true;
  const polling = new Polling(test);
  await polling.bringBack();
  await polling.round();
  assert.deepEqual([...polling.failed], [JOB.key]);
  assert.deepEqual([stateOf(test), stateOf(test, OTHER)], ["expired", "downloaded"]);
  assert.match(
    test.tracker.jobs.get(JOB.key)!.problem!,
    /0001 expired; .* `buy_again` pays .* `dry_run` tells how/,
  );
});

Deno.test("a job that expires after it was done, and one that is gone, are told too", async () => {
  await using test = await submitted();
  for (const { key } of [JOB, OTHER]) test.tracker.update(key, { state: "done" });
  test.service.jobs[0]!.expired = true;
  test.service.jobs.pop();
  const polling = new Polling(test);
  await polling.round();
  assert.deepEqual([stateOf(test), stateOf(test, OTHER)], ["expired", "error"]);
  assert.equal(polling.failed.size, 2);
});

Deno.test("a job that the service does not know any more is an error", async () => {
  await using test = await submitted();
  test.service.jobs.shift();
  const polling = new Polling(test);
  await polling.round();
  assert.deepEqual([stateOf(test), stateOf(test, OTHER)], ["error", "received"]);
  assert.deepEqual([...polling.failed], [JOB.key]);
});

Deno.test("a job in a state that nobody has heard of is told, and holds up no other", async () => {
  await using test = await submitted();
  test.finishJobs();
  test.service.jobs[0]!.strange = "quarantined";
  const polling = new Polling(test);
  await polling.round();
  assert.deepEqual([stateOf(test), stateOf(test, OTHER)], ["received", "downloaded"]);
  assert.deepEqual([polling.pending, [...polling.failed]], [0, [JOB.key]]);
  assert.match(test.tracker.jobs.get(JOB.key)!.problem!, /is "quarantined", of which nothing is/);
  // It is in flight: not paid for again, and looked at by the next run.
  await new Submission(test).ensure(JOB);
  assert.equal(test.service.jobs.length, 2);
  test.service.jobs[0]!.strange = null;
  const next = new Polling(test);
  await next.round();
  assert.deepEqual([stateOf(test), next.pending, next.failed.size], ["downloaded", 0, 0]);
});

Deno.test("a job that the service will not speak of holds up no other", async () => {
  for (const fault of [{ status: 403 }, { status: 500 }, { lost: true }]) {
    await using test = await submitted();
    test.finishJobs();
    // It is in no list, and asked for by its number.
    const { id } = test.service.jobs[0]!;
    const list = test.client.listJobs.bind(test.client);
    test.client.listJobs = async (since) => (await list(since)).filter((job) => job.id !== id);
    test.service.fault = ({ form }) => form["job_id"] === id ? fault : undefined;
    const polling = new Polling(test);
    await polling.round();
    assert.deepEqual([stateOf(test), stateOf(test, OTHER)], ["received", "downloaded"]);
    // One that is refused is left alone, of another the next round may know more.
    const isRefused = fault.status === 403;
    assert.deepEqual([polling.pending, polling.failed.has(JOB.key)], [
      isRefused ? 0 : 1,
      isRefused,
    ]);
  }
  await using test = await downloaded();
  Deno.removeSync(test.lake, { recursive: true });
  const { id } = test.service.jobs[0]!;
  test.service.fault = ({ form }) => form["job_id"] === id ? { status: 403 } : undefined;
  const polling = new Polling(test);
  await polling.bringBack();
  await polling.round();
  assert.deepEqual([...polling.failed], [JOB.key]);
  assert.deepEqual(filesIn(test.lake).size, 1);
});

Deno.test("a job in a state that nobody has heard of is told though no list has it", async () => {
  await using test = await submitted();
  test.service.listedAfterMs = Infinity;
  test.service.jobs[0]!.strange = "cancelled";
  const polling = new Polling(test);
  await polling.round();
  assert.deepEqual([...polling.failed], [JOB.key]);
  assert.match(test.tracker.jobs.get(JOB.key)!.problem!, /is "cancelled", of which nothing is/);
});

Deno.test("bringBack() asks for no job without a number, and brings back the others", async () => {
  await using test = await downloaded();
  // As after a second submission that was refused while the files of the first were there.
  test.tracker.update(JOB.key, { id: null });
  Deno.removeSync(test.lake, { recursive: true });
  test.service.fault = ({ form }) => form["job_id"] === "null" ? { status: 422 } : undefined;
  const polling = new Polling(test);
  await polling.bringBack();
  await polling.round();
  assert.deepEqual([stateOf(test), stateOf(test, OTHER)], ["error", "downloaded"]);
  assert.match(test.tracker.jobs.get(JOB.key)!.problem!, /^the job that was paid for is no longer/);
  assert.equal(test.service.seen.some(({ form }) => form["job_id"] === "null"), false);
});

Deno.test("round() waits for a service that is away, and ends for one that refuses", async () => {
  await using test = await submitted();
  test.service.fault = () => ({ status: 503 });
  const polling = new Polling(test);
  await polling.round();
  assert.equal(test.verbs.at(-1), "unreachable");
  test.service.fault = () => ({ status: 401 });
  await assert.rejects(polling.round(), /401/);
});

Deno.test("decompressFile() leaves no file of that name when the input is damaged or cut", async () => {
  const folder = await Deno.makeTempDir();
  const whole = new Uint8Array(zstdCompressSync(crypto.getRandomValues(new Uint8Array(50_000))));
  for (const bytes of [whole.subarray(0, 30_000), new Uint8Array(100)]) {
    await Deno.writeFile(`${folder}/a.dbn.zst`, bytes);
    await assert.rejects(decompressFile(`${folder}/a.dbn.zst`, `${folder}/a.dbn`), /get the file/);
    assert.throws(() => Deno.statSync(`${folder}/a.dbn`), Deno.errors.NotFound);
  }
  await Deno.remove(folder, { recursive: true });
});
