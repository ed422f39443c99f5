import assert from "node:assert/strict";
import { permissionsOf } from "../scripts/launch.ts";
import { toArguments } from "../scripts/launch/permissions.ts";
import { instrumentFields } from "../scripts/launch/instrument_fields.ts";
import { FIRST_SESSION, namesSession, TASKS } from "../scripts/launch/tasks.ts";
import { taskHere } from "./in_process.ts";
import { childOf, deno, launcher, task, whileServing } from "./launcher.ts";
import { projectFile, readProjectFile } from "./project.ts";
import { SMALL_DT, SMALL_START, smallLake } from "./small_session.ts";

/** Runs a probe with the permissions that a task gets, and says what it was allowed. */
async function allowedTo(name: string, lake: string): Promise<string[]> {
  const task = TASKS.get(name);
  assert.ok(task);
  const args = ["--lake", lake, "--host", "127.0.0.1", "--port", "0"];
  const flags = toArguments(await permissionsOf(task, { args, env: {} }));
  const probe = ["run", "-q", "--no-check", ...flags, "tests/scripts/probe.ts", lake];
  const { stdout, stderr } = await deno(probe).output();
  assert.equal(new TextDecoder().decode(stderr), "");
  return JSON.parse(new TextDecoder().decode(stdout));
}

Deno.test("every task of deno.json is known to the launcher, with a permission set", async () => {
  const { tasks, permissions } = JSON.parse(await readProjectFile("deno.json"));
  assert.deepEqual(Object.keys(tasks).sort(), [...TASKS.keys()].sort());
  for (const [name, { set, script }] of TASKS) {
    assert.equal(tasks[name], `deno run -q -P=launch scripts/launch.ts ${name}`);
    assert.ok(permissions[set], set);
    assert.ok((await Deno.stat(projectFile(script))).isFile, script);
  }
});

Deno.test("what makes the first session reads the flags of every task that needs one", async () => {
  for (const [name, { needsSession }] of TASKS) {
    if (!needsSession) continue;
    const args = ["run", "-q", "--no-check", "--allow-all", "scripts/first_session.ts", name];
    const { code, stderr } = await deno([...args, "--dt", "never"]).output();
    const said = new TextDecoder().decode(stderr);
    assert.deepEqual([code, said.includes('--dt: "never" is not a date')], [2, true], said);
  }
});

Deno.test("a session that serve would refuse is refused before one is made", async () => {
  const lake = await Deno.makeTempDir();
  const args = ["run", "-q", "--no-check", "--allow-all", "scripts/first_session.ts", "serve"];
  const { code, stderr } = await deno([...args, "--lake", lake, "--symbol", "MNQ.front"]).output();
  const said = new TextDecoder().decode(stderr);
  assert.equal(code, 1, said);
  assert.match(said, /^error: [^\n]*MNQ\.front[^\n]*\n$/);
  assert.deepEqual([...Deno.readDirSync(lake)], []);
  await Deno.remove(lake, { recursive: true });
});

Deno.test("a plan or a window that is refused is refused before a session is made", async () => {
  const lake = await Deno.makeTempDir();
  const plan = `${lake}/plan.yaml`;
  const swept = ["sweep", "--output", `${lake}/swept`, "--plan", plan];
  for (
    const [written, code, message, args] of [
      ["nonsense: 3", 1, /plan\.yaml: "nonsense" is no key of a plan/, swept],
      ["tp_ticks: [0]", 1, /plan\.yaml: tp_ticks/, swept],
      ["tp_ticks: [3]", 2, /--eval-end 08:00 is not after/, [...swept, "--eval-end", "08:00"]],
      ["", 2, /--eval-end 08:00 is not after/, ["analyze", "--eval-end", "08:00"]],
    ] as const
  ) {
    await Deno.writeTextFile(plan, written);
    const ended = await task([...args, "--lake", lake]);
    assert.equal(ended.code, code, ended.err);
    assert.match(ended.err, message);
    assert.match(ended.err, /^error: [^\n]*\n$/);
    assert.deepEqual([...Deno.readDirSync(lake)].map(({ name }) => name), ["plan.yaml"]);
  }
  await Deno.remove(lake, { recursive: true });
});

