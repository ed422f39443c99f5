/** A server and what writes its recordings beside it: what that is told, how often each is started again. */
import { flag } from "./given.ts";

/** Flags of a server that are those of what writes its recordings too. */
const SHARED = ["--product-type", "--symbol", "--lake", "--dataset", "--nats-creds", "--nats-ca"]
  .concat("--log-level");

/** Those of its recorder alone. */
const RECORDED = ["--gateway", "--from", "--publish"];

/** Waits between starts, milliseconds. */
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 60_000;

/** One that has run for so long could begin: what ends it then passes, milliseconds. */
const BEGUN_MS = 30_000;

/** Exit codes of one that has said what is wrong: with what it was told, or at the gateway. */
const SAID = [1, 2];

/** What a supervisor needs. */
export interface Supervised {
  /** What it is called. */
  name: string;
  /** Runs it until it ends, or the signal has it end; gives its exit code. */
  run(signal: AbortSignal): Promise<number>;
  /** Tells the user something, in one line. */
  say(line: string): void;
  /** Milliseconds that only go on; default the process's. */
  now?: () => number;
  /** Waits, or rejects when the signal is aborted; default a timer. */
  sleep?: (ms: number, signal: AbortSignal) => Promise<void>;
}

/**
 * What writes a server's recordings, and what it is told.
 *
 * @param args arguments of the server
 * @returns the name of the task, what it is called, and its arguments
 */
export function writerOf(args: readonly string[]): { task: string; name: string; args: string[] } {
  const broker = flag({ args, env: {} }, "--replicate");
  const given = (names: readonly string[]) =>
    names.flatMap((name) => {
      const value = flag({ args, env: {} }, name);
      return value === undefined ? [] : [`${name}=${value}`];
    });
  const shared = given(SHARED);
  return broker === undefined
    ? { task: "record", name: "recorder", args: [...shared, ...given(RECORDED)] }
    : {
      ...{ task: "replicate", name: "replicator" },
      args: [...shared, `--from=${broker}`],
    };
}

/**
 * Runs a process, and starts it again when it dies; one that says at once what is wrong, as of a wrong
 * key, is not.
 *
 * @param supervised the process
 * @param signal has it end for good
 * @returns the code of one that could not begin, or ended well
 */
export async function supervise(supervised: Supervised, signal: AbortSignal): Promise<number> {
  const { name, run, say, now = () => performance.now(), sleep = timer } = supervised;
  let hasBegun = false;
  let waitMs = FIRST_WAIT_MS;
  for (;;) {
    const startedMs = now();
    const code = await run(signal);
    if (signal.aborted || code === 0) return code;
    const lastedMs = now() - startedMs;
    if (lastedMs >= BEGUN_MS) {
      hasBegun = true;
      waitMs = FIRST_WAIT_MS;
    }
    if (!hasBegun && SAID.includes(code)) return code;
    say(`the ${name} ended with code ${code}; it is started again in ${waitMs / 1e3} s`);
    await sleep(waitMs, signal).catch(() => {});
    if (signal.aborted) return code;
    waitMs = Math.min(LONGEST_WAIT_MS, waitMs * 2);
  }
}

function timer(ms: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const id = setTimeout(resolve, ms);
  signal.addEventListener("abort", () => {
    clearTimeout(id);
    reject(signal.reason);
  }, { once: true });
  return promise;
}
