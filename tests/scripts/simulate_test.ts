import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { encodeMetadata, encodeRecord, readDbn } from "dbn-ts";
import { simulated } from "../../scripts/launch/grants.ts";
import { inProcess, taskHere } from "../in_process.ts";
import { deno, task } from "../launcher.ts";
import { readProjectFile } from "../project.ts";

const simulate = (...args: string[]) => inProcess("simulate", ...args);

/** At the very beginning of the session: no quiet hours come before. */
const SHORT = ["--from", "19:01", "--to", "19:03", "--events-per-second", "20"];
const IN_LAKE = "raw/source=simulator/product_type=future_mbo/symbol=ES/table=market_by_order_dbn";

async function withFolder(test: (dir: string) => Promise<void>): Promise<void> {
  const dir = await Deno.makeTempDir();
  try {
    await test(dir);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

function namesIn(dir: string): string[] {
  return [...Deno.readDirSync(dir)].map((entry) => entry.name);
}

Deno.test("simulated() grants the lake's own place for simulated data, or that of --output", () => {
  const at = (dir: string, lake = "lake") => ({
    read: [dir, `${lake}/raw`],
    write: [dir],
    denied: [`${lake}/raw`],
    product: `${lake}/raw/source=simulator`,
  });
  const env = { VP_LAKE_ROOT: "/var/lake" };
  assert.deepEqual(simulated({ args: [], env: {} }), at("lake/raw/source=simulator"));
  assert.deepEqual(simulated({ args: [], env }), at("/var/lake/raw/source=simulator", "/var/lake"));
  assert.deepEqual(simulated({ args: ["--lake=a"], env }), at("a/raw/source=simulator", "a"));
  assert.deepEqual(
    simulated({ args: ["--output", "/out/a.dbn"], env }),
    at("/out", "/var/lake"),
  );
  assert.deepEqual(simulated({ args: ["--output", "-"], env }), {});
});

Deno.test("simulate writes a session into the lake's own place for it, and says where", async () => {
  await withFolder(async (dir) => {
    const { code, out, err } = await task([
      "simulate",
      "--lake",
      dir,
      "--symbol",
      "ESH6",
      ...SHORT,
    ]);
    assert.deepEqual([code, err], [0, ""]);
    assert.deepEqual(namesIn(`${dir}/${IN_LAKE}`), ["simulated_ESH6_20260206.mbo.dbn"]);
    assert.ok(out.includes(`${dir}/${IN_LAKE}/simulated_ESH6_20260206.mbo.dbn`), out);
    assert.match(out, /simulated: ESH6 on 2026-02-06, seed 1/);
  });
});

Deno.test("simulate --output takes no name of a Zstandard file, for what it writes is plain", async () => {
  await withFolder(async (dir) => {
    for (const name of ["short.dbn.zst", "made/SHORT.DBN.ZST"]) {
      const { code, err } = await simulate("--output", `${dir}/${name}`, ...SHORT);
      assert.equal(code, 2, err);
      assert.match(err, /^error: --output: [^\n]* a plain one is written; leave \.zst out\n$/);
    }
    assert.deepEqual(namesIn(dir), []);
  });
});

Deno.test("simulate --output writes a file of its own, replacing one of that name", async () => {
  await withFolder(async (dir) => {
    const output = `${dir}/short.dbn`;
    for (const seed of ["1", "7"]) {
      const args = ["--output", output, "--seed", seed, ...SHORT];
      // Once by the launcher, with the permissions that it gives.
      const { code, err } = seed === "1"
        ? await simulate(...args)
        : await task(["simulate", ...args]);
      assert.deepEqual([code, err], [0, ""]);
    }
    assert.deepEqual(namesIn(dir), ["short.dbn"]);
    const bytes = await Deno.readFile(output);
    assert.equal(new TextDecoder().decode(bytes.subarray(0, 3)), "DBN");
  });
});

Deno.test("analyze finds what is planted in a session, and nothing in one of chance", () =>
  withFolder(async (dir) => {
    const times = ["--start-time", "09:30", "--eval-start", "09:31", "--eval-minutes", "4"];
    const rates: Record<string, number> = {};
    for (const drift of ["none", "planted"]) {
      const [file, json] = [`${dir}/${drift}.dbn`, `${dir}/${drift}.json`];
      const made = ["--from", "09:30", "--to", "09:35", "--output", file];
      const { out } = await simulate("--drift", drift, ...made);
      assert.match(out, new RegExp(`^data .* seed 1, drift ${drift}$`, "m"));
      const { code, err } = await inProcess(
        ...["analyze", "--input", file, ...times, "--json-output", json] as const,
      );
      assert.equal(code, 0, err);
      const { trade_metrics: found } = JSON.parse(await Deno.readTextFile(json));
      assert.ok(found.n_events > 200, `${drift}: ${found.n_events} events`);
      rates[drift] = found.tp_before_sl_rate;
    }
    // A target twice as far as the stop is met first by chance in a third of all cases.
    assert.ok(Math.abs(rates["none"]! - 1 / 3) < 0.08, `${rates["none"]}`);
    assert.ok(rates["planted"]! > 0.5, `${rates["planted"]}`);
  }));

Deno.test("simulate names a wrong flag and its value in one line, with exit code 2", async () => {
  const wrong: [string[], RegExp][] = [
    [["--seed", "-1"], /--seed: "-1" is not a whole number from 0 to 4294967295/],
    [["--seed", "4294967296"], /--seed: "4294967296"/],
    [["--events-per-second", "0"], /--events-per-second: "0" is not a whole number from 1 to 1000/],
    [["--events-per-second", "1e3"], /--events-per-second: "1e3"/],
    [["--from", "8:30"], /--from: "8:30"/],
    [["--to", "24:00"], /--to: "24:00"/],
    [["--from", "12:00"], /--to 12:00 is not after --from 12:00/],
    [
      ["--from", "10:00", "--to", "20:30"],
      /--to 20:30 is not after --from 10:00 in the session of 2026-02-06, whose 20:30 is of 2026-02-05/,
    ],
    [["--gateway", "1", "--from", "10:00", "--to", "20:30"], /is not after --from 10:00/],
    [["--dt", "2026-02-30"], /--dt: "2026-02-30"/],
    [["--dt", "2262-01-01"], /--dt: "2262-01-01" is not a date from 1970 to 2261; write/],
    [["--symbol", "../x"], /--symbol: "..\/x"/],
    [
      ["--drift", "down"],
      /--drift <drift>' argument 'down' is invalid\. Allowed choices are regimes, none/,
    ],
    [["--speed", "2"], /unknown option '--speed'/],
  ];
  const results = await Promise.all(wrong.map(([args]) => simulate(...args)));
  for (const [i, { code, out, err }] of results.entries()) {
    assert.deepEqual([code, out], [2, ""]);
    assert.match(err, /^error: [^\n]+\n$/);
    assert.match(err, wrong[i]![1]);
  }
});

Deno.test("simulate takes a span that begins in the evening before", async () => {
  await withFolder(async (dir) => {
    const args = ["--from", "23:59", "--to", "00:01", "--events-per-second", "20"];
    const { code, err } = await simulate(...args, "--output", `${dir}/night.dbn`);
    assert.deepEqual([code, err], [0, ""]);
    const last = await simulate("--from", "20:30", "--to", "20:30", "--output", `${dir}/none.dbn`);
    assert.equal(last.code, 2);
    assert.deepEqual(namesIn(dir), ["night.dbn"]);
  });
});

Deno.test("simulate tells in one line what it cannot simulate or write", async () => {
  await withFolder(async (dir) => {
    const [unknown, folder] = await Promise.all([
      simulate("--symbol", "AAPL", "--lake", dir),
      simulate("--output", dir, ...SHORT),
    ]);
    for (const { code, err } of [unknown, folder]) {
      assert.equal(code, 1);
      assert.match(err, /^error: [^\n]+\n$/);
    }
    assert.match(unknown.err, /Cannot extract product root from futures symbol "AAPL"/);
    assert.match(folder.err, /is a folder; name a file/);
    assert.deepEqual(namesIn(dir), []);
  });
});

Deno.test("simulate --gateway says that its port is in use, and what to do", async () => {
  using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = taken.addr;
  const { code, err } = await task(["simulate", "--gateway", `${port}`]);
  assert.deepEqual([code, err], [
    1,
    `error: cannot listen on 127.0.0.1:${port}: the port is in use, choose another with --gateway\n`,
  ]);
});

Deno.test("simulate makes no future of a locked equity whose symbol begins like one", () =>
  withFolder(async (dir) => {
    const locked = (await readProjectFile("instrument.yaml"))
      .replace("future_mbo", "equity_mbo").replace("symbol: MNQH6", "symbol: CLX");
    await Deno.writeTextFile(`${dir}/equity.yaml`, locked);
    const env = { VP_INSTRUMENT_CONFIG_PATH: `${dir}/equity.yaml` };
    const { code, err } = await taskHere(["simulate", ...SHORT, "--lake", `${dir}/lake`], env);
    assert.equal(
      err,
      "error: this installation is locked to CLX, equity_mbo, and only futures can be simulated; " +
        "name one with --symbol\n",
    );
    assert.equal(code, 1);
    assert.deepEqual(namesIn(dir), ["equity.yaml"]);
  }));

Deno.test("compare_sessions prints a column of statistics for each session", async () => {
  await withFolder(async (dir) => {
    const output = `${dir}/short.dbn`;
    // Busy minutes, in which prices change.
    const busy = ["--from", "09:29", "--to", "09:31", "--events-per-second", "20"];
    assert.equal((await simulate("--output", output, ...busy)).code, 0);
    // The same, each record with the time that it was sent.
    const { metadata, records } = readDbn(await Deno.readFile(output));
    const sent = [encodeMetadata({ ...metadata, tsOut: true })];
    for (const record of records) sent.push(encodeRecord({ ...record, tsOut: record.tsEvent }));
    await Deno.writeFile(`${dir}/sent.dbn`, Buffer.concat(sent));
    const { code, stdout, stderr } = await deno([
      ...["run", "-q", "--allow-read", "--allow-env=LOG_STREAM,LOG_TOKENS"],
      ...["scripts/compare_sessions.ts", output, `${output}@09:29-09:31`, `${dir}/sent.dbn`],
    ], { NO_COLOR: "1" }).output();
    const [out, err] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
    assert.deepEqual([code, err], [0, ""]);
    const [heading, rule, ...rows] = out!.trimEnd().split("\n");
    assert.match(
      heading!,
      /^\| +\| MNQH6 2026-02-06 +\| MNQH6 2026-02-06 from 09:29 to 09:31 +\| MNQH6 2026-02-06 +\|$/,
    );
    assert.match(rule!, /^(\| -+ ){4}\|$/);
    assert.ok(rows.length > 20);
    const backwards = await deno([
      ...["run", "-q", "--allow-read", "--allow-env=LOG_STREAM,LOG_TOKENS"],
      ...["scripts/compare_sessions.ts", `${output}@09:31-09:29`],
    ], { NO_COLOR: "1" }).output();
    assert.deepEqual(
      [backwards.code, new TextDecoder().decode(backwards.stderr)],
      [1, `error: ${output}: 09:29 is not after 09:31 on 2026-02-06\n`],
    );
    for (const row of rows) {
      const [, , whole, , sent, ...rest] = row.split("|");
      assert.deepEqual([rest, sent], [[""], whole], row);
      assert.ok(!row.includes("NaN"), row);
    }
  });
});

Deno.test("compare_sessions tells how it is called: it is no task", async () => {
  const { stdout } = await deno([
    ...["run", "-q", "--allow-read", "--allow-env=LOG_STREAM,LOG_TOKENS"],
    ...["scripts/compare_sessions.ts", "--help"],
  ], { NO_COLOR: "1" }).output();
  const help = new TextDecoder().decode(stdout);
  assert.match(help, /^Usage: deno run --allow-read [^\n]*scripts\/compare_sessions\.ts /);
  assert.ok(!help.includes("deno task"), help);
});
