/** What becomes of the files that lie where a job's file belongs. */
import assert from "node:assert/strict";
import { zstdCompressSync } from "node:zlib";
import { lakeFolder } from "../../../../engine/databento/batch/placed_files.ts";
import { Polling } from "../../../../engine/databento/batch/polling.ts";
import { Submission } from "../../../../engine/databento/batch/submission.ts";
import { FakeService } from "../fake_service.ts";
import { dataFile, hashOf } from "../fake_world.ts";
import { BatchTest, filesIn, JOB } from "./context.ts";

const NAME = "glbx-mdp3-20260206.mbo.dbn";

/** A job that is done, with its file as it is and as it is downloaded. */
class PlacementTest extends BatchTest {
  readonly place = lakeFolder(this.lake, JOB);
  readonly dbn = `${this.place}/${NAME}`;
  readonly zst = `${this.dbn}.zst`;
  day!: Uint8Array;
  compressed!: Uint8Array;

  static async open(): Promise<PlacementTest> {
    const test = new PlacementTest(await FakeService.start());
    await new Submission(test).ensure(JOB);
    test.finishJobs();
    const [job] = test.service.jobs;
    [test.day, test.compressed] = [dataFile(job!.asked), job!.file];
    return test;
  }

  /** One whose file was downloaded. */
  static async placed(): Promise<PlacementTest> {
    const test = await PlacementTest.open();
    await new Polling(test).round();
    test.assertThere({ [NAME]: test.day });
    return test;
  }

  /** These files lie there, and no others. */
  assertThere(files: Record<string, Uint8Array>): void {
    const hashes = (found: Iterable<[string, Uint8Array]>) =>
      [...found].map(([name, bytes]) => [name, hashOf(bytes)]);
    assert.deepEqual(hashes(filesIn(this.place)), hashes(Object.entries(files)));
  }

  /** Puts files there in place of what is. */
  lay(files: Record<string, Uint8Array>): void {
    Deno.mkdirSync(this.place, { recursive: true });
    for (const { name } of Deno.readDirSync(this.place)) Deno.removeSync(`${this.place}/${name}`);
    for (const [name, bytes] of Object.entries(files)) {
      Deno.writeFileSync(`${this.place}/${name}`, bytes);
    }
  }

  /** A round that has the job done. */
  async placeAgain(): Promise<void> {
    this.tracker.update(JOB.key, { state: "done" });
    this.service.seen.length = 0;
    await new Polling(this).round();
  }

  /** A round that refuses a file of that name, downloads nothing and leaves everything as it is. */
  async assertRefused(name: string): Promise<void> {
    const before = filesIn(this.place);
    await this.placeAgain();
    assert.deepEqual(filesIn(this.place), before);
    const { state, problem } = this.reopen().jobs.get(JOB.key)!;
    assert.equal(state, "done");
    assert.ok(problem!.startsWith(`${this.place}/${name} is there, and this task did not make it`));
    assert.match(problem!, /^[^\n]+changed since[^\n]+move it away[^\n]+poll again$/);
    assert.equal(this.service.count("download"), 0);
  }

  get state(): string {
    return this.reopen().jobs.get(JOB.key)!.state;
  }
}

Deno.test("a day that is there compressed alone, as it came, is decompressed and not deleted", async () => {
  await using test = await PlacementTest.placed();
  test.service.jobs[0]!.expired = true;
  test.lay({ [`${NAME}.zst`]: test.compressed });
  await test.placeAgain();
  test.assertThere({ [NAME]: test.day });
  assert.deepEqual([test.state, test.service.seen.length], ["downloaded", 0]);
});

Deno.test("a day that a killed run never decompressed is, whatever became of its job", async () => {
  await using test = await PlacementTest.placed();
  const { files } = test.tracker.jobs.get(JOB.key)!;
  test.tracker.update(JOB.key, { state: "done", files: [{ ...files[0]!, placed: null }] });
  test.service.jobs[0]!.expired = true;
  test.lay({ [`${NAME}.zst`]: test.compressed });
  test.service.seen.length = 0;
  await new Submission(test).ensure(JOB);
  test.assertThere({ [`${NAME}.zst`]: test.compressed });
  await new Polling(test).round();
  test.assertThere({ [NAME]: test.day });
  assert.deepEqual([test.state, test.service.seen.length], ["downloaded", 0]);
});

Deno.test("a day that was compressed by its owner stays as it is", async () => {
  await using test = await PlacementTest.placed();
  const own = new Uint8Array(zstdCompressSync(test.day));
  assert.notDeepEqual(own, test.compressed);
  test.lay({ [`${NAME}.zst`]: own });
  await test.placeAgain();
  test.assertThere({ [`${NAME}.zst`]: own });
  assert.deepEqual([test.state, test.service.seen.length], ["downloaded", 0]);
});

Deno.test("beside a day that is in its place, only what it was made from is taken away", async () => {
  await using test = await PlacementTest.placed();
  const changed = test.compressed.map((byte, i) => i === 9_000 ? byte ^ 1 : byte);
  for (const beside of [changed, new Uint8Array(zstdCompressSync(test.day)), new Uint8Array(3)]) {
    test.lay({ [NAME]: test.day, [`${NAME}.zst`]: beside });
    await test.placeAgain();
    test.assertThere({ [NAME]: test.day, [`${NAME}.zst`]: beside });
    assert.equal(test.state, "downloaded");
  }
  test.lay({ [NAME]: test.day, [`${NAME}.zst`]: test.compressed });
  await test.placeAgain();
  test.assertThere({ [NAME]: test.day });
  assert.deepEqual([test.state, test.service.seen.length], ["downloaded", 0]);
});

