/** Analyses days with every combination of a plan (docs/research.md). */
import { UserError } from "../engine/errors.ts";
import { configVersion } from "../engine/config_version.ts";
import type { DayRequest } from "../engine/regime/analyze_day.ts";
import { flagName, parametersOf } from "../engine/regime/parameters.ts";
import {
  classesOf,
  combinationsOf,
  type SweepPlan,
  VARIED,
} from "../engine/regime/sweep/combinations.ts";
import type { SweepDay } from "../engine/regime/sweep/sweep_day.ts";
import { sweepDays } from "../engine/regime/sweep/sweep_days.ts";
import { sweepSummary } from "../engine/regime/sweep/sweep_summary.ts";
import { resolveRequest } from "../engine/request.ts";
import { fileMeta } from "../engine/source/file_hash.ts";
import { findRawFile } from "../engine/source/lake.ts";
import { VERSION } from "../engine/version.ts";
import { FlagError, runCommand } from "../cli/command.ts";
import { windowOf } from "../cli/analyze_window.ts";
import { messageOf, terminalLine } from "../cli/error_line.ts";
import { type OutputFormat, SWEEP } from "../cli/output/format.ts";
import { assertFolder, keptFiles } from "../cli/output/gate.ts";
import { makeFolder, openOutput } from "../cli/output_file.ts";
import { jobsOf } from "../cli/options.ts";
import { progressBar } from "../cli/progress.ts";
import { completeSession } from "../cli/session_command.ts";
import { datesOfShare } from "../cli/shard.ts";
import { datesWithData } from "../cli/session_dates.ts";
import { tellSilence } from "../server/live/silence.ts";
import { configureLog, log } from "../server/log.ts";
import {
  type DayPlace,
  type Replaced,
  type Stamp,
  strayDays,
  sweptDay,
  writeDay,
} from "./sweep/day_files.ts";
import { otherSymbols } from "./capture/layout.ts";
import { parseSweepFlags } from "./sweep/flags.ts";
import { readPlan } from "./sweep/plan_file.ts";
import { sweepReport, triedLine } from "./sweep/report.ts";

if (import.meta.main) await runCommand(() => sweep(Deno.args));

/** A day that could not be done. */
interface FailedDay {
  dt: string;
  error: string;
}

/** A day to sweep over, and where its files go. */
interface Job {
  day: DayRequest;
  place: DayPlace;
  stamp: Stamp;
}

/**
 * Sweeps over days.
 *
 * @param args what the user wrote
 * @throws UserError when it cannot be done
 */
export async function sweep(args: readonly string[]): Promise<void> {
  const flags = parseSweepFlags(args);
  configureLog(flags.logLevel);
  const plan = readPlan(flags.plan);
  const combinations = combinationsOf(plan);
  const { dt: asked, output, force = false, walkForward = null } = flags;
  const { instrument, request, lake, contracts } = completeSession(
    { ...flags, dt: asked.dates[0]!, startTime: flags.times.startTime },
    flags.throttleMs,
  );
  const window = windowOf(flags, instrument.product_type);
  const { productType } = request;
  const { shard } = flags;
  const rules: Replaced = { force, kept: keptFiles(lake, flags.input) };
  assertFolder(output, rules.kept);
  const dates = flags.input !== undefined ? asked.dates : await datesWithData(
    { ...asked, dates: datesOfShare(asked, shard) },
    async (dt) => findRawFile({ lake, productType, symbol: await contracts.symbolOn(dt), dt }),
    (dt) => log("WARNING", `${dt}: skipped, no data`),
    { mayBeNone: shard !== undefined },
  );
  if (walkForward !== null && shard === undefined && walkForward.train >= dates.length) {
    throw new FlagError(
      `--walk-forward train=${walkForward.train} leaves none of ${dates.length} days to report on`,
    );
  }
  const { trades, spectra } = classesOf(combinations);
  console.log(triedLine({
    combinations: combinations.length,
    sets_of_trades: trades.first.length,
    spectra: spectra.first.length,
  }));
  makeFolder(output);
  const open = (name: string, format: OutputFormat) =>
    openOutput(`${output}/${name}`, { ...rules, format });
  // What cannot be written is told before the work, not after it.
  using json = shard === undefined ? open("summary.json", SWEEP.figures) : null;
  using text = shard === undefined ? open("summary.txt", SWEEP.report) : null;

  const failed: FailedDay[] = [];
  const jobs: Job[] = [];
  for (const dt of dates) {
    try {
      // Days are gone to in order, so that rolls are seen.
      const on = await contracts.goTo(dt, (line) => console.error(terminalLine(line)));
      const { symbol } = on.instrument;
      const resolved = await resolveRequest(on.instrument, { ...request, dt, symbol }, {
        lake,
        input: flags.input,
        follow: flags.follow ? "always" : undefined,
      });
      const { allowTruncated = false } = flags;
      const day: DayRequest = {
        request: { ...resolved, allowTruncated },
        lake,
        instrument,
        window,
        params: plan.base,
      };
      const stamp: Stamp = {
        version: VERSION,
        config_version: configVersion(instrument),
        parameters: stampedOf(day, plan),
        file: await fileMeta(resolved.origin, lake),
        ...(resolved.before && { file_before: await fileMeta(resolved.before, lake) }),
      };
      jobs.push({ day, place: { output, dt, symbol: resolved.symbol }, stamp });
    } catch (error) {
      failed.push(failureOf(dt, error));
    }
  }
  const stray = shard !== undefined ? [] : [
    ...strayDays(output, dates),
    ...otherSymbols(output, jobs.map(({ place }) => place)),
  ];
  if (stray.length > 0) {
    log("WARNING", `${output} holds days that are not of this sweep: ${stray.join(", ")}`);
  }
  const days = await sweptDays(
    jobs,
    plan,
    jobsOf(flags.jobs),
    rules,
    failed,
  );
  // Days end in any order.
  failed.sort((a, b) => a.dt < b.dt ? -1 : 1);
  if (json === null || text === null) {
    const share = `share ${shard!.index}/${shard!.count}`;
    console.log(`${share}: ${days.length} of ${dates.length} days are in ${output}`);
    console.log("when all shares are: the same without --shard");
    if (failed.length > 0) throw failure(failed, dates.length);
    return;
  }
  if (days.length === 0) throw failure(failed, dates.length);
  if (walkForward !== null && walkForward.train >= days.length) throw failure(failed, dates.length);
  const findings = sweepSummary(plan, days, walkForward);
  const report = sweepReport(findings, {
    symbol: flags.symbol ?? request.symbol,
    isSimulated: jobs.some(({ day }) => day.request.source === "simulator"),
    failed,
  });
  console.log(`\n${report}`);
  const done = jobs.filter(({ place: { dt } }) => days.some((day) => day.dt === dt));
  const meta = {
    version: VERSION,
    config_version: configVersion(instrument),
    plan: planFields(plan),
    days: done.map(({ place: { dt }, day, stamp }) => ({
      dt,
      data_source: day.request.source,
      parameters: stamp.parameters,
      file: stamp.file,
      ...(stamp.file_before && { file_before: stamp.file_before }),
    })),
  };
  const encoder = new TextEncoder();
  const { sweep: numbers, ...rest } = findings;
  const figures = { sweep: numbers, ...rest, failed, meta };
  json.write(encoder.encode(`${JSON.stringify(figures, null, 2)}\n`));
  json.finish();
  text.write(encoder.encode(`${report}\n`));
  text.finish();
  if (failed.length > 0) throw failure(failed, dates.length);
}

