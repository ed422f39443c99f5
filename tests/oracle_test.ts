/** The oracle is only worth something if it gives the recorded answers itself. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { checkGolden, type Golden, GOLDENS, loadGolden, type NeutralGrid } from "./golden.ts";
import { type OracleRun, runOracle } from "./oracle/engine.ts";
import { isWholeProof } from "./proof.ts";
import { hasShared, sharedDbn } from "./shared_data.ts";
import type { Levels } from "./oracle/levels.ts";

function run(golden: Golden): OracleRun {
  const bytes = sharedDbn(golden.input);
  assert.equal(createHash("sha256").update(bytes).digest("hex"), golden.inputSha256);
  return runOracle({ bytes, ...golden.params });
}

function differences(golden: Golden, result: OracleRun, grids: readonly NeutralGrid[]): string[] {
  const check = checkGolden(golden);
  for (const grid of grids) check.grid(grid);
  const { book, kept, bookOnly, boundaries, finalEventId } = result;
  const stats = { kept: kept.length, bookOnly, boundaries, emitted: grids.length, finalEventId };
  return check.finish(stats, {
    orderCount: book.orders.size,
    bestBid: book.bestBid,
    bestAsk: book.bestAsk,
    spot: book.spot,
    bidLevels: book.bids.count,
    askLevels: book.asks.count,
    bidQty: quantity(book.bids),
    askQty: quantity(book.asks),
    bookValid: book.valid,
  });
}

function quantity(levels: Levels): bigint {
  return [...levels.from(() => true)].reduce((sum, [, qty]) => sum + qty, 0n);
}

/** Long ones, of the same kinds as the others. */
const IN_WHOLE_PROOF = /^(b_esh4|c_synth)_/;

for (const name of GOLDENS.filter((name) => isWholeProof || !IN_WHOLE_PROOF.test(name))) {
  Deno.test(`runOracle() reproduces ${name}`, () => {
    const golden = loadGolden(name);
    const result = run(golden);
    assert.deepEqual(differences(golden, result, result.grids), []);
  });
}

Deno.test({
  name: "checkGolden() reports a perturbed value, a missing grid and a wrong counter",
  ignore: !hasShared,
  fn() {
    const golden = loadGolden("m_micro_t0.json.gz");
    const result = run(golden);
    const { grids } = result;
    const perturbed = (field: string, change: (value: number) => number): string[] => {
      const at = grids.findLastIndex((grid) => grid.column(field).some((value) => value > 0));
      const wrong: NeutralGrid = {
        ...grids[at]!,
        column: (name) =>
          grids[at]!.column(name).map((value) => name === field ? change(value) : value),
      };
      return differences(golden, result, grids.with(at, wrong as typeof grids[number]));
    };
    assert.notDeepEqual(perturbed("add_mass", (value) => value * (1 + 3e-12)), []);
    assert.deepEqual(perturbed("add_mass", (value) => value * (1 + 1e-13)), []);
    assert.notDeepEqual(perturbed("v_add", (value) => value + 1e-7 * (1 + Math.abs(value))), []);
    assert.notDeepEqual(perturbed("rest_depth", (value) => value + 1), []);
    assert.notDeepEqual(perturbed("pressure_variant", () => NaN), []);
    assert.notDeepEqual(differences(golden, result, grids.slice(1)), []);
    assert.notDeepEqual(differences(golden, { ...result, boundaries: 1 }, grids), []);
    const touched = { ...grids[0]!, lastEventId: grids[0]!.lastEventId.map(() => 1) };
    assert.notDeepEqual(differences(golden, result, grids.with(0, touched)), []);
    const invalid = { ...grids[5]!, bookValid: !grids[5]!.bookValid };
    assert.deepEqual(differences(golden, result, grids.with(5, invalid)), [
      `grid 5 book_valid: got ${invalid.bookValid}, expected ${!invalid.bookValid}`,
    ]);
  },
});
