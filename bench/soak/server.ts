/** The server under test. */
export interface Served extends AsyncDisposable {
  readonly url: URL;
  readonly pid: number;
}

/**
 * Starts the server on a free port.
 *
 * @param lake folder of its lake
 */
export async function startServer(lake: string): Promise<Served> {
  const args = ["--lake", lake, "--host", "127.0.0.1", "--port", "0", "--log-level", "ERROR"];
  const limits = ["--max-streams-per-address", "128"];
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-q", "--allow-all", "main.ts", ...args, ...limits],
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const { value } = await reader.read();
  if (value === undefined) throw new Error("the server did not start");
  return {
    url: new URL(value.trim()),
    pid: child.pid,
    async [Symbol.asyncDispose]() {
      child.kill("SIGTERM");
      await reader.cancel();
      await child.status;
    },
  };
}
