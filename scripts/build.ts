/** Makes the client script: every island, and what brings it to life in the browser. */
import { gzipSync } from "node:zlib";
import { newCommand, parseFlags, runCommand } from "../server/command.ts";
import { CLIENT_SCRIPT, noteClientInputs } from "./launch/client_inputs.ts";
import { runDeno } from "./launch/deno.ts";

const ENTRY = "static/build/entry.ts";

await runCommand(async () => {
  const { quiet } = parseFlags(
    newCommand("build", "Makes the client script in static/build/, minified.", [
      ["", "and print its size"],
      ["--quiet", "print nothing unless it fails"],
    ]).option("--quiet", "print nothing unless it fails"),
    Deno.args,
  );
  await Deno.mkdir("static/build", { recursive: true });
  await Deno.writeTextFile(ENTRY, entry(await islandNames()));
  const code = await runDeno([
    ...["bundle", "-q", "--platform", "browser", "--minify", "--output", CLIENT_SCRIPT, ENTRY],
  ]);
  if (code !== 0) Deno.exit(code);
  await noteClientInputs();
  if (!quiet) await printSize();
});

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

async function printSize(): Promise<void> {
  const script = await Deno.readFile(CLIENT_SCRIPT);
  const kib = (bytes: number) => `${(bytes / 1024).toFixed(1)} KiB`;
  console.log(`${CLIENT_SCRIPT}: ${kib(script.length)}, ${kib(gzipSync(script).length)} gzipped`);
}
