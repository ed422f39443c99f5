/** What an application knows of itself. */
export interface Config {
  /** Folder that holds routes/, islands/ and static/. */
  root: string;
}

/**
 * What a middleware, handler or page knows of its request. One per request.
 *
 * @typeParam State What middlewares share
 */
export class Context<State> {
  /** The application's configuration. */
  readonly config: Config;
  /** The request as it came. A WebSocket upgrade takes this very object. */
  readonly req: Request;
  /** Where the request came from. */
  readonly info: Deno.ServeHandlerInfo;
  /** The request's URL, parsed. */
  readonly url: URL;
  /** The `[name]` parts of the matched route. */
  readonly params: Readonly<Record<string, string>>;
  /** Shared by the middlewares and the route of this request. */
  readonly state: State = {} as State;
  /** What a handler threw, while the error page renders; null otherwise. */
  error: unknown = null;
  /** Runs what comes after the calling middleware and resolves to its response. */
  next: () => Promise<Response> = () => Promise.reject(new Error("nothing comes after a route"));

  /**
   * @param config the application's configuration
   * @param req the request
   * @param info where it came from
   * @param params the `[name]` parts of the matched route
   */
  constructor(
    config: Config,
    req: Request,
    info: Deno.ServeHandlerInfo,
    params: Readonly<Record<string, string>>,
  ) {
    this.config = config;
    this.req = req;
    this.info = info;
    this.url = new URL(req.url);
    this.params = params;
  }

  /**
   * Sends the browser elsewhere. Doubled slashes in a path are folded, so that `//host/` stays on
   * this site.
   *
   * @param pathOrUrl path on this site with its query, or a whole URL
   * @param status HTTP status code
   * @returns the redirect
   */
  redirect(pathOrUrl: string, status = 302): Response {
    const [path = "", ...query] = pathOrUrl.split(/(?=[?#])/);
    const folded = path.startsWith("/") ? path.replaceAll(/\/+/g, "/") : path;
    return new Response(null, { status, headers: { location: folded + query.join("") } });
  }
}
