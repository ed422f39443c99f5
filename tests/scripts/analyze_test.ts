/** The analysis as a user starts it. */
import assert from "node:assert/strict";
import { inProcess } from "../in_process.ts";
import { task } from "../launcher.ts";
import { hasShared, sharedDbn } from "../shared_data.ts";
import { smallLake } from "../small_session.ts";
import { differences, loadRegimeGolden, REGIME_GOLDENS } from "../engine/regime/golden.ts";

const analyze = (...args: string[]) => inProcess("analyze", ...args);

const SMALL = ["--start-time", "09:30", "--eval-start", "09:35", "--eval-end", "09:40"];

Deno.test("analyze prints a report and writes the same figures each time", async () => {
  await using made = await smallLake();
  const json = (name: string) => `${made.lake}/${name}.json`;
  const args = ["--lake", made.lake, ...SMALL, "--json-output"];
  const first = await analyze(...args, json("first"));
  assert.deepEqual([first.code, first.err], [0, ""]);
  assert.match(first.out, /^Regimes of MNQH6 \(future_mbo\) on 2026-02-06, Databento data\n/);
  assert.match(first.out, /captured from 09:30, evaluated 09:35 to 09:40, New York/);
  for (const part of ["Capture", "Last snapshot", "Trades", "Stability", "Projected", "Done in"]) {
    assert.match(first.out, new RegExp(`^${part}`, "m"));
  }
  // By the launcher, with the permissions that it gives.
  const second = await task(["analyze", ...args, json("second")]);
  assert.equal(second.code, 0);
  const [a, b] = await Promise.all(["first", "second"].map((n) => Deno.readTextFile(json(n))));
  assert.equal(a, b);
  const payload = JSON.parse(a!);
  assert.equal(payload.data_source, "databento");
  assert.equal(payload.trade_metrics.n_events, payload.event_count);
  const events = /events +per hour[^\n]*\n +([\d,]+)/.exec(first.out)?.[1]?.replaceAll(",", "");
  assert.equal(Number(events), payload.event_count);
  assert.deepEqual(
    [...Deno.readDirSync(made.lake)].map(({ name }) => name).filter((n) => n.endsWith(".part")),
    [],
  );
});

Deno.test("analyze --json-output - writes the figures alone to standard output", async () => {
  await using made = await smallLake();
  const { code, out, err } = await analyze("--lake", made.lake, ...SMALL, "--json-output", "-");
  assert.deepEqual([code, err], [0, ""]);
  assert.deepEqual(JSON.parse(out).window, {
    start_time: "09:30",
    eval_start: "09:35",
    eval_end: "09:40",
  });
});

Deno.test("analyze looks at its flags before it looks for data, with exit code 2", async () => {
  const { code, out, err } = await analyze("--lake", "no-such-lake", "--tp-ticks", "0");
  assert.deepEqual([code, out], [2, ""]);
  assert.match(err, /^error: --tp-ticks: "0" [^\n]+\n$/);
});

Deno.test("analyze of a date without data says what is missing, and writes nothing", async () => {
  const lake = await Deno.makeTempDir();
  const json = `${lake}/out.json`;
  const { code, err } = await analyze(
    ...["--lake", lake, "--dt", "2026-02-05", "--json-output", json],
  );
  assert.equal(code, 1);
  assert.match(err, /^error: Raw DBN directory not found: [^\n]+\n$/);
  assert.deepEqual([...Deno.readDirSync(lake)], []);
  await Deno.remove(lake, { recursive: true });
});

Deno.test("analyze names both counts when there are too few snapshots", async () => {
  await using made = await smallLake();
  const { code, err } = await analyze(
    ...["--lake", made.lake, "--start-time", "09:39", "--eval-start", "09:39"],
    ...["--eval-end", "09:40", "--throttle-ms", "5000"],
  );
  assert.equal(code, 1);
  assert.match(err, /^error: \d+ snapshots, of which \d+ from 09:39 to 09:40: .*200 and 50/);
});

Deno.test("analyze warns of bands beyond the grid and goes on without them", async () => {
  await using made = await smallLake();
  const { code, err } = await analyze(
    ...["--lake", made.lake, ...SMALL, "--directional-bands", "4,60", "--baselines", "none"],
  );
  assert.equal(code, 0);
  assert.match(err, /WARNING --directional-bands: 60 reach beyond 50 buckets and are left out/);
});

Deno.test({
  name: "analyze --json-output writes the golden's payload of a shared file",
  ignore: !hasShared,
  async fn() {
    const golden = loadRegimeGolden(REGIME_GOLDENS.find((name) => name.includes("synth_r1"))!);
    const dir = await Deno.makeTempDir();
    const input = `${dir}/${golden.input.file}`;
    await Deno.writeFile(input, sharedDbn(golden.input.file));
    const { window } = golden.payload;
    const json = `${dir}/out.json`;
    const { code, err } = await analyze(
      ...["--input", input, "--lake", dir, "--json-output", json, "--start-time"],
      ...[window.start_time, "--eval-start", window.eval_start, "--eval-end", window.eval_end],
    );
    assert.deepEqual([code, err], [0, ""]);
    const written = JSON.parse(await Deno.readTextFile(json));
    assert.deepEqual(differences(written, golden.payload), []);
    await Deno.remove(dir, { recursive: true });
  },
});
