/** What may be named as an input, and what may happen to one while it is read. */
import assert from "node:assert/strict";
import { zstdCompressSync } from "node:zlib";
import { taskHere } from "../in_process.ts";
import { smallSession } from "../small_session.ts";
import { RECORD_BYTES, recordsAt } from "../made_session.ts";
import { deno, type Ended, shell, task } from "../launcher.ts";
import { casesOf } from "../proof.ts";
import { assertRefused, capture, folder } from "./inputs.ts";

const BRIEF = ["--throttle-ms", "20000", "--fields", "rest_depth"];

/** A file of the small session, in a folder that is removed when the `using` block ends. */
async function smallFile(zst = false) {
  const at = await folder();
  const path = `${at.path}/day.dbn`;
  const bytes = smallSession();
  await Deno.writeFile(path, zst ? zstdCompressSync(bytes) : bytes);
  return { dir: at.path, path, bytes, [Symbol.asyncDispose]: () => at[Symbol.asyncDispose]() };
}

Deno.test("an input may be standard input, a pipe, a shell's substitution, and lie in /dev/shm", async () => {
  await using file = await smallFile();
  const { dir, path } = file;
  const expected = await capture([...BRIEF, "--input", path]);
  assert.deepEqual([expected.code, expected.err], [0, ""]);
  assert.ok(expected.out.split("\n").length > 50);
  await Deno.writeFile(`${dir}/day.zst`, zstdCompressSync(file.bytes));
  const shm = await Deno.makeTempFile({ dir: "/dev/shm" });
  try {
    await Deno.copyFile(path, shm);
    const common = ["capture", ...BRIEF, "--output", "-"];
    const lines: Record<string, string> = {
      "-": `"$@" --input - < ${path}`,
      "a FIFO": `mkfifo ${dir}/fifo; (cat ${path} > ${dir}/fifo &); "$@" --input ${dir}/fifo`,
      "a substitution of Zstandard": `"$@" --input <(cat ${dir}/day.zst)`,
      "slow pieces": `dd if=${path} bs=1001 status=none | "$@" --input -`,
      // Further ones of the same kinds.
      "/dev/stdin of a pipe": `cat ${path} | "$@" --input=/dev/stdin`,
      "/dev/shm": `"$@" --input ${shm}`,
      "- of a pipe": `cat ${path} | "$@" --input -`,
      "- of a pipe of Zstandard": `cat ${dir}/day.zst | "$@" --input=-`,
      "/dev/stdin": `"$@" --input /dev/stdin < ${path}`,
      "/dev/fd/0": `cat ${path} | "$@" --input /dev/fd/0`,
      "a substitution": `"$@" --input <(cat ${path})`,
      "a link": `ln -s ${path} ${dir}/link; "$@" --input ${dir}/link`,
    };
    for (const [what, line] of Object.entries(lines).slice(0, casesOf(4, 12))) {
      assert.deepEqual(await shell(line, ...common), expected, what);
    }
  } finally {
    await Deno.remove(shm);
  }
});

Deno.test("what can be read once is captured from a start time on, without a cache", async () => {
  await using file = await smallFile();
  const { dir, path } = file;
  const start = ["--lake", `${dir}/lake`, "--start-time", "09:35"];
  const expected = await capture([...BRIEF, ...start, "--input", path]);
  assert.equal(expected.code, 0, expected.err);
  const piped = await shell(
    `cat ${path} | "$@" --input -`,
    ...["capture", ...BRIEF, ...start, "--output", "-"],
  );
  assert.deepEqual(piped, expected);
  const warm = await shell(`cat ${path} | "$@" --input -`, "warm", ...start);
  assertRefused(warm, /standard input has no book cache; name a file/);
  const { out: help } = await taskHere(["warm", "--help"]);
  assert.doesNotMatch(help, /- for standard input/);
  assert.match(
    help.replaceAll(/\s+/g, " "),
    /no standard input or pipe, for they have no book cache/,
  );
  assert.match((await taskHere(["capture", "--help"])).out, /- for standard input/);
});

