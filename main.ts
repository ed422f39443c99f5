import { App, staticFiles } from "fresh";
import { UserError } from "./engine/errors.ts";
import { assertLocked } from "./engine/instrument.ts";
import { authority } from "./cli/address.ts";
import { removeLeftovers } from "./engine/leftovers.ts";
import { ownSignals, runCommand } from "./cli/command.ts";
import { parseServeFlags, type ServeFlags } from "./cli/serve_flags.ts";
import { Listener, listenerOptions } from "./server/listener.ts";
import { configureLog, log, traceOf } from "./server/log.ts";
import { watchLoopDelay } from "./server/loop_delay.ts";
import type { Metrics } from "./server/metrics.ts";
import { guardHost } from "./server/host_guard.ts";
import { withSecurityHeaders } from "./server/security_headers.ts";
import { spanNs } from "./cli/session_command.ts";
import { Service, type State } from "./server/service.ts";
import { defaultSettings, settingsFrom } from "./server/settings.ts";
import type { TurnGiver } from "./server/turns.ts";

/** Status of an upgrade that is Deno's own. */
const SWITCHING = 101;

/**
 * A service as an application: safe headers, what is refused outright, static files, then the routes
 * of routes/, each request in its turn.
 *
 * @param service the service, wanted at the first request
 */
export function applicationOf(service: () => Service): App<State> {
  return new App<State>()
    .use(async (ctx) => {
      const response = await ctx.next();
      // Once it is upgraded, a request of Deno's own listener may not be looked at.
      return response.status === SWITCHING ? response : withSecurityHeaders(response);
    })
    .use((ctx) => {
      ctx.state.service = service();
      return guardHost(ctx.url, ctx.state.service.settings) ?? ctx.next();
    })
    .use(staticFiles())
    .use(async (ctx) => {
      const info: Deno.ServeHandlerInfo & Partial<TurnGiver> = ctx.info;
      await info.turn?.();
      return await ctx.next();
    })
    .fsRoutes();
}

/** What this process serves: as the flags say, or as without any where another host has it. */
let served: Service | undefined;

/** This process's application; the real Fresh tells it of what it has built. */
export const app: App<State> = applicationOf(() => served ??= new Service(defaultSettings()));

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
  const service = served = new Service(chosen);
  const { metrics } = service;
  // One stream's bug must not end the others'.
  addEventListener("error", (event) => survive(metrics, event, event.error));
  addEventListener("unhandledrejection", (event) => survive(metrics, event, event.reason));
  watchLoopDelay((ms) => metrics.loopDelay.observe(ms / 1000));
  ownSignals();
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    Deno.addSignalListener(signal, () => stop(service));
  }
  await tellSession(service);
  await listen(service, flags);
}

function survive({ errorsTotal }: Metrics, event: Event, error: unknown): void {
  event.preventDefault();
  errorsTotal.inc({ kind: "server" });
  log("ERROR", "uncaught error", { error: traceOf(error) });
}

/** Says what will be served when nothing else is asked for; without data the page says why. */
async function tellSession({ settings: { symbol, dt }, defaultSession }: Service): Promise<void> {
  const session = await defaultSession.find();
  if (session.source === null) log("WARNING", session.problem);
  else if (session.source === "databento") log("INFO", `${symbol} on ${dt}: Databento`);
  else log("INFO", `${symbol} on ${dt}: SIMULATED, no Databento file is there`);
}

/** Listens until there is nothing that listens any more, which is an error. */
async function listen(service: Service, { host, port }: ServeFlags): Promise<never> {
  const { settings, metrics } = service;
  const answer = app.handler();
  // The first request loads the routes: what is wrong with one is told now.
  await (await answer(new Request("http://localhost/"))).body?.cancel();
  const listener = new Listener(answer, { ...listenerOptions(settings, port), metrics });
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
    // What Deno's node:http calls the same.
    case "EINVAL":
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

async function stop(service: Service): Promise<void> {
  await service.stop();
  removeLeftovers();
  Deno.exit(0);
}
