/** deno task sweep as a user starts it: its figures are those of analyze, its folder is whole, its plan is checked. */
import assert from "node:assert/strict";
import { loadInstrument } from "../../engine/instrument.ts";
import { analyzeDay } from "../../engine/regime/analyze_day.ts";
import { REGIME_DEFAULTS } from "../../engine/regime/params.ts";
import { resolveRequest } from "../../engine/request.ts";
import { POSTURE_NAMES } from "../../engine/wire/regime_view.ts";
import { simulatedPath } from "../../engine/source/simulator/simulated_file.ts";
import type { CombinationFigures } from "../../engine/regime/sweep/sweep_summary.ts";
import { duckdb } from "../duckdb.ts";
import { taskHere } from "../in_process.ts";
import { adds, dbn, snapshot } from "../made_session.ts";
import { projectFile } from "../project.ts";
import { casesOf } from "../proof.ts";
import { writeSimulatedOnce } from "../simulated_once.ts";

const DAYS = ["2026-02-04", "2026-02-05"] as const;
const WINDOW = ["--start-time", "09:03", "--eval-start", "09:04", "--eval-end", "09:10"];

/** A lake with two short simulated days, and a plan. */
async function lakeWith(plan: string) {
  const lake = await Deno.makeTempDir();
  for (const dt of DAYS) {
    const path = simulatedPath({ lake, symbol: "MNQH6", dt });
    const session = {
      symbol: "MNQH6",
      dt,
      seed: 3,
      from: "09:00",
      to: "09:12",
      eventsPerSecond: 40,
    };
    await writeSimulatedOnce(session, path);
  }
  await Deno.writeTextFile(`${lake}/plan.yaml`, plan);
  return { lake, [Symbol.asyncDispose]: () => Deno.remove(lake, { recursive: true }) };
}

async function sweep(lake: string, ...args: string[]) {
  const output = `${lake}/swept`;
  const ended = await taskHere([
    ...["sweep", "--lake", lake, "--plan", `${lake}/plan.yaml`, "--output", output],
    ...[...WINDOW, "--dt", DAYS.join(), ...args],
  ]);
  const summary = await Deno.readTextFile(`${output}/summary.json`).catch(() => "null");
  return { ...ended, output, summary: JSON.parse(summary) };
}

const PLAN = `
directional_bands: [[4, 8, 16], [8]]
micro_windows: [[25, 50], [10]]
directional_edge_threshold: [0.2, 0.4]
signal_cooldown: 12
tp_ticks: [3, 8]
max_hold_ms: [5000, 60000]
exit: [mid, touch]
latency_ms: [0, 40]
fee_per_side: [0, 0.35]
spectrum_threshold: 0.2
runs: 50
`;

const PLAIN = `
directional_edge_threshold: [0.2, 0.4]
fee_per_side: [0.35, 0]
runs: 200
block_minutes: 1
`;

Deno.test("a combination has the figures of analyze with the same parameters, on a day and on all", async () => {
  await using made = await lakeWith(PLAN);
  const { code, err, summary } = await sweep(made.lake);
  assert.equal(code, 0, err);
  assert.equal(summary.sweep.combinations, 256);
  assert.equal(summary.sweep.sets_of_trades, 128);
  const results: CombinationFigures[] = summary.results;
  assert.deepEqual(
    results.map(({ combination }) => combination).sort((a, b) => a - b),
    Array.from({ length: 256 }, (_, i) => i + 1),
  );
  // The first two have between them every value of the plan.
  for (const number of [1, 256, 87, 170].slice(0, casesOf(2, 4))) {
    const swept = results.find(({ combination }) => combination === number)!;
    const flags = Object.entries(swept.parameters).flatMap(([name, value]) => [
      `--${name.replaceAll("_", "-")}`,
      value,
    ]);
    const analyzed = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    let flip = 0;
    for (const dt of DAYS) {
      const json = `${made.lake}/${number}-${dt}.json`;
      const { code, err } = await taskHere([
        ...["analyze", "--lake", made.lake, "--dt", dt, ...WINDOW, ...flags],
        ...["--baselines", "flip", "--json-output", json],
      ]);
      assert.equal(code, 0, err);
      const { trade_metrics_resolved: trades, returns, baselines } = JSON.parse(
        await Deno.readTextFile(json),
      );
      const { all, one_position_at_a_time: one } = returns;
      const n = all.n_trades;
      [
        trades.n_events,
        trades.n_censored,
        n,
        trades.tp_before_sl_rate * n,
        trades.sl_before_tp_rate * n,
        trades.timeout_rate * n,
        all.gross_ticks_per_trade * n,
        all.net_ticks_per_trade * n,
        one.n_trades,
        one.net_ticks_per_trade * one.n_trades,
      ].forEach((figure, i) => analyzed[i]! += figure);
      flip += baselines.fixed.flip.net_ticks_per_trade * n;
    }
    const { won_ticks: won, lost_ticks: lost } = swept;
    const found = [
      ...[swept.n_events, swept.n_censored, swept.n_trades, swept.n_tp_before_sl],
      ...[swept.n_sl_before_tp, swept.n_timeout, swept.gross_ticks, swept.net_ticks],
      ...[swept.one_position_at_a_time_trades, swept.one_position_at_a_time_net_ticks],
    ];
    assert.ok(swept.n_events > 20, `${swept.n_events} events`);
    found.forEach((figure, i) =>
      assert.ok(Math.abs(figure - analyzed[i]!) < 1e-6, `${number} ${i}`)
    );
    assert.ok(Math.abs(won - lost - swept.net_ticks) < 1e-6);
    // Nothing is open at the end of these: every event has both sides.
    assert.equal(swept.compared_trades, swept.n_trades);
    const random = (swept.net_ticks + flip) / 2;
    assert.ok(Math.abs(swept.random_side_net_ticks - random) < 1e-6, `${number}`);
  }
});

