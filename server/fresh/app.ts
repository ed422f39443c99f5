import { join } from "node:path";
import { type Context as HonoContext, Hono } from "hono";
import { except } from "hono/combine";
import { compress } from "hono/compress";
import { type Config, Context } from "./context.ts";
import { HttpError } from "./error.ts";
import { type FsRoutes, loadFsRoutes, METHODS, type Route } from "./fs_routes.ts";
import { type Middleware, runMiddlewares } from "./middleware.ts";
import { renderPage } from "./render.ts";
import { isUpgrade } from "./upgrade.ts";

/** Where a request came from that no server took: a test's. */
const NOWHERE: Deno.ServeHandlerInfo = {
  remoteAddr: { transport: "tcp", hostname: "localhost", port: 0 },
  completed: Promise.resolve(),
};

/** What Hono hands on with a request. */
interface Environment {
  Bindings: { info: Deno.ServeHandlerInfo };
}

const NO_ROUTES: FsRoutes = { routes: [], middleware: null, shell: null, errorPage: null };

/**
 * An application: middlewares, then the routes of its routes/ folder.
 *
 * @typeParam State What middlewares share
 */
export class App<State> {
  /** Where the application's folders are: those beside server/, until said otherwise. */
  readonly config: Config = { root: join(import.meta.dirname ?? ".", "../..") };
  readonly #middlewares: Middleware<State>[] = [];
  #usesFsRoutes = false;

  /**
   * Adds middlewares, the first outermost.
   *
   * @param middlewares what runs before the routes
   * @returns this application
   */
  use(...middlewares: Middleware<State>[]): this {
    this.#middlewares.push(...middlewares);
    return this;
  }

  /**
   * Adds the routes of the routes/ folder.
   *
   * @returns this application
   */
  fsRoutes(): this {
    this.#usesFsRoutes = true;
    return this;
  }

  /**
   * The application as a function, for a listener and for tests. Modules load at the first
   * request.
   *
   * @returns what answers a request
   */
  handler(): (
    request: Request,
    info?: Deno.ServeHandlerInfo,
  ) => Promise<Response> {
    let host: Promise<Hono<Environment>> | undefined;
    return async (request, info = NOWHERE) =>
      await (await (host ??= this.#host())).fetch(request, { info });
  }

  async #host(): Promise<Hono<Environment>> {
    const files = this.#usesFsRoutes ? await loadFsRoutes(this.config.root) : NO_ROUTES;
    const script = await clientScript(this.config.root);
    const hono = new Hono<Environment>({ strict: false });
    // An upgrade's answer belongs to the socket: nothing may touch its headers or body.
    hono.use(except((c: HonoContext) => isUpgrade(c.req.raw), compress()));
    for (const route of files.routes) {
      const allowed: string[] = [];
      for (const method of METHODS) {
        const answer = answerTo(route, method, files, script);
        if (answer === null) continue;
        hono.on(method, route.path, (c) => this.#run(c, answer, files, script));
        // Hono answers HEAD by the way of GET.
        allowed.push(...(method === "GET" ? ["GET", "HEAD"] : [method]));
      }
      hono.all(route.path, async (c) => {
        const response = await this.#run(c, refuse(405), files, script);
        // RFC 9110, 15.5.6.
        response.headers.set("allow", allowed.join(", "));
        return response;
      });
    }
    hono.notFound((c) => this.#run(c, refuse(404), files, script));
    return hono;
  }

  async #run(
    c: HonoContext<Environment>,
    answer: Middleware<unknown>,
    files: FsRoutes,
    script: string,
  ): Promise<Response> {
    const ctx = new Context<State>(this.config, c.req.raw, c.env.info, c.req.param());
    const inner = files.middleware === null ? [] : [files.middleware];
    const route: Middleware<State> = async () => {
      try {
        return await runMiddlewares<State>(inner, answer as Middleware<State>, ctx);
      } catch (error) {
        ctx.error = error;
        const status = error instanceof HttpError ? error.status : 500;
        if (files.errorPage === null) return new Response(`${status}`, { status });
        return renderPage(files.errorPage, files.shell, ctx, script, status);
      }
    };
    return await runMiddlewares<State>(this.#middlewares, route, ctx);
  }
}

function refuse(status: number): Middleware<unknown> {
  return () => {
    throw new HttpError(status);
  };
}

function answerTo(
  { handler, page }: Route,
  method: (typeof METHODS)[number],
  { shell }: FsRoutes,
  script: string,
): Middleware<unknown> | null {
  const endpoint = handler[method];
  if (endpoint !== undefined) return endpoint;
  if (method !== "GET" || page === null) return null;
  return (ctx) => renderPage(page, shell, ctx, script);
}

/** URL of the client script, with a version that changes when the script does. */
async function clientScript(root: string): Promise<string> {
  const url = "/build/client.js";
  try {
    const digest = await crypto.subtle.digest(
      "SHA-256",
      await Deno.readFile(join(root, "static", url)),
    );
    return `${url}?v=${new Uint8Array(digest).toHex().slice(0, 12)}`;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return url;
    throw error;
  }
}
