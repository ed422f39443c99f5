import { runDeno } from "./deno.ts";

const CORE = "engine/core";
const COMPILER = `${CORE}/compiler`;

/** The module as the program imports it, from the project's folder. */
export const CORE_MODULE = `${CORE}/module.ts`;

/**
 * Compiles the core, with a compiler that has a configuration of its own.
 *
 * @param kind `release`, or `debug` with all assertions and names
 * @returns the WebAssembly module
 */
export async function compileCore(kind: "release" | "debug"): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  const code = await runDeno([
    ...["run", "-q", "--no-prompt", "--allow-read", "--allow-env"],
    ...["--config", `${COMPILER}/deno.json`, `${COMPILER}/compile.ts`, kind, CORE],
  ], (chunk) => parts.push(chunk));
  if (code !== 0) throw new Error(`the core does not compile: ${code}`);
  return new Uint8Array(await new Blob(parts as Uint8Array<ArrayBuffer>[]).arrayBuffer());
}

/**
 * @param bytes a WebAssembly module
 * @returns the text of CORE_MODULE for it
 */
export function coreModule(bytes: Uint8Array): string {
  return [
    `// Made by "deno task build core" from assembly/: change that, not this.`,
    "",
    "/** The core as a WebAssembly module, in base64. */",
    "export const CORE_BASE64 =",
    `  "${bytes.toBase64()}";`,
    "",
  ].join("\n");
}
