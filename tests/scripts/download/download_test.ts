/** `deno task download` as a user meets it, against the played service. */
import assert from "node:assert/strict";
import { dirname } from "node:path";
import { JobLog } from "../../../scripts/download/job_log.ts";
import { permissionsOf } from "../../../scripts/launch.ts";
import { downloaded } from "../../../scripts/launch/grants.ts";
import { TASKS } from "../../../scripts/launch/tasks.ts";
import { filesIn } from "../../engine/databento/batch/context.ts";
import { casesOf } from "../../proof.ts";
import { ended, EVERYTHING, Machine } from "./machine.ts";

const LOG = ["--log-file", "logs/download.log"];
const FUTURE = [
  ...["--start", "2026-02-06", "--end", "2026-02-06", "--symbols", "MNQ", "--include-futures"],
  ...["--options-schemas", "none", ...LOG],
];
const FUTURE_KEY = "GLBX.MDP3|mbo|MNQ|2026-02-06|future_mbo";

function logOf(machine: Machine): string {
  return Deno.readTextFileSync(`${machine.logs}/download.log`);
}

Deno.test("downloaded() grants the lake's raw files and the log, and nothing else", () => {
  const env = { VP_LAKE_ROOT: "/var/lake" };
  assert.deepEqual(downloaded({ args: [], env: {} }), { read: ["lake/raw"], write: ["lake/raw"] });
  assert.deepEqual(downloaded({ args: ["daemon", "--log-file", "/var/a.log"], env }), {
    read: ["/var/lake/raw", "/var/a.log"],
    write: ["/var/lake/raw", "/var/a.log"],
  });
});

Deno.test("the task may reach the one host, and write raw files and logs alone", async () => {
  const args = ["poll", ...LOG];
  const permissions = await permissionsOf(TASKS.get("download")!, { args, env: {} });
  assert.deepEqual(permissions.net, ["hist.databento.com:443"]);
  assert.deepEqual(permissions.write, ["logs", "lake/raw", "logs/download.log"]);
  assert.deepEqual([permissions.run, permissions.sys], [[], []]);
});

Deno.test("each command has help with its flags and examples, and needs no key for it", async () => {
  await using machine = await Machine.start();
  const flags: Record<string, string[]> = {
    daemon: ["--poll-interval", "--pause-seconds", "--dry-run"],
    submit: ["--pause-seconds", "--options-schemas", "--include-futures"],
    poll: ["--log-file"],
    status: [],
  };
  for (const [command, own] of Object.entries(flags).slice(0, casesOf(2, 4))) {
    const help = await machine.run([command, "--help"], { DATABENTO_API_KEY: undefined });
    assert.deepEqual([help.code, help.err], [0, ""]);
    assert.match(help.out, new RegExp(`Examples:\\n[^]*deno task download ${command}\\b`));
    for (const flag of own) assert.match(help.out, new RegExp(`^ {2}${flag} .*\\w`, "m"));
  }
  const all = await machine.run(["--help"]);
  for (const name of Object.keys(flags)) assert.match(all.out, new RegExp(`^ {2}${name} `, "m"));
});

Deno.test("submit, poll and status go step by step, with lines in the log and the terminal", async () => {
  await using machine = await Machine.start();
  const submit = await machine.run(["submit", ...FUTURE]);
  assert.deepEqual([submit.code, submit.out], [0, ""]);
  const poll = ["poll", ...LOG];
  const early = await machine.run(poll);
  assert.equal(early.code, 0);
  assert.match(early.err, /Z waiting poll 1 jobs in flight; poll again for them\n$/);
  assert.match((await machine.run(["status"])).out, /future_mbo +received +GLBX-20260210-0001 +1 /);
  machine.service.jobs[0]!.listed = 10;
  const late = await machine.run(poll);
  assert.match(
    late.err,
    /Z downloaded GLBX\.MDP3\|mbo\|MNQ\|2026-02-06\|future_mbo 22600 bytes in /,
  );
  assert.match((await machine.run(["status"])).out, /future_mbo +downloaded /);
  assert.equal(logOf(machine), submit.err + early.err + late.err);
  for (const line of logOf(machine).trimEnd().split("\n")) {
    assert.match(line, /^\d{4}-\d\d-\d\dT[\d:.]+Z [a-z]+ \S+ \S/);
  }
});