Deno.test("an empty, foreign or cut standard input is refused in one line that names it", async () => {
  await using file = await smallFile();
  const common = ["capture", ...BRIEF, "--output", "-"];
  const cases: [string, RegExp][] = [
    ['"$@" --input - < /dev/null', /^error: standard input: /],
    [`head -c 100000 ${file.path} | "$@" --input -`, /^error: standard input: truncated at byte/],
    ['"$@" --input - <&-', /^error: /],
    ['echo no session | "$@" --input -', /^error: standard input: /],
  ];
  for (const [line, message] of cases.slice(0, casesOf(3, 4))) {
    const ended = await shell(line, ...common);
    assertRefused(ended, message);
  }
  const taken = await shell(
    `head -c 100000 ${file.path} | "$@" --input -`,
    ...[...common, "--allow-truncated"],
  );
  assert.equal(taken.code, 0);
  assert.match(taken.err, /^warning: standard input: truncated at byte 100000,[^\n]*taken\n$/);
});

/** Captures a thousand grids of a file, and does something to it once the first grid has come. */
async function disturbed(args: string[], disturb: () => Promise<void>): Promise<Ended> {
  // Nobody reads on meanwhile, and a pipe holds a few grids: the command has to wait.
  const child = deno([
    ...["run", "-q", "-A", "scripts/capture.ts", "--throttle-ms", "2000"],
    ...["--fields", "rest_depth", "--output", "-", ...args],
  ]).spawn();
  const err = new Response(child.stderr).text();
  const reader = child.stdout.getReader();
  await reader.read();
  await disturb();
  while (!(await reader.read()).done);
  return { code: (await child.status).code, out: "", err: await err };
}

for (const kind of ["plain", "Zstandard"]) {
  Deno.test(`a ${kind} file that is cut, grows or is replaced while it is read is an error`, async () => {
    await using file = await smallFile(kind === "Zstandard");
    const { dir, path } = file;
    const bytes = await Deno.readFile(path);
    const half = kind === "plain"
      ? recordsAt(bytes) + RECORD_BYTES * 9_000
      : Math.floor(bytes.length / 2);
    const ways: [string, () => Promise<void>][] = [
      ["cut", () => Deno.truncate(path, half)],
      ["replaced", () => Deno.rename(`${dir}/other`, path)],
      ["removed", () => Deno.remove(path)],
      // Further ones of the first kind.
      ["grown", () => Deno.writeFile(path, bytes.subarray(-RECORD_BYTES), { append: true })],
      ["written to", () => Deno.utime(path, 1, 1)],
    ];
    for (const [way, disturb] of ways.slice(0, casesOf(kind === "plain" ? 3 : 1, 5))) {
      await Deno.writeFile(path, bytes);
      await Deno.writeFile(`${dir}/other`, bytes);
      const ended = await disturbed(["--input", path, "--allow-truncated"], disturb);
      assertRefused(ended, way === "removed" ? /was removed while/ : /was replaced or written to/);
    }
  });
}

Deno.test("a file that is cut while it is read leaves no output", async () => {
  await using file = await smallFile();
  const { dir, path, bytes } = file;
  const output = `${dir}/out`;
  await Deno.mkdir(output);
  using watcher = Deno.watchFs(output);
  const running = task([
    ...["capture", "--throttle-ms", "0", "--format", "parquet", "--fields", "rest_depth"],
    ...["--input", path, "--output", `${output}/grids.parquet`],
  ]);
  for await (const { kind } of watcher) if (kind === "create") break;
  // Within a record: an error whether it is met before or behind what was read, or by its hash.
  await Deno.truncate(path, bytes.length - 30);
  assertRefused(
    await running,
    /day\.dbn(: truncated at byte|: was replaced or written to| has changed while it was read)/,
  );
  assert.deepEqual([...Deno.readDirSync(output)], []);
});

Deno.test("another instrument than the locked one is refused before anything is made", async () => {
  await using at = await folder();
  for (const name of ["serve", "capture", "analyze", "warm"]) {
    const output = name === "capture" ? ["--output", "-"] : [];
    const ended = await (name === "serve" ? task : taskHere)([
      name,
      "--lake",
      at.path,
      "--symbol",
      "NQH6",
      ...output,
    ]);
    assertRefused(ended, /NQH6.*MNQH6/);
    assert.deepEqual([ended.out, [...Deno.readDirSync(at.path)]], ["", []], name);
  }
});
