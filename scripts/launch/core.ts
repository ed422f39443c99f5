import { runDeno } from "./deno.ts";

const CORE = "engine/core";
const COMPILER = `${CORE}/compiler`;

/** The compiler's own optimizer is WebAssembly that runs once: to optimize that too takes longer than it saves. */
const COMPILER_V8_FLAGS = "--liftoff-only";

/** A WebAssembly module that is made of sources of engine/core/assembly/. */
export interface CoreModule {
  /** The source that it is made from, by name. */
  readonly entry: string;
  /** The module as the program imports it, from the project's folder. */
  readonly path: string;
  /** What it is called there, and what it is. */
  readonly constant: string;
  readonly what: string;
}

/** All of them. */
export const CORE_MODULES: readonly CoreModule[] = [
  { entry: "index", path: `${CORE}/module.ts`, constant: "CORE_BASE64", what: "The core" },
  {
    entry: "figures",
    path: `${CORE}/figures_module.ts`,
    constant: "FIGURES_BASE64",
    what: "The figures of the regime analysis",
  },
];

/**
 * Compiles a module, with a compiler that has a configuration of its own.
 *
 * @param entry which one
 * @param kind `release`, or `debug` with all assertions and names
 * @returns the WebAssembly module
 */
export async function compileCore(entry: string, kind: "release" | "debug"): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  const code = await runDeno(
    [
      ...["run", "-q", "--no-prompt", "--allow-read", "--allow-env"],
      ...["--config", `${COMPILER}/deno.json`, `${COMPILER}/compile.ts`, entry, kind, CORE],
    ],
    (chunk) => parts.push(chunk),
    { DENO_V8_FLAGS: COMPILER_V8_FLAGS },
  );
  if (code !== 0) throw new Error(`the core does not compile: ${code}`);
  return new Uint8Array(await new Blob(parts as Uint8Array<ArrayBuffer>[]).arrayBuffer());
}

/**
 * @param module which one
 * @param bytes it, as it was compiled
 * @returns the text of its file
 */
export function coreModule({ constant, what }: CoreModule, bytes: Uint8Array): string {
  return [
    `// Made by "deno task build core" from assembly/: change that, not this.`,
    "",
    `/** ${what} as a WebAssembly module, in base64. */`,
    `export const ${constant} =`,
    `  "${bytes.toBase64()}";`,
    "",
  ].join("\n");
}
