import assert from "node:assert/strict";
import { join } from "node:path";
import { UserError } from "../../engine/errors.ts";
import { loadProducts, productRoot } from "../../engine/products.ts";

Deno.test("loadProducts() knows the roots with tick, grid and multiplier", () => {
  const rows = [...loadProducts()].map(([root, { tick, grid_max_ticks, multiplier }]) =>
    [root, tick, grid_max_ticks, multiplier].join(" ")
  );
  assert.deepEqual(rows, [
    "ES 0.25 200 50",
    "MES 0.25 200 5",
    "MNQ 0.25 400 2",
    "NQ 0.25 400 20",
    "SI 0.005 200 5000",
    "GC 0.1 200 100",
    "CL 0.01 200 1000",
    "6E 0.00005 200 125000",
  ]);
});

Deno.test("loadProducts() names file, root and field of what is no number above 0", () => {
  const folder = Deno.makeTempDirSync();
  try {
    const path = join(folder, "products.yaml");
    for (const value of ["{}", "5", "~", "{ tick: 0 }", '{ tick: "0.25" }']) {
      Deno.writeTextFileSync(path, `ES: ${value}`);
      assert.throws(() => loadProducts(path), (error: Error) => {
        assert.ok(error instanceof UserError);
        return error.message.startsWith(`${path}: ES: tick is `);
      });
    }
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});

Deno.test("productRoot() takes the longest known prefix", () => {
  for (
    const [symbol, root] of [
      ["MNQH6", "MNQ"],
      ["NQH6", "NQ"],
      ["MESM6", "MES"],
      ["ESM6", "ES"],
      ["6EZ6", "6E"],
      ["ES", "ES"],
    ] as const
  ) {
    assert.equal(productRoot(symbol), root);
  }
  const product = { tick: 1, grid_max_ticks: 1, multiplier: 1 };
  assert.equal(
    productRoot("ABCD", new Map([["A", product], ["ABC", product], ["AB", product]])),
    "ABC",
  );
});

Deno.test("productRoot() refuses a symbol that begins with no known root", () => {
  for (const symbol of ["ZNH6", "mnqh6", "", "XES"]) {
    assert.throws(() => productRoot(symbol), {
      name: "UserError",
      message: /^Cannot extract product root from futures symbol/,
    });
  }
});
