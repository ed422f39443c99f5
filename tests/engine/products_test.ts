import assert from "node:assert/strict";
import { join } from "node:path";
import { UserError } from "../../engine/errors.ts";
import { loadProducts, productRoot } from "../../engine/products.ts";

/** Dollars per tick of each product, as CME Group's contract specifications have it. */
const TICK_VALUES: Readonly<Record<string, readonly string[]>> = {
  "12.5": ["ES", "ZC", "ZW", "KE", "ZS", "HG", "GF", "QM", "QG"],
  "1.25": ["MES", "MHG", "M6E", "MJY"],
  "5": ["NQ", "RTY", "YM", "PL", "6A", "6C", "6N", "6M", "SIL"],
  "0.5": ["MNQ", "M2K", "MYM", "MBT"],
  "10": ["EMD", "GC", "CL", "BZ", "NG", "ZM", "LE", "HE"],
  "25": ["NKD", "SI", "BTC", "ETH"],
  "7.8125": ["ZT", "ZF"],
  "15.625": ["ZN", "TN"],
  "31.25": ["ZB", "UB"],
  "10.4175": ["ZQ", "SR1"],
  "6.25": ["SR3", "6B", "6E", "6J", "6S", "E7"],
  "1": ["M6A", "MGC", "MCL", "MNG"],
  "0.625": ["M6B"],
  "50": ["PA"],
  "4.2": ["RB", "HO"],
  "6": ["ZL"],
  "0.05": ["MET"],
};

Deno.test("loadProducts() knows the roots, with a tick that is worth what CME Group says", () => {
  const products = loadProducts();
  const known = Object.entries(TICK_VALUES).flatMap(([value, roots]) =>
    roots.map((root) => [root, Number(value)] as const)
  );
  assert.deepEqual([...products.keys()].sort(), known.map(([root]) => root).sort());
  for (const [root, value] of known) {
    const { tick, multiplier, grid_max_ticks } = products.get(root)!;
    assert.ok(Math.abs(tick * multiplier - value) < 1e-9, `${root}: ${tick * multiplier}`);
    assert.equal(grid_max_ticks, ["NQ", "MNQ"].includes(root) ? 400 : 200, root);
    // Ticks are whole numbers of 1e-9 dollars.
    assert.ok(Math.abs(tick * 1e9 - Math.round(tick * 1e9)) < 1e-6, root);
  }
});

Deno.test("loadProducts() has the ticks of the specification and of fractions", () => {
  const products = loadProducts();
  const ticks: Record<string, number> = {
    ...{ ES: 0.25, MES: 0.25, NQ: 0.25, MNQ: 0.25, SI: 0.005, GC: 0.1, CL: 0.01, "6E": 0.00005 },
    ...{ ZT: 1 / 256, ZF: 1 / 128, ZN: 1 / 64, TN: 1 / 64, ZB: 1 / 32, UB: 1 / 32 },
    ...{ "6J": 5e-7, "6M": 1e-5, MJY: 1e-6, ZC: 0.25, ZL: 0.01, LE: 0.025, HG: 0.0005, RB: 0.0001 },
  };
  for (const [root, tick] of Object.entries(ticks)) assert.equal(products.get(root)!.tick, tick);
});

Deno.test("loadProducts() names file, root and field of what is no number above 0, or no tick", () => {
  const folder = Deno.makeTempDirSync();
  try {
    const path = join(folder, "products.yaml");
    for (const value of ["{}", "5", "~", "{ tick: 0 }", '{ tick: "0.25" }', "{ tick: 1e-10 }"]) {
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

Deno.test("productRoot() takes the longest known root that leaves month and year", () => {
  for (
    const [symbol, root] of [
      ["MNQH6", "MNQ"],
      ["NQH6", "NQ"],
      ["MESM6", "MES"],
      ["ESM6", "ES"],
      ["6EZ6", "6E"],
      ["SIH6", "SI"],
      ["SILH6", "SIL"],
      ["ZNH6", "ZN"],
      ["6MH6", "6M"],
      ["M6EZ26", "M6E"],
      ["GCZ5", "GC"],
      ["NGG6", "NG"],
      ["MNGG6", "MNG"],
      ["QMM6", "QM"],
      ["HGH6", "HG"],
      ["M2KM6", "M2K"],
      ["METM6", "MET"],
      ["E7H6", "E7"],
      ["SR3Z25", "SR3"],
      ["MNQH6-MNQM6", "MNQ"],
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
  // H and Z are months: AHZ5 is Z5 of AH and no contract of AHZ, AH6 is H6 of A and none of AH.
  const months = new Map([["A", product], ["AH", product], ["AHZ", product]]);
  assert.deepEqual(["AH6", "AHZ5", "AHZZ5"].map((one) => productRoot(one, months)), [
    ...["A", "AH", "AHZ"],
  ]);
});

Deno.test("productRoot() refuses a symbol that begins with no known root", () => {
  for (const symbol of ["AAPL", "mnqh6", "", "XES"]) {
    assert.throws(() => productRoot(symbol), {
      name: "UserError",
      message: /^Cannot extract product root from futures symbol.*; add its own there$/,
    });
  }
});
