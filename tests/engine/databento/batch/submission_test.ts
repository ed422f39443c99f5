import assert from "node:assert/strict";
import { readFound } from "../../../../engine/databento/batch/found_day.ts";
import { JobTracker } from "../../../../engine/databento/batch/job_tracker.ts";
import { lakeFolder } from "../../../../engine/databento/batch/placed_files.ts";
import { Polling } from "../../../../engine/databento/batch/polling.ts";
import { Submission } from "../../../../engine/databento/batch/submission.ts";
import {
  digestOf,
  type JobParts,
  wantedJob,
} from "../../../../engine/databento/batch/wanted_job.ts";
import { lockTracker } from "../../../../engine/databento/batch/tracker_lock.ts";
import { UserError } from "../../../../engine/errors.ts";
import { FakeService, type Fault } from "../fake_service.ts";
import { BatchTest } from "./context.ts";

const PARTS: JobParts = {
  dataset: "GLBX.MDP3",
  schema: "mbo",
  root: "MNQ",
  date: "2026-02-06",
  product: "future_option_mbo",
};

function job(symbols: string[] = ["A", "B"], more: Partial<JobParts> = {}) {
  return wantedJob({ ...PARTS, ...more }, symbols, "raw_symbol");
}

const { key: KEY } = job();

async function newTest(): Promise<BatchTest> {
  return new BatchTest(await FakeService.start());
}

/** Faults of submissions, one after another. */
function onSubmit(test: BatchTest, ...faults: (Fault | undefined)[]): void {
  test.service.fault = ({ name }) => name === "batch.submit_job" ? faults.shift() : undefined;
}

Deno.test("ensure() submits once, and writes the intent down before", async () => {
  await using test = await newTest();
  test.service.onStep = () => {
    if (test.service.jobs.length > 0) return;
    const { state, id } = test.reopen().jobs.get(KEY)!;
    assert.deepEqual([state, id], ["submitting", null]);
  };
  await new Submission(test).ensure(job());
  const { state, id } = test.reopen().jobs.get(KEY)!;
  assert.deepEqual([state, id], ["received", test.service.jobs[0]!.id]);
  await new Submission(test).ensure(job(["B", "A"]));
  assert.equal(test.service.jobs.length, 1);
  assert.deepEqual(test.verbs, ["submit", "reuse"]);
});

Deno.test("ensure() relies on a job that lives, and submits again what failed or changed", async () => {
  await using test = await newTest();
  const submission = new Submission(test);
  await submission.ensure(job());
  test.finishJobs();
  for (const state of ["queued", "processing", "done", "downloaded", "error", "expired"] as const) {
    test.tracker.update(KEY, { state });
    await submission.ensure(job());
    assert.equal(test.service.jobs.length, 1, state);
  }
  await submission.ensure(job(["A", "B", "C"]));
  onSubmit(test, { status: 422 });
  await assert.rejects(submission.ensure(job(["D"])), /422/);
  await submission.ensure(job(["D"]));
  assert.equal(test.service.jobs.length, 3);
  const { former, id } = test.tracker.jobs.get(KEY)!;
  assert.deepEqual([...former, id], test.service.jobs.map((one) => one.id));
});

/** A job whose file was in a lake; that is gone, and so is the job. */
async function boughtAndGone(): Promise<BatchTest> {
  const test = await newTest();
  await new Submission(test).ensure(job());
  test.finishJobs();
  await new Polling(test).round();
  test.service.jobs[0]!.expired = true;
  Deno.renameSync(test.lake, `${test.lake}_before`);
  return test;
}

Deno.test("ensure() pays a second time only when that is wanted, and says what it costs", async () => {
  await using test = await boughtAndGone();
  await assert.rejects(new Submission(test).ensure(job()), (error: Error) => {
    assert.ok(error instanceof UserError);
    assert.match(error.message, /^2026-02-06, mbo of future_option_mbo MNQ, is not in /);
    assert.match(error.message, /0001 is no longer to be had: `buy_again` .* US\$ 1\.50 by Data/);
    return true;
  });
  assert.equal(test.reopen().jobs.get(KEY)!.state, "expired");
  assert.equal(test.service.jobs.length, 1);
  test.buyAgain = true;
  await new Submission(test).ensure(job());
  await new Submission(test).ensure(job());
  assert.equal(test.service.jobs.length, 2);
});

