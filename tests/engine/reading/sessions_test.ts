/** The reading over a real evening and a simulated open: against a plain one, its mirror, its pace. */
import assert from "node:assert/strict";
import { Reader, type Reading } from "../../../engine/reading/reading.ts";
import { Simulation, SIMULATOR_DEFAULTS } from "../../../engine/source/simulator/simulation.ts";
import { newYorkNs } from "../../new_york.ts";
import { drive, type DriveInput } from "../../drive.ts";
import { hasShared, sharedDbn } from "../../shared_data.ts";
import { RECORD_BYTES, recordsAt } from "../../made_session.ts";
import { SMALL_DT, smallSession } from "../../small_session.ts";
import { PlainReader } from "./plain_reading.ts";
import { readGrid } from "./read_grid.ts";

const TICK = 250_000_000;
const SECOND = 1e9;
const SIMULATED_DT = "2026-02-06";
const ES_DT = "2023-12-25";

/** Where the actions, sides, prices and times of a plain MBO record are. */
const AT = { tsEvent: 8, price: 24, action: 38, side: 39 };

/** A stretch of a session. */
interface Stretch {
  input: DriveInput;
  /** New York times of what is measured; the reading begins a minute before. */
  from: bigint;
  to: bigint;
}

function stretch(bytes: Uint8Array, symbol: string, dt: string, from: string, to: string): Stretch {
  const fromNs = newYorkNs(dt, from);
  return {
    input: {
      ...{ bytes, dt, symbol, productType: "future_mbo", tickInt: BigInt(TICK) },
      ...{ startNs: fromNs - 60_000_000_000n, throttleNs: 25_000_000n },
    },
    from: fromNs,
    to: newYorkNs(dt, to),
  };
}

/** The default simulated session up to a time. */
function simulated(to: string): Uint8Array {
  const session = { symbol: "MNQH6", dt: SIMULATED_DT, ...SIMULATOR_DEFAULTS };
  const blocks: Uint8Array[] = [];
  const simulation = new Simulation(session, (bytes) => blocks.push(bytes.slice()));
  const endNs = newYorkNs(SIMULATED_DT, to);
  const isOver = () => {
    const last = blocks.at(-1);
    if (last === undefined || last.length < 2 * RECORD_BYTES) return false;
    const view = new DataView(last.buffer, last.byteOffset);
    return view.getBigUint64(last.length - RECORD_BYTES + AT.tsEvent, true) > endNs;
  };
  while (!isOver() && simulation.advance(10_000));
  const bytes = new Uint8Array(blocks.reduce((length, block) => length + block.length, 0));
  let at = 0;
  for (const block of blocks) {
    bytes.set(block, at);
    at += block.length;
  }
  return bytes;
}

const open = stretch(simulated("09:46"), "MNQH6", SIMULATED_DT, "09:30", "09:45");
const evening = () => stretch(sharedDbn("esh4_20231225.mbo.dbn"), "ESH4", ES_DT, "18:30", "19:00");

/** Changes of the state a minute. */
function changesAMinute({ input, from, to }: Stretch): number {
  const reader = new Reader(TICK);
  const changes: number[] = [];
  let fromNs = 0, before: Reading | null = null;
  drive(input, (frame) => {
    if (frame.tsNs > to) return;
    reader.take(readGrid(frame));
    fromNs = frame.ts - Number(frame.tsNs - from);
    const reading = reader.read();
    if (before !== null && reading.sinceNs !== before.sinceNs) changes.push(reading.sinceNs);
    before = reading;
  });
  return changes.filter((ns) => ns >= fromNs).length / (Number(to - from) / SECOND / 60);
}

Deno.test("the reading of a simulated open changes some five times a minute", () => {
  const rate = changesAMinute(open);
  assert.ok(rate <= 20, `${rate}`);
  assert.ok(rate > 4.5 && rate < 6.5, `${rate}, where 5.5 was measured`);
});

Deno.test({
  name: "the reading of a real evening changes some five times a minute",
  ignore: !hasShared,
  fn() {
    const rate = changesAMinute(evening());
    assert.ok(rate <= 6 && rate > 4, `${rate}, where 4.9 was measured`);
  },
});

/** Holds the reading against a plain one, at each grid and twice before it. */
function holdAgainstPlain({ input, to }: Stretch): Map<string, number> {
  const reader = new Reader(TICK), plain = new PlainReader(TICK);
  const met = new Map<string, number>();
  let beforeNs: number | null = null;
  const check = (ns?: number) => {
    const { state, sinceNs, risk, clarity, ...figures } = reader.read(ns);
    const other = plain.read(ns);
    assert.deepEqual([state, sinceNs, risk], [other.state, other.sinceNs, other.risk]);
    assert.ok(Math.abs(clarity - other.clarity!) < 1e-6);
    for (const name of ["vacAbove", "pressAbove", "pressBelow", "vacBelow"] as const) {
      const value = figures[name], expected = other[name]!;
      assert.ok(Math.abs(value - expected) <= 1e-9 * Math.max(1, Math.abs(expected)), name);
    }
    for (const name of [state, risk]) met.set(name, (met.get(name) ?? 0) + 1);
  };
  drive(input, (frame) => {
    if (frame.tsNs > to) return;
    const { ts } = frame;
    if (beforeNs !== null && ts > beforeNs) {
      for (const part of [1, 2]) check(Math.round(beforeNs + (ts - beforeNs) * part / 3));
    }
    beforeNs = ts;
    const grid = readGrid(frame);
    reader.take(grid);
    plain.take(grid);
    check();
  });
  return met;
}

