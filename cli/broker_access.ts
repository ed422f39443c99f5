import { UserError } from "../engine/errors.ts";
import type { BrokerAccess } from "../engine/relay/nats_broker.ts";
import { type BrokerAddress, parseBroker } from "./broker_address.ts";

/** Flags that say how a broker knows who asks, and how it is known. */
export interface BrokerFlags {
  natsCreds?: string | undefined;
  natsCa?: string | undefined;
}

/**
 * @param name what the value is called
 * @param text its text
 * @returns where a broker is
 * @throws UserError when it is no address, or one with credentials, which are not repeated
 */
export function readBroker(name: string, text: string): BrokerAddress {
  const address = parseBroker(text);
  if (address !== null) return address;
  throw new UserError(
    text.includes("@")
      ? `${name}: an address with credentials would show in lists of processes; set NATS_USER and ` +
        "NATS_PASSWORD, or NATS_TOKEN, or give --nats-creds"
      : `${name}: ${JSON.stringify(text)} is not a broker's address; give nats://HOST:PORT, or ` +
        "tls://HOST:PORT",
  );
}

/**
 * Adds to an address what the environment and files say of who asks.
 *
 * @param address where the broker is
 * @param flags files
 * @throws UserError when one cannot be read
 */
export function brokerAccess(address: BrokerAddress, flags: BrokerFlags): BrokerAccess {
  const user = Deno.env.get("NATS_USER");
  const password = Deno.env.get("NATS_PASSWORD");
  const token = Deno.env.get("NATS_TOKEN");
  const { natsCreds, natsCa } = flags;
  return {
    ...address,
    ...(user && { user }),
    ...(password && { password }),
    ...(token && { token }),
    ...(natsCreds !== undefined && { creds: fileOf("--nats-creds", natsCreds) }),
    ...(natsCa !== undefined && {
      ca: new TextDecoder().decode(fileOf("--nats-ca", natsCa)),
    }),
  };
}

function fileOf(name: string, path: string): Uint8Array {
  try {
    return Deno.readFileSync(path);
  } catch (error) {
    if (!(error instanceof Error) || error instanceof Deno.errors.NotCapable) throw error;
    const [reason] = error.message.split(": ");
    throw new UserError(`${name}: ${path} cannot be read: ${reason}; check the path`);
  }
}
