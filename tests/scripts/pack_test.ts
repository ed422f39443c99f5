/** The package dbn-ts as its users get it: installed into an empty project of Node.js. */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { constants, zstdCompressSync } from "node:zlib";
import { madeFile, madeRecords } from "../engine/dbn/made.ts";
import { launcher } from "../launcher.ts";
import { projectFile, readProjectFile } from "../project.ts";

/** Runs a program to its end. */
async function run(program: string, args: string[], cwd: string) {
  const command = new Deno.Command(program, { args, cwd, stdout: "piped", stderr: "piped" });
  const { code, stdout, stderr } = await command.output();
  const [out, said] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  return { code, out: out!, said: said! };
}

async function isThere(program: string): Promise<boolean> {
  try {
    return (await run(program, ["--version"], ".")).code === 0;
  } catch {
    return false;
  }
}

const ignore = !(await isThere("node") && await isThere("npm"));
if (ignore) console.error("Tests of the package dbn-ts are skipped: no node and npm on the PATH.");

/** A made file in frames of all lengths up to 140 bytes and what is left, each with its checksum. */
function checkedFile(): Uint8Array {
  const file = madeFile(3);
  const long = Buffer.concat([file, ...Array<Uint8Array>(9).fill(recordsOf(file))]);
  const withChecksum = { params: { [constants.ZSTD_c_checksumFlag]: 1 } };
  const frames: Uint8Array[] = [];
  let at = 0;
  for (let length = 0; length <= 140; at += length++) {
    frames.push(zstdCompressSync(long.subarray(at, at + length), withChecksum));
  }
  frames.push(zstdCompressSync(long.subarray(at), withChecksum));
  return Buffer.concat(frames);
}

/** The bytes of a file after its header. */
function recordsOf(file: Uint8Array): Uint8Array {
  return file.subarray(8 + new DataView(file.buffer, file.byteOffset).getUint32(4, true));
}

/** Prints records as the test reads them back. */
const PRINT = `
import { createReadStream, readFileSync } from "node:fs";
import { decompress } from "fzstd";
import * as dbn from "dbn-ts";

const text = (records) => JSON.stringify(records, (_, value) =>
  typeof value === "bigint" ? value + "n" : value instanceof Uint8Array ? [...value] : value);
const folder = "node_modules/dbn-ts/testdata/";
for (const version of [1, 2, 3]) {
  const plain = folder + "made.v" + version + ".dbn";
  for (const path of [plain, plain + ".zst"]) {
    console.log(text([...dbn.readDbn(readFileSync(path), { decompress }).records]));
    const stream = await dbn.readDbnStream(createReadStream(path, { highWaterMark: 99 }), { decompress });
    const records = [];
    for await (const record of stream.records) records.push(record);
    console.log(text(records));
  }
}
const { zstdDecompressSync } = await import("node:zlib").then((zlib) => zlib.default);
const compressed = readFileSync(folder + "made.v3.dbn.zst");
const fails = async (read) => {
  try {
    await read();
    return "nothing";
  } catch (error) {
    return error instanceof dbn.DbnError ? error.message : String(error);
  }
};
const damage = () => { throw new Error("no luck"); };
const another = (frame) => decompress(frame).map((byte) => byte ^ 1);
const checked = readFileSync("checked.dbn.zst");
const later = (frame) => Promise.resolve(decompress(frame));
/** Pieces in one Buffer, which holds something else as soon as the next is asked for. */
async function* reusedPieces(bytes) {
  const buffer = Buffer.alloc(64);
  for (let at = 0; at < bytes.length; at += 64) {
    const length = bytes.copy(buffer, 0, at, at + 64);
    yield buffer.subarray(0, length);
    buffer.fill(0xaa);
  }
}
const countReused = async () => {
  let count = 0;
  const { records } = await dbn.readDbnStream(reusedPieces(checked), { decompress });
  for await (const _ of records) count++;
  return count;
};
console.log(JSON.stringify({
  native: zstdDecompressSync !== undefined,
  without: await fails(() => dbn.readDbn(compressed, { name: "x" })),
  stream: await fails(() => dbn.readDbnStream(new Blob([compressed]).stream(), { name: "x" })),
  promise: await fails(() => dbn.readDbn(compressed, { decompress: later })),
  promised: await fails(() => dbn.readDbnStream(new Blob([compressed]).stream(), { decompress: later })),
  damaged: await fails(() => dbn.readDbn(compressed, { name: "x", decompress: damage })),
  none: await fails(() => dbn.readDbn(compressed, { name: "x", decompress: { decompress } })),
  checked: [...dbn.readDbn(checked, { decompress }).records].length,
  reused: await countReused().catch(String),
  unlike: await fails(() => dbn.readDbn(checked, { name: "x", decompress: another })),
  cut: await fails(() => [...dbn.readDbn(compressed.subarray(0, -3), { name: "x", decompress }).records]),
}));
`;