Deno.test("serving may read its lake, write its cache, listen, and nothing else", async () => {
  const lake = await Deno.makeTempDir();
  await Deno.mkdir(`${lake}/raw`);
  assert.deepEqual(await allowedTo("serve", lake), ["read lake", "write lake/cache", "listen"]);
  await Deno.remove(lake, { recursive: true });
});

for (const task of ["analyze", "capture", "sweep", "warm"]) {
  Deno.test(`${task} may read its lake, write its cache, and nothing else`, async () => {
    const lake = await Deno.makeTempDir();
    await Deno.mkdir(`${lake}/raw`);
    assert.deepEqual(await allowedTo(task, lake), ["read lake", "write lake/cache"]);
    await Deno.remove(lake, { recursive: true });
  });
}

Deno.test("recording may reach its gateway and write its instrument's folder, and nothing else", async () => {
  const instrument = { product_type: "future_mbo", symbol: "MNQH6", symbol_root: "MNQ" };
  const task = TASKS.get("record")!;
  const allowed = async (...args: string[]) => {
    const { net, write, run } = await permissionsOf(task, { args, env: {}, instrument });
    return { net, write, run };
  };
  const folder = (source: string) =>
    `there/raw/source=${source}/product_type=future_mbo/symbol=MNQ/table=market_by_order_dbn`;
  const write = [folder("databento"), folder("simulator")];
  assert.deepEqual(await allowed("--lake", "there"), {
    ...{ net: ["glbx-mdp3.lsg.databento.com:13000"], run: [] },
    write,
  });
  const { net } = await allowed("--lake", "there", "--gateway", "[::1]:13000");
  assert.deepEqual(net, ["[::1]:13000"]);
  assert.deepEqual((await allowed("--dataset", "no,dataset")).net, []);
  const fields = await instrumentFields(projectFile("instrument.yaml"));
  assert.deepEqual({ ...fields, ...instrument }, fields);
  // What is JSON is YAML too.
  const json = await Deno.makeTempFile({ suffix: ".json" });
  await Deno.writeTextFile(json, JSON.stringify(instrument, null, 2));
  assert.deepEqual(await instrumentFields(json), instrument);
  // The task refuses what is so long.
  await Deno.writeTextFile(json, `${JSON.stringify(instrument)}${" ".repeat(2 ** 18)}`);
  assert.deepEqual(await instrumentFields(json), {});
  await Deno.remove(json);
});

Deno.test("recording may write where its instrument is looked for, however its symbol is written", async () => {
  const file = await Deno.makeTempFile({ suffix: ".yaml" });
  const written = async (...lines: string[]) => {
    await Deno.writeTextFile(file, lines.join("\n"));
    const instrument = await instrumentFields(file);
    const given = { args: ["--lake", "there"], env: {}, instrument };
    const { write } = await permissionsOf(TASKS.get("record")!, given);
    return (write as string[]).map((path) => /symbol=(.*)\/table/.exec(path)![1]);
  };
  for (
    const [symbol, type, root, folder] of [
      ['"UD:1V: 12345" # a spread', "future_mbo", "CL", "UD:1V: 12345"],
      ["BRN  FMH0026! # July", "future_mbo", "BRN", "BRN"],
      ["BRK B # class B", "equity_mbo", "BRK", "BRK B"],
      ["AAC#", "equity_mbo", "AAC", "AAC#"],
    ] as const
  ) {
    const fields = [`product_type: ${type}`, `symbol: ${symbol}`, `symbol_root: ${root}`];
    assert.deepEqual(await written(...fields), [folder, folder]);
    assert.deepEqual(
      await written(
        `{ ${fields.slice(0, 1)}, symbol: ${symbol.split(" # ")[0]}, symbol_root: ${root} }`,
      ),
      [folder, folder],
    );
  }
  await Deno.remove(file);
});