Deno.test("ensure() pays for no day that the lake has from elsewhere", async () => {
  for (const name of ["glbx-mdp3-20260206.mbo.dbn", "glbx-mdp3-20260206.mbo.dbn.zst"]) {
    await using test = await boughtAndGone();
    const folder = lakeFolder(test.lake, PARTS);
    await Deno.mkdir(folder, { recursive: true });
    await Deno.writeTextFile(`${folder}/${name}`, "another");
    test.buyAgain = true;
    const submission = new Submission(test);
    for (const wanted of [job(), job(["C"])]) {
      await assert.rejects(submission.ensure(wanted), (error: Error) => {
        assert.ok(error instanceof UserError);
        assert.ok(error.message.startsWith(`${folder}/${name} is there, and this task did not`));
        assert.match(error.message, /^[^\n]+ leave that day out, or move the file away$/);
        return true;
      });
    }
    // Days, roots and schemas beside it are paid for.
    for (const more of [{ date: "2026-02-05" }, { root: "ES" }, { schema: "statistics" }]) {
      await submission.ensure(job(["A"], more));
    }
    assert.equal(test.service.jobs.length, 4);
    assert.equal(Deno.readTextFileSync(`${folder}/${name}`), "another");
  }
});

Deno.test("ensure() submits again over what this task made", async () => {
  await using test = await boughtAndGone();
  Deno.renameSync(`${test.lake}_before`, test.lake);
  await new Submission(test).ensure(job(["C"]));
  assert.equal(test.service.jobs.length, 2);
});

Deno.test("ensure() relies on a lake that has the file, whatever became of the job", async () => {
  await using test = await boughtAndGone();
  test.buyAgain = true;
  onSubmit(test, { status: 422 });
  await assert.rejects(new Submission(test).ensure(job()), /422/);
  assert.equal(test.reopen().jobs.get(KEY)!.state, "error");
  await Deno.remove(test.lake, { recursive: true }).catch(() => {});
  Deno.renameSync(`${test.lake}_before`, test.lake);
  await new Submission(test).ensure(job());
  assert.equal(test.service.jobs.length, 1);
  assert.equal(test.reopen().jobs.get(KEY)!.state, "downloaded");
});

Deno.test("an intent to pay a second time that came to nothing needs to be wanted again", async () => {
  await using test = await boughtAndGone();
  test.tracker.intend(KEY, digestOf(job().request), 2);
  test.reopen();
  const submission = new Submission(test);
  await submission.reconcile();
  await assert.rejects(
    submission.ensure(job()),
    /the job that was paid for is no longer to be had/,
  );
  assert.equal(test.service.jobs.length, 1);
});

Deno.test("an intent to pay a second time that was taken is found, and not wanted again", async () => {
  await using test = await boughtAndGone();
  test.tracker.intend(KEY, digestOf(job().request), 2);
  await test.client.submitJob(job().request);
  test.reopen();
  const submission = new Submission(test);
  await submission.reconcile();
  await submission.ensure(job());
  assert.equal(test.service.jobs.length, 2);
  assert.equal(test.tracker.jobs.get(KEY)!.id, test.service.jobs[1]!.id);
});

Deno.test("a tracker of before reads what was replaced as paid for", async () => {
  await using test = await boughtAndGone();
  test.tracker.intend(KEY, digestOf(job().request), 2);
  test.tracker.update(KEY, { state: "error" });
  const text = Deno.readTextFileSync(test.trackerFile);
  Deno.writeTextFileSync(test.trackerFile, text.replace(/"bought": \[[^\]]*\],/, ""));
  assert.equal(test.reopen().jobs.get(KEY)!.bought.length, 1);
  await assert.rejects(new Submission(test).ensure(job()), /`buy_again`/);
});

Deno.test("ensure() pauses between submissions, and only between them", async () => {
  await using test = await newTest();
  const submission = new Submission(test);
  for (const root of ["MNQ", "ES", "MNQ", "NQ"]) await submission.ensure(job(["A"], { root }));
  assert.deepEqual(test.clock.waits, [test.pauseMs, test.pauseMs]);
});

for (const longLists of [false, true]) {
  const kind = longLists ? "long" : "short";
  Deno.test(`ensure() finds a job whose answer was lost in a ${kind} list`, async () => {
    await using test = await newTest();
    test.service.longLists = longLists;
    await test.client.submitJob(job(["OTHER"]).request);
    onSubmit(test, { lost: true });
    await new Submission(test).ensure(job());
    assert.equal(test.service.jobs.length, 2);
    assert.equal(test.tracker.jobs.get(KEY)!.id, test.service.jobs[1]!.id);
    assert.deepEqual(test.verbs, ["unsure", "found"]);
    assert.deepEqual(test.clock.waits, [10_000]);
  });
}