Deno.test("snapshots are counted by posture as the analysis has them, for each spectrum threshold", async () => {
  const [dt] = DAYS;
  await using made = await lakeWith("spectrum_threshold: [0.05, 0.15]\ntp_ticks: [4, 8]");
  const { code, err, summary } = await sweep(made.lake, "--dt", dt);
  assert.equal(code, 0, err);
  assert.equal(summary.sweep.sets_of_trades, 2);
  const instrument = loadInstrument(projectFile("instrument.yaml"));
  const asked = {
    productType: instrument.product_type,
    symbol: instrument.symbol,
    dt,
    startTime: WINDOW[1]!,
    throttleMs: 25,
  };
  const request = await resolveRequest(instrument, asked, { lake: made.lake });
  const window = { startTime: WINDOW[1]!, evalStart: WINDOW[3]!, evalEnd: WINDOW[5]! };
  const params = { ...REGIME_DEFAULTS, spectrumThreshold: 0.05 };
  const { series, capture } = await analyzeDay({
    ...{ request, lake: made.lake, instrument, window, params },
  });
  const counts = POSTURE_NAMES.map((_, posture) =>
    series.posture.subarray(capture.evalFrom).filter((one) => one === posture).length
  );
  assert.ok(counts.every((count) => count > 0));
  const results: CombinationFigures[] = summary.results;
  const of = (threshold: string) =>
    results.filter(({ parameters }) => parameters["spectrum_threshold"] === threshold)
      .map((one) => POSTURE_NAMES.map((name) => one[`snapshots_${name}`]));
  assert.deepEqual(of("0.05"), [counts, counts]);
  assert.ok(of("0.15").every(([neutral]) => neutral! > counts[0]!));
  assert.equal(results[0]!.eval_snapshots, capture.evalSnapshots);
});

Deno.test("a pipe is swept as the file is that comes through it", async () => {
  await using made = await lakeWith(PLAIN);
  const { lake } = made;
  const [dt] = DAYS;
  const path = simulatedPath({ lake, symbol: "MNQH6", dt });
  const pipe = `${lake}/pipe.dbn`;
  await new Deno.Command("mkfifo", { args: [pipe] }).output();
  const through = new Deno.Command("sh", { args: ["-c", `cat ${path} > ${pipe}`] }).spawn();
  const piped = await sweep(lake, "--dt", dt, "--input", pipe);
  assert.equal(piped.code, 0, piped.err);
  await through.status;
  const { summary } = await sweep(lake, "--dt", dt);
  assert.deepEqual(piped.summary.results, summary.results);
});

