import { join } from "./made_session.ts";
import type { DriveInput } from "./drive.ts";
import { hasShared, sharedDbn } from "./shared_data.ts";
import { sessionTimeNs } from "../engine/session.ts";
import { Simulation } from "../engine/source/simulator/simulation.ts";

const MS = 1_000_000n;

/** Sessions that what a run gives besides grids is counted on plainly, at some ten moments. */
export const DAYS: Readonly<Record<string, { absent: boolean; input: () => DriveInput }>> = {
  ESH4: {
    absent: !hasShared,
    input: () => ({
      ...{ bytes: sharedDbn("esh4_20231225.mbo.dbn"), symbol: "ESH4", dt: "2023-12-25" },
      ...at("2023-12-25", "18:30"),
    }),
  },
  "a simulated session": {
    absent: false,
    input: () => {
      const made: Uint8Array[] = [];
      const busy = { from: "09:00", to: "10:00", eventsPerSecond: 20 };
      const day = { symbol: "MNQH6", dt: "2026-02-06", seed: 3, ...busy };
      const simulation = new Simulation(day, (bytes) => made.push(bytes.slice()));
      while (simulation.advance(10_000));
      return { bytes: join(...made), symbol: "MNQH6", dt: day.dt, ...at(day.dt, "09:30") };
    },
  },
};

function at(dt: string, text: string) {
  return {
    productType: "future_mbo",
    tickInt: 250_000_000n,
    startNs: sessionTimeNs("future_mbo", dt, { name: "start", text }),
    throttleNs: 170_000n * MS,
  } as const;
}