Deno.test("--dry-run shows jobs, symbols, cost and size, and submits nothing", async () => {
  await using machine = await Machine.start();
  const { code, out, err } = await machine.run([...EVERYTHING, "--dry-run"]);
  assert.equal(code, 0, err);
  assert.equal(machine.service.jobs.length, 0);
  const lines = out.trimEnd().split("\n").map((line) => line.split(/ {2,}/));
  assert.deepEqual(lines[0], ["job", "symbols", "US$", "MB"]);
  assert.deepEqual(lines[1], [FUTURE_KEY, "MNQH6", "would be submitted", "1.50", "3000.0"]);
  assert.deepEqual(lines[3]!.slice(1), [
    ...["MQ1G6 C21500, MQ1G6 P21500", "would be submitted", "0.25", "40.0"],
  ]);
  assert.deepEqual(lines.at(-1), ["total", "6 to submit", "6.50", "12080.0"]);
  assert.match(
    logOf(machine),
    /dry-run GLBX.* MNQH6, would be submitted, US\$ 1\.50, 3000000000 b/,
  );
  assert.deepEqual([...Deno.readDirSync(machine.logs)].map(({ name }) => name), ["download.log"]);
});

Deno.test("--json prints events as JSON lines, and the log has lines all the same", async () => {
  await using machine = await Machine.start();
  machine.service.warning = JSON.stringify(["a day is degraded"]);
  const { code, out, err } = await machine.run(["daemon", ...FUTURE, "--json"]);
  assert.deepEqual([code, err], [0, ""]);
  const events = out.trimEnd().split("\n").map((line) => JSON.parse(line));
  const texts = events.map(({ time, verb, key, detail }) => `${time} ${verb} ${key} ${detail}\n`);
  assert.equal(texts.join(""), logOf(machine));
  const verbs = events.map(({ verb }) => verb).filter((verb) => verb !== "warning");
  assert.deepEqual(verbs, [
    ...[
      "front",
      "submit",
      "waiting",
      "queued",
      "processing",
      "done",
      "download",
      "downloaded",
      "end",
    ],
  ]);
  assert.match(texts[0]!, / warning service a day is degraded\n$/);
});

Deno.test("one day or root that fails is logged, the rest goes on, and the exit code is 1", async () => {
  await using machine = await Machine.start();
  delete machine.service.world.parents["EW1.OPT"];
  const { code, err } = await machine.run([...EVERYTHING, "--symbols", "ZZ,ES,MNQ"]);
  assert.equal(code, 1);
  assert.match(err, /failed ZZ\|2026-02-06 ZZ on 2026-02-06: no definition of ZZ\.v\.0/);
  assert.match(err, /failed ES\|2026-02-06 ES on 2026-02-06: no options, none of EW1\.OPT/);
  assert.match(err, /end daemon 2 failed\n$/);
  const files = [...filesIn(machine.lake).keys()].filter((path) => path.endsWith(".dbn"));
  assert.equal(files.length, 4);
});

Deno.test("a root without option codes gets its future, and one line about its options", async () => {
  await using machine = await Machine.start();
  machine.service.world.fronts["ZN"] = "ZNH6";
  const future = [...FUTURE, "--symbols", "ZN"];
  const all = await machine.run(["daemon", ...future, "--options-schemas", "mbo,statistics"]);
  assert.equal(all.code, 1);
  const lines = all.err.split("\n").filter((line) => line.includes(" failed ZN|2026-02-06 "));
  assert.equal(lines.length, 1);
  assert.match(
    lines[0]!,
    /the codes of ZN options are not known here, and ZN\.OPT does not resolve/,
  );
  assert.deepEqual(machine.service.jobs.map(({ asked }) => asked["symbols"]), ["ZNH6"]);
  assert.equal((await machine.run(["daemon", ...future])).code, 0);
  assert.equal(machine.service.jobs.length, 1);
});

Deno.test("a key that the service does not know ends the run at once", async () => {
  await using machine = await Machine.start();
  const { code, err } = await machine.run(EVERYTHING, { DATABENTO_API_KEY: "db-unknown" });
  assert.equal(code, 1);
  assert.match(err, /Z error daemon timeseries\.get_range: the service answers 401: .*check DATA/);
  assert.equal(machine.service.seen.length, 1);
});