/** Compiles only if types narrow as they should. */
const TYPES = `
import { type DbnRecord, DbnError, readDbn, readDbnStream, RTYPE_MBO, RTYPE_DEFINITION } from "dbn-ts";

export function price(record: DbnRecord): bigint | null {
  if (record.rtype === RTYPE_MBO) return record.action === "T" ? record.price : null;
  if (record.rtype === RTYPE_DEFINITION) return record.legPrice ?? record.strikePrice;
  return "bytes" in record ? BigInt(record.bytes.length) : null;
}
export const first = (bytes: Uint8Array): DbnRecord => [...readDbn(bytes).records][0]!;
export async function all(stream: AsyncIterable<Uint8Array>): Promise<bigint[]> {
  const prices: bigint[] = [];
  for await (const record of (await readDbnStream(stream)).records) prices.push(price(record) ?? 0n);
  return prices;
}
export const where = (error: DbnError): number | null => error.offset;
// @ts-expect-error: an order has no symbol
export const wrong = (record: DbnRecord) => record.rtype === RTYPE_MBO ? record.rawSymbol : null;
`;

function asText(records: unknown): unknown {
  return JSON.parse(JSON.stringify(records, (_, value) => {
    return typeof value === "bigint"
      ? `${value}n`
      : value instanceof Uint8Array
      ? [...value]
      : value;
  }));
}