Deno.test("a sweep leaves one data set, does what is done no second time, and says the same", async () => {
  await using made = await lakeWith(PLAIN);
  const { lake } = made;
  const first = await sweep(lake, "--walk-forward", "train=1,test=1");
  assert.equal(first.code, 0, first.err);
  assert.match(first.out, /^4 combinations tried: 2 different sets of trades, of 1 spectrum$/m);
  assert.equal(
    await Deno.readTextFile(`${first.output}/summary.txt`),
    first.out.split("\n\n").slice(1).join("\n\n"),
  );
  const [rows] = await duckdb(lake, [
    "SELECT dt, combination, directional_edge_threshold, fee_per_side, net_ticks " +
    "FROM read_parquet('swept/*/*/sweep.parquet', hive_partitioning = false) ORDER BY ALL",
  ]);
  assert.deepEqual(
    rows!.rows.map((row) => row.slice(0, 4)),
    DAYS.flatMap((dt) =>
      [["1", "0.2", "0.35"], ["2", "0.2", "0"], ["3", "0.4", "0.35"], ["4", "0.4", "0"]]
        .map((row) => [dt, ...row])
    ),
  );
  for (const one of first.summary.results as CombinationFigures[]) {
    const net = rows!.rows.filter(([, no]) => no === `${one.combination}`)
      .reduce((sum, [, , , , ticks]) => sum + Number(ticks), 0);
    assert.ok(Math.abs(net - one.net_ticks) < 1e-6);
  }
  // What is picked on the first day is reported on the second alone.
  const { picks: [pick], total } = first.summary.walk_forward;
  assert.deepEqual([pick.train, pick.test], [[DAYS[0]], [DAYS[1]]]);
  const onSecond = rows!.rows.find(([dt, no]) => dt === DAYS[1] && no === `${pick.combination}`)!;
  assert.ok(Math.abs(pick.net_ticks - Number(onSecond[4])) < 1e-6);
  assert.equal(total.net_ticks, pick.net_ticks);
  // Another contract of the day, as a run leaves it that took that one.
  const other = `${first.output}/dt=${DAYS[1]}/symbol=MNQM6`;
  await Deno.mkdir(other);
  const second = await sweep(lake, "--dt", DAYS[1]);
  const stray = /swept holds days that are not of this sweep: 2026-02-04, 2026-02-05 \(MNQM6\)$/m;
  assert.match(second.err, stray);
  await Deno.remove(other);
  const alone = second.summary.results.find((one: CombinationFigures) =>
    one.combination === pick.combination
  );
  assert.deepEqual([total.t, total.p], [alone.t, alone.p]);

  const again = await sweep(lake);
  assert.equal([...again.err.matchAll(/: done before$/gm)].length, 2, again.err);
  assert.deepEqual(again.summary.results, first.summary.results);
  // Rows that are not those of their stamp, and those of another plan, are made again.
  await Deno.truncate(`${first.output}/dt=${DAYS[0]}/symbol=MNQH6/sweep.parquet`, 100);
  const mended = await sweep(lake);
  assert.equal([...mended.err.matchAll(/: done before$/gm)].length, 1, mended.err);
  assert.deepEqual(mended.summary.results, first.summary.results);
  await Deno.writeTextFile(`${lake}/plan.yaml`, PLAIN.replace("0.4", "0.5"));
  const anew = await sweep(lake);
  assert.doesNotMatch(anew.err, /done before/);
  assert.notDeepEqual(anew.summary.results, first.summary.results);
});

Deno.test("a report says that a lead is of fewer trades than stand beside it", async () => {
  // The target is near and the stop far: what was won is long open on the opposite side.
  const open = "tp_ticks: [2, 3]\nsl_ticks: 40\nmax_hold_ms: 3600000\nruns: 10\n";
  await using made = await lakeWith(open);
  const { out, summary } = await sweep(made.lake, "--dt", DAYS[0], "--eval-end", "09:12");
  const results: CombinationFigures[] = summary.results;
  assert.ok(results.every((one) => one.compared_trades < one.n_trades));
  assert.match(
    out,
    /lead, t and p are of trades with an outcome on either side\. Of\n {2}2 combin/,
  );
  await Deno.writeTextFile(`${made.lake}/plan.yaml`, "runs: 10\nmax_hold_ms: 5000\n");
  const whole = await sweep(made.lake, "--dt", DAYS[0]);
  assert.doesNotMatch(whole.out, /on either side/);
});

Deno.test("a combination without a trade to test has no p, and comes last", async () => {
  // No edge is above 2; of the first the side is worse than chance.
  const plan =
    "directional_bands: [[4]]\ndirectional_edge_threshold: [2.5, 0.3]\ntp_ticks: 2\nruns: 50\n";
  await using made = await lakeWith(plan);
  const { out, summary } = await sweep(made.lake);
  const [tested, none]: CombinationFigures[] = summary.results;
  assert.ok(tested!.compared_trades > 0 && tested!.t! < 0);
  assert.equal(none!.n_events, 0);
  assert.deepEqual([none!.t, none!.p, none!.p_adjusted], [null, null, null]);
  assert.match(out, /^ {2}1 +2\.5 +0( +–){6}$/m);
});

