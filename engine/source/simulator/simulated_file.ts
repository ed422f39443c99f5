import { dirname } from "node:path";
import { systemReason, UserError } from "../../errors.ts";
import { nextTurn, turnIsOver } from "../../event_loop.ts";
import { WholeFile } from "../../whole_file.ts";
import { contractOf } from "./contracts.ts";
import { type SimulatedSession, Simulation, SIMULATOR_DEFAULTS } from "./simulation.ts";

/** Events simulated before it looks whether its turn is over: about a millisecond of work. */
const SLICE = 1_000;

/** Which simulated session is asked for. */
export interface SimulatedRequest extends Pick<SimulatedSession, "symbol" | "dt"> {
  /** Folder of the lake. */
  lake: string;
}

/**
 * Where the lake keeps a simulated session.
 *
 * @param request the session
 * @returns path of its file, there or not
 * @throws UserError when the symbol is no known future
 */
export function simulatedPath({ lake, symbol, dt }: SimulatedRequest): string {
  const { root } = contractOf(symbol);
  return `${lake}/raw/source=simulator/product_type=future_mbo/symbol=${root}` +
    `/table=market_by_order_dbn/simulated_${symbol}_${dt.replaceAll("-", "")}.mbo.dbn`;
}

/**
 * Sees to it that the lake has a simulated session: makes the default one when it has none. Several
 * may ask at once: each makes it, and all end with the same file.
 *
 * @param request the session
 * @param onProgress called now and then with the share that is done, 0 to 1, when one is made
 * @returns path of the file, and whether it was made now
 * @throws UserError when the symbol is no known future, or the file cannot be written
 */
export async function ensureSimulated(
  request: SimulatedRequest,
  onProgress?: (share: number) => void,
): Promise<{ path: string; made: boolean }> {
  const path = simulatedPath(request);
  if (await exists(path)) return { path, made: false };
  const { symbol, dt } = request;
  await writeSimulated({ symbol, dt, ...SIMULATOR_DEFAULTS }, path, onProgress);
  return { path, made: true };
}

/**
 * Simulates a session into a file, which has its name only when it is whole; one of that name is
 * replaced.
 *
 * @param session what to simulate
 * @param path the file; folders are made as needed
 * @param onProgress called now and then with the share that is done, 0 to 1
 * @throws UserError when the session is none that can be, or the file cannot be written
 */
export async function writeSimulated(
  session: SimulatedSession,
  path: string,
  onProgress?: (share: number) => void,
): Promise<void> {
  try {
    await Deno.mkdir(dirname(path), { recursive: true });
    using file = new WholeFile(path);
    await simulateInto(session, (bytes) => file.writeSync(bytes), onProgress);
    await file.finish();
  } catch (error) {
    if (!(error instanceof Error && "code" in error)) throw error;
    throw new UserError(`${path} cannot be written: ${systemReason(error)}; choose another place`);
  }
}

/**
 * Simulates a session.
 *
 * @param session what to simulate
 * @param write takes the bytes of its file, one piece after the other
 * @param onProgress called now and then with the share that is done, 0 to 1
 * @throws UserError when the session is none that can be
 */
export async function simulateInto(
  session: SimulatedSession,
  write: (bytes: Uint8Array) => void,
  onProgress?: (share: number) => void,
): Promise<void> {
  const simulation = new Simulation(session, write);
  while (simulation.advance(SLICE)) {
    if (!turnIsOver()) continue;
    onProgress?.(simulation.share);
    await nextTurn();
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    return (await Deno.stat(path)).isFile;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
