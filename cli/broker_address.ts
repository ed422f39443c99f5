/** Where brokers are. It depends on no package, for the launcher grants them. */
import { type HostPort, parseHostPort } from "./gateway_address.ts";

/** A broker, and whether the connection to it has to be encrypted. */
export interface BrokerAddress extends HostPort {
  isTls: boolean;
}

/** Port of NATS. */
const PORT = 4222;

/**
 * @param text nats://HOST:PORT or tls://HOST:PORT, the port 4222 unless it is given
 * @returns what it says; null when it is none, or has credentials in it
 */
export function parseBroker(text: string): BrokerAddress | null {
  const [, scheme, rest] = /^(nats|tls):\/\/([^/@]+)\/?$/.exec(text) ?? [];
  if (rest === undefined) return null;
  const found = parseHostPort(rest) ?? parseHostPort(`${rest}:${PORT}`);
  return found === null ? null : { ...found, isTls: scheme === "tls" };
}
