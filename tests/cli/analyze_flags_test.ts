import assert from "node:assert/strict";
import { REGIME_DEFAULTS } from "../../engine/regime/params.ts";
import { parseAnalyzeFlags } from "../../cli/analyze_flags.ts";
import { windowOf } from "../../cli/analyze_window.ts";
import { FlagError } from "../../cli/command.ts";

/** The hours that flags come to in a futures session. */
function windowFor(args: string) {
  return windowOf(parseAnalyzeFlags(args.split(" ").filter(Boolean)), "future_mbo");
}

Deno.test("parseAnalyzeFlags() takes the defaults of the method when nothing is asked for", () => {
  const { params, throttleMs, dt, warnings } = parseAnalyzeFlags([]);
  const { projectionBuckets, ...rest } = REGIME_DEFAULTS;
  for (const [name, value] of Object.entries(rest)) {
    assert.deepEqual(params[name as keyof typeof rest], value, name);
  }
  assert.deepEqual(params.projectionBuckets, projectionBuckets);
  assert.deepEqual(windowFor(""), { startTime: "09:00", evalStart: "09:00", evalEnd: "12:00" });
  assert.deepEqual([throttleMs, dt.dates, warnings], [25, ["2026-02-06"], []]);
});

Deno.test("parseAnalyzeFlags() sorts lists and makes them unique, negative ones too", () => {
  for (const args of [["--projection-buckets", "8,-8,8"], ["--projection-buckets=8,-8,8"]]) {
    assert.deepEqual(parseAnalyzeFlags(args).params.projectionBuckets, [-8, 8]);
  }
  assert.deepEqual(parseAnalyzeFlags(["--projection-buckets", "-8,8"]).params.projectionBuckets, [
    -8,
    8,
  ]);
  assert.deepEqual(parseAnalyzeFlags(["--directional-bands", "16,4,4"]).params.directionalBands, [
    4,
    16,
  ]);
});

Deno.test("parseAnalyzeFlags() leaves out what reaches beyond the grid, and says so", () => {
  const { params, warnings } = parseAnalyzeFlags([
    ...["--directional-bands", "4,51,80"],
    ...["--projection-buckets", "-60,0"],
  ]);
  assert.deepEqual([params.directionalBands, params.projectionBuckets], [[4], [0]]);
  assert.deepEqual(warnings, [
    "--directional-bands: 51,80 reach beyond 50 buckets and are left out",
    "--projection-buckets: -60 reach beyond 50 buckets and are left out",
  ]);
});

Deno.test("windowOf() counts --eval-minutes from --eval-start", () => {
  assert.deepEqual(windowFor("--eval-start 09:45 --eval-minutes 75"), {
    startTime: "09:00",
    evalStart: "09:45",
    evalEnd: "11:00",
  });
});

Deno.test("windowOf() begins the evaluation at the later of 09:00 and --start-time", () => {
  assert.equal(windowFor("--start-time 09:25").evalStart, "09:25");
  assert.equal(windowFor("--start-time 08:30").evalStart, "09:00");
});

Deno.test("windowOf() puts times in the order of the session, which begins in the evening", () => {
  assert.deepEqual(windowFor("--start-time 20:30 --eval-start 22:00 --eval-minutes 150"), {
    startTime: "20:30",
    evalStart: "22:00",
    evalEnd: "00:30",
  });
  assert.equal(windowFor("--start-time 20:30").evalStart, "09:00");
  assert.equal(windowFor("--eval-end 19:00").evalEnd, "19:00");
});

