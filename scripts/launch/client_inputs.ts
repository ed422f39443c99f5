import { createHash } from "node:crypto";

/** The client script, from the project's folder. */
export const CLIENT_SCRIPT = "static/build/client.js";

/** Tells from which inputs the client script was made. */
const FINGERPRINT = "static/build/inputs.sha256";

/** All that goes into the client script. */
const INPUTS = [
  "client",
  "components",
  "deno.json",
  "deno.lock",
  "engine/wire",
  "islands",
  "scripts/build.ts",
  "server/fresh/hydrate.ts",
];

/**
 * @returns Whether the client script is missing or was made from other inputs
 */
export async function clientIsStale(): Promise<boolean> {
  const [script, made] = await Promise.all([stat(CLIENT_SCRIPT), stat(FINGERPRINT)]);
  if (!script || !made) return true;
  return await Deno.readTextFile(FINGERPRINT) !== await fingerprint();
}

/** Notes that the client script was made from its inputs as they are now. */
export async function noteClientInputs(): Promise<void> {
  await Deno.writeTextFile(FINGERPRINT, await fingerprint());
}

async function fingerprint(): Promise<string> {
  const hash = createHash("sha256");
  for (const input of INPUTS) await addTo(hash, input);
  return hash.digest("hex");
}

async function addTo(hash: ReturnType<typeof createHash>, path: string): Promise<void> {
  const found = await stat(path);
  if (found?.isDirectory) {
    const entries = await Array.fromAsync(Deno.readDir(path), (entry) => entry.name);
    for (const name of entries.sort()) await addTo(hash, `${path}/${name}`);
  } else if (found) hash.update(`${path} ${found.size}\n`).update(await Deno.readFile(path));
}

async function stat(path: string): Promise<Deno.FileInfo | null> {
  try {
    return await Deno.stat(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}