Deno.test("the key comes from .env where the environment has none, and is asked for without both", async () => {
  await using machine = await Machine.start();
  const args = ["daemon", ...FUTURE];
  const without = { DATABENTO_API_KEY: undefined };
  const missing = await machine.run(args, without);
  assert.equal(missing.code, 1);
  assert.match(missing.err, /^error: DATABENTO_API_KEY is set neither in [^\n]+\n$/);
  await Deno.writeTextFile(`${machine.folder}/.env`, `# key\nDATABENTO_API_KEY="db-file"\n`);
  assert.equal((await machine.run(args, without)).code, 1);
  await Deno.writeTextFile(`${machine.folder}/.env`, `DATABENTO_API_KEY=${machine.service.key}\n`);
  assert.equal((await machine.run(args, without)).code, 0);
});

Deno.test("the key is in no file, no output and no process title", async () => {
  await using machine = await Machine.start();
  const { key } = machine.service;
  machine.service.warning = JSON.stringify([`about ${key}`]);
  const faults = [{ status: 500, detail: `${key} is wrong` }, {
    status: 422,
    detail: btoa(`${key}:`),
  }];
  machine.service.fault = ({ name }) => name === "batch.submit_job" ? faults.pop() : undefined;
  const titles: string[] = [];
  const child = await machine.spawn(EVERYTHING);
  machine.service.onStep = () => {
    titles.push(Deno.readTextFileSync(`/proc/${child.pid}/cmdline`));
    titles.push(Deno.readTextFileSync(`/proc/${child.pid}/comm`));
  };
  const { out, err } = await ended(child);
  const status = await machine.run(["status"]);
  const files = [...filesIn(machine.folder)].map(([path, bytes]) =>
    `${path}\n${new TextDecoder("latin1").decode(bytes)}`
  );
  assert.ok(titles.length > 100 && files.length > 6);
  assert.match(err, /422: \(key\)/);
  assert.match(err, /warning service about \(key\)/);
  for (const text of [out, err, status.out, status.err, ...titles, ...files]) {
    for (const secret of [key, btoa(`${key}:`)]) {
      assert.ok(!text.includes(secret), text.slice(0, 200));
    }
  }
});

for (const signal of (["SIGINT", "SIGTERM"] as const).slice(0, casesOf(1, 2))) {
  Deno.test(`${signal} ends a run cleanly, and the next one goes on`, async () => {
    await using machine = await Machine.start();
    const child = await machine.spawn(["daemon", ...FUTURE]);
    let isTold = false;
    machine.service.onStep = () => {
      // Once: nobody hears a second one when it is about to end.
      if (isTold || machine.service.seen.at(-1)!.name !== "download") return;
      isTold = true;
      child.kill(signal);
    };
    machine.service.fault = ({ name }) => name === "download" ? { stallAt: 5000 } : undefined;
    const { code, err } = await ended(child);
    assert.equal(code, 130, err);
    assert.match(err, /Z interrupted daemon state is kept; the same command goes on from here\n$/);
    machine.service.onStep = () => {};
    machine.service.fault = () => undefined;
    assert.equal((await machine.run(["daemon", ...FUTURE])).code, 0);
    assert.equal(machine.service.jobs.length, 1);
  });
}

Deno.test("a second download on the same jobs is refused while one runs", async () => {
  await using machine = await Machine.start();
  const first = await machine.spawn(["daemon", ...FUTURE]);
  const { promise: begun, resolve } = Promise.withResolvers<void>();
  const { promise: done, resolve: goOn } = Promise.withResolvers<void>();
  machine.service.onStep = () => {
    resolve();
    return done;
  };
  await begun;
  const second = await machine.run(["poll", ...LOG]);
  assert.equal(second.code, 1);
  assert.match(
    second.err,
    new RegExp(`error poll another download works on .* \\(process ${first.pid}\\)`),
  );
  goOn();
  assert.equal((await ended(first)).code, 0);
});

