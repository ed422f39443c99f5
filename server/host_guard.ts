import { authority } from "../cli/address.ts";
import type { ServerSettings } from "./settings.ts";

/** Longest path and query that are read, characters. */
export const MAX_TARGET_LENGTH = 2_048;

const MISDIRECTED = 421;
const URI_TOO_LONG = 414;

/**
 * Refuses what no request to this server needs, before anything is done for it.
 *
 * A name that it does not go by is refused because of DNS rebinding: a foreign page whose own name
 * is made to point here would count as this server's page. An address in place of a name is taken:
 * no page can be made to have one that is not its own.
 *
 * @param url the request's URL; host and port as the client wrote them
 * @param settings where the server listens, and what it is known as besides
 * @returns the refusal; null when the request may go on
 */
export function guardHost(
  url: URL,
  { host, allowOrigins }: Pick<ServerSettings, "host" | "allowOrigins">,
): Response | null {
  if (url.pathname.length + url.search.length > MAX_TARGET_LENGTH) {
    return say(URI_TOO_LONG, `Path and query have at most ${MAX_TARGET_LENGTH} characters.`);
  }
  const known = ["localhost", host.toLowerCase()];
  if (isAddress(url.hostname) || known.includes(url.hostname)) return null;
  if (allowOrigins.some((origin) => new URL(origin).host === url.host)) return null;
  const name = authority(url.hostname, url.port || "80");
  return say(MISDIRECTED, `This server is not known as ${name}; see --allow-origin.`);
}

/** Whether a URL's host is an IPv4 or IPv6 address, which URL writes in one way. */
function isAddress(hostname: string): boolean {
  return hostname.startsWith("[") || /^\d+\.\d+\.\d+\.\d+$/.test(hostname);
}

function say(status: number, line: string): Response {
  return new Response(`${line}\n`, {
    status,
    headers: { "content-type": "text/plain; charset=utf-8", "cache-control": "no-store" },
  });
}