Deno.test("the reading of a simulated open equals a plain one, at grids and between", () => {
  assert.equal(holdAgainstPlain(open).size, 10);
});

Deno.test({
  name: "the reading of a real evening equals a plain one, at grids and between",
  ignore: !hasShared,
  fn() {
    assert.equal(holdAgainstPlain(evening()).size, 10);
  },
});

/** A session with bids and asks swapped, and prices reflected so that they and others make a sum. */
function reflected(bytes: Uint8Array, sum: bigint): Uint8Array {
  const copy = bytes.slice();
  const view = new DataView(copy.buffer);
  const swapped = new Map([["A", "B"], ["B", "A"], ["N", "N"]]
    .map(([side, other]) => [side!.charCodeAt(0), other!.charCodeAt(0)]));
  let records = 0;
  for (let at = recordsAt(copy); at < copy.length; at += 4 * view.getUint8(at)) {
    if (view.getUint8(at + 1) !== 160) continue;
    const price = view.getBigInt64(at + AT.price, true);
    // Prices of other instruments, and of a Clear, are not looked at.
    if (price !== 0x7fffffffffffffffn) view.setBigInt64(at + AT.price, sum - price, true);
    view.setUint8(at + AT.side, swapped.get(view.getUint8(at + AT.side))!);
    records++;
  }
  assert.ok(records > 1_000);
  return copy;
}

type Figures = Omit<Reading, "reason">;

const MIRRORED = new Map<string, string>([
  ...["UP BIAS,DOWN BIAS", "UP LEAN,DOWN LEAN", "SUPPORT FAILING,RESISTANCE THINNING"],
  ...["UP ADVANTAGE,DOWN ADVANTAGE"],
].flatMap((pair) => {
  const [a, b] = pair.split(",") as [string, string];
  return [[a, b], [b, a]] as [string, string][];
}));

function mirrorOf(figures: Figures): Figures {
  const mirrored = <T extends string>(name: T) => (MIRRORED.get(name) ?? name) as T;
  return {
    state: mirrored(figures.state),
    sinceNs: figures.sinceNs,
    // 0 - x, for 0 has one sign.
    clarity: 0 - figures.clarity,
    ...{ drainAbove: figures.drainBelow, drainBelow: figures.drainAbove },
    risk: mirrored(figures.risk),
    ...{ vacAbove: figures.vacBelow, pressAbove: figures.pressBelow },
    ...{ pressBelow: figures.pressAbove, vacBelow: figures.vacAbove },
  };
}

/** The readings of a session's grids, and half way to the next second after each. */
function readings({ input, to }: Stretch): Figures[] {
  const reader = new Reader(TICK);
  const all: Figures[] = [];
  const look = (ns?: number) => {
    const { reason: _, ...figures } = reader.read(ns);
    all.push(figures);
  };
  let lastNs = 0;
  drive(input, (frame) => {
    if (frame.tsNs > to) return;
    if (frame.ts - lastNs > 0.5 * SECOND && lastNs > 0) look(lastNs + 0.5 * SECOND);
    lastNs = frame.ts;
    reader.take(readGrid(frame));
    look();
  });
  return all;
}

/** A session's readings, each as the mirror has it, beside those of the session reflected. */
function mirrors(session: Stretch, sum: bigint): [Figures, Figures][] {
  const { input } = session;
  const other = { ...session, input: { ...input, bytes: reflected(input.bytes, sum) } };
  const figures = readings(session).map(mirrorOf), others = readings(other);
  assert.equal(figures.length, others.length);
  return figures.map((one, i) => [one, { ...others[i]!, clarity: 0 + others[i]!.clarity }]);
}

Deno.test("a session reflected has the mirrored reading at every instant, bit for bit", () => {
  const bytes = smallSession();
  const small = stretch(bytes, "MNQH6", SMALL_DT, "09:10", "09:40");
  small.input = { ...small.input, startNs: null };
  const pairs = mirrors(small, 2n * 25_000_000_000_000n);
  assert.ok(pairs.length > 5_000, `${pairs.length}`);
  for (const [one, other] of pairs) assert.deepEqual(other, one);
  assert.ok(new Set(pairs.map(([{ state }]) => state)).size >= 5);
});

/**
 * Where prices wander by more than ten buckets there and back, a bucket may have left the window of the
 * one session and not that of the other, for the window reaches a bucket further on one side: it comes
 * back with nothing. So sums may differ a little, and for a while.
 */
function assertMirror(session: Stretch, sum: bigint): void {
  const pairs = mirrors(session, sum);
  assert.ok(pairs.length > 5_000, `${pairs.length}`);
  for (const [i, [one, other]] of pairs.entries()) {
    const names = ["state", "sinceNs", "risk"] as const;
    for (const name of names) assert.equal(other[name], one[name], `${name} of ${i}`);
    const total = one.vacAbove + one.pressAbove + one.pressBelow + one.vacBelow;
    for (const name of ["vacAbove", "pressAbove", "pressBelow", "vacBelow"] as const) {
      assert.ok(Math.abs(other[name] - one[name]) <= 0.01 * total, `${name} of ${i}`);
    }
    assert.ok(Math.abs(other.clarity - one.clarity) < 0.05, `clarity of ${i}`);
  }
  assert.ok(new Set(pairs.map(([{ state }]) => state)).size >= 5);
}

Deno.test("a simulated session reflected has the mirrored states at every instant", () => {
  assertMirror(open, 2n * 25_000_000_000_000n);
});

Deno.test({
  name: "a real session reflected has the mirrored states at every instant",
  ignore: !hasShared,
  fn() {
    assertMirror(evening(), 2n * 4_800_000_000_000n);
  },
});
