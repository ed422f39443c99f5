import { createHash } from "node:crypto";

/** Characters of the key's end that tell the gateway which key it is. */
const BUCKET = 5;

/**
 * Answers the challenge of a live gateway: proves that the key is known without sending it.
 *
 * Source: the authentication of https://databento.com/docs/api-reference-live.
 *
 * @param challenge what the gateway sent as `cram`
 * @param key the API key
 * @returns 64 hexadecimal digits of SHA-256 over `challenge|key`, a dash, the key's last 5 characters
 */
export function cramAnswer(challenge: string, key: string): string {
  const digest = createHash("sha256").update(`${challenge}|${key}`).digest("hex");
  return `${digest}-${key.slice(-BUCKET)}`;
}