Deno.test("a damaged tracker ends a run before anything is asked", async () => {
  await using machine = await Machine.start();
  await Deno.mkdir(machine.logs);
  await Deno.writeTextFile(`${machine.logs}/futures_jobs.json`, "{");
  const { code, err } = await machine.run(["daemon", ...FUTURE]);
  assert.equal(code, 1);
  assert.match(
    err,
    /error daemon logs\/futures_jobs\.json: not JSON: .* would be paid for again\n$/,
  );
  assert.equal(machine.service.seen.length, 0);
});

Deno.test("a log that cannot be written is one line, before anything is asked", async () => {
  await using machine = await Machine.start();
  const { code, err } = await machine.run(["poll", "--log-file", "nowhere/a.log"]);
  assert.equal(code, 1);
  assert.match(err, /^error: nowhere\/a\.log: [^\n]+\n$/);
});

Deno.test("nothing that the service says steers the terminal or begins another line", async () => {
  await using machine = await Machine.start();
  const detail = "no\u001b[2J\n2026-01-01T00:00:00.000Z downloaded all";
  machine.service.fault = ({ name }) =>
    name === "timeseries.get_range" ? { status: 422, detail } : undefined;
  const { code, err } = await machine.run(["submit", ...FUTURE]);
  assert.equal(code, 1);
  for (const text of [err, logOf(machine)]) {
    assert.match(text, /answers 422: no\\u001b\[2J 2026-01-01T00:00:00\.000Z downloaded all\n/);
    assert.ok(!text.includes("\u001b"));
  }
});

Deno.test("what the service refused steers no terminal later: in the table of jobs and in JSON lines", async () => {
  await using machine = await Machine.start();
  const detail = "no\u001b[2J\u009b31m\u202e";
  machine.service.fault = ({ name }) =>
    name === "batch.submit_job" ? { status: 422, detail } : undefined;
  const submitted = await machine.run(["submit", ...FUTURE, "--json"]);
  const { out } = await machine.run(["status"]);
  assert.match(out, /answers 422: no\\u001b\[2J\\u009b31m\\u202e/);
  for (const text of [submitted.out, out]) assert.match(text, /^[ -~\n]+$/);
  const details = submitted.out.trim().split("\n").map((line) => JSON.parse(line).detail);
  assert.ok(details.some((said) => said.includes(detail)), details.join());
});

Deno.test("a log that takes no more is named in one line", async () => {
  const path = `${await Deno.makeTempDir()}/a.log`;
  using log = new JobLog(path, false, () => 0);
  const { writeSync } = Deno.FsFile.prototype;
  Deno.FsFile.prototype.writeSync = () => {
    throw Object.assign(new Error("No space left on device"), { code: "ENOSPC" });
  };
  try {
    const written = () => log.write({ verb: "submit", key: "a", detail: "b" });
    assert.throws(written, {
      name: "UserError",
      message: `${path}: No space left on device; mend that, and begin again`,
    });
  } finally {
    Deno.FsFile.prototype.writeSync = writeSync;
    await Deno.remove(dirname(path), { recursive: true });
  }
});

Deno.test("no log lies among the raw files of another lake", async () => {
  await using machine = await Machine.start();
  const folder = `${machine.folder}/other/raw/source=databento`;
  await Deno.mkdir(folder, { recursive: true });
  await Deno.symlink(folder, `${machine.folder}/logs`);
  for (const log of [`${folder}/a.log`, "logs/a.log"]) {
    const { code, err } = await machine.run(["poll", "--log-file", log]);
    assert.equal(code, 1);
    assert.match(
      err,
      /^error: \S+a\.log is among the files of \S+\/other\/raw, which are read[^\n]+\n$/,
    );
  }
  assert.deepEqual([...Deno.readDirSync(folder)], []);
});

Deno.test("the task itself goes nowhere but to the service, whatever it is told", async () => {
  await using machine = await Machine.start();
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-q", "-P=launch", "scripts/launch.ts", "download", "submit", ...FUTURE].concat(
      ...["--log-file", `${machine.folder}/a.log`, "--dry-run"],
    ),
    env: {
      DATABENTO_API_KEY: machine.service.key,
      DATABENTO_BASE_URL: machine.service.url,
      VP_LAKE_ROOT: machine.lake,
    },
    stdout: "piped",
    stderr: "piped",
  }).output();
  assert.equal(code, 1);
  assert.match(new TextDecoder().decode(stderr), /this task may not connect to http:\/\/127/);
  assert.equal(machine.service.seen.length, 0);
});
