/** What stands beside the figures, as a user gets it: meta, events, warnings, costs. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { simulatedPath } from "../../engine/source/simulator/simulated_file.ts";
import { VERSION } from "../../engine/version.ts";
import { duckdb } from "../duckdb.ts";
import { inProcess, taskHere } from "../in_process.ts";
import { readProjectFile } from "../project.ts";
import { writeSimulatedOnce } from "../simulated_once.ts";
import { smallLake } from "../small_session.ts";

const DAYS = ["2026-02-04", "2026-02-05"] as const;
const TIMES = ["--start-time", "09:05", "--eval-start", "09:05", "--eval-end", "09:08"];

/** A lake with two simulated days, from 09:00 to 09:20. */
async function lakeOfDays() {
  const lake = await Deno.makeTempDir();
  for (const [i, dt] of DAYS.entries()) {
    const session = { symbol: "MNQH6", dt, seed: i, from: "09:00", to: "09:20" };
    await writeSimulatedOnce(
      { ...session, eventsPerSecond: 20 },
      simulatedPath({ lake, symbol: "MNQH6", dt }),
    );
  }
  return { lake, [Symbol.asyncDispose]: () => Deno.remove(lake, { recursive: true }) };
}

async function analyze(lake: string, ...args: string[]) {
  const { code, out, err } = await taskHere(
    ["analyze", "--lake", lake, "--json-output", "-", ...args],
  );
  assert.equal(code, 0, err);
  return { figures: JSON.parse(out), err };
}

/** Flags that parameters of a meta stand for. */
function flagsOf(parameters: Record<string, string>): string[] {
  return Object.entries(parameters).map(([name, value]) => {
    const flag = `--${name.replaceAll("_", "-")}`;
    return value === "true" ? flag : `${flag}=${value}`;
  });
}

Deno.test("figures are made again from meta.parameters alone, of a day and of several", async () => {
  await using made = await lakeOfDays();
  const chosen = [
    ...["--baselines", "flip,random-time,random-side", "--baseline-runs", "20", "--seed", "9"],
    ...["--entry", "touch", "--latency-ms", "40", "--slippage-ticks", "0.5", "--max-hold-ms"],
    ...["20000", "--block-minutes", "2", "--directional-bands", "3,9", "--throttle-ms", "50"],
    ...["--fee-per-side", "0.37", "--allow-truncated", "--stability-max-drift", "0.0000001"],
  ];
  // A range of which one date has data is a range again.
  for (const dt of [DAYS[0], "2026-02-02..2026-02-05", "2026-02-03..2026-02-04"]) {
    const { figures } = await analyze(made.lake, "--dt", dt, ...TIMES, ...chosen);
    const again = await analyze(made.lake, ...flagsOf(figures.meta.parameters));
    assert.deepEqual(again.figures, figures, dt);
    const days = figures.days ?? [figures];
    for (const { meta, instrument, trade_target_params } of days) {
      assert.equal(meta.parameters.dt, instrument.dt);
      // The hold that is not in force is no parameter.
      const { max_hold_snapshots, max_hold_ms } = trade_target_params;
      assert.deepEqual([max_hold_snapshots, max_hold_ms], [null, 20_000]);
      const path = simulatedPath({ lake: made.lake, symbol: "MNQH6", dt: instrument.dt });
      const bytes = await Deno.readFile(path);
      assert.deepEqual(meta.file, {
        name: path.split("/").at(-1),
        size: bytes.length,
        sha256: createHash("sha256").update(bytes).digest("hex"),
      });
      assert.equal(meta.snapshots, again.figures.meta.snapshots ?? meta.snapshots);
    }
  }
  assert.equal(VERSION, JSON.parse(await readProjectFile("deno.json")).version);
});

Deno.test("the hash of a file is kept while it has its size and its time, and made anew then", async () => {
  await using made = await smallLake();
  const args = ["--start-time", "09:10", "--eval-start", "09:15", "--eval-end", "09:20"]
    .concat("--throttle-ms", "1000", "--baselines", "none");
  const hash = async () => (await analyze(made.lake, ...args)).figures.meta.file.sha256;
  const true_ = await hash();
  const kept = [...Deno.readDirSync(`${made.lake}/cache/sha256`)].map(({ name }) => name);
  assert.equal(kept.length, 1);
  const path = `${made.lake}/cache/sha256/${kept[0]}`;
  const text = await Deno.readTextFile(path);
  assert.ok(text.startsWith(true_));
  // What is kept is believed.
  await Deno.writeTextFile(path, text.replace(true_, "0".repeat(64)));
  assert.equal(await hash(), "0".repeat(64));
  await Deno.utime(made.path, new Date(), new Date("2026-03-01T00:00:00Z"));
  assert.equal(await hash(), true_);
});