/** Works on days that are not done, side by side, and puts each in its place as it ends. */
async function sweptDays(
  jobs: readonly Job[],
  plan: SweepPlan,
  threads: number,
  rules: Replaced,
  failed: FailedDay[],
): Promise<SweepDay[]> {
  const combinations = combinationsOf(plan);
  const found = jobs.map(({ place, stamp }) => rules.force ? null : sweptDay(place, stamp));
  const left = jobs.filter((_, i) => found[i] === null);
  for (const [i, { place: { dt } }] of jobs.entries()) {
    if (found[i] !== null) log("INFO", `${dt}: done before`);
  }
  const shares = left.map(() => 0);
  const bar = progressBar();
  let ended = 0;
  const show = () => {
    const share = shares.reduce((sum, one) => sum + one, 0) / left.length;
    bar.update(share, `${ended} of ${left.length} days`);
  };
  const end = (index: number, say: (dt: string) => void) => {
    ended++;
    shares[index] = 1;
    bar.past(() => say(left[index]!.place.dt));
    show();
  };
  try {
    using _ = tellSilence(
      left.map(({ day }) => day.request),
      (line) => bar.past(() => log("WARNING", line)),
    );
    await sweepDays(left.map(({ day }) => day), plan, threads, {
      onResult(index, day) {
        const { place, stamp } = left[index]!;
        writeDay(place, stamp, day, combinations, rules);
        found[jobs.indexOf(left[index]!)] = day;
        end(index, (dt) => log("INFO", `${dt}: done, ${ended} of ${left.length}`));
      },
      onFailure: (index, error) => end(index, (dt) => failed.push(failureOf(dt, error))),
      onProgress(index, share) {
        shares[index] = share;
        show();
      },
      onWarning: (index, message) =>
        bar.past(() => log("WARNING", `${left[index]!.place.dt}: ${message}`)),
    });
  } finally {
    bar.stop();
  }
  return found.filter((day) => day !== null);
}

/** Says that a day failed; the others go on. */
function failureOf(dt: string, error: unknown): FailedDay {
  if (!(error instanceof UserError)) throw error;
  log("ERROR", `${dt}: failed: ${messageOf(error)}`);
  return { dt, error: messageOf(error) };
}

function failure(failed: readonly { dt: string }[], days: number): UserError {
  const names = failed.map(({ dt }) => dt).join(", ");
  return new UserError(`${failed.length} of ${days} days failed: ${names}`);
}

/** What a day's rows depend on, by name. */
function stampedOf(
  { request, instrument, window }: DayRequest,
  plan: SweepPlan,
): Record<string, unknown> {
  const contracts = request.symbol === instrument.symbol ? undefined : [request.symbol];
  const all = parametersOf({ request: { ...request, contracts }, window, params: plan.base });
  const names = ["product_type", "symbol", "contracts", "dt", "start_time", "eval_start"]
    .concat("eval_end", "session", "allow_truncated", "throttle_ms");
  const { runs: _runs, seed: _seed, ...plain } = planFields(plan);
  return {
    ...Object.fromEntries(names.filter((name) => name in all).map((name) => [name, all[name]])),
    ...plain,
  };
}

/** A plan as its file may have it. */
function planFields({ lists, base }: SweepPlan): Record<string, unknown> {
  const names = VARIED.filter((name) => lists[name].some((value) => value !== null)).filter((
    name,
  ) => name !== "maxHoldSnapshots" || lists.maxHoldMs[0] === null);
  return {
    ...Object.fromEntries(names.map((name) => [flagName(name), lists[name]])),
    normalization_window: base.normalizationWindow,
    normalization_min_periods: base.normalizationMinPeriods,
    block_minutes: base.blockMinutes,
    seed: base.seed,
    runs: base.baselineRuns,
  };
}
