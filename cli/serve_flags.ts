import { Option } from "@commander-js/extra-typings";
import { FlagError, newCommand, parseFlags } from "./command.ts";
import {
  DEFAULT_DT,
  DEFAULT_HOST,
  DEFAULT_LAKE,
  DEFAULT_MAX_MEMORY,
  DEFAULT_MAX_STREAMS,
  DEFAULT_MAX_STREAMS_PER_ADDRESS,
  DEFAULT_PORT,
  DEFAULT_SPEED,
  LIVE_HOST,
  RUNS_PER_CORE,
} from "./defaults.ts";
import { readBroker } from "./broker_access.ts";
import {
  logLevelOption,
  natsCaOption,
  natsCredsOption,
  productTypeOption,
  symbolOption,
  throttleOption,
} from "./options.ts";
import {
  readDate,
  readGateway,
  readHost,
  readOrigin,
  readPath,
  readPort,
  readSpeed,
  readTime,
  readWhole,
} from "./values.ts";

/** The flags of `deno task serve`; product type and symbol default to the locked instrument's. */
export type ServeFlags = ReturnType<typeof parseServeFlags>;

/**
 * Reads the flags of `deno task serve`.
 *
 * @param args what the user wrote
 * @returns the flags
 * @throws FlagError when a flag is unknown or its value wrong: one line that names both
 * @throws HelpShown when help was asked for
 */
export function parseServeFlags(args: readonly string[]) {
  const { host, ...flags } = parseFlags(serveCommand(), args);
  if (flags.live && args.some((arg) => arg === "--dt" || arg.startsWith("--dt="))) {
    throw new FlagError("--live follows the current session; leave --dt out, or --live");
  }
  const of = (["gateway", "from", "publish", "dataset", "replicate"] as const)
    .find((name) => flags[name] !== undefined);
  if (!flags.live && of !== undefined) {
    throw new FlagError(`--${of} is about what --live records; give --live too`);
  }
  if (flags.replicate !== undefined && of !== "dataset" && of !== "replicate") {
    throw new FlagError(`--${of} is about what is recorded here; leave it out, or --replicate`);
  }
  const broker = flags.replicate ?? flags.publish;
  if (broker === undefined && (flags.natsCreds ?? flags.natsCa) !== undefined) {
    throw new FlagError(
      "--nats-creds and --nats-ca are about a broker; give --publish or --replicate too",
    );
  }
  // Who may see live data is a matter of licence.
  return { ...flags, host: host ?? (flags.live ? LIVE_HOST : DEFAULT_HOST) };
}

function serveCommand() {
  return newCommand("serve", "Serves the page and the stream of one instrument.", [
    ["", "the locked instrument on its default date"],
    ["--dt 2026-02-06 --start-time 09:25", "from five minutes before the bell"],
    ["--lake /data/lake --port 9000", "another lake, another port"],
    ["--speed 10 --log-level DEBUG", "ten times as fast, with a detailed log"],
    ["--live", "the market now, recorded as it is watched (docs/live.md)"],
    ["--live --gateway localhost:13000", "a simulated feed, without a licence"],
    ["--live --replicate nats://broker:4222", "what another machine records (docs/scale.md)"],
  ])
    .addOption(productTypeOption())
    .addOption(symbolOption())
    .option("--live", "record the current session and follow it; listens on 127.0.0.1 only")
    .option(
      "--gateway <host:port>",
      "with --live: the gateway to record from (default: that of the dataset)",
      (v) => readGateway("--gateway", v),
    )
    .addOption(
      new Option("--from <beginning>", "with --live: what a new recording begins with")
        .choices(["snapshot", "session"]),
    )
    .option(
      "--publish <url>",
      "with --live: also publish the recording to a broker, for other machines",
      (v) => readBroker("--publish", v),
    )
    .option(
      "--replicate <url>",
      "with --live: follow what another machine publishes to this broker",
      (v) => readBroker("--replicate", v),
    )
    .addOption(natsCredsOption())
    .addOption(natsCaOption())
    .option("--dataset <code>", "with --live: Databento dataset (default: the product's own)")
    .option("--dt <date>", "session date, YYYY-MM-DD", (v) => readDate("--dt", v), DEFAULT_DT)
    .option("--port <port>", "port to listen on", (v) => readPort("--port", v), DEFAULT_PORT)
    .option(
      "--host <host>",
      `address to listen on (default: ${DEFAULT_HOST}; with --live ${LIVE_HOST})`,
      (v) => readHost("--host", v),
    )
    .option(
      "--start-time <time>",
      "first grid, HH:MM New York (default: the session's start)",
      (v) => readTime("--start-time", v),
    )
    .addOption(throttleOption())
    .option(
      "--speed <factor>",
      "event seconds per wall second, 0.1 to 1000",
      (v) => readSpeed("--speed", v),
      DEFAULT_SPEED,
    )
    .option(
      "--lake <dir>",
      `folder of raw files and caches (default: VP_LAKE_ROOT, else ${DEFAULT_LAKE})`,
      (v) => readPath("--lake", v),
    )
    .option(
      "--allow-origin <origin...>",
      "extra origins that may open the stream or name this server",
      (v, all: string[] = []) => [...all, readOrigin("--allow-origin", v)],
    )
    .option(
      "--max-streams <n>",
      "streams that may be open at once",
      (v) => readWhole("--max-streams", v, 1),
      DEFAULT_MAX_STREAMS,
    )
    .option(
      "--max-streams-per-address <n>",
      "streams allowed per client address",
      (v) => readWhole("--max-streams-per-address", v, 1),
      DEFAULT_MAX_STREAMS_PER_ADDRESS,
    )
    .option(
      "--max-runs <n>",
      `runs of the engine at once (default: ${RUNS_PER_CORE} for each processor)`,
      (v) => readWhole("--max-runs", v, 1),
    )
    .option(
      "--max-memory <mib>",
      "resident memory above which no stream or analysis starts beside others",
      (v) => readWhole("--max-memory", v, 64, 1 << 20),
      DEFAULT_MAX_MEMORY,
    )
    .addOption(logLevelOption());
}
