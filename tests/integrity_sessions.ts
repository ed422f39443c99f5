/** Real, made and simulated sessions whose books are held against their orders. */
import assert from "node:assert/strict";
import { Simulation } from "../engine/source/simulator/simulation.ts";
import type { ProductType } from "../engine/instrument.ts";
import { bookProblems } from "./book_integrity.ts";
import { drive, type DriveInput } from "./drive.ts";
import { runOracle } from "./oracle/engine.ts";
import { F_SNAPSHOT } from "./oracle/records.ts";
import { casesOf } from "./proof.ts";
import { join } from "./made_session.ts";
import { hasShared, sharedDbn } from "./shared_data.ts";
import { SMALL_DT, smallSession } from "./small_session.ts";

/** A session from its first record on, with a grid at every boundary. */
export function session(bytes: Uint8Array, symbol: string, dt: string): DriveInput {
  const productType: ProductType = "future_mbo";
  return { bytes, symbol, dt, productType, tickInt: 250_000_000n, startNs: null, throttleNs: 0n };
}

function simulated(): Uint8Array {
  const parts: Uint8Array[] = [];
  const request = { symbol: "MNQH6", dt: SMALL_DT, seed: 3, from: "09:00", to: "09:10" };
  const simulation = new Simulation(
    { ...request, eventsPerSecond: 20 },
    (bytes) => parts.push(bytes.slice()),
  );
  while (simulation.advance(10_000));
  return join(...parts);
}

const shared = (name: string, symbol: string, dt: string) => () =>
  session(sharedDbn(name), symbol, dt);

/** Of so many boundaries of a long session one is looked at. */
const EVERY = casesOf(389, 97);

/** The sessions by name: of how many boundaries the tests look at one, and whether its file is absent. */
export const SESSIONS: Readonly<
  Record<string, { of: () => DriveInput; every: number; ignore: boolean }>
> = {
  "ESH4 of 2023-12-25": {
    of: shared("esh4_20231225.mbo.dbn", "ESH4", "2023-12-25"),
    every: EVERY,
    ignore: !hasShared,
  },
  "ESM4, two seconds": {
    of: shared("es_mbo_20240508_2s.dbn", "ESM4", "2024-05-08"),
    every: 1,
    ignore: !hasShared,
  },
  "s1, which is nasty": {
    of: shared("synth_mnqh6_20260206_s1.dbn", "MNQH6", SMALL_DT),
    every: EVERY,
    ignore: !hasShared,
  },
  "r1, two hours": {
    of: shared("synth_mnqh6_20260206_r1.dbn", "MNQH6", SMALL_DT),
    every: EVERY,
    ignore: !hasShared,
  },
  "micro": {
    of: shared("micro_mnqh6_20260206.dbn", "MNQH6", SMALL_DT),
    every: 1,
    ignore: !hasShared,
  },
  "the small session": {
    of: () => session(smallSession(), "MNQH6", SMALL_DT),
    every: EVERY,
    ignore: false,
  },
  "a simulated session": {
    of: () => session(simulated(), "MNQH6", SMALL_DT),
    every: EVERY,
    ignore: false,
  },
};

/** Records that do not fit the book, counted by the oracle's book as it is before each. */
function misfits(input: DriveInput) {
  const counts = { unknownCancels: 0, unknownModifies: 0, unknownFills: 0, duplicateAdds: 0 };
  let before = -1n;
  runOracle({
    ...input,
    startNs: 2n ** 62n,
    observe(book, { action, orderId, size, flags, ts }) {
      const inSnapshot = (flags & F_SNAPSHOT) !== 0;
      // A snapshot that begins without a Clear begins with one all the same.
      const cleared = inSnapshot && !book.inSnapshot;
      const rests = !cleared && book.orders.has(orderId);
      const followsUp = ts === before && !cleared && book.takenWhole.has(orderId);
      before = ts;
      if (action === "C" && !rests && !followsUp) counts.unknownCancels++;
      if (action === "F" && !rests && size > 0n) counts.unknownFills++;
      if (action === "A" && rests && size > 0n) counts.duplicateAdds++;
      if (action === "M" && !rests && size > 0n && !followsUp) counts.unknownModifies++;
    },
  });
  return counts;
}

/** What a session was found to be. */
export interface Checked {
  boundaries: number;
  /** Boundaries at which the whole book was held against its orders. */
  looked: number;
  /** Boundaries with the book crossed. */
  crossed: number;
}

/**
 * Replays a session and holds its book against its orders, and its counters against the oracle.
 *
 * @param input the session
 * @param every of how many boundaries the book is looked at in one
 * @returns how much was seen
 * @throws AssertionError at the first thing wrong
 */
export function checkSession(input: DriveInput, every: number): Checked {
  let grids = 0;
  let looked = 0;
  let crossed = 0;
  const { book, counters } = drive(input, (frame, { book }) => {
    if (frame.bidPresent && frame.askPresent && frame.bestBid >= frame.bestAsk) crossed++;
    if (grids++ % every !== 0) return;
    looked++;
    const problems = bookProblems(book);
    if (problems.length > 0) assert.fail(`event ${frame.eventId}: ${problems.join("; ")}`);
  });
  assert.deepEqual(bookProblems(book), []);
  assert.deepEqual(book.counters, misfits(input));
  // Boundaries whose time goes back emit no grid.
  assert.ok(counters.crossed >= crossed && counters.crossed - crossed <= counters.tsBack);
  return { boundaries: counters.boundaries, looked, crossed: counters.crossed };
}
