import { CREDIT } from "./stream_client.ts";

const STREAM_PATH = "/v1/vacuum-pressure/stream";
const DAYS_PATH = "/v1/vacuum-pressure/days";
const SESSION_PATH = "/v1/vacuum-pressure/session";

/** Page parameters that name a session. */
const SESSION = ["product_type", "symbol", "dt"] as const;
/** Page parameters that the stream understands; any other stays with the page. */
const PASSED_ON = [...SESSION, "start_time", "throttle_ms", "speed"] as const;

/**
 * What the page asks for besides grids: a minute of history, so that a picture is there at once; evenly
 * spaced grids, as many as a screen shows; nothing older than the book; the balance of forces and the
 * session's trades.
 */
export const EXTRAS: readonly (readonly [name: string, value: string])[] = [
  ["history", "60"],
  ["rate", "60"],
  ["settle", "1"],
  ["reading", "1"],
  ["session", "1"],
];

/**
 * Address of the stream that belongs to a page.
 *
 * @param origin origin of the page, `http:` or `https:`
 * @param query the page's query. What it leaves out is left to the server
 * @param fields what is wanted of each grid
 * @returns a `ws:` or `wss:` address on the same host
 */
export function streamUrl(
  origin: string,
  query: URLSearchParams,
  fields: readonly string[],
): string {
  const url = addressOf(origin, STREAM_PATH, query, PASSED_ON);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  url.searchParams.set("fields", fields.join(","));
  url.searchParams.set("credit", `${CREDIT}`);
  for (const [name, value] of EXTRAS) url.searchParams.set(name, value);
  return url.href;
}

/**
 * Address of the outline of the session that a page shows.
 *
 * @param origin origin of the page
 * @param query the page's query
 */
export function outlineUrl(origin: string, query: URLSearchParams): string {
  return addressOf(origin, SESSION_PATH, query, SESSION).href;
}

/** Address of the list of days that can be chosen. */
export function daysUrl(origin: string): string {
  return new URL(DAYS_PATH, origin).href;
}

function addressOf(
  origin: string,
  path: string,
  query: URLSearchParams,
  names: readonly string[],
): URL {
  const url = new URL(path, origin);
  for (const name of names) {
    const value = query.get(name);
    if (value !== null) url.searchParams.set(name, value);
  }
  return url;
}