Deno.test("a file that this task did not make is not replaced; moved away, the day is got", async () => {
  await using test = await PlacementTest.open();
  const own = new Uint8Array(zstdCompressSync(test.day));
  const flipped = test.day.map((byte) => byte ^ 1);
  const foreign: [string, Record<string, Uint8Array>][] = [
    [`${NAME}.zst`, { [`${NAME}.zst`]: own }],
    [`${NAME}.zst`, { [`${NAME}.zst`]: test.compressed.map((byte) => byte ^ 1) }],
    [NAME, { [NAME]: flipped }],
    [NAME, { [NAME]: new Uint8Array(0) }],
    [NAME, { [NAME]: flipped, [`${NAME}.zst`]: test.compressed }],
    [`${NAME}.zst`, { [NAME]: flipped, [`${NAME}.zst`]: own }],
  ];
  for (const [name, files] of foreign) {
    test.lay(files);
    await test.assertRefused(name);
  }
  test.lay({});
  await test.placeAgain();
  test.assertThere({ [NAME]: test.day });
  assert.equal(test.tracker.jobs.get(JOB.key)!.problem, null);
});

Deno.test("a day that was changed since is not replaced either", async () => {
  await using test = await PlacementTest.placed();
  for (const changed of [test.day.slice(0, -1), new Uint8Array(test.day.length)]) {
    test.lay({ [NAME]: changed });
    await test.assertRefused(NAME);
  }
});

Deno.test("a folder or a link to nothing in a day's place is refused in a line", async () => {
  await using test = await PlacementTest.open();
  test.lay({});
  const things = [
    (path: string) => Deno.mkdirSync(path),
    (path: string) => Deno.symlinkSync("nothing", path),
  ];
  for (const path of [test.dbn, test.zst]) {
    for (const make of things) {
      make(path);
      await test.placeAgain();
      assert.match(test.tracker.jobs.get(JOB.key)!.problem!, /is there, and this task did not/);
      assert.ok(!Deno.lstatSync(path).isFile);
      Deno.removeSync(path);
    }
  }
});

Deno.test("a file that comes while a day is downloaded is not replaced", async () => {
  for (const name of [NAME, `${NAME}.zst`]) {
    await using test = await PlacementTest.open();
    const foreign = new Uint8Array([1, 2, 3]);
    test.service.onStep = () => {
      if (test.service.count("download") > 0) Deno.writeFileSync(`${test.place}/${name}`, foreign);
    };
    await test.placeAgain();
    assert.equal(test.state, "done");
    assert.match(test.tracker.jobs.get(JOB.key)!.problem!, /is there, and this task did not/);
    assert.deepEqual(Deno.readFileSync(`${test.place}/${name}`), foreign);
    // What was downloaded is not lost by it.
    test.service.onStep = () => {};
    Deno.removeSync(`${test.place}/${name}`);
    await test.placeAgain();
    test.assertThere({ [NAME]: test.day });
    assert.equal(test.service.count("download"), 0);
  }
});

Deno.test("the service's own file from elsewhere is as good as a download", async () => {
  await using test = await PlacementTest.open();
  test.lay({ [`${NAME}.zst`]: test.compressed });
  await test.placeAgain();
  test.assertThere({ [NAME]: test.day });
  assert.deepEqual([test.state, test.service.count("download")], ["downloaded", 0]);
});

Deno.test("what this task made for other symbols is replaced, also by a tracker of before", async () => {
  for (const isOld of [false, true]) {
    await using test = await PlacementTest.placed();
    if (isOld) {
      const text = Deno.readTextFileSync(test.trackerFile);
      Deno.writeTextFileSync(test.trackerFile, text.replace(/"made": \[[^\]]*\],/, ""));
      test.reopen();
    }
    const { files } = test.tracker.jobs.get(JOB.key)!;
    const hashes = files.flatMap(({ sha256, placed }) => [sha256, placed!.sha256]);
    assert.deepEqual(test.tracker.jobs.get(JOB.key)!.made, hashes);
    const other = { ...JOB, request: { ...JOB.request, symbols: ["MNQH6", "MNQM6"] } };
    await new Submission(test).ensure(other);
    test.finishJobs();
    await new Polling(test).round();
    const day = dataFile(test.service.jobs[1]!.asked);
    assert.notDeepEqual(day, test.day);
    test.assertThere({ [NAME]: day });
  }
});

Deno.test("what a killed run had decompressed for other symbols is replaced too", async () => {
  await using test = await PlacementTest.placed();
  const { files, made } = test.tracker.jobs.get(JOB.key)!;
  assert.equal(made.length, 2);
  // Killed after the file had its name, and before that was written down.
  test.tracker.update(JOB.key, { state: "done", files: [{ ...files[0]!, placed: null }] });
  const other = { ...JOB, request: { ...JOB.request, symbols: ["MNQH6", "MNQM6"] } };
  await new Submission(test).ensure(other);
  test.finishJobs();
  await new Polling(test).round();
  test.assertThere({ [NAME]: dataFile(test.service.jobs[1]!.asked) });
});