Deno.test("a day that fails is named, the others are there, and the exit code is 1", async () => {
  await using made = await lakeWith(PLAIN);
  await Deno.truncate(simulatedPath({ lake: made.lake, symbol: "MNQH6", dt: DAYS[0] }), 500_001);
  const { code, out, err, summary } = await sweep(made.lake);
  assert.equal(code, 1);
  assert.match(err, /ERROR 2026-02-04: failed: .*truncated at byte/);
  // Whoever is sent the report has not seen that.
  assert.match(out, /^Sweep of .*\nwithout 2026-02-04, which failed$/m);
  assert.match(err, /^error: 1 of 2 days failed: 2026-02-04$/m);
  assert.deepEqual(summary.sweep.days, [DAYS[1]]);
  assert.deepEqual(summary.failed.map(({ dt }: { dt: string }) => dt), [DAYS[0]]);
});

Deno.test("days that fail stand in the order of their dates, whichever failed first", async () => {
  await using made = await lakeWith(PLAIN);
  const pathOf = (dt: string) => simulatedPath({ lake: made.lake, symbol: "MNQH6", dt });
  const [first, second] = DAYS;
  const third = "2026-02-06";
  const session = { symbol: "MNQH6", seed: 3, from: "09:00", to: "09:12", eventsPerSecond: 40 };
  await writeSimulatedOnce({ ...session, dt: third }, pathOf(third));
  // The first is met while it is worked on, the second before.
  await Deno.truncate(pathOf(first), 500_001);
  await Deno.writeTextFile(pathOf(second), "no session");
  const { code, err, summary } = await sweep(made.lake, "--dt", [first, second, third].join());
  assert.equal(code, 1);
  assert.ok(err.indexOf(`${second}: failed`) < err.indexOf(`${first}: failed`), err);
  assert.deepEqual(summary.failed.map(({ dt }: { dt: string }) => dt), [first, second]);
});

Deno.test("a plan that is wrong is one line that names key and value, before any work", async () => {
  await using made = await lakeWith("");
  const wrong: [plan: string, message: RegExp][] = [
    ["tp_tick: 4", /"tp_tick" is no key of a plan: give some of directional_bands, /],
    ["tp_ticks: 0", /tp_ticks: "0" is not a whole number, 1 or more/],
    ["tp_ticks: [4, x]", /tp_ticks: "x" is not a whole number/],
    ["tp_ticks: []", /tp_ticks: \[\] is empty/],
    ["tp_ticks: [4, 4]", /tp_ticks: 4 is given twice/],
    ["tp_ticks: [[4]]", /tp_ticks: \[4\] is not a value/],
    ["directional_bands: [4, 8]", /directional_bands: 4 is no list; give lists in a list/],
    ["directional_bands: [[4, 60]]", /directional_bands: 60 reaches beyond 50 buckets/],
    ["micro_windows: [[0]]", /micro_windows: "0" is not a whole number/],
    ["entry: [mid, bid]", /entry: "bid" is not mid or touch/],
    ["fee_per_side: -1", /fee_per_side: "-1" is not a number, 0 to 1000000/],
    ["seed: [1, 2]", /seed: \[1,2\] is not a value/],
    ["runs: 0", /runs: "0" is not a whole number, 1 or more/],
    ["normalization_min_periods: 400", /normalization_min_periods 400 is above .*window 300/],
    ["max_hold_ms: 1\nmax_hold_snapshots: 1", /both say how long a trade is held; give one/],
    [
      `tp_ticks: [${Array.from({ length: 40 }, (_, i) => i + 1)}]\nsl_ticks: [${
        Array.from({ length: 40 }, (_, i) => i + 1)
      }]`,
      /1,600 combinations; give 1,000 at most/,
    ],
    [
      `micro_windows: [${Array.from({ length: 33 }, (_, i) => `[${i + 1}]`)}]`,
      /come to 33 pairs; give 32 at most/,
    ],
  ];
  for (const [plan, message] of wrong) {
    await Deno.writeTextFile(`${made.lake}/plan.yaml`, plan);
    const { code, out, err, output } = await sweep(made.lake);
    assert.equal(code, 1, plan);
    assert.match(err, /^error: .*plan\.yaml: [^\n]*\n$/, plan);
    assert.match(err, message);
    assert.equal(out, "");
    await assert.rejects(Deno.stat(output), Deno.errors.NotFound);
  }
  await Deno.writeTextFile(`${made.lake}/plan.yaml`, "{}");
  for (
    const [args, message] of [
      [["--walk-forward", "20,5"], /--walk-forward: "20,5" is not two numbers of days/],
      [["--walk-forward", "train=0,test=1"], /--walk-forward: train: "0" is not a whole number/],
      [["--walk-forward", "train=2,test=1"], /train=2 leaves none of 2 days to report on/],
      [["--output", "-"], /--output: - is no folder; name one/],
      [["--plan", "-"], /--plan: - is no file; name one/],
      [["--plan", "/dev/stdin"], /--plan: \/dev\/stdin is no file; name one/],
    ] as const
  ) {
    const { code, err } = await sweep(made.lake, ...args);
    assert.equal(code, 2, err);
    assert.match(err, message);
  }
});

