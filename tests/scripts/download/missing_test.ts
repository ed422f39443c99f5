/** Days that the tracker has and the lake has not: fetched again, and paid for again only on demand. */
import assert from "node:assert/strict";
import { dirname } from "node:path";
import { filesIn } from "../../engine/databento/batch/context.ts";
import { compressedFile } from "../../engine/databento/fake_world.ts";
import { casesOf } from "../../proof.ts";
import { ended, Machine } from "./machine.ts";

const LOG = ["--log-file", "logs/download.log"];
const DAYS = [
  ...["daemon", "--start", "2026-02-05", "--end", "2026-02-06", "--symbols", "MNQ"],
  ...["--include-futures", "--options-schemas", "none", ...LOG],
];
const FOLDER = "raw/source=databento/product_type=future_mbo/symbol=MNQ/table=market_by_order_dbn";
const FILES = ["20260205", "20260206"].map((day) => `${FOLDER}/glbx-mdp3-${day}.mbo.dbn`);

/** A machine that has two days of the future. */
async function withTwoDays(): Promise<Machine> {
  const machine = await Machine.start();
  machine.service.world.fronts["MNQ"] = "MNQH6";
  const { code, err } = await machine.run(DAYS);
  assert.deepEqual([code, placed(machine.lake)], [0, FILES], err);
  return machine;
}

/** The data files of a lake. */
function placed(lake: string): string[] {
  return [...filesIn(lake).keys()].filter((path) => path.endsWith(".dbn"));
}

/** Kills a run when a request of a name has come, or when it was done but not answered. */
async function killedAt(machine: Machine, args: string[], name: string, done: boolean) {
  const child = await machine.spawn(args);
  const { promise: reached, resolve } = Promise.withResolvers<void>();
  let steps = 0;
  machine.service.onStep = () => {
    if (machine.service.seen.at(-1)!.name !== name || ++steps !== (done ? 2 : 1)) return;
    child.kill("SIGKILL");
    resolve();
  };
  const end = ended(child);
  await reached;
  await end;
  machine.service.onStep = () => {};
}

Deno.test("daemon fetches what was deleted from the job that has it, and pays nothing", async () => {
  await using machine = await withTwoDays();
  await Deno.remove(`${machine.lake}/${FILES[0]}`);
  assert.match(
    (await machine.run(["status"])).out,
    /\|2026-02-05\|future_mbo +missing .*not there/,
  );
  const dry = await machine.run([...DAYS, "--dry-run"]);
  assert.match(
    dry.out,
    /2026-02-05\|future_mbo +MNQH6 +would be fetched from its job, free of charge\n/,
  );
  assert.match(dry.out, /2026-02-06\|future_mbo +MNQH6 +is done\n/);
  assert.match(dry.out, /total +0 to submit +0\.00/);
  const { code, err } = await machine.run(DAYS);
  assert.equal(code, 0, err);
  assert.match(err, /Z fetch GLBX\S+\|2026-02-05\|future_mbo job GLBX-20260210-0001 still has/);
  assert.match(err, /Z skip GLBX\S+\|2026-02-06\|future_mbo /);
  assert.deepEqual(placed(machine.lake), FILES);
  assert.equal(machine.service.jobs.length, 2);
});

Deno.test("poll brings back all that is missing, submit leaves it for poll", async () => {
  await using machine = await withTwoDays();
  for (const path of FILES) await Deno.remove(`${machine.lake}/${path}`);
  const submit = await machine.run(["submit", ...DAYS.slice(1)]);
  assert.equal(submit.code, 0, submit.err);
  assert.equal(placed(machine.lake).length, 0);
  const poll = await machine.run(["poll", ...LOG]);
  assert.equal(poll.code, 0, poll.err);
  assert.deepEqual(placed(machine.lake), FILES);
  await Deno.remove(`${machine.lake}/${FILES[1]}`);
  assert.match((await machine.run(["poll", ...LOG])).err, /Z missing GLBX\S+\|2026-02-06\|/);
  assert.deepEqual(placed(machine.lake), FILES);
  assert.equal(machine.service.jobs.length, 2);
});

