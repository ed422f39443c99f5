/** Why a server closes a WebSocket (RFC 6455, 7.4.1). */
export const CLOSE = {
  normal: 1000,
  goingAway: 1001,
  policyViolation: 1008,
  tooBig: 1009,
  internalError: 1011,
  tryAgainLater: 1013,
} as const;

/** Bytes that a close reason may have (RFC 6455, 5.5). */
const MAX_REASON_BYTES = 123;

/**
 * @param reason why a socket is closed
 * @returns as much of it as a close frame holds
 */
export function closeReason(reason: string): string {
  const bytes = new TextEncoder().encode(reason).subarray(0, MAX_REASON_BYTES);
  // A cut inside a character leaves its replacement mark, which is three bytes: drop it.
  return new TextDecoder().decode(bytes).replace(/\ufffd$/, "");
}