Deno.test("a broker is the one host that is reached besides, and a replica's alone", async () => {
  const instrument = { product_type: "future_mbo", symbol: "MNQH6", symbol_root: "MNQ" };
  const allowed = async (name: string, ...args: string[]) => {
    const { net, write, read, run } = await permissionsOf(
      TASKS.get(name)!,
      { args: ["--lake", "there", ...args], env: {}, instrument },
    );
    return { net, write, run, read: (read as string[]).filter((path) => path.endsWith(".creds")) };
  };
  const [record, published, replica] = [
    await allowed("record"),
    await allowed("record", "--publish", "nats://broker", "--nats-creds", "a.creds"),
    await allowed("replicate", "--from=tls://[::1]:7000", "--nats-creds", "a.creds"),
  ];
  assert.deepEqual(published.net, [...record.net as string[], "broker:4222"]);
  assert.deepEqual(replica.net, ["[::1]:7000"]);
  assert.deepEqual([published.write, replica.write], [record.write, record.write]);
  assert.deepEqual([published.run, replica.run], [[], []]);
  assert.deepEqual([published.read, replica.read], [["a.creds"], ["a.creds"]]);
  assert.deepEqual((await allowed("replicate", "--from", "nats://a:b@broker:4222")).net, []);
});

Deno.test("a wrong flag of a task is one line on standard error and exit code 2", async () => {
  const wrong = [["serve", "--", "--port", "eighty"], ["pack", "--output-dir", ""]];
  for (const args of wrong) {
    const { code, stdout, stderr } = await launcher(args).output();
    const [flag, value] = args.slice(-2);
    assert.deepEqual([code, new TextDecoder().decode(stdout)], [2, ""]);
    assert.match(
      new TextDecoder().decode(stderr),
      new RegExp(`^error: ${flag}: "${value}" [^\n]*\n$`),
    );
  }
});

Deno.test("bench begins nothing for a flag without a benchmark, or one that there is not", async () => {
  for (const [arg, words] of [["--nosuch", "name a benchmark"], ["nosuch", "no benchmark"]]) {
    const bench = ["run", "-q", "--no-check", "--allow-all", "scripts/bench.ts", arg!];
    const { code, stdout, stderr } = await deno(bench).output();
    assert.deepEqual([code, stdout.length], [2, 0]);
    assert.match(new TextDecoder().decode(stderr), new RegExp(`^error: .*${words}[^\n]*\n$`));
  }
});

Deno.test("a lake and its folder of raw files may be links, a raw file that leads elsewhere may not", async () => {
  await using made = await smallLake();
  const { path } = made;
  const disk = await Deno.makeTempDir();
  const warm = async (lake: string) => {
    const args = ["warm", "--lake", lake, "--dt", SMALL_DT, "--start-time", SMALL_START];
    const { code, stderr } = await launcher(args).output();
    return { code, said: new TextDecoder().decode(stderr) };
  };
  await Deno.symlink(made.lake, `${disk}/lake`);
  await Deno.rename(`${made.lake}/raw`, `${disk}/raw`);
  await Deno.symlink(`${disk}/raw`, `${made.lake}/raw`);
  assert.deepEqual(await warm(`${disk}/lake`), { code: 0, said: "" });
  assert.equal([...Deno.readDirSync(`${made.lake}/cache/vp_book`)].length, 1);

  const away = await Deno.makeTempDir();
  await Deno.rename(path, `${away}/day.dbn`);
  await Deno.symlink(`${away}/day.dbn`, path);
  const { code, said } = await warm(`${disk}/lake`);
  assert.equal(code, 1);
  assert.match(said, /^error: [^\n]*leads out of the lake; put the file itself there\n$/);
  for (const dir of [disk, away]) await Deno.remove(dir, { recursive: true });
});

Deno.test("a path below a file is refused by the task, in one line", async () => {
  await using made = await smallLake();
  const session = ["--lake", made.lake, "--dt", SMALL_DT, "--start-time", SMALL_START];
  const { code, stderr } = await launcher([
    ...["capture", ...session, "--format", "arrow", "--output", "README.md/grids.arrow"],
  ]).output();
  assert.equal(code, 1);
  assert.match(
    new TextDecoder().decode(stderr),
    /^error: README\.md\/grids\.arrow cannot be written: [^\n]+\n$/,
  );
});

