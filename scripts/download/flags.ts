import { Option } from "@commander-js/extra-typings";
import { OPTIONS_SCHEMAS, type OptionsSchema } from "../../engine/databento/batch/plan.ts";
import type { WantedDays } from "../../engine/databento/batch/submit_days.ts";
import { UserError } from "../../engine/errors.ts";
import { parseDate } from "../../engine/session.ts";
import { FlagError, newCommand, parseFlags } from "../../cli/command.ts";
import { readDate, readNumber } from "../../cli/values.ts";

/** What `deno task download` was asked to do. */
export type DownloadFlags = DaemonFlags | SubmitFlags | PollFlags | { command: "status" };

/** Submit jobs, wait for them, bring them into the lake. */
export interface DaemonFlags extends Omit<SubmitFlags, "command"> {
  command: "daemon";
  /** Between two looks at the jobs, milliseconds. */
  pollMs: number;
}

/** Submit jobs. */
export interface SubmitFlags extends Omit<PollFlags, "command"> {
  command: "submit";
  days: WantedDays;
  /** Between two submissions, milliseconds. */
  pauseMs: number;
  /** Whether to pay a second time for what is gone here and at Databento. */
  buyAgain: boolean;
  dryRun: boolean;
  json: boolean;
}

/** Bring into the lake what is done. */
export interface PollFlags {
  command: "poll";
  logFile: string;
}

const DESCRIPTION =
  `Gets days of CME Globex from Databento into the lake; each job is paid for once.

Commands:
  daemon  submits jobs, waits for them, and brings them into the lake
  submit  submits jobs and ends
  poll    checks once, and brings what is done or missing into the lake
  status  lists all jobs so far`;

const WEEK = "--start 2026-02-02 --end 2026-02-06 --symbols MNQ --log-file logs/dl.log";
const FUTURE = `${WEEK} --include-futures --options-schemas none`;

type Examples = readonly (readonly [args: string, what: string])[];

const DAEMON_EXAMPLES: Examples = [
  [FUTURE, "a week of the future alone"],
  [`${FUTURE} --dry-run`, "what it would cost"],
  [`${WEEK} --include-futures`, "with orders and statistics of its options"],
];

/**
 * Reads the flags of `deno task download`.
 *
 * @param args what the user wrote
 * @returns the command and its flags, every one checked
 * @throws FlagError when there is no such command, a flag is unknown or its value wrong
 * @throws HelpShown when help was asked for
 */
export function parseDownloadFlags(args: readonly string[]): DownloadFlags {
  const [command = "", ...rest] = args;
  switch (command) {
    case "daemon": {
      const about = "Submits jobs, waits for them, and brings them into the lake.";
      const daemon = submitCommand("download daemon", about, DAEMON_EXAMPLES);
      const flags = parseFlags(daemon.addOption(pollInterval()), rest);
      return { ...submitFlags(flags), command, pollMs: flags.pollInterval * 1_000 };
    }
    case "submit": {
      const submit = submitCommand("download submit", "Submits jobs and ends.", [
        [FUTURE, "a week of the future alone; poll gets it later"],
        [`${WEEK} --options-schemas statistics --json`, "statistics of options, events as JSON"],
      ]);
      return { ...submitFlags(parseFlags(submit, rest)), command };
    }
    case "poll": {
      const about = "Looks once at the jobs, and brings into the lake what is done or missing.";
      const poll = newCommand("download poll", about, [
        ["--log-file logs/dl.log", "for all jobs that were submitted"],
      ]);
      return { ...parseFlags(poll.addOption(logFile()), rest), command };
    }
    case "status": {
      const about = "Lists all jobs so far, as a table.";
      parseFlags(newCommand("download status", about, [["", "all of them"]]), rest);
      return { command };
    }
    default:
      return refuse(command, args);
  }
}

/** Shows the help of all commands together, or says that there is no such command. */
function refuse(command: string, args: readonly string[]): never {
  if (args.some((arg) => arg === "--help" || arg === "-h")) {
    const all = submitCommand("download", DESCRIPTION, [
      ...DAEMON_EXAMPLES.map(([flags, what]) => [`daemon ${flags}`, what] as const),
      ["poll --log-file logs/dl.log", "what is done by now"],
      ["status", "all jobs so far"],
    ]);
    parseFlags(all.usage("daemon|submit|poll|status [options]").addOption(pollInterval()), ["-h"]);
  }
  const given = command === "" ? "no command" : `${JSON.stringify(command)} is no command`;
  throw new FlagError(`${given}: give daemon, submit, poll or status, or --help`);
}

