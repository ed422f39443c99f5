/** Simulated sessions that many tests of a file need: each is made once. */
import { dirname } from "node:path";
import type { SimulatedSession } from "../engine/source/simulator/simulation.ts";
import { simulateInto } from "../engine/source/simulator/simulated_file.ts";
import { join } from "./made_session.ts";

const made = new Map<string, Promise<Uint8Array>>();

/**
 * Writes a simulated session to a file, as `writeSimulated` does.
 *
 * @param session what to simulate
 * @param path the file; folders are made as needed
 */
export async function writeSimulatedOnce(session: SimulatedSession, path: string): Promise<void> {
  const key = JSON.stringify(session);
  if (!made.has(key)) made.set(key, simulate(session));
  await Deno.mkdir(dirname(path), { recursive: true });
  await Deno.writeFile(path, await made.get(key)!);
}

async function simulate(session: SimulatedSession): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  await simulateInto(session, (piece) => pieces.push(piece.slice()));
  return join(...pieces);
}