Deno.test({
  name: "the package that deno task pack makes works in an empty project of Node.js",
  ignore,
  async fn(t) {
    const dir = await Deno.realPath(await Deno.makeTempDir());
    const packed = await launcher(["pack", "--output-dir", dir]).output();
    assert.equal(new TextDecoder().decode(packed.stderr), "");
    const { version } = JSON.parse(await readProjectFile("engine/dbn/deno.json"));
    const tarball = `${dir}/dbn-ts-${version}.tgz`;
    const readme = await readProjectFile("engine/dbn/README.md");
    assert.ok(readme.includes(`npm install dbn-ts-${version}.tgz`));
    assert.deepEqual(Array.from(Deno.readDirSync(dir), ({ name }) => name), [
      `dbn-ts-${version}.tgz`,
    ]);

    const project = `${dir}/project`;
    await Deno.mkdir(project);
    await Deno.writeTextFile(`${project}/package.json`, `{ "type": "module" }`);
    const install = ["install", "--offline", "--no-audit", "--no-fund", "--cache", `${dir}/cache`];
    const installed = await run("npm", [...install, tarball], project);
    assert.equal(installed.code, 0, installed.said);
    await Deno.symlink(
      await Deno.realPath(projectFile("node_modules/fzstd")),
      `${project}/node_modules/fzstd`,
    );

    await t.step("it holds what it should and depends on nothing", async () => {
      const manifest = JSON.parse(
        await Deno.readTextFile(`${project}/node_modules/dbn-ts/package.json`),
      );
      assert.deepEqual([manifest.name, manifest.version], ["dbn-ts", version]);
      assert.equal(manifest.dependencies, undefined);
      const listed = Array.from(Deno.readDirSync(`${project}/node_modules/dbn-ts`), (f) => f.name);
      assert.deepEqual(listed.sort(), [
        ...["LICENSE", "README.md", "mod.d.ts", "mod.js", "package.json", "testdata"],
      ]);
    });

    await t.step(
      "it reads the made files, plain and Zstandard, in memory and as streams",
      async () => {
        await Deno.writeTextFile(`${project}/print.js`, PRINT);
        await Deno.writeFile(`${project}/checked.dbn.zst`, checkedFile());
        const { code, out, said } = await run("node", ["print.js"], project);
        assert.equal(code, 0, said);
        const lines = out.trim().split("\n").map((line) => JSON.parse(line));
        assert.equal(lines.length, 13);
        for (const version of [1, 2, 3]) {
          for (const line of lines.splice(0, 4)) {
            assert.deepEqual(line, asText(madeRecords(version)));
          }
        }
        const { native, without, stream, promise, promised, damaged, cut, ...rest } = lines[0];
        assert.equal(rest.checked, 10 * madeRecords(3).length);
        assert.equal(rest.reused, rest.checked);
        assert.match(cut, /^x: truncated at compressed byte \d+/);
        if (native) {
          return assert.equal(without, "nothing");
        }
        assert.match(
          without,
          /^x: it is Zstandard, which node:zlib has from Node.js 22.15 on; give/,
        );
        assert.equal(stream, without);
        assert.match(promise, /^TypeError: the option decompress has to return a Uint8Array/);
        assert.equal(promised, promise);
        assert.match(
          damaged,
          /^x: damaged Zstandard data in the frame .*: no luck; get the file again/,
        );
        assert.match(rest.none, /^TypeError: the option decompress has to be a function/);
        assert.match(
          rest.unlike,
          /^x: damaged Zstandard data in the frame .*: its content does not match its checksum; get/,
        );
      },
    );

    await t.step("its README's examples run", async () => {
      const testdata = `${project}/node_modules/dbn-ts/testdata`;
      await Deno.copyFile(`${testdata}/made.v3.dbn`, `${project}/day.dbn`);
      await Deno.copyFile(`${testdata}/made.v3.dbn.zst`, `${project}/day.dbn.zst`);
      const readme = await Deno.readTextFile(`${project}/node_modules/dbn-ts/README.md`);
      const examples = [...readme.matchAll(/```js\n([^`]+(?:`[^`\n]+`[^`]+)*)```/g)];
      const said: string[] = [];
      for (const [, code] of examples) {
        await Deno.writeTextFile(`${project}/example.js`, code!);
        const { code: exit, out, said: wrong } = await run("node", ["example.js"], project);
        assert.equal(exit, 0, `${code}\n${wrong}`);
        said.push(out);
      }
      assert.equal(said.length, 4);
      assert.match(said[0]!, /^MADE\.UP \[ 'MAD\.FUT' \]\n/);
      assert.match(said[0]!, /^1001n A B 100\.25 3$/m);
      assert.equal(said[1], "DBN version 3\nMADH6 C95 1767441600000000000n\n");
      assert.equal(said[2], "4 orders, 4294967301 contracts\n");
      assert.equal((await Deno.stat(`${project}/made.dbn`)).size % 8, 0);
    });

    await t.step("its types tell records apart", async () => {
      await Deno.writeTextFile(`${project}/types.ts`, TYPES);
      const check = ["check", "-q", "--node-modules-dir=manual", "types.ts"];
      const { code, said } = await run(Deno.execPath(), check, project);
      assert.equal(code, 0, said);
    });
    await Deno.remove(dir, { recursive: true });
  },
});

Deno.test("the package's README names no place of this machine", async () => {
  const readme = await readProjectFile("engine/dbn/README.md");
  assert.doesNotMatch(readme, /\/(work|home|root|tmp)\b|localhost/);
});