const WRONG_TIMES: readonly (readonly [args: string, message: RegExp])[] = [
  ["--start-time 10:00 --eval-start 09:00", /--eval-start 09:00 is before --start-time 10:00/],
  [
    "--start-time 09:00 --eval-start 20:30",
    /--eval-start 20:30 is before --start-time 09:00 in .* 2026-02-06, whose 20:30 is of 2026-02-05$/,
  ],
  [
    "--eval-end 22:00",
    /--eval-end 22:00 is not after --eval-start 09:00 in .* 2026-02-06, whose 22:00 is of 2026-02-05/,
  ],
  [
    "--start-time 12:30",
    /--eval-end 12:00 is not after --start-time 12:30 .*\(--eval-end by default\)$/,
  ],
  [
    "--eval-end 09:00",
    /--eval-end 09:00 is not after --eval-start 09:00 .*\(--eval-start by default\)$/,
  ],
  [
    "--dt 2026-11-01 --start-time 00:25 --eval-start 01:15 --eval-minutes 90",
    /--eval-minutes 90 from --eval-start 01:15 ends at the second 01:45 of 2026-11-01/,
  ],
  [
    "--dt 2026-10-30,2026-11-01 --start-time 00:25 --eval-start 00:30 --eval-minutes 120",
    /--eval-minutes 120 from --eval-start 00:30 ends at 02:30 on 2026-10-30, .* 180 minutes on 2026-11-01,/,
  ],
  ["--eval-minutes 900", /--eval-minutes 900 from --eval-start 09:00 goes past .* 19:00 New York/],
  ["--dt 2026-03-08 --start-time 02:30", /--start-time 02:30 does not exist on 2026-03-08/],
  ["--dt 2026-11-01 --eval-end 19:30", /--eval-end 19:30 is not in the session of 2026-11-01/],
];

for (const [args, message] of WRONG_TIMES) {
  Deno.test(`windowOf() refuses ${args} in one line that names flag and value`, () => {
    assert.throws(() => windowFor(args), (error) => {
      assert.ok(error instanceof FlagError);
      assert.match(error.message, message);
      assert.doesNotMatch(error.message, /\n/);
      return true;
    });
  });
}

