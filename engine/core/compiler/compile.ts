/**
 * Compiles a module (docs/core.md) from an entry of assembly/ and writes it to standard output:
 * `release`, or `debug` with every assertion and names. It has a configuration of its own, so that
 * who uses the project never downloads the compiler.
 */
import asc from "assemblyscript/asc";

const KINDS: Readonly<Record<string, readonly string[]>> = {
  release: ["-O3", "--noAssert"],
  debug: ["-O0", "--debug"],
};

/** Most pages of memory of the module of each entry. */
const PAGES: Readonly<Record<string, string>> = { index: "32768", figures: "49152" };

const [entry = "index", kind = "release", root = "."] = Deno.args;
const flags = KINDS[kind];
if (flags === undefined) throw new Error(`${kind}: choose from ${Object.keys(KINDS).join(", ")}`);
const pages = PAGES[entry];
if (pages === undefined) throw new Error(`${entry}: choose from ${Object.keys(PAGES).join(", ")}`);

let module: Uint8Array | null = null;
const { error, stderr } = await asc.main([
  ...[`assembly/${entry}.ts`, "--outFile", "core.wasm", "--runtime", "stub", "--enable", "simd"],
  ...["--memoryBase", "1024", "--initialMemory", "16", "--maximumMemory", pages],
  // Addresses of 32 bits are what there is.
  ...["--use", "Math=JSMath", "--disableWarning", "201"],
  ...flags,
], {
  readFile(name: string, baseDir: string) {
    try {
      return Deno.readTextFileSync(`${root}/${baseDir}/${name}`);
    } catch (problem) {
      if (problem instanceof Deno.errors.NotFound) return null;
      throw problem;
    }
  },
  writeFile(name: string, contents: string | Uint8Array) {
    if (name === "core.wasm") module = contents as Uint8Array;
  },
  listFiles: () => null,
});
if (error !== null || module === null) {
  console.error(`${error?.message ?? "nothing was compiled"}\n${stderr}`);
  Deno.exit(1);
}
// All of it, however much the pipe takes at once.
await new Blob([module]).stream().pipeTo(Deno.stdout.writable);
