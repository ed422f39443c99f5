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