/** The raw files below a lake. */
async function rawFiles(dir: string): Promise<string[]> {
  const names: string[] = [];
  for await (const entry of Deno.readDir(dir)) {
    if (entry.isDirectory) names.push(...await rawFiles(`${dir}/${entry.name}`));
    else names.push(entry.name);
  }
  return names;
}

Deno.test("serve and analyze make a simulated session when their lake has none, say so, and go on with it", async () => {
  const lake = await Deno.makeTempDir();
  const health = async (address: URL) => {
    const answer = await (await fetch(new URL("/health", address))).json();
    assert.deepEqual([answer.status, answer.data_source], ["ok", "simulator"]);
  };
  const first = await whileServing(["--lake", lake], health);
  assert.equal(first.code, 0);
  assert.match(
    first.said,
    /^No Databento file for MNQH6 on 2026-02-06: making a simulated session/,
  );
  assert.match(first.said, /"level":"INFO","message":"MNQH6 on 2026-02-06: SIMULATED/);
  assert.deepEqual(await rawFiles(lake), ["simulated_MNQH6_20260206.mbo.dbn"]);
  const second = await whileServing(["--lake", lake], health);
  assert.equal(second.code, 0);
  assert.doesNotMatch(second.said, /making a simulated session/);

  const analyze = ["analyze", "--dt", "2026-02-06", "--start-time", "08:31"]
    .concat("--eval-start", "08:31", "--eval-end", "08:40", "--lake");
  const { code, out, err } = await task([...analyze, lake]);
  assert.equal(code, 0, err);
  assert.doesNotMatch(err, /making a simulated session/);
  assert.match(out, /on 2026-02-06, SIMULATED data/);
  // In an empty lake it begins to make one too; told to end, it leaves nothing.
  const empty = await Deno.makeTempDir();
  const child = launcher([...analyze, empty]).spawn();
  const begun = child.stderr.pipeThrough(new TextDecoderStream()).getReader();
  const { value: said } = await begun.read();
  child.kill("SIGTERM");
  await begun.cancel();
  await child.stdout.cancel();
  assert.equal(
    said,
    "No Databento file for MNQH6 on 2026-02-06: making a simulated session.\n",
  );
  assert.equal((await child.status).code, 143);
  assert.deepEqual(await rawFiles(empty), []);
  for (const dir of [lake, empty]) await Deno.remove(dir, { recursive: true });
});

Deno.test("serve makes nothing for another date that is asked for, and says what is missing", async () => {
  const lake = await Deno.makeTempDir();
  const { code, said } = await whileServing(
    ["--lake", lake, "--dt", "2026-02-05"],
    async (address) => {
      const answer = await (await fetch(new URL("/health", address))).json();
      assert.deepEqual([answer.status, answer.data_source], ["ok", null]);
    },
  );
  assert.equal(code, 0);
  assert.match(said, /"level":"WARN","message":"Raw DBN directory not found: /);
  assert.deepEqual(await rawFiles(lake), []);
  await Deno.remove(lake, { recursive: true });
});

Deno.test("serve listens on a name of this machine, and says when a host is none of it", async () => {
  await using made = await smallLake();
  const args = ["--lake", made.lake, "--dt", SMALL_DT];
  const { code, said } = await whileServing([...args, "--host", "localhost"], async (address) => {
    assert.equal((await fetch(new URL("/health", address))).status, 200);
  });
  assert.equal(code, 0, said);
  // TEST-NET-1: an address that no machine has.
  const refused = await launcher(["serve", ...args, "--host", "192.0.2.1", "--port", "0"]).output();
  assert.match(
    new TextDecoder().decode(refused.stderr),
    /^error: cannot listen on 192\.0\.2\.1:0: no such address here, choose another with --host$/m,
  );
  assert.equal(refused.code, 1);
});

Deno.test("namesSession() takes the default date alone for the default session", () => {
  const names = (...args: string[]) => namesSession({ args, env: {} });
  const isDefault = [[], ["--dt", "2026-02-06"], ["--dt=2026-02-06"], ["--lake", "a"]];
  for (const args of isDefault) assert.equal(names(...args), false, args.join(" "));
  const others = [
    ["--dt", "2026-02-05"],
    ["--dt", "2026-02-05,2026-02-06"],
    ["--dt", "2026-02-06..2026-02-06"],
    ["--dt", "2026-02-06", "--input", "a.dbn"],
    ["--input=a.dbn"],
  ];
  for (const args of others) assert.equal(names(...args), true, args.join(" "));
});

Deno.test("a locked instrument needs no entry in products.yaml to be served", async () => {
  await using made = await smallLake(false, "XYZ");
  const lock = `${made.lake}/xyz.yaml`;
  const mnq = await Deno.readTextFile(projectFile("instrument.yaml"));
  await Deno.writeTextFile(lock, mnq.replaceAll("MNQ", "XYZ"));
  const env = { VP_INSTRUMENT_CONFIG_PATH: lock };
  const { code, said } = await whileServing(["--lake", made.lake], async (address) => {
    const answer = await (await fetch(new URL("/health", address))).json();
    assert.deepEqual([answer.status, answer.data_source], ["ok", "databento"]);
  }, env);
  assert.equal(code, 0);
  assert.doesNotMatch(said, /products\.yaml/);
  // What comes before serving lets it begin.
  const without = await Deno.makeTempDir();
  const first = ["run", "-q", "--no-check", "--allow-all", "scripts/first_session.ts", "serve"];
  const none = await deno([...first, "--lake", without], env).output();
  assert.equal(none.code, 0);
  assert.match(
    new TextDecoder().decode(none.stderr),
    /^No Databento file for XYZH6 on 2026-02-06, and it cannot be simulated: [^\n]+\n$/,
  );
  await Deno.remove(without, { recursive: true });
  const args = ["--dt", SMALL_DT, "--start-time", SMALL_START, "--lake", made.lake];
  const grids = ["--end-time", "09:36", "--output", "-"];
  const window = ["--eval-start", SMALL_START, "--eval-end", "09:39"];
  for (const [name, ...more] of [["warm"], ["capture", ...grids], ["analyze", ...window]]) {
    const { read } = await permissionsOf(TASKS.get(name!)!, { args: [...args, ...more], env });
    assert.ok((read as string[]).includes(lock), name);
    const { code, err } = await taskHere([name!, ...args, ...more], env);
    assert.equal(code, 0, `${name}: ${err}`);
  }
});

Deno.test("serve looks at its flags before it makes anything", async () => {
  const lake = await Deno.makeTempDir();
  const { code, stderr } = await launcher(["serve", "--lake", lake, "--speed", "fast"]).output();
  assert.equal(code, 2);
  assert.match(new TextDecoder().decode(stderr), /^error: --speed: "fast" [^\n]*\n$/);
  assert.deepEqual(await rawFiles(lake), []);
  await Deno.remove(lake, { recursive: true });
});

Deno.test("no task but those that ask Databento has the key in its environment", async () => {
  for (const [name, { needsKey }] of TASKS) {
    assert.equal(needsKey, ["download", "record"].includes(name), name);
  }
  // It is still there once it has written more than a pipe takes.
  const child = launcher(["simulate", "--output", "-"], { DATABENTO_API_KEY: "db-secret" }).spawn();
  const reader = child.stdout.getReader();
  await reader.read();
  const simulating = await childOf(child.pid, "scripts/simulate.ts");
  const environment = await Deno.readTextFile(`/proc/${simulating}/environ`);
  child.kill("SIGTERM");
  await reader.cancel();
  await child.stderr.cancel();
  await child.status;
  assert.match(environment, /DENO_V8_FLAGS=/);
  assert.doesNotMatch(environment, /db-secret/);
});

Deno.test("a first session goes to the lake, whatever the task's own --output means", async () => {
  const lake = await Deno.makeTempDir();
  const grantsOf = (...args: string[]) =>
    permissionsOf(FIRST_SESSION, { args: ["--lake", lake, ...args], env: {} });
  assert.deepEqual(await grantsOf("--output", "swept"), await grantsOf());
  await Deno.remove(lake, { recursive: true });
});