Deno.test("analyze --events-output writes a row for each event, the same in every format", async () => {
  await using made = await lakeOfDays();
  const { lake } = made;
  const rows: Record<string, (string | number | boolean | null)[][]> = {};
  let figures: Awaited<ReturnType<typeof analyze>>["figures"];
  for (const format of ["parquet", "csv", "jsonl"]) {
    const costs = ["--entry", "touch", "--fee-per-side", "0.25", "--dt", DAYS.join(",")]
      .concat("--baseline-runs", "20");
    ({ figures } = await analyze(
      lake,
      ...TIMES,
      ...costs,
      "--events-output",
      `${lake}/events.${format}`,
    ));
    const read = { parquet: "read_parquet", csv: "read_csv", jsonl: "read_json" }[format]!;
    const columns = "dt::VARCHAR, symbol, ts_ns::BIGINT, event_id::BIGINT, direction, outcome, " +
      "outcome_resolved, censored, entry_mid, entry_bid, entry_ask, exit_mid, exit_bid, exit_ask, " +
      "ts_exit_ns::BIGINT, best_excursion_ticks, worst_excursion_ticks, edge, score_above_4, " +
      "d1_below_16, d2_below_16, d3_above_8, posture, spread_ticks, gross_ticks, net_ticks";
    const [result] = await duckdb(lake, [
      `SELECT ${columns} FROM ${read}('events.${format}') ORDER BY ts_ns`,
    ]);
    rows[format] = result!.rows;
  }
  assert.deepEqual(rows["csv"], rows["parquet"]);
  assert.deepEqual(rows["jsonl"], rows["parquet"]);
  assert.equal(rows["parquet"]!.length, figures.pooled.n_events);
  const [sums, meta] = await duckdb(lake, [
    `SELECT count(*) FILTER (NOT censored), avg(gross_ticks), avg(net_ticks),
       count(*) FILTER (outcome = 'tp_before_sl'), count(*) FILTER (outcome_resolved = 'timeout'),
       bool_and(best_excursion_ticks >= 0 AND worst_excursion_ticks <= 0),
       bool_and(spread_ticks > 0), count(DISTINCT event_id)
     FROM 'events.parquet'`,
    `SELECT decode(value) FROM parquet_kv_metadata('events.parquet') WHERE decode(key) = 'meta'`,
  ]);
  // DuckDB reads the Parquet file that was written last before the others: the same run.
  const { returns, baselines, intervals } = figures.pooled.study;
  const [kept, gross, net, targets, timeouts, isAround, isSpread, ids] = sums!.rows[0]!;
  assert.deepEqual(
    [Number(kept), Number(targets)],
    [
      baselines.signal.n_trades,
      Math.round(intervals.if_trades_were_independent.tp_before_sl_rate.rate * rows["csv"]!.length),
    ],
  );
  assert.ok(Math.abs(Number(gross) - returns.all.gross_ticks_per_trade) < 1e-9);
  assert.ok(Math.abs(Number(net) - returns.all.net_ticks_per_trade) < 1e-9);
  assert.equal(Number(timeouts), Math.round(baselines.signal.timeout_rate * Number(kept)));
  assert.deepEqual([isAround, isSpread], ["true", "true"]);
  assert.ok(Number(ids) > 10);
  // docs/analysis.md describes every column; those of a band's side and a derivative by one of them.
  const [described] = await duckdb(lake, [
    "SELECT column_name FROM (DESCRIBE FROM 'events.parquet')",
  ]);
  const table = (await readProjectFile("docs/analysis.md")).split("\n## The table of events\n")[1]!;
  const named = new Set(
    [...table.split("\n## ")[0]!.matchAll(/^\| (`[^|]+)\|/gm)].flatMap(([, names]) =>
      names!.match(/\w+(?=`)/g)!
    ),
  );
  const columns = described!.rows.map(([name]) => name!.replace(/_(above|below)_\d+$/, "_above_4"));
  assert.deepEqual(new Set(columns), named);
  const written = JSON.parse(meta!.rows[0]![0]!);
  assert.deepEqual(written.parameters, figures.meta.parameters);
  assert.deepEqual(
    written.days.map(({ file }: { file: object }) => file),
    figures.days.map(({ meta }: { meta: { file: object } }) => meta.file),
  );
});

