import { SIMULATED_DATASET } from "../engine/source/data_source.ts";
import { writeSimulated } from "../engine/source/simulator/simulated_file.ts";

/** A session of the simulator, times in New York. */
interface MadeDay {
  readonly symbol: string;
  readonly dt: string;
  readonly seed: number;
  readonly from: string;
  readonly to: string;
  readonly eventsPerSecond: number;
}

/** 10.3 million records of MNQH6, nearly all between 09:00 and 12:00. */
export const DENSE_DAY = {
  symbol: "MNQH6",
  dt: "2026-02-06",
  seed: 1,
  from: "09:00",
  to: "12:00",
  eventsPerSecond: 1000,
} as const;

/** 20.6 million records, the same for twice as long. */
export const LONG_DAY: MadeDay = { ...DENSE_DAY, from: "06:00" };

/** 500 records a second, for an hour and a half. */
export const CALM_DAY: MadeDay = { ...DENSE_DAY, to: "10:31", eventsPerSecond: 525 };

/** As the simulator makes a day unasked: 120 records a second. */
export const PLAIN_DAY: MadeDay = { ...DENSE_DAY, from: "08:30", eventsPerSecond: 120 };

/** A folder of the system's for what benchmarks keep between runs. */
export const BENCH_DIR = `${Deno.env.get("TMPDIR") || "/tmp"}/spymaster_bench`;

/**
 * Makes the dense day unless it is there from an earlier run.
 *
 * @returns path of its file, 577 MB
 */
export function denseDay(): Promise<string> {
  return madeDay(DENSE_DAY, `${SIMULATED_DATASET}_${DENSE_DAY.eventsPerSecond}.dbn`);
}

/**
 * Makes a day unless it is there from an earlier run.
 *
 * @param day the day
 * @param name of its file
 * @returns path of its file
 */
export async function madeDay(day: MadeDay, name: string): Promise<string> {
  const path = `${BENCH_DIR}/${name}`;
  try {
    await Deno.stat(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    console.log(`making ${name}, once`);
    await Deno.mkdir(BENCH_DIR, { recursive: true });
    await writeSimulated(day, path);
  }
  return path;
}