const WRONG: readonly (readonly [args: string, message: RegExp])[] = [
  ["--mode trend", /--mode <mode>' argument 'trend' is invalid/],
  ["--product-type spot", /--product-type: "spot"/],
  ["--dt 2026-02-30", /--dt: "2026-02-30"/],
  ["--start-time 9:00", /--start-time: "9:00"/],
  ["--eval-start 25:00", /--eval-start: "25:00"/],
  ["--eval-end noon", /--eval-end: "noon"/],
  ["--eval-minutes 0", /--eval-minutes: "0" is not a whole number, 1 or more/],
  ["--eval-minutes 10 --eval-end 10:00", /--eval-minutes 10 and --eval-end 10:00/],
  ["--throttle-ms 0", /--throttle-ms: "0" is not above 0/],
  ["--throttle-ms 1e3", /--throttle-ms: "1e3"/],
  ["--normalization-window 1", /--normalization-window: "1" is not a whole number, 2 or more/],
  ["--normalization-min-periods 1", /--normalization-min-periods: "1"/],
  [
    "--normalization-window 50",
    /--normalization-min-periods 75 is above --normalization-window 50/,
  ],
  ["--directional-bands 0", /--directional-bands: "0" is not a whole number, 1 or more/],
  ["--directional-bands 51", /--directional-bands: 51 reach beyond 50 buckets, and nothing else/],
  ["--directional-bands 4,,8", /--directional-bands: "" is not/],
  ["--micro-windows 2.5", /--micro-windows: "2.5"/],
  ["--spectrum-threshold 0", /--spectrum-threshold: "0" is not a number above 0/],
  ["--directional-edge-threshold -1", /--directional-edge-threshold: "-1"/],
  ["--signal-cooldown -1", /--signal-cooldown: "-1" is not a whole number, 0 or more/],
  ["--tp-ticks 0", /--tp-ticks: "0"/],
  ["--sl-ticks 1.5", /--sl-ticks: "1.5"/],
  ["--max-hold-snapshots 0", /--max-hold-snapshots: "0"/],
  ["--max-hold-ms 0", /--max-hold-ms: "0" is not a whole number, 1 or more/],
  ["--max-hold-ms 90000000", /--max-hold-ms: "90000000" is above 86400000/],
  [
    "--max-hold-ms 500 --max-hold-snapshots 1200",
    /--max-hold-ms 500 and --max-hold-snapshots 1200/,
  ],
  ["--entry last", /--entry: "last" is not mid or touch/],
  ["--exit Mid", /--exit: "Mid" is not mid or touch/],
  ["--latency-ms -1", /--latency-ms: "-1" is not a number, 0 to 60000/],
  ["--slippage-ticks -0.5", /--slippage-ticks: "-0.5" is not a number, 0 to 1000000/],
  [`--slippage-ticks 1${"0".repeat(308)}`, /--slippage-ticks: "10+" is not a number, 0 to 1000000/],
  ["--fee-per-side free", /--fee-per-side: "free" is not a number, 0 to 1000000/],
  ["--fee-per-side 1000001", /--fee-per-side: "1000001" is not a number, 0 to 1000000/],
  ["--baselines flip,coin", /--baselines: "coin" is no baseline: give some of random-side,flip,/],
  ["--baselines none,flip", /--baselines: "none" is no baseline/],
  ["--baseline-runs 0", /--baseline-runs: "0"/],
  ["--baseline-runs 10001", /--baseline-runs: "10001" is above 10000/],
  ["--seed -1", /--seed: "-1" is not a whole number, 0 or more/],
  ["--block-minutes 0", /--block-minutes: "0" is not minutes, from a second to 1440/],
  ["--block-minutes 1441", /--block-minutes: "1441" is not minutes, from a second to 1440/],
  [
    "--events-output events.txt",
    /--events-output: "events.txt" does not end in .parquet, .csv, .jsonl/,
  ],
  ["--events-output -", /--events-output: "-" does not end in/],
  [
    "--json-output a.csv --events-output a.csv",
    /--events-output and --json-output both name a.csv/,
  ],
  ["--stability-max-drift -0.1", /--stability-max-drift: "-0.1" is not a number, 0 or more/],
  ["--stability-min-signals-per-hour x", /--stability-min-signals-per-hour: "x"/],
  ["--projection-horizons-ms 0.5", /--projection-horizons-ms: "0.5"/],
  ["--projection-rollup-windows 0", /--projection-rollup-windows: "0"/],
  ["--projection-buckets 51,-51", /--projection-buckets: -51,51 reach beyond 50 buckets/],
  ["--dt 2026-02-06..2026-02-02", /--dt: "2026-02-06\.\.2026-02-02"/],
  ["--input a.dbn --dt 2026-02-05,2026-02-06", /--input a\.dbn is one file; give --dt one date/],
  ["--html-output -", /--html-output: standard output is not a file; name one/],
  ["--html-output a --json-output a", /--html-output and --json-output both name a;/],
  ["--log-level LOUD", /--log-level: "LOUD"/],
  ["--fast", /unknown option '--fast'/],
  ["today", /unexpected argument "today"/],
];

for (const [args, message] of WRONG) {
  Deno.test(`parseAnalyzeFlags() refuses ${args} in one line that names flag and value`, () => {
    assert.throws(() => parseAnalyzeFlags(args.split(" ")), (error) => {
      assert.ok(error instanceof FlagError);
      assert.match(error.message, message);
      assert.doesNotMatch(error.message, /\n/);
      return true;
    });
  });
}

Deno.test("parseAnalyzeFlags() takes a folder of days with what belongs to it, and nothing that does not", () => {
  const folder = (...args: string[]) => parseAnalyzeFlags(args).folder;
  assert.equal(folder(), null);
  const dir = "days";
  const plain = { dir, events: "parquet", pages: false, pool: false };
  assert.deepEqual(folder("--days-output", dir), plain);
  assert.deepEqual(folder("--days-output", dir, "--days-events", "csv", "--days-pages"), {
    ...plain,
    events: "csv",
    pages: true,
  });
  assert.deepEqual(folder("--days-output", dir, "--days-events", "none", "--pool"), {
    ...plain,
    events: null,
    pool: true,
  });
  const refused = (message: RegExp, ...args: string[]) =>
    assert.throws(
      () => parseAnalyzeFlags(args),
      (error) => error instanceof FlagError && message.test(error.message),
      args.join(" "),
    );
  for (const args of [["--days-pages"], ["--pool"], ["--days-events", "csv"], ["--shard", "1/2"]]) {
    refused(
      new RegExp(`^${args[0]} is about a folder of days; name it with --days-output$`),
      ...args,
    );
  }
  const among = ["--days-output", dir];
  for (const name of ["--json-output", "--html-output", "--events-output", "--input"]) {
    refused(new RegExp(`^${name} does not go with --days-output days: `), ...among, name, "a.csv");
  }
  refused(/^--pool adds up all shares; leave --shard out$/, ...among, "--pool", "--shard", "1/2");
  refused(/^--days-output: - is no folder; name one$/, "--days-output", "-");
  refused(/^--days-events: "xml" is no format: give parquet, /, ...among, "--days-events", "xml");
  refused(/^--jobs: "0" is not a whole number from 1 to 256$/, "--jobs", "0");
});
