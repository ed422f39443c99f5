import { SIMULATED_DATASET } from "../engine/source/data_source.ts";
import { writeSimulated } from "../engine/source/simulator/simulated_file.ts";

/** The made day: 10.3 million records of MNQH6, nearly all between 09:00 and 12:00 New York. */
export const DENSE_DAY = {
  symbol: "MNQH6",
  dt: "2026-02-06",
  seed: 1,
  from: "09:00",
  to: "12:00",
  eventsPerSecond: 1000,
} as const;

/** A folder of the system's for what benchmarks keep between runs. */
export const BENCH_DIR = `${Deno.env.get("TMPDIR") || "/tmp"}/spymaster_bench`;

/**
 * Makes the day unless it is there from an earlier run.
 *
 * @returns path of its file, 577 MB
 */
export async function denseDay(): Promise<string> {
  const path = `${BENCH_DIR}/${SIMULATED_DATASET}_${DENSE_DAY.eventsPerSecond}.dbn`;
  try {
    await Deno.stat(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    console.log("making the day, once");
    await writeSimulated(DENSE_DAY, path);
  }
  return path;
}
