/** Projections and hit rates against their definition, bucket by bucket. */
import assert from "node:assert/strict";
import { CHAINS, FORCES, SnapshotBatch } from "../../../engine/regime/snapshot_batch.ts";
import { Projection } from "../../../engine/regime/projection.ts";
import { TrailingRoll } from "../../../engine/regime/trailing_roll.ts";
import { GRID_ROWS } from "../../../engine/wire/fields.ts";

const HORIZONS_MS = [1, 40, 2_000];
const WINDOWS = [2, 9];
const SNAPSHOTS = 300;

interface Evaluated {
  ts: number;
  composites: number[];
  /** Of each horizon. */
  projected: number[][];
}

/** A batch of one snapshot after another: of forces and derivatives of both signs, many of them 0. */
function* snapshots(): Generator<SnapshotBatch> {
  let state = 5;
  const random = () => (state = state * 48_271 % 0x7fffffff) / 0x7fffffff;
  const batch = new SnapshotBatch();
  let ts = 5e13;
  for (let i = 0; i < SNAPSHOTS; i++) {
    ts += Math.round(random() ** 4 * 200e6) + 1;
    batch.count = 1;
    batch.ts[0] = ts;
    for (let at = 0; at < FORCES; at++) {
      if (random() < 0.2) batch.forces[at] = random() < 0.3 ? 0 : 10 * random();
    }
    for (let at = 0; at < CHAINS; at++) {
      batch.chains[at] = random() < 0.3 ? 0 : 20 * (random() - 0.5);
    }
    yield batch;
  }
}

/** C^ of every bucket. */
function projected(forces: Float64Array, rolled: Float64Array, h: number): number[] {
  return Array.from({ length: GRID_ROWS }, (_, row) => {
    const [vRest, aAdd, aPull, aFill, aRest, jAdd, jPull, jFill, jRest] = Array.from(
      { length: 9 },
      (_, field) => rolled[field * GRID_ROWS + row]!,
    ) as [number, number, number, number, number, number, number, number, number];
    const rising = vRest > 0 ? 0.5 : 0;
    const falling = vRest < 0 ? 0.5 : 0;
    const dP = aAdd + rising * aRest + (aAdd > 0 ? 0.3 * jAdd : 0);
    const dV = aPull + 1.5 * aFill - falling * aRest + (aPull > 0 ? 0.3 * jPull : 0);
    const d2P = jAdd + rising * jRest;
    const d2V = jPull + 1.5 * jFill - falling * jRest;
    const p = forces[row]! + dP * h + d2P * (h * h / 2);
    const v = forces[GRID_ROWS + row]! + dV * h + d2V * (h * h / 2);
    return composite(p > 0 ? p : 0, v > 0 ? v : 0);
  });
}

function composite(pressure: number, vacuum: number): number {
  return (pressure - vacuum) / (pressure + vacuum + 1e-12);
}

function sign(change: number): number {
  return Math.abs(change) > 1e-6 ? Math.sign(change) : 0;
}

Deno.test("Projection projects and counts as it is defined, to the bit", () => {
  const projection = new Projection(HORIZONS_MS, WINDOWS);
  const roll = new TrailingRoll(CHAINS, WINDOWS, 1);
  const all: { ts: number; composites: number[] }[] = [];
  const evaluated: Evaluated[] = [];
  for (const batch of snapshots()) {
    const ts = batch.ts[0]!;
    const isEvaluated = all.length % 50 >= 10;
    projection.roll(batch);
    projection.push(0, ts, isEvaluated);
    roll.values.array.set(batch.chains.subarray(0, CHAINS));
    roll.push(1);
    const { forces } = batch;
    const composites = Array.from(
      { length: GRID_ROWS },
      (_, row) => composite(forces[row]!, forces[GRID_ROWS + row]!),
    );
    assert.deepEqual([...projection.current()], composites);
    all.push({ ts, composites });
    if (!isEvaluated) continue;
    const ahead = HORIZONS_MS.map((ms) => projected(forces, roll.rolled.array, ms / 1e3));
    ahead.forEach((row, h) => assert.deepEqual([...projection.projected(h)], row));
    evaluated.push({ ts, composites, projected: ahead });
  }
  const rates = HORIZONS_MS.map((ms, h) => {
    let pairs = 0;
    let hits = 0;
    for (const then of evaluated) {
      const now = all.find(({ ts }) => ts >= then.ts + ms * 1e6);
      now?.composites.forEach((came, row) => {
        const expected = sign(then.projected[h]![row]! - then.composites[row]!);
        const happened = sign(came - then.composites[row]!);
        if (expected === 0 || happened === 0) return;
        pairs++;
        if (expected === happened) hits++;
      });
    }
    assert.ok(pairs > 1_000);
    return { delta_sign_hit_rate: hits / pairs, n_pairs: pairs };
  });
  assert.deepEqual(projection.hitRates(), rates);
});

Deno.test("Projection has no hit rate where no horizon is reached", () => {
  const projection = new Projection([60_000], WINDOWS);
  for (const batch of snapshots()) {
    projection.roll(batch);
    projection.push(0, batch.ts[0]!, true);
  }
  assert.deepEqual(projection.hitRates(), [{ delta_sign_hit_rate: null, n_pairs: 0 }]);
});
