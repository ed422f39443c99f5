/**
 * Makes the client scripts: every island with what brings it to life in the browser, and the page
 * that an analysis is written as. And, when that is asked for, the modules of the core.
 */
import { Argument } from "@commander-js/extra-typings";
import { gzipSync } from "node:zlib";
import { newCommand, parseFlags, runCommand } from "../cli/command.ts";
import { onDisk } from "../engine/databento/batch/durable.ts";
import { CLIENT_SCRIPT, noteClientInputs, STANDALONE_SCRIPT } from "./launch/client_inputs.ts";
import { compileCore, CORE_MODULES, coreModule } from "./launch/core.ts";
import { runDeno } from "./launch/deno.ts";

const DIR = "static/build";
const ENTRY = `${DIR}/entry.ts`;
const STANDALONE_ENTRY = "components/regime/standalone.tsx";

await runCommand(async () => {
  const command = newCommand("build", "Makes the client scripts in static/build/, minified.", [
    ["", "and print their sizes"],
    ["--quiet", "print nothing unless it fails"],
    ["core", "the engine's modules instead, after a change in engine/core/assembly/"],
  ]).addArgument(
    new Argument("[part]", "what to make").choices(["client", "core"] as const).default("client"),
  ).option("--quiet", "print nothing unless it fails");
  const { quiet } = parseFlags(command, Deno.args);
  if (command.args[0] === "core") {
    for (const module of CORE_MODULES) {
      const bytes = await compileCore(module.entry, "release");
      await Deno.writeTextFile(module.path, coreModule(module, bytes));
      if (!quiet) console.log(`${module.path}: ${bytes.length} bytes of WebAssembly`);
    }
    return;
  }
  await onDisk(DIR, async () => {
    await Deno.mkdir(DIR, { recursive: true });
    await noteClientInputs(async () => {
      await Deno.writeTextFile(ENTRY, entry(await islandNames()));
      await bundle(ENTRY, CLIENT_SCRIPT);
      await bundle(STANDALONE_ENTRY, STANDALONE_SCRIPT);
    });
  });
  if (quiet) return;
  for (const script of [CLIENT_SCRIPT, STANDALONE_SCRIPT]) await printSize(script);
});

async function bundle(entry: string, script: string): Promise<void> {
  const code = await runDeno([
    ...["bundle", "-q", "--platform", "browser", "--minify", "--output", script, entry],
  ]);
  if (code !== 0) Deno.exit(code);
}

async function islandNames(): Promise<string[]> {
  const files = await Array.fromAsync(Deno.readDir("islands"), (entry) => entry.name);
  return files.filter((name) => name.endsWith(".tsx")).map((name) => name.slice(0, -4)).sort();
}

/** The module that the bundle starts from. */
function entry(islands: readonly string[]): string {
  return [
    `import { hydrateIslands } from "../../server/fresh/hydrate.ts";`,
    ...islands.map((name) => `import ${name} from "../../islands/${name}.tsx";`),
    `hydrateIslands({ ${islands.join(", ")} });\n`,
  ].join("\n");
}

async function printSize(path: string): Promise<void> {
  const script = await Deno.readFile(path);
  const kib = (bytes: number) => `${(bytes / 1024).toFixed(1)} KiB`;
  console.log(`${path}: ${kib(script.length)}, ${kib(gzipSync(script).length)} gzipped`);
}
