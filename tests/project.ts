import { join } from "node:path";

/** The project's folder. */
const ROOT = join(import.meta.dirname ?? ".", "..");

/**
 * @param path A path from the project's folder
 * @returns The same, absolute
 */
export function projectFile(path: string): string {
  return join(ROOT, path);
}

/**
 * @param path A file, from the project's folder
 * @returns Its text
 */
export function readProjectFile(path: string): Promise<string> {
  return Deno.readTextFile(projectFile(path));
}

/**
 * @param path A module, or a folder of modules, from the project's folder
 * @returns The modules (.ts, .tsx) there, from the project's folder
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
