/**
 * Test files of a folder in one program: what they import is loaded and compiled once, not once for
 * each file, as `deno test` does it by itself. The files beside this one say which folder, and in how
 * many shares: `server_2.ts` is one of the shares of `tests/server`, which are as many as there are
 * files of that name.
 */
import { readdirSync } from "node:fs";
import { basename } from "node:path";

const TESTS = new URL("..", import.meta.url);

/**
 * Declares the tests of a share.
 *
 * @param url the file that is the share
 */
export async function declareShare(url: string): Promise<void> {
  const own = basename(url);
  const folder = own.slice(0, own.lastIndexOf("_"));
  const shares = readdirSync(new URL(".", url)).filter((name) => name.startsWith(`${folder}_`))
    .sort();
  const files = readdirSync(new URL(folder, TESTS), { recursive: true, encoding: "utf8" })
    .filter((name) => /_test\.tsx?$/.test(name)).sort();
  for (const [i, file] of files.entries()) {
    if (i % shares.length === shares.indexOf(own)) await import(`${TESTS}${folder}/${file}`);
  }
}