function submitCommand(task: string, description: string, examples: Examples) {
  const schemas = new Option(
    "--options-schemas <schemas>",
    `which data of the options: ${OPTIONS_SCHEMAS.join(", ")}; none for no options`,
  ).argParser<readonly OptionsSchema[]>((v) => readSchemas("--options-schemas", v))
    .default<readonly OptionsSchema[]>(["mbo", "statistics"], "mbo,statistics");
  return newCommand(task, description, examples)
    .requiredOption("--start <date>", "first day, YYYY-MM-DD", (v) => readDate("--start", v))
    .requiredOption(
      "--end <date>",
      "last day, included; Saturdays are left out",
      (v) => readDate("--end", v),
    )
    .requiredOption(
      "--symbols <roots>",
      "roots of futures, separated by commas, such as ES,MNQ",
      (v) => readRoots("--symbols", v),
    )
    .option("--include-futures", "also download the front-month future")
    .addOption(schemas)
    .option(
      "--pause-seconds <seconds>",
      "wait between two submissions, 0 to 3600",
      (v) => readSeconds("--pause-seconds", v, 0),
      5,
    )
    .option("--buy-again", "pay again for files that are no longer in the lake or at Databento")
    .addOption(logFile())
    .option("--json", "print events as JSON lines on standard output")
    .option("--dry-run", "show jobs, symbols, cost and size, and submit nothing");
}

function logFile() {
  return new Option("--log-file <path>", "file that the log is appended to").makeOptionMandatory();
}

function pollInterval() {
  return new Option("--poll-interval <seconds>", "seconds between polls of daemon, 1 to 3600")
    .argParser<number>((v) => readSeconds("--poll-interval", v, 1)).default(60);
}

/** What Commander makes of the flags of {@link submitCommand}. */
interface Given {
  start: string;
  end: string;
  symbols: string[];
  includeFutures?: true | undefined;
  optionsSchemas: readonly OptionsSchema[];
  pauseSeconds: number;
  logFile: string;
  buyAgain?: true | undefined;
  json?: true | undefined;
  dryRun?: true | undefined;
}

function submitFlags(given: Given) {
  const futures = given.includeFutures === true;
  if (!futures && given.optionsSchemas.length === 0) {
    throw new FlagError("nothing to download: give --include-futures or --options-schemas");
  }
  return {
    days: {
      dates: tradingDates(given.start, given.end),
      roots: given.symbols,
      futures,
      optionsSchemas: given.optionsSchemas,
    },
    pauseMs: given.pauseSeconds * 1_000,
    buyAgain: given.buyAgain === true,
    logFile: given.logFile,
    json: given.json === true,
    dryRun: given.dryRun === true,
  };
}

/** The days from the first to the last but Saturdays, on which Globex is closed. */
function tradingDates(start: string, end: string): string[] {
  const last = parseDate(end);
  const dates: string[] = [];
  for (
    let date = parseDate(start);
    Temporal.PlainDate.compare(date, last) <= 0;
    date = date.add({ days: 1 })
  ) {
    if (date.dayOfWeek !== 6) dates.push(`${date}`);
  }
  if (dates.length > 0) return dates;
  throw new FlagError(
    start > end
      ? `--end ${end} is before --start ${start}`
      : `${start} is a Saturday, without data`,
  );
}

function readRoots(name: string, text: string): string[] {
  const roots = text.split(",").map((root) => root.trim().toUpperCase());
  const wrong = roots.find((root) => !/^[A-Z0-9]{1,8}$/.test(root));
  if (wrong === undefined) return [...new Set(roots)];
  throw new UserError(
    `${name}: ${JSON.stringify(wrong)} is not a root: give 1 to 8 letters and digits, such as MNQ`,
  );
}

function readSchemas(name: string, text: string): OptionsSchema[] {
  if (text.trim() === "none") return [];
  const schemas = text.split(",").map((part) => {
    const schema = OPTIONS_SCHEMAS.find((known) => known === part.trim());
    if (schema !== undefined) return schema;
    throw new UserError(
      `${name}: ${JSON.stringify(part.trim())} is not one of ${OPTIONS_SCHEMAS.join(", ")}; ` +
        `give none for no options`,
    );
  });
  return [...new Set(schemas)];
}

function readSeconds(name: string, text: string, least: number): number {
  return readNumber(name, text, least, 3600, `seconds: give a number from ${least} to 3600`);
}
