/**
 * `deno task download` as a process that waits for nothing, and that can be stopped dead: with
 * STOP_AT n it says "stopped" on standard output and stands still before its n-th step on disk, or
 * in the middle of it when that is a write. Whoever started it can kill it there.
 */
import type { Clock } from "../../../engine/databento/clock.ts";
import { download } from "../../../scripts/download/run.ts";
import { runCommand } from "../../../cli/command.ts";

const stopAt = Number(Deno.env.get("STOP_AT") ?? "0");
let steps = 0;

function stopNow(): void {
  Deno.stdout.writeSync(new TextEncoder().encode("stopped\n"));
  Deno.stdin.readSync(new Uint8Array(1));
}

/** Counts the calls of a method of an object, and stops in the one that is due. */
function watch<T extends object>(object: T, name: keyof T & string): void {
  const method = object[name] as (...args: unknown[]) => unknown;
  const watched = function (this: unknown, ...args: unknown[]) {
    if (++steps === stopAt) {
      const [bytes] = args;
      if (name === "writeSync" && bytes instanceof Uint8Array) {
        method.call(this, bytes.subarray(0, bytes.length >> 1));
      }
      stopNow();
    }
    return method.apply(this, args);
  };
  Object.defineProperty(object, name, { value: watched });
}

for (const name of ["renameSync", "removeSync", "openSync"] as const) watch(Deno, name);
for (const name of ["write", "writeSync", "sync", "syncSync", "truncateSync"] as const) {
  watch(Deno.FsFile.prototype, name);
}

/** Waits end at once; signals are heard in between. */
const impatientClock: Clock = {
  now: () => Date.now(),
  sleep: async (_, signal) => {
    await new Promise<void>((done) => setImmediate(done));
    signal?.throwIfAborted();
  },
};

await runCommand(async () => {
  const code = await download(Deno.args, { clock: impatientClock });
  if (Deno.env.get("SAY_STEPS")) console.log(`steps ${steps}`);
  Deno.exit(code);
});
