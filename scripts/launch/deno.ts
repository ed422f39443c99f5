import type { Permissions } from "./permissions.ts";

/**
 * Runs Deno, the very program that runs this script. SIGINT and SIGTERM go on to it.
 *
 * @param args arguments
 * @param onOutput takes what it writes to standard output; left out, that goes where ours goes
 * @param env variables of the environment besides ours; one that is empty hides ours
 * @param input what it gets as its standard input; left out, that is ours
 * @param signal has it end, as SIGTERM does
 * @returns its exit code
 */
export async function runDeno(
  args: readonly string[],
  onOutput?: (chunk: Uint8Array) => void,
  env: Readonly<Record<string, string>> = {},
  input: ReadableStream<Uint8Array> | null = null,
  signal?: AbortSignal,
): Promise<number> {
  let child: Deno.ChildProcess | null = null;
  // Listened for before there is a child, so that none is left alone.
  const end = (how: Deno.Signal) => {
    try {
      child?.kill(how);
    } catch {
      // It has ended by itself.
    }
  };
  const forwards = (["SIGINT", "SIGTERM"] as const).map((signal) => {
    const forward = () => end(signal);
    Deno.addSignalListener(signal, forward);
    return { signal, forward };
  });
  const abort = () => end("SIGTERM");
  signal?.addEventListener("abort", abort);
  child = new Deno.Command(Deno.execPath(), {
    args: [...args],
    env,
    stdin: input ? "piped" : "inherit",
    stdout: onOutput ? "piped" : "inherit",
    stderr: "inherit",
  }).spawn();
  // Who has read enough closes it, and so does one that ends.
  if (input) input.pipeTo(child.stdin).catch(() => {});
  if (onOutput) { for await (const chunk of child.stdout) onOutput(chunk); }
  const { code } = await child.status;
  signal?.removeEventListener("abort", abort);
  for (const { signal, forward } of forwards) Deno.removeSignalListener(signal, forward);
  return code;
}

/**
 * @param name name of a permission set in `deno.json`
 * @returns the set
 * @throws Error when there is none
 */
export async function permissionSet(name: string): Promise<Permissions> {
  const { permissions } = JSON.parse(await Deno.readTextFile("deno.json"));
  if (permissions[name] === undefined) throw new Error(`deno.json: no permission set "${name}"`);
  return permissions[name];
}
