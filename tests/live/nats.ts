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

/** It takes a free one, and says which in a file of its folder. */
const ANY_PORT = -1;

/** One that keeps what it is given in a folder of its own, and can be killed and started again. */
export class NatsServer implements AsyncDisposable {
  /** Where it listens, from its first start on. */
  port = ANY_PORT;
  readonly #dir = Deno.makeTempDirSync({ prefix: "spymaster_nats_" });
  readonly #conf = `${this.#dir}/nats.conf`;
  #more = "";
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
    this.#more = more;
  }

  /** Starts it, with all that it kept, where it was before. */
  async begin(): Promise<void> {
    const lines = [
      `listen: "127.0.0.1:${this.port}"`,
      `ports_file_dir: "${this.#dir}"`,
      `jetstream { store_dir: "${this.#dir}" }`,
      this.#more,
      "",
    ];
    Deno.writeTextFileSync(this.#conf, lines.join("\n"));
    const options = { stdin: "null", stdout: "null", stderr: "null" } as const;
    while (this.#process === null) {
      const process = new Deno.Command("nats-server", { args: ["-c", this.#conf], ...options })
        .spawn();
      this.#process = process;
      // Another program may have its port for a while.
      void process.status.then(() => {
        if (this.#process === process) this.#process = null;
      });
      await this.#listens();
    }
  }

  /** Waits until it says where it listens, or has ended. */
  async #listens(): Promise<void> {
    while (this.#process !== null) {
      try {
        const path = `${this.#dir}/nats-server_${this.pid}.ports`;
        const [url] = JSON.parse(Deno.readTextFileSync(path)).nats;
        this.port = Number(new URL(url).port);
        return;
      } catch (error) {
        // Not there yet, or not whole.
        if (!(error instanceof Deno.errors.NotFound || error instanceof SyntaxError)) throw error;
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    }
  }

  /** Ends it as a crash does. */
  async kill(): Promise<void> {
    const process = this.#process;
    this.#process = null;
    process?.kill("SIGKILL");
    await process?.status;
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
