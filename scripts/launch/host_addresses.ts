/** Looks up the name that a server is to listen on, for what is granted are addresses. */
import { lookup } from "node:dns/promises";
import { isName } from "../../cli/address.ts";
import { flag } from "./given.ts";

/**
 * @param args arguments of a task
 * @returns addresses that the name which `--host` gives stands for; none when it gives an address, or a
 * name that there is not, which the task says in its own words
 */
export async function hostAddresses(args: readonly string[]): Promise<string[]> {
  const host = flag({ args, env: {} }, "--host");
  if (host === undefined || !isName(host)) return [];
  try {
    return (await lookup(host, { all: true })).map(({ address }) => address);
  } catch {
    return [];
  }
}