Deno.test("ensure() does not pay twice for a job that is listed late, or whose state is a new one", async () => {
  for (const strange of [null, "archiving"]) {
    await using test = await newTest();
    test.service.listedAfterMs = 60_000;
    await test.client.submitJob(job(["OTHER"]).request);
    test.service.jobs[0]!.strange = strange;
    onSubmit(test, { lost: true });
    const ensured = new Submission(test).ensure(job());
    if (strange !== null) {
      const { onStep } = test.service;
      test.service.onStep = async () => {
        for (const one of test.service.jobs) one.strange = strange;
        await onStep();
      };
    }
    await ensured;
    assert.equal(test.service.jobs.length, 2);
    assert.equal(test.tracker.jobs.get(KEY)!.id, test.service.jobs[1]!.id);
    assert.deepEqual(test.verbs, ["unsure", "found"]);
    // What is written down is read again.
    assert.ok(["received", "queued", "processing"].includes(test.reopen().jobs.get(KEY)!.state));
  }
});

Deno.test("ensure() finds its job where this machine takes local time for UTC, or has another date", async () => {
  for (const hours of [14, 9 * 24, -9 * 24]) {
    await using test = await newTest();
    test.service.now = () => test.clock.now() - hours * 3_600_000;
    onSubmit(test, { lost: true });
    await new Submission(test).ensure(job());
    assert.equal(test.service.jobs.length, 1);
  }
});

Deno.test("ensure() submits again when the service has nothing of it", async () => {
  await using test = await newTest();
  onSubmit(test, { status: 500 }, { status: 503 });
  await new Submission(test).ensure(job());
  assert.equal(test.service.jobs.length, 1);
  assert.deepEqual(test.verbs, ["unsure", "unsure", "submit"]);
});

Deno.test("ensure() gives up after three tries, and the next run tries again", async () => {
  await using test = await newTest();
  onSubmit(test, { status: 500 }, { status: 500 }, { status: 500 });
  await assert.rejects(new Submission(test).ensure(job()), /500/);
  assert.equal(test.tracker.jobs.get(KEY)!.state, "error");
  await new Submission(test).ensure(job());
  assert.equal(test.service.jobs.length, 1);
});

Deno.test("ensure() leaves the intent when nobody tells whether it was taken", async () => {
  await using test = await newTest();
  test.service.fault = ({ name }) => name === "batch.submit_job" ? { lost: true } : { status: 500 };
  await assert.rejects(new Submission(test).ensure(job()), /list_jobs/);
  assert.equal(test.tracker.jobs.get(KEY)!.state, "submitting");
  test.service.fault = () => undefined;
  test.reopen();
  const submission = new Submission(test);
  await submission.reconcile();
  await submission.ensure(job());
  assert.equal(test.service.jobs.length, 1);
  assert.equal(test.tracker.jobs.get(KEY)!.id, test.service.jobs[0]!.id);
});

Deno.test("ensure() does not ask again for what is refused", async () => {
  await using test = await newTest();
  onSubmit(test, { status: 422, detail: "no data yet" });
  await assert.rejects(new Submission(test).ensure(job()), /422: no data yet/);
  const { state, problem } = test.tracker.jobs.get(KEY)!;
  assert.equal(state, "error");
  assert.match(problem!, /no data yet/);
  assert.equal(test.service.count("batch.list_jobs"), 0);
});

Deno.test("reconcile() takes the job of an intent, of another run's clock too", async () => {
  await using test = await newTest();
  test.tracker.intend(KEY, digestOf(job().request), 2);
  await test.clock.sleep(1_000);
  test.service.now = () => test.clock.now() - 600_000;
  const { id } = await test.client.submitJob(job().request);
  await new Submission(test).reconcile();
  assert.equal(test.reopen().jobs.get(KEY)!.id, id);
  // The look may take a while: it is told first.
  assert.deepEqual(test.verbs, ["unsure", "found"]);
});

Deno.test("reconcile() takes no job that gives a part of the day, or gives it in parts", async () => {
  for (const more of [{ limit: 10 }, { split_symbols: true }, { split_size: 1_000_000 }]) {
    await using test = await newTest();
    test.tracker.intend(KEY, digestOf(job().request), 2);
    const { id } = await test.client.submitJob(job().request);
    test.service.jobs[0]!.more = more;
    await new Submission(test).reconcile();
    assert.equal(test.tracker.jobs.get(KEY)!.state, "error", JSON.stringify(more));
    test.service.jobs[0]!.more = { limit: null, split_symbols: false, split_size: null };
    test.tracker.intend(KEY, digestOf(job().request), 2);
    await new Submission(test).reconcile();
    assert.equal(test.tracker.jobs.get(KEY)!.id, id);
  }
});

