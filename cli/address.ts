/** Addresses to listen on, written and checked in one way by flags and launcher. */
import { isIP } from "node:net";

const LABEL = "[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?";
const NAME = new RegExp(`^${LABEL}(\\.${LABEL})*$`);

/**
 * @param text a name, an IPv4 or an IPv6 address, without brackets
 * @returns whether it is one
 */
export function isHost(text: string): boolean {
  return text.includes(":") ? URL.canParse(`http://[${text}]`) : NAME.test(text);
}

/**
 * @param host a host
 * @returns whether it is a name, which has to be looked up, and not an address
 */
export function isName(host: string): boolean {
  return isHost(host) && isIP(host) === 0;
}

/**
 * @param text digits
 * @returns whether they are a TCP port, or 0 for any free one
 */
export function isPort(text: string): boolean {
  return /^\d{1,5}$/.test(text) && Number(text) <= 65535;
}

/**
 * @param host a host
 * @param port a port
 * @returns both as in a URL
 */
export function authority(host: string, port: number | string): string {
  return `${host.includes(":") ? `[${host}]` : host}:${port}`;
}
