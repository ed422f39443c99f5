/**
 * Test files of a folder in one program: what they import is loaded and compiled once, not once for each file, as
 * `deno test` does it by itself. The files beside this one say which folder, and in how many shares: `server_2.ts` is
 * the second share of the files in `tests/server`.
 */
import { readdirSync } from "node:fs";

const TESTS = new URL("..", import.meta.url);

/**
 * Declares the tests of a share.
 *
 * @param url the file that is the share
 */
export async function declareShare(url: string): Promise<void> {
  const [, folder = "", share] = /(\w+)_(\d+)\.ts$/.exec(url)!;
  const shares = readdirSync(new URL(".", url)).filter((name) => name.startsWith(`${folder}_`));
  const names = readdirSync(new URL(folder, TESTS), { recursive: true, encoding: "utf8" })
    .filter((name) => /_test\.tsx?$/.test(name)).sort();
  for (const [i, name] of names.entries()) {
    if (i % shares.length === Number(share) - 1) await import(`${TESTS}${folder}/${name}`);
  }
}
