/** What commands take from the environment; the engine reads none of it. */
import { fileURLToPath } from "node:url";
import { DEFAULT_LAKE } from "./defaults.ts";

/**
 * @param given folder of the lake as a flag names it
 * @returns that, else what VP_LAKE_ROOT names, else the project's
 */
export function lakeFolder(given?: string): string {
  return given ?? (Deno.env.get("VP_LAKE_ROOT") || DEFAULT_LAKE);
}

/** File of the locked instrument: what VP_INSTRUMENT_CONFIG_PATH names, else the project's. */
export function instrumentFile(): string {
  return Deno.env.get("VP_INSTRUMENT_CONFIG_PATH") || projectFile("instrument.yaml");
}

/**
 * @param name a file in the project's folder
 * @returns its path
 */
export function projectFile(name: string): string {
  return fileURLToPath(new URL(`../${name}`, import.meta.url));
}
