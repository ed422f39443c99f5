/** A machine that downloads: a folder of its own, and processes that work in it. */
import { permissionsOf } from "../../../scripts/launch.ts";
import { toArguments, union } from "../../../scripts/launch/permissions.ts";
import { TASKS } from "../../../scripts/launch/tasks.ts";
import { FakeService } from "../../engine/databento/fake_service.ts";
import { projectFile } from "../../project.ts";

/** What came of a process. */
export interface Ended {
  code: number;
  out: string;
  err: string;
}

/** Environment variables that only the child of the tests reads. */
const TEST_VARIABLES = ["STOP_AT", "SAY_STEPS"];

/** The machine, and the service it can reach; both gone when disposed of. */
export class Machine {
  readonly folder = Deno.makeTempDirSync({ prefix: "spymaster_download_" });
  readonly lake = `${this.folder}/lake`;
  readonly logs = `${this.folder}/logs`;

  private constructor(readonly service: FakeService) {}

  /** Starts the service. */
  static async start(key?: string): Promise<Machine> {
    return new Machine(await FakeService.start(key));
  }

  /**
   * Starts the command with the permissions of its task, but for the service being on loopback.
   *
   * @param args its command and flags
   * @param env further environment variables; undefined takes one away
   * @param script what is started
   */
  async spawn(
    args: readonly string[],
    env: Record<string, string | undefined> = {},
    script = "tests/scripts/download/child.ts",
  ): Promise<Deno.ChildProcess> {
    const task = TASKS.get("download")!;
    const given = { args, env: { VP_LAKE_ROOT: env["VP_LAKE_ROOT"] ?? this.lake } };
    const { net: _, ...permissions } = await permissionsOf(task, given);
    const more = { net: [new URL(this.service.url).host], env: TEST_VARIABLES };
    const all: Record<string, string | undefined> = {
      ...Deno.env.toObject(),
      DATABENTO_API_KEY: this.service.key,
      DATABENTO_BASE_URL: this.service.url,
      VP_LAKE_ROOT: this.lake,
      NO_COLOR: "1",
      ...env,
    };
    return new Deno.Command(Deno.execPath(), {
      args: [
        ...["run", "-q", "--config", projectFile("deno.json")],
        ...toArguments(union([permissions, more])),
        projectFile(script),
        ...args,
      ],
      cwd: this.folder,
      // What is taken away must not be inherited from another test of this process.
      clearEnv: true,
      env: Object.fromEntries(
        Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined),
      ),
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
  }

  /** Runs the command to its end. */
  async run(args: readonly string[], env?: Record<string, string | undefined>): Promise<Ended> {
    return await ended(await this.spawn(args, env));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.service[Symbol.asyncDispose]();
    await Deno.remove(this.folder, { recursive: true });
  }
}

/** Waits for a process, and keeps what it says. */
export async function ended(child: Deno.ChildProcess): Promise<Ended> {
  const [out, err, { code }] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.status,
    child.stdin.close().catch(() => {}),
  ]);
  return { code, out, err };
}

/** Flags that ask for two roots on one day, with all that can be wanted. */
export const EVERYTHING = [
  ...["daemon", "--start", "2026-02-06", "--end", "2026-02-06", "--symbols", "MNQ,ES"],
  ...["--include-futures", "--log-file", "logs/download.log"],
];