Deno.test("reconcile() takes no job twice, no expired one and no other", async () => {
  await using test = await newTest();
  const submission = new Submission(test);
  await submission.ensure(job());
  test.tracker.update(KEY, { state: "error" });
  await test.client.submitJob(job(["C"]).request);
  const expired = await test.client.submitJob(job().request);
  test.service.jobs.find((one) => one.id === expired.id)!.expired = true;
  test.tracker.intend(KEY, digestOf(job().request), 2);
  await submission.reconcile();
  const { state, id } = test.tracker.jobs.get(KEY)!;
  assert.deepEqual([state, id], ["error", null]);
});

Deno.test("digestOf() tells requests apart by what they ask for, not by how it is written", () => {
  const { request } = job();
  const same = digestOf(request);
  assert.equal(digestOf({ ...request, symbols: ["B", "A", "B"] }), same);
  assert.equal(digestOf({ ...request, start: "2026-02-06T00:00:00.000000000Z" }), same);
  for (const name of Object.keys(request)) {
    const value = name === "symbols" ? ["A"] : name === "end" ? "2026-02-08" : "2026-01-01";
    assert.notEqual(digestOf({ ...request, [name]: value }), same, name);
  }
});

Deno.test("JobTracker refuses a file that it cannot read, and says what is at stake", async () => {
  await using test = await newTest();
  await new Submission(test).ensure(job());
  const good = Deno.readTextFileSync(test.trackerFile);
  assert.equal(test.reopen().jobs.size, 1);
  const wrong: [string, RegExp][] = [
    [good.slice(0, -9), /not JSON/],
    ["", /not JSON/],
    ['{ "version": 1 }', /it has no jobs/],
    ['{ "version": 1, "jobs": null }', /it has no jobs/],
    ['{ "version": 1, "jobs": [] }', /it has no jobs/],
    [good.replace('"version": 1', '"version": 2'), /its version is not 1/],
    [good.replace('"received"', '"lost"'), /the job GLBX\.MDP3\|mbo\|MNQ\|.* cannot be read/],
    [good.replace('"former": []', '"former": 3'), /cannot be read/],
    [good.replace('"made": []', '"made": [3]'), /cannot be read/],
    [good.replace(/"intended_at": "[^"]+"/, '"intended_at": "soon"'), /cannot be read/],
  ];
  for (const [text, message] of wrong) {
    Deno.writeTextFileSync(test.trackerFile, text);
    assert.throws(() => JobTracker.open(test.trackerFile, Date.now), (error: Error) => {
      assert.ok(error instanceof UserError);
      assert.ok(error.message.startsWith(test.trackerFile));
      assert.match(error.message, message);
      assert.match(error.message, /jobs would be paid for again$/);
      return true;
    });
  }
});

Deno.test("a pipe in the place of what downloads keep is not waited for", async () => {
  const dir = await Deno.makeTempDir();
  const path = `${dir}/kept.json`;
  // Whoever reads it is given what it waits for, and would take it.
  const text = '{ "version": 1, "jobs": {}, "front_month": "MNQH6", "options": null }';
  const script = `mkfifo "$1" && echo made && while printf '%s' "$2" > "$1"; do :; done`;
  const writer = new Deno.Command("sh", { args: ["-c", script, "sh", path, text], stdout: "piped" })
    .spawn();
  const said = writer.stdout.getReader();
  await said.read();
  const isNoFile = { name: "UserError", message: `${path} is no file; remove it` };
  assert.throws(() => JobTracker.open(path, Date.now), isNoFile);
  await assert.rejects(readFound(path), isNoFile);
  writer.kill();
  await writer.status;
  await said.cancel();
  await Deno.remove(dir, { recursive: true });
});

Deno.test("a disk that does not take the lock, or give the jobs, is told in a line that names them", async () => {
  const dir = await Deno.makeTempDir();
  const path = `${dir}/futures_jobs.json`;
  const isTold = (name: string) => (error: Error) =>
    error instanceof UserError && error.message.startsWith(`${name}: `) &&
    error.message.endsWith("; mend that, and begin again");
  await Deno.symlink("/dev/full", `${path}.lock`);
  assert.throws(() => lockTracker(path), isTold(`${path}.lock`));
  await Deno.symlink(path, path);
  assert.throws(() => JobTracker.open(path, Date.now), isTold(path));
  await Deno.remove(dir, { recursive: true });
});

Deno.test("lockTracker() lets one in, and the next when that has gone", async () => {
  await using test = await newTest();
  {
    using _ = lockTracker(test.trackerFile);
    assert.throws(
      () => lockTracker(test.trackerFile),
      new RegExp(`another download works on .*futures_jobs\\.json \\(process ${Deno.pid}\\)`),
    );
  }
  using _ = lockTracker(test.trackerFile);
});