Deno.test("trades that are open at the evaluation's end are followed on; the data's end censors", async () => {
  await using made = await smallLake();
  const times = (
    end: string,
  ) => ["--start-time", "09:20", "--eval-start", "09:25", "--eval-end", end];
  const long = ["--tp-ticks", "30", "--sl-ticks", "30", "--max-hold-ms", "120000"]
    .concat("--baselines", "none");
  const within = (await analyze(made.lake, ...times("09:30"), ...long)).figures;
  const { trade_metrics: cut, trade_metrics_resolved: resolved } = within;
  // All there is to know is in the file: nothing is open.
  assert.equal(resolved.n_censored, 0);
  assert.equal(resolved.n_events, cut.n_events);
  assert.ok(resolved.median_time_to_outcome_ms >= cut.median_time_to_outcome_ms);
  const atEnd = (await analyze(made.lake, ...times("09:40"), ...long)).figures;
  assert.ok(atEnd.trade_metrics_resolved.n_censored > 0);
  const { n_trades, n_censored } = atEnd.returns.all;
  assert.equal(n_trades + n_censored, atEnd.trade_metrics.n_events);
  assert.equal(n_censored, atEnd.trade_metrics_resolved.n_censored);
});

Deno.test("a file that is damaged after the evaluation is analysed, and what is open there censored", async () => {
  await using made = await lakeOfDays();
  const path = simulatedPath({ lake: made.lake, symbol: "MNQH6", dt: DAYS[0] });
  const whole = await analyze(made.lake, "--dt", DAYS[0], ...TIMES);
  const { size } = await Deno.stat(path);
  await Deno.truncate(path, size - 1);
  const { figures, err } = await analyze(
    made.lake,
    "--dt",
    DAYS[0],
    ...TIMES,
    ...["--tp-ticks", "500", "--sl-ticks", "500", "--max-hold-ms", "900000"],
  );
  assert.match(err, /WARNING after the evaluation: .*truncated at byte/);
  assert.ok(figures.trade_metrics_resolved.n_censored > 0);
  assert.equal(figures.event_count, whole.figures.event_count);
});

Deno.test("what a reader has to know of the data is said where the figures are", async () => {
  await using made = await lakeOfDays();
  const late = ["--start-time", "09:05", "--eval-start", "09:05", "--eval-end", "10:00"];
  const { figures } = await analyze(made.lake, "--dt", DAYS[0], ...late, "--throttle-ms", "100");
  assert.deepEqual(
    figures.warnings.map((warning: string) => warning.replace(/09:19:\d\d/, "09:19:x")),
    [
      "the data of 2026-02-04 ends at 09:19:x, before the evaluation does at 10:00: rates by the " +
      "hour count the whole time",
      "windows, cooldown and hold are counted in snapshots: at a throttle of 100 ms they last up to 4 " +
      "times as long as at 25 ms",
    ],
  );
  const quiet = await analyze(made.lake, "--dt", DAYS[0], ...TIMES);
  assert.deepEqual(quiet.figures.warnings, []);
});

Deno.test("the report says at which prices, against what, and never what luck would do", async () => {
  await using made = await lakeOfDays();
  const report = async (...args: string[]) => {
    const { code, out, err } = await inProcess(
      ...["analyze", "--lake", made.lake, "--dt", DAYS[0], ...TIMES, ...args] as const,
    );
    assert.equal(code, 0, err);
    return out;
  };
  const plain = await report();
  assert.match(
    plain,
    /^ {2}Signal \d+\.\d %, random side \d+\.\d % \(\d+\.\d to \d+\.\d\), p [\d.]+, flip \d+\.\d %$/m,
  );
  assert.match(plain, /gross, at mid/);
  assert.match(plain, /drift of tp first|gate/);
  assert.doesNotMatch(plain, /chance|50 %|one third/);
  const touched = await report("--entry", "touch", "--exit", "touch", "--baselines", "none");
  assert.match(touched, /gross, at the touch/);
  assert.doesNotMatch(touched, /gross, at mid/);
  assert.match(touched, /No baseline was asked for/);
});
