import { join } from "node:path";

/** The project's folder. */
const ROOT = join(import.meta.dirname ?? ".", "..");

/**
 * @param path a path from the project's folder
 * @returns the same, absolute
 */
export function projectFile(path: string): string {
  return join(ROOT, path);
}

/**
 * @param path a file, from the project's folder
 * @returns its text
 */
export function readProjectFile(path: string): Promise<string> {
  return Deno.readTextFile(projectFile(path));
}

/**
 * @param path a module, or a folder of modules, from the project's folder
 * @returns the modules (.ts, .tsx) there, from the project's folder
 */
export async function filesBelow(path: string): Promise<string[]> {
  if (/\.tsx?$/.test(path)) return [path];
  const entries = await Array.fromAsync(Deno.readDir(projectFile(path)));
  const files = entries.map((entry) => {
    const inner = `${path}/${entry.name}`;
    return entry.isDirectory || /\.tsx?$/.test(inner) ? filesBelow(inner) : [];
  });
  return (await Promise.all(files)).flat().sort();
}