Deno.test("shares of a sweep leave what one process leaves, once it is run without them", async () => {
  await using made = await lakeWith(PLAIN);
  const { lake } = made;
  const filesIn = async (dir: string) => {
    const parts = DAYS.map((dt) => `dt=${dt}/symbol=MNQH6/sweep.parquet`);
    return await Promise.all(
      [...parts, "summary.json", "summary.txt"].map((name) => Deno.readFile(`${dir}/${name}`)),
    );
  };
  const whole = await sweep(lake);
  assert.equal(whole.code, 0, whole.err);
  const expected = await filesIn(whole.output);
  await Deno.remove(whole.output, { recursive: true });
  for (const share of ["2/2", "1/2"]) {
    const { code, out, err, summary } = await sweep(lake, "--shard", share);
    assert.equal(code, 0, err);
    assert.ok(out.includes(`share ${share}: 1 of 1 days are in ${lake}/swept`), out);
    assert.equal(summary, null);
  }
  const last = await sweep(lake);
  assert.equal(last.code, 0, last.err);
  assert.equal(last.err.match(/: done before/g)?.length, 2, last.err);
  assert.deepEqual(await filesIn(last.output), expected);
  const one = await sweep(lake, "--dt", DAYS[0], "--shard", "1/2");
  assert.equal(one.code, 2);
  assert.match(one.err, /^error: --shard divides several dates; /);
});

Deno.test("a sweep takes the contract of each day, and the exchange's day, as analyze does", async () => {
  await using made = await lakeWith(PLAIN);
  const { lake } = made;
  const front = await sweep(lake, "--symbol", "MNQ.front", "--dt", DAYS[1]);
  assert.equal(front.code, 0, front.err);
  assert.ok(front.err.includes(`${DAYS[1]}: contract MNQH6, by its records`), front.err);
  const plain = await sweep(lake, "--force", "--dt", DAYS[1]);
  assert.deepEqual(front.summary.results, plain.summary.results);

  // The exchange's day of the later date needs the file of the one before, which is there.
  const globex = await sweep(lake, "--session", "globex", "--dt", DAYS[1]);
  assert.equal(globex.code, 0, globex.err);
  const [day] = globex.summary.meta.days;
  assert.equal(day.parameters.session, "globex");
  assert.match(day.file_before.name, /20260204/);
  const early = await sweep(lake, "--session", "globex", "--dt", DAYS[0]);
  assert.equal(early.code, 1);
  assert.match(early.err, /2026-02-03/);
});

Deno.test("combinations without a trade have no t and no p in the report", async () => {
  const dir = await Deno.makeTempDir();
  try {
    const nine = 14n * 3_600_000_000_000n;
    const input = `${dir}/quiet.dbn`;
    await Deno.writeFile(input, dbn([...snapshot({ at: 0n }), ...adds(600, { at: nine })]));
    const plan = `${dir}/plan.yaml`;
    // No edge is as large.
    await Deno.writeTextFile(plan, "directional_edge_threshold: [2, 3]\nruns: 20\n");
    const { code, out, err } = await taskHere([
      ...["sweep", "--plan", plan, "--input", input, "--output", `${dir}/swept`],
      ...["--dt", "2026-02-06", "--start-time", "09:00", "--eval-start", "09:02"],
      ...["--eval-minutes", "8"],
    ]);
    assert.equal(code, 0, err);
    assert.match(
      out,
      /^No combination has a trade with an outcome on either side: there is nothing/m,
    );
    assert.match(out, /^ {2}1 +2 +0( +–){6}$/m);
    assert.doesNotMatch(out, /Nothing found/);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});
