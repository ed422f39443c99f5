/**
 * Makes the package dbn-ts as npm takes it: one ES module, its types, README, licence and test data.
 */
import { gzipSync } from "node:zlib";
import { newCommand, parseFlags, runCommand } from "../cli/command.ts";
import { readPath } from "../cli/values.ts";
import { WholeFile } from "../engine/whole_file.ts";
import { runDeno } from "./launch/deno.ts";

const PACKAGE = "engine/dbn";
const DIST = "dist";

/** When all files of a tarball were changed, as npm has it: the same files give the same bytes. */
const CHANGED = Date.UTC(1985, 9, 26, 8, 15) / 1000;

const BLOCK = 512;

await runCommand(async () => {
  const command = newCommand("pack", `Makes ${DIST}/dbn-ts-VERSION.tgz, an npm package.`, [
    ["", "then, in a project of Node.js: npm install path/to/dbn-ts-VERSION.tgz"],
    ["--output-dir /tmp", "in another folder"],
  ]).option("--output-dir <folder>", "where it goes", (v) => readPath("--output-dir", v), DIST);
  const { outputDir } = parseFlags(command, Deno.args);
  const { name, version, description, license } = JSON.parse(
    await Deno.readTextFile(`${PACKAGE}/deno.json`),
  );
  await Deno.mkdir(outputDir, { recursive: true });
  const built = await Deno.makeTempDir({ dir: outputDir, prefix: ".pack-" });
  // With the package's configuration: of the project's libraries for browsers it knows nothing.
  const code = await runDeno([
    ...["bundle", "-q", "--config", `${PACKAGE}/deno.json`, "--platform", "deno"],
    ...["--packages", "external", "--declaration", "--outdir", built, `${PACKAGE}/mod.ts`],
  ]);
  if (code !== 0) {
    await Deno.remove(built, { recursive: true });
    Deno.exit(code);
  }
  const manifest = {
    ...{ name, version, description, license },
    keywords: ["databento", "dbn", "market data", "mbo", "order book", "zstd"],
    type: "module",
    exports: { ".": { types: "./mod.d.ts", default: "./mod.js" } },
    engines: { node: ">=20" },
    sideEffects: false,
  };
  const files: (readonly [name: string, bytes: Uint8Array])[] = [
    ["package.json", new TextEncoder().encode(`${JSON.stringify(manifest, null, 2)}\n`)],
    ["mod.js", await Deno.readFile(`${built}/mod.js`)],
    ["mod.d.ts", await Deno.readFile(`${built}/mod.d.ts`)],
    ["README.md", await Deno.readFile(`${PACKAGE}/README.md`)],
    ["LICENSE", await Deno.readFile("LICENSE")],
  ];
  const testdata = await Array.fromAsync(Deno.readDir(`${PACKAGE}/testdata`), (file) => file.name);
  for (const file of testdata.sort()) {
    files.push([`testdata/${file}`, await Deno.readFile(`${PACKAGE}/testdata/${file}`)]);
  }
  await Deno.remove(built, { recursive: true });
  const path = `${outputDir}/${name}-${version}.tgz`;
  const bytes = gzipSync(tar(files));
  using file = new WholeFile(path);
  await file.write(bytes);
  await file.finish();
  console.log(`${path}: ${(bytes.length / 1024).toFixed(1)} KiB, ${files.length} files`);
});

/**
 * A tar archive with everything in the folder `package`, as npm wants it.
 * Source: POSIX.1-1988, the header of "ustar".
 */
function tar(files: readonly (readonly [name: string, bytes: Uint8Array])[]): Uint8Array {
  const blocks: Uint8Array<ArrayBuffer>[] = [];
  for (const [name, bytes] of files) {
    const padded = new Uint8Array(Math.ceil(bytes.length / BLOCK) * BLOCK);
    padded.set(bytes);
    blocks.push(tarHeader(`package/${name}`, bytes.length), padded);
  }
  blocks.push(new Uint8Array(2 * BLOCK));
  const all = new Uint8Array(blocks.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const block of blocks) {
    all.set(block, at);
    at += block.length;
  }
  return all;
}

function tarHeader(name: string, size: number): Uint8Array<ArrayBuffer> {
  const header = new Uint8Array(BLOCK);
  const put = (at: number, text: string) => header.set(new TextEncoder().encode(text), at);
  const octal = (value: number, digits: number) => value.toString(8).padStart(digits, "0");
  put(0, name);
  put(100, octal(0o644, 7));
  put(108, octal(0, 7));
  put(116, octal(0, 7));
  put(124, octal(size, 11));
  put(136, octal(CHANGED, 11));
  put(148, " ".repeat(8));
  put(156, "0");
  put(257, "ustar");
  put(263, "00");
  put(148, `${octal(header.reduce((sum, byte) => sum + byte, 0), 6)}\0 `);
  return header;
}
