import type { BucketField } from "../engine/wire/fields.ts";

const STREAM_PATH = "/v1/vacuum-pressure/stream";

/** Page parameters that the stream understands; any other stays with the page. */
const PASSED_ON = ["product_type", "symbol", "dt", "start_time", "throttle_ms", "speed"] as const;

/**
 * Address of the stream that belongs to a page.
 *
 * @param origin Origin of the page, `http:` or `https:`.
 * @param query The page's query, with or without its question mark. What it leaves out is left to
 * the server.
 * @param fields The columns wanted.
 * @returns A `ws:` or `wss:` address on the same host.
 */
export function streamUrl(origin: string, query: string, fields: readonly BucketField[]): string {
  const url = new URL(STREAM_PATH, origin);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  const given = new URLSearchParams(query);
  for (const name of PASSED_ON) {
    const value = given.get(name);
    if (value !== null) url.searchParams.set(name, value);
  }
  url.searchParams.set("fields", fields.join(","));
  return url.href;
}
