import { App, staticFiles } from "fresh";
import { UserError } from "./engine/errors.ts";
import { assertLocked } from "./engine/instrument.ts";
import { authority } from "./cli/address.ts";
import { removeLeftovers } from "./engine/leftovers.ts";
import { ownSignals, runCommand } from "./cli/command.ts";
import { defaultSession } from "./server/default_session.ts";
import { parseServeFlags, type ServeFlags } from "./cli/serve_flags.ts";
import { Listener, listenerOptions } from "./server/listener.ts";
import { configureLog, log, traceOf } from "./server/log.ts";
import { watchLoopDelay } from "./server/loop_delay.ts";
import { errorsTotal, loopDelay } from "./server/metrics.ts";
import { refusal } from "./server/host_guard.ts";
import { stopAnalyses } from "./server/regime/analyses.ts";
import { withSecurityHeaders } from "./server/security_headers.ts";
import { closeAllStreams } from "./server/stream/streams.ts";
import { spanNs } from "./cli/session_command.ts";
import { configure, type ServerSettings, settings, settingsFrom } from "./server/settings.ts";

/** The service: safe headers, what is refused outright, static files, then the routes of routes/. */
export const app: App<unknown> = new App<unknown>()
  .use(async (ctx) => withSecurityHeaders(ctx.req, await ctx.next()))
  .use((ctx) => refusal(ctx.url, settings()) ?? ctx.next())
  .use(staticFiles())
  .fsRoutes();

if (import.meta.main) await runCommand(serve);

/** Serves as the flags say, until a signal or an error ends it. */
export async function serve(): Promise<void> {
  const flags = parseServeFlags(Deno.args);
  const chosen = settingsFrom(flags);
  configureLog(chosen.logLevel, Deno.stderr.isTerminal() ? "text" : "json");
  const { instrument, productType, symbol, dt, startTime } = chosen;
  assertLocked(instrument, { product_type: productType, symbol });
  if (startTime !== null) {
    spanNs(instrument.product_type, dt, { start: { name: "--start-time", text: startTime } });
  }
  configure(chosen);
  // One stream's bug must not end the others'.
  addEventListener("error", (event) => survive(event, event.error));
  addEventListener("unhandledrejection", (event) => survive(event, event.reason));
  watchLoopDelay((ms) => loopDelay.observe(ms / 1000));
  ownSignals();
  for (const signal of ["SIGINT", "SIGTERM"] as const) Deno.addSignalListener(signal, stop);
  await tellSession(chosen);
  await listen(flags);
}

function survive(event: Event, error: unknown): void {
  event.preventDefault();
  errorsTotal.inc({ kind: "server" });
  log("ERROR", "uncaught error", { error: traceOf(error) });
}

/** Says what will be served when nothing else is asked for; without data the page says why. */
async function tellSession({ symbol, dt }: ServerSettings): Promise<void> {
  const session = await defaultSession();
  if (session.source === null) log("WARNING", session.problem);
  else if (session.source === "databento") log("INFO", `${symbol} on ${dt}: Databento`);
  else log("INFO", `${symbol} on ${dt}: SIMULATED, no Databento file is there`);
}

/** Listens until there is nothing that listens any more, which is an error. */
async function listen({ host, port }: ServeFlags): Promise<never> {
  const answer = app.handler();
  // The first request loads the routes: what is wrong with one is told now.
  await (await answer(new Request("http://localhost/"))).body?.cancel();
  const listener = new Listener(answer, listenerOptions(settings(), port));
  const at = authority(host, port);
  try {
    await listener.listen();
  } catch (error) {
    const reason = whyNotListening(error);
    if (reason === null) throw error;
    throw new UserError(`cannot listen on ${at}: ${reason}`);
  }
  announce(listener.address);
  return await listener.ended.catch((error) => {
    throw new UserError(`nothing listens on ${at} any more: ${error.message}; start again`);
  });
}

function whyNotListening(error: unknown): string | null {
  if (error instanceof Deno.errors.NotCapable || !(error instanceof Error)) return null;
  switch ("code" in error && error.code) {
    case "EADDRINUSE":
      return "the port is in use, choose another with --port";
    case "EADDRNOTAVAIL":
      return "no such address here, choose another with --host";
    case "EACCES":
      return "not permitted, choose a --port above 1023";
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return "no such name, choose another with --host";
  }
  return null;
}

function announce({ hostname, port }: Listener["address"]): void {
  const everywhere = hostname === "0.0.0.0" || hostname === "::";
  console.log(`http://${authority(everywhere ? "localhost" : hostname, port)}/vacuum-pressure`);
}

async function stop(): Promise<void> {
  stopAnalyses();
  await closeAllStreams();
  removeLeftovers();
  Deno.exit(0);
}
