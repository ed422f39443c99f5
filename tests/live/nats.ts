/** A NATS server, as it is installed, of a test's own. */

/** True when the program is there; `ignore: !hasNats` skips a test without it. */
export const hasNats: boolean = isInstalled();

if (!hasNats) console.error("Tests of publishing are skipped: no nats-server is installed.");

function isInstalled(): boolean {
  try {
    return new Deno.Command("nats-server", { args: ["--version"], stdout: "null" })
      .outputSync().success;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** One that keeps what it is given in a folder of its own, and can be killed and started again. */
export class NatsServer implements AsyncDisposable {
  readonly port = freePort();
  readonly #dir = Deno.makeTempDirSync({ prefix: "spymaster_nats_" });
  readonly #conf = `${this.#dir}/nats.conf`;
  #process: Deno.ChildProcess | null = null;

  /**
   * Starts one.
   *
   * @param more lines of its configuration
   */
  static async start(more = ""): Promise<NatsServer> {
    const server = new NatsServer();
    server.configure(more);
    await server.begin();
    return server;
  }

  /** What is connected to. */
  get url(): string {
    return `nats://127.0.0.1:${this.port}`;
  }

  /** Folder of it, for files that its configuration names. */
  get dir(): string {
    return this.#dir;
  }

  /** Its process. */
  get pid(): number {
    return this.#process!.pid;
  }

  /** Says how it is configured when it starts the next time. */
  configure(more: string): void {
    const lines = [`listen: "127.0.0.1:${this.port}"`, `jetstream { store_dir: "${this.#dir}" }`];
    Deno.writeTextFileSync(this.#conf, [...lines, more, ""].join("\n"));
  }

  /** Starts it, with all that it kept. */
  async begin(): Promise<void> {
    const args = ["-c", this.#conf];
    const options = { args, stdin: "null", stdout: "null", stderr: "null" } as const;
    this.#process = new Deno.Command("nats-server", options).spawn();
    for (;;) {
      try {
        (await Deno.connect({ hostname: "127.0.0.1", port: this.port })).close();
        return;
      } catch {
        // It does not listen yet.
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    }
  }

  /** Ends it as a crash does. */
  async kill(): Promise<void> {
    this.#process?.kill("SIGKILL");
    await this.#process?.status;
    this.#process = null;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
    await Deno.remove(this.#dir, { recursive: true });
  }
}

/** A port that nothing listens on. */
export function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}
