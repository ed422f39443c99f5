import { createHash } from "node:crypto";

/** The client script, from the project's folder. */
export const CLIENT_SCRIPT = "static/build/client.js";

/** The script of the page that `analyze --html-output` writes, from the project's folder. */
export const STANDALONE_SCRIPT = "static/build/standalone.js";

/** Tells from which inputs the client scripts were made. */
const FINGERPRINT = "static/build/inputs.sha256";

/** All that goes into the client scripts. */
const INPUTS = [
  "client",
  "components",
  "deno.json",
  "deno.lock",
  "engine/reading",
  "engine/wire",
  "islands",
  "scripts/build.ts",
  "server/fresh/hydrate.ts",
];

/**
 * @returns whether a client script is missing or was made from other inputs
 */
export async function clientIsStale(): Promise<boolean> {
  const made = await Promise.all([CLIENT_SCRIPT, STANDALONE_SCRIPT, FINGERPRINT].map(stat));
  if (made.includes(null)) return true;
  return await Deno.readTextFile(FINGERPRINT) !== await fingerprint();
}

/**
 * Has the client scripts made, and notes from which inputs: as they are before, for what is changed
 * meanwhile may not be in them. Until they are made nothing is noted, so that one which fails or is
 * killed halfway leaves no scripts that pass for others.
 *
 * @param make makes them
 */
export async function noteClientInputs(make: () => Promise<void>): Promise<void> {
  const inputs = await fingerprint();
  if (await stat(FINGERPRINT) !== null) await Deno.remove(FINGERPRINT);
  await make();
  await Deno.writeTextFile(FINGERPRINT, inputs);
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