Deno.test("poll brings back no day over a file that was changed, and brings back the others", async () => {
  await using machine = await withTwoDays();
  await Deno.truncate(`${machine.lake}/${FILES[0]}`);
  await Deno.remove(`${machine.lake}/${FILES[1]}`);
  const poll = await machine.run(["poll", ...LOG]);
  assert.equal(poll.code, 1);
  assert.match(
    poll.err,
    /Z failed \S+\|2026-02-05\|\S+ \S+\.dbn is there, and this task did not [^\n]+\n/,
  );
  assert.equal(Deno.statSync(`${machine.lake}/${FILES[0]}`).size, 0);
  assert.deepEqual(placed(machine.lake), FILES);
});

Deno.test("a day that the lake has from elsewhere is not paid for, and the others are", async () => {
  await using machine = await Machine.start();
  const [first] = FILES;
  await Deno.mkdir(`${machine.lake}/${FOLDER}`, { recursive: true });
  await Deno.writeTextFile(`${machine.lake}/${first}.zst`, "from the portal");
  const line =
    /Z failed \S+\|2026-02-05\|future_mbo \S+\.zst is there, and this task did not [^\n]+\n/;
  const dry = await machine.run([...DAYS, "--dry-run"]);
  assert.equal(dry.code, 1);
  assert.match(dry.err, line);
  assert.match(dry.out, /total +1 to submit +1\.50 /);
  const { code, err } = await machine.run(DAYS);
  assert.equal(code, 1);
  assert.match(err, line);
  assert.equal(machine.service.jobs.length, 1);
  assert.deepEqual([...filesIn(`${machine.lake}/${FOLDER}`).keys()], [
    `${first!.slice(FOLDER.length + 1)}.zst`,
    FILES[1]!.slice(FOLDER.length + 1),
  ]);
  assert.equal(Deno.readTextFileSync(`${machine.lake}/${first}.zst`), "from the portal");
});

Deno.test("a day that the lake has under another name, or in the contract's folder, is not paid for", async () => {
  await using machine = await Machine.start();
  const asked = { dataset: "GLBX.MDP3", schema: "mbo", symbols: "MNQH6", start: "2026-02-05" };
  const file = compressedFile(asked);
  const places = [`${FOLDER}/MNQH6-20260205.dbn.zst`, `${FILES[0]!.replace("MNQ/", "MNQH6/")}.zst`];
  for (const [i, place] of places.entries()) {
    const path = `${machine.lake}/${place}`;
    await Deno.mkdir(dirname(path), { recursive: true });
    await Deno.writeFile(path, file);
    const { code, err } = await machine.run(["submit", ...DAYS.slice(1)]);
    assert.equal(code, 1);
    const [line] = err.split("\n").filter((line) => line.includes(" failed "));
    assert.match(line!, /\|2026-02-05\|future_mbo \S+ is there, and this task did not make it/);
    assert.ok(line!.includes(path));
    assert.equal(machine.service.jobs.length, 1, `the other day once, in run ${i}`);
    await Deno.remove(path);
  }
});

Deno.test("a day is not paid for where the disk does not tell whether the lake has it", async () => {
  await using machine = await Machine.start();
  machine.service.world.fronts["MNQ"] = "MNQH6";
  const days = [...DAYS.slice(1), "--start", "2026-02-06"];
  for (
    const place of [
      `${FOLDER}/MNQH6-20260206.dbn.zst`,
      `${FOLDER}/week.dbn`,
      dirname(dirname(FILES[1]!)).replace(/MNQ$/, "MNQH6"),
    ]
  ) {
    const path = `${machine.lake}/${place}`;
    await Deno.mkdir(dirname(path), { recursive: true });
    // A link in a circle can be looked into by nobody, whoever runs this.
    await Deno.symlink(path, path);
    const { code, err } = await machine.run(["submit", ...days]);
    assert.equal(code, 1);
    const lines = err.split("\n").filter((line) => line.includes(" failed "));
    assert.equal(lines.length, 1, err);
    assert.ok(lines[0]!.includes(` ${path}`));
    assert.match(lines[0]!, /: cannot be looked at: [^\n]+; check the lake$/);
    assert.equal(machine.service.jobs.length, 0);
    await Deno.remove(path);
  }
  // Whatever becomes of a recording, it is none of the days that are paid for.
  const recording = `${machine.lake}/${FOLDER}/glbx-mdp3-20260206.mbo.MNQH6.live.dbn`;
  await Deno.symlink(recording, recording);
  const { code, err } = await machine.run(["submit", ...days]);
  assert.deepEqual([code, machine.service.jobs.length], [0, 1], err);
});

