const LOCAL_HOSTS = ["localhost", "127.0.0.1", "[::1]"];

/**
 * Whether a page may open a stream here. Browsers send the Origin of the page, and do not keep a
 * foreign page from opening a WebSocket: the server has to. A client that is no browser sends none.
 *
 * @param request the upgrade request
 * @param allowed further origins, such as "https://desk.example"
 */
export function isAllowedOrigin(request: Request, allowed: readonly string[]): boolean {
  const origin = request.headers.get("origin");
  if (origin === null || allowed.includes(origin)) return true;
  if (!URL.canParse(origin)) return false;
  const { host, hostname } = new URL(origin);
  return LOCAL_HOSTS.includes(hostname) || host === request.headers.get("host");
}
