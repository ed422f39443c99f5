/** Files that are not whole yet: whoever ends the process removes them first. */
const paths = new Set<string>();

/**
 * Notes a file that is of no use until it has its final name.
 *
 * @param path the file
 * @returns takes the note back, once it has its name or is removed
 */
export function noteLeftover(path: string): () => void {
  paths.add(path);
  return () => void paths.delete(path);
}

/** Removes the files noted: the process is told to end. */
export function removeLeftovers(): void {
  for (const path of paths) {
    try {
      Deno.removeSync(path);
    } catch {
      // It is not there yet, or not any more.
    }
  }
  paths.clear();
}
