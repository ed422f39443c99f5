import { App, staticFiles } from "fresh";
import { UserError } from "./engine/errors.ts";
import { runCommand } from "./server/command.ts";
import { parseServeFlags } from "./server/flags.ts";
import { setLogLevel } from "./server/log.ts";
import { configure, settingsFrom } from "./server/settings.ts";

/** The service: static files, then the routes of routes/. */
export const app: App<unknown> = new App<unknown>()
  .use(staticFiles())
  .fsRoutes();

if (import.meta.main) await runCommand(serve);

async function serve(): Promise<void> {
  const flags = parseServeFlags(Deno.args);
  const settings = settingsFrom(flags);
  setLogLevel(settings.logLevel);
  configure(settings);
  for (const signal of ["SIGINT", "SIGTERM"] as const) Deno.addSignalListener(signal, stop);
  await listen(flags.host, flags.port);
}

async function listen(hostname: string, port: number): Promise<void> {
  try {
    await app.listen({ hostname, port, onListen: announce });
  } catch (error) {
    if (error instanceof Deno.errors.AddrInUse) {
      throw new UserError(`port ${port} of ${hostname} is in use: choose another with --port`);
    }
    if (error instanceof Deno.errors.AddrNotAvailable) {
      throw new UserError(`${hostname} is no address of this machine: choose another with --host`);
    }
    throw error;
  }
}

function announce({ hostname, port }: Deno.NetAddr): void {
  const everywhere = hostname === "0.0.0.0" || hostname === "::";
  const host = everywhere ? "localhost" : hostname.includes(":") ? `[${hostname}]` : hostname;
  console.log(`http://${host}:${port}/vacuum-pressure`);
}

function stop(): void {
  Deno.exit(0);
}
