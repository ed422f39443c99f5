/** Where live gateways are. It depends on no package, for the launcher grants them. */
import { isHost, isPort } from "./address.ts";

/** A host and a port. */
export interface HostPort {
  hostname: string;
  port: number;
}

/** Port of Databento's live gateways. */
const LIVE_PORT = 13_000;

/** What is recorded of a product type unless a flag says otherwise. */
export const DEFAULT_DATASETS = {
  future_mbo: "GLBX.MDP3",
  equity_mbo: "XNAS.ITCH",
} as const;

/**
 * @param text a dataset code
 * @returns whether it is one: letters and digits around one dot
 */
export function isDataset(text: string): boolean {
  return /^[A-Z0-9]{1,8}\.[A-Z0-9]{1,7}$/.test(text);
}

/**
 * @param dataset a dataset code, such as "GLBX.MDP3"
 * @returns Databento's gateway for it
 */
export function liveGateway(dataset: string): HostPort {
  const name = dataset.toLowerCase().replaceAll(".", "-");
  return { hostname: `${name}.lsg.databento.com`, port: LIVE_PORT };
}

/**
 * @param text HOST:PORT, an IPv6 address in brackets
 * @returns both; null when it is none
 */
export function parseHostPort(text: string): HostPort | null {
  const [, bracketed, plain, port = ""] = /^(?:\[([^\]]+)\]|([^:]+)):(\d+)$/.exec(text) ?? [];
  const hostname = bracketed ?? plain ?? "";
  return isHost(hostname) && isPort(port) && port !== "0" ? { hostname, port: Number(port) } : null;
}
