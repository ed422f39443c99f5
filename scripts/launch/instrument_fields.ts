/** Longest file that is read, bytes: the task refuses it too. */
const MOST_BYTES = 2 ** 18;

/**
 * Reads the fields of the locked instrument that decide what a task is granted, without a package for
 * YAML. The task itself reads the file properly, and refuses what is wrong with it.
 *
 * @param file the file; default the project's
 * @returns text by name of the field; nothing of a file that cannot be read
 */
export async function instrumentFields(
  file = "instrument.yaml",
): Promise<Record<string, string>> {
  let text: string;
  try {
    // A pipe without a writer would be waited for, and what is long is none.
    const { isFile, size } = await Deno.stat(file);
    if (!isFile || size > MOST_BYTES) return {};
    text = await Deno.readTextFile(file);
  } catch {
    // The task says so, in its own words.
    return {};
  }
  // What is not quoted goes on over spaces, as that of BRK B, up to a comment.
  const plain = /[^\s#,}"'](?:[^\s,}]|[ \t]+(?=[^\s#,}]))*/.source;
  const value = `"([^"]*)"|'([^']*)'|(${plain})`;
  const field = new RegExp(`(?:^|[{,])[ \\t]*["']?(\\w+)["']?\\s*:\\s*(?:${value})`, "gm");
  return Object.fromEntries(
    [...text.matchAll(field)].map(([, name, a, b, c]) => [name!, a ?? b ?? c ?? ""]),
  );
}
