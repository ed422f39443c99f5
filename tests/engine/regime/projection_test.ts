/** Projections and hit rates against their definition, bucket by bucket. */
import assert from "node:assert/strict";
import { CHAINS, FORCES, SnapshotBatch } from "../../../engine/regime/snapshot_batch.ts";
import { Projection } from "../../../engine/regime/projection.ts";
import { hitRateOf } from "../../../engine/regime/hit_rate.ts";
import { shuffledHits } from "../../../engine/regime/shuffled.ts";
import { Random } from "../../../engine/source/simulator/random.ts";
import { TrailingRoll } from "../../../engine/regime/trailing_roll.ts";
import { GRID_ROWS } from "../../../engine/wire/fields.ts";

const HORIZONS_MS = [1, 40, 2_000];
const WINDOWS = [2, 9];
const SNAPSHOTS = 300;

interface Evaluated {
  ts: number;
  spot: number;
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
  let spot = 100_000;
  for (let i = 0; i < SNAPSHOTS; i++) {
    ts += Math.round(random() ** 4 * 200e6) + 1;
    batch.count = 1;
    batch.ts[0] = ts;
    if (random() < 0.1) spot += random() < 0.5 ? 1 : -1;
    batch.spot[0] = spot;
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
  const projection = new Projection(HORIZONS_MS, WINDOWS, new Random(3));
  const roll = new TrailingRoll(CHAINS, WINDOWS, 1);
  const all: { ts: number; spot: number; composites: number[] }[] = [];
  const evaluated: Evaluated[] = [];
  for (const batch of snapshots()) {
    const [ts, spot] = [batch.ts[0]!, batch.spot[0]!];
    const isEvaluated = all.length % 50 >= 10;
    projection.roll(batch);
    projection.push(0, ts, spot, isEvaluated);
    roll.values.array.set(batch.chains.subarray(0, CHAINS));
    roll.push(1);
    const { forces } = batch;
    const composites = Array.from(
      { length: GRID_ROWS },
      (_, row) => composite(forces[row]!, forces[GRID_ROWS + row]!),
    );
    assert.deepEqual([...projection.current()], composites);
    all.push({ ts, spot, composites });
    if (!isEvaluated) continue;
    const ahead = HORIZONS_MS.map((ms) => projected(forces, roll.rolled.array, ms / 1e3));
    ahead.forEach((row, h) => assert.deepEqual([...projection.projected(h)], row));
    evaluated.push({ ts, spot, composites, projected: ahead });
  }
  const counts = HORIZONS_MS.map((ms, h) => {
    const found = { all: { pairs: 0, hits: 0, naive: 0 }, still: { pairs: 0, hits: 0, naive: 0 } };
    for (const then of evaluated) {
      const now = all.find(({ ts }) => ts >= then.ts + ms * 1e6);
      now?.composites.forEach((came, row) => {
        const expected = sign(then.projected[h]![row]! - then.composites[row]!);
        const happened = sign(came - then.composites[row]!);
        if (expected === 0 || happened === 0) return;
        const towards0 = -sign(then.composites[row]!);
        for (const count of now.spot === then.spot ? [found.all, found.still] : [found.all]) {
          count.pairs++;
          if (expected === happened) count.hits++;
          count.naive += towards0 === 0 ? 0.5 : towards0 === happened ? 1 : 0;
        }
      });
    }
    assert.ok(found.all.pairs > 1_000 && found.still.pairs > 100);
    return found;
  });
  assert.deepEqual(projection.counts().map(({ all, still }) => ({ all, still })), counts);
});

Deno.test("Projection has no hit rate where no horizon is reached", () => {
  const projection = new Projection([60_000], WINDOWS, new Random(3));
  for (const batch of snapshots()) {
    projection.roll(batch);
    projection.push(0, batch.ts[0]!, batch.spot[0]!, true);
  }
  const [rate] = projection.counts().map(hitRateOf);
  const none = { delta_sign_hit_rate: null, n_pairs: 0, naive_hit_rate: null, skill: null };
  assert.deepEqual(rate, {
    ...none,
    shuffled_hit_rate: null,
    n_shuffled_pairs: 0,
    spot_unmoved: none,
  });
});

Deno.test("shuffled projections hold each against what came after others: a mirror hits none of its own", () => {
  // Bucket 0 of even snapshots is expected to rise and does, of odd ones to fall and does.
  const snapshots = 10;
  const sample = new Uint32Array(snapshots * 16);
  for (let i = 0; i < snapshots; i++) {
    const row = i % 2 === 0 ? 0 : 4;
    sample[i * 16 + row] = 1;
    sample[i * 16 + 8 + row] = 1;
  }
  const [counts] = shuffledHits(sample, snapshots, 1, new Random(5));
  // Every shuffle has all ten pairs. Of the nine others four are alike: hits are about 4 in 9.
  assert.equal(counts!.pairs, 200);
  assert.ok(counts!.hits > 50 && counts!.hits < 130, `${counts!.hits} hits`);
  // Alone with one unlike it, each meets that one.
  assert.deepEqual(shuffledHits(sample, 2, 1, new Random(5)), [{ pairs: 40, hits: 0 }]);
  assert.deepEqual(shuffledHits(sample, 1, 1, new Random(5)), [{ pairs: 0, hits: 0 }]);
});

Deno.test("the sample has what was expected and what came of evaluated snapshots, all where they fit", () => {
  const projection = new Projection(HORIZONS_MS, WINDOWS, new Random(3));
  for (const batch of snapshots()) {
    projection.roll(batch);
    projection.push(0, batch.ts[0]!, batch.spot[0]!, true);
  }
  const counts = projection.counts();
  for (const { all, shuffled } of counts) {
    // Twenty shuffles of about as many pairs, and signs that have nothing to do with each other.
    assert.ok(shuffled.pairs > 10 * all.pairs && shuffled.pairs < 40 * all.pairs);
    const rate = shuffled.hits / shuffled.pairs;
    assert.ok(rate > 0.4 && rate < 0.6, `${rate}`);
  }
});