Deno.test("what is known of a day and cannot be read fails that day alone, in a line that names it", async () => {
  await using machine = await Machine.start();
  machine.service.world.fronts["MNQ"] = "MNQH6";
  const known = `${machine.lake}/raw/source=databento/dataset=definition/venue=glbx/` +
    "type=futures_options/symbol=MNQ/resolved_2026-02-05.json";
  await Deno.mkdir(dirname(known), { recursive: true });
  await Deno.symlink(known, known);
  const { code, err } = await machine.run(["submit", ...DAYS.slice(1)]);
  assert.equal(code, 1);
  assert.match(err, / failed MNQ\|2026-02-05 [^\n]+\(os error \d+\); mend that, and begin again\n/);
  assert.ok(err.includes(` ${known}: `));
  assert.equal(machine.service.jobs.length, 1);
});

Deno.test("another lake is filled from the same jobs, and the first one still counts", async () => {
  await using machine = await withTwoDays();
  const other = `${machine.folder}/other`;
  const { code, err } = await machine.run(DAYS, { VP_LAKE_ROOT: other });
  assert.equal(code, 0, err);
  assert.deepEqual(placed(other), FILES);
  for (const job of machine.service.jobs) job.expired = true;
  const before = machine.service.seen.length;
  assert.equal((await machine.run(DAYS)).code, 0);
  assert.equal(machine.service.seen.length, before);
});

Deno.test("a job that is gone is paid for again with --buy-again alone; other days go on", async () => {
  await using machine = await withTwoDays();
  for (const path of FILES) await Deno.remove(`${machine.lake}/${path}`);
  machine.service.jobs[0]!.expired = true;
  for (const args of [DAYS, ["submit", ...DAYS.slice(1)]]) {
    const { code, err } = await machine.run(args);
    assert.equal(code, 1);
    assert.match(
      err,
      /Z failed \S+ 2026-02-05, mbo of future_mbo MNQ, is not in .* --buy-again .* US\$ 1\.50 [^\n]+\n/,
    );
  }
  assert.deepEqual(placed(machine.lake), FILES.slice(1));
  assert.equal(machine.service.jobs.length, 2);
  const dry = await machine.run([...DAYS, "--dry-run"]);
  assert.match(dry.out, /MNQH6 +would be paid for again, with --buy-again +1\.50 /);
  assert.match(dry.out, /total +0 to submit +0\.00 /);
  const bought = await machine.run([...DAYS, "--buy-again", "--dry-run"]);
  assert.match(bought.out, /MNQH6 +would be paid for again +1\.50 [^]*total +1 to submit +1\.50 /);
  assert.equal(machine.service.jobs.length, 2);
  for (let run = 0; run < 2; run++) {
    const { code, err } = await machine.run([...DAYS, "--buy-again"]);
    assert.equal(code, 0, err);
    assert.deepEqual(placed(machine.lake), FILES);
    assert.equal(machine.service.jobs.length, 3);
  }
});

const KILLS = [
  ["batch.submit_job", false],
  ["batch.submit_job", true],
  ["batch.get_job_details", true],
  ["metadata.get_cost", false],
  ["batch.list_files", true],
  ["download", true],
] as const;

for (const [name, done] of KILLS.slice(0, casesOf(2, KILLS.length))) {
  const when = done ? "after" : "before";
  Deno.test(`a second payment that is killed ${when} ${name} is made once`, async () => {
    await using machine = await withTwoDays();
    await Deno.remove(`${machine.lake}/${FILES[0]}`);
    machine.service.jobs[0]!.expired = true;
    if (name === "metadata.get_cost") {
      await killedAt(machine, DAYS, name, done);
      assert.equal((await machine.run(DAYS)).code, 1);
    } else await killedAt(machine, [...DAYS, "--buy-again"], name, done);
    const { code, err } = await machine.run([...DAYS, "--buy-again"]);
    assert.equal(code, 0, err);
    assert.equal((await machine.run(DAYS)).code, 0);
    assert.deepEqual(placed(machine.lake), FILES);
    assert.equal(machine.service.jobs.length, 3);
  });
}
