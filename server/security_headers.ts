/** Scripts, styles and pictures of this server alone, nothing inline, and no page around this one. */
const POLICY: readonly (readonly [directive: string, source: string])[] = [
  ["default-src", "'none'"],
  ["script-src", "'self'"],
  ["style-src", "'self'"],
  ["img-src", "'self'"],
  ["connect-src", "'self'"],
  ["base-uri", "'none'"],
  ["form-action", "'none'"],
  ["frame-ancestors", "'none'"],
];

/** What else keeps other origins, and guesses of browsers, away from what is served. */
const HEADERS: Readonly<Record<string, string>> = {
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "origin-agent-cluster": "?1",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "x-dns-prefetch-control": "off",
  "x-frame-options": "DENY",
  "x-permitted-cross-domain-policies": "none",
};

/** Tells the nonce of a page's inline scripts, where the framework renders some. */
const NONCE_HEADER = "x-fresh-nonce";

/**
 * Sets the headers by which browsers keep pages safe. Fresh's own `csp()` would ask browsers to use
 * https, which a server on a local network does not speak.
 *
 * @param response an answer, which gets them; not an upgrade's, for that belongs to the socket
 * @returns the answer
 */
export function withSecurityHeaders(response: Response): Response {
  const { headers } = response;
  const nonce = headers.get(NONCE_HEADER);
  headers.delete(NONCE_HEADER);
  headers.set("content-security-policy", policy(nonce));
  for (const [name, value] of Object.entries(HEADERS)) headers.set(name, value);
  return response;
}

function policy(nonce: string | null): string {
  return POLICY.map(([directive, source]) =>
    nonce !== null && /^(script|style)-src$/.test(directive)
      ? `${directive} ${source} 'nonce-${nonce}'`
      : `${directive} ${source}`
  ).join("; ");
}
