import assert from "node:assert/strict";
import { parseDownloadFlags, type SubmitFlags } from "../../../scripts/download/flags.ts";
import { FlagError } from "../../../cli/command.ts";

const REQUIRED = "--start 2026-02-06 --end 2026-02-09 --symbols MNQ --log-file a.log".split(" ");

function submit(...args: string[]): SubmitFlags {
  return parseDownloadFlags(["submit", ...REQUIRED, ...args]) as SubmitFlags;
}

Deno.test("parseDownloadFlags() has the defaults of the help", () => {
  const { days, ...rest } = submit();
  assert.deepEqual(rest, {
    command: "submit",
    pauseMs: 5_000,
    buyAgain: false,
    logFile: "a.log",
    json: false,
    dryRun: false,
  });
  assert.deepEqual(days, {
    dates: ["2026-02-06", "2026-02-08", "2026-02-09"],
    roots: ["MNQ"],
    futures: false,
    optionsSchemas: ["mbo", "statistics"],
  });
  const daemon = parseDownloadFlags(["daemon", ...REQUIRED]);
  assert.deepEqual(daemon.command === "daemon" && daemon.pollMs, 60_000);
});

Deno.test("parseDownloadFlags() reads every flag", () => {
  const flags = parseDownloadFlags([
    ...["daemon", ...REQUIRED, "--symbols", "es, mnq,ES,6e", "--include-futures"],
    ...["--options-schemas", "statistics,definition,statistics", "--pause-seconds", "0.5"],
    ...["--poll-interval", "7", "--buy-again", "--dry-run", "--json", "--log-file=logs/x.log"],
  ]);
  assert.deepEqual(flags, {
    command: "daemon",
    days: {
      dates: ["2026-02-06", "2026-02-08", "2026-02-09"],
      roots: ["ES", "MNQ", "6E"],
      futures: true,
      optionsSchemas: ["statistics", "definition"],
    },
    pauseMs: 500,
    pollMs: 7_000,
    buyAgain: true,
    logFile: "logs/x.log",
    json: true,
    dryRun: true,
  });
  assert.deepEqual(parseDownloadFlags(["poll", "--log-file", "a"]), {
    command: "poll",
    logFile: "a",
  });
  assert.deepEqual(parseDownloadFlags(["status"]), { command: "status" });
  assert.deepEqual(
    submit("--options-schemas", "none", "--include-futures").days.optionsSchemas,
    [],
  );
});

Deno.test("parseDownloadFlags() refuses what is wrong in one line that names it", () => {
  const wrong: [args: string[], message: RegExp][] = [
    [[], /^no command: give daemon, submit, poll or status/],
    [["fetch"], /^"fetch" is no command/],
    [["daemon"], /required option '--start <date>'/],
    [["poll"], /required option '--log-file <path>'/],
    [["poll", "--log-file", "a", "--json"], /unknown option '--json'/],
    [["poll", "--log-file", "a", "--symbols", "ES"], /unknown option '--symbols'/],
    [["status", "x"], /unexpected argument "x"/],
    [["submit", ...REQUIRED, "--poll-interval", "5"], /unknown option '--poll-interval'/],
    [["submit", ...REQUIRED, "--start", "2026-02-30"], /--start: "2026-02-30"/],
    [["submit", ...REQUIRED, "--end", "2026-02-05"], /--end 2026-02-05 is before --start/],
    [["submit", ...REQUIRED, "--start", "2026-02-07", "--end", "2026-02-07"], /is a Saturday/],
    [["submit", ...REQUIRED, "--symbols", "ES,"], /--symbols: "" is not a root/],
    [["submit", ...REQUIRED, "--symbols", "ABCDEFGHI"], /--symbols: "ABCDEFGHI"/],
    [["submit", ...REQUIRED, "--symbols", "../ES"], /--symbols: "\.\.\/ES"/],
    [["submit", ...REQUIRED, "--options-schemas", "mbo,trades"], /"trades" is not one of/],
    [["submit", ...REQUIRED, "--options-schemas", "none"], /^nothing to download/],
    [["submit", ...REQUIRED, "--pause-seconds", "-1"], /--pause-seconds: "-1"/],
    [["daemon", ...REQUIRED, "--poll-interval", "0"], /--poll-interval: "0"/],
  ];
  for (const [args, message] of wrong) {
    assert.throws(() => parseDownloadFlags(args), (error: Error) => {
      assert.ok(error instanceof FlagError, args.join(" "));
      assert.match(error.message, message);
      assert.ok(!error.message.includes("\n"));
      return true;
    });
  }
});
