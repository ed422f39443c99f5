import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { configVersion } from "../../engine/config_version.ts";
import {
  assertLocked,
  type InstrumentConfig,
  loadInstrument,
  tickInt,
} from "../../engine/instrument.ts";
import { loadProducts } from "../../engine/products.ts";
import { fileSafe } from "../../engine/symbol.ts";
import { projectFile } from "../project.ts";

const DEFAULT: InstrumentConfig = {
  product_type: "future_mbo",
  symbol: "MNQH6",
  symbol_root: "MNQ",
  price_scale: 1e-9,
  tick_size: 0.25,
  bucket_size_dollars: 0.25,
  rel_tick_size: 0.25,
  grid_max_ticks: 400,
  contract_multiplier: 2,
  qty_unit: "contracts",
  price_decimals: 2,
};

/** Runs with a configuration file of this text. */
function withFile<T>(text: string, run: (path: string) => T): T {
  const folder = Deno.makeTempDirSync();
  try {
    const path = join(folder, "some.yaml");
    Deno.writeTextFileSync(path, text);
    return run(path);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

/** A configuration file with some fields changed; undefined leaves a field out. */
function yaml(fields: { [field in keyof InstrumentConfig]?: unknown }): string {
  return Object.entries({ ...DEFAULT, ...fields })
    .filter(([, value]) => value !== undefined)
    .map(([field, value]) => `${field}: ${JSON.stringify(value)}`).join("\n");
}

Deno.test("loadInstrument() reads the file that it is given", () => {
  assert.deepEqual(loadInstrument(projectFile("instrument.yaml")), DEFAULT);
  withFile(yaml({ symbol: "MNQU6" }), (path) => assert.equal(loadInstrument(path).symbol, "MNQU6"));
});

Deno.test("loadInstrument() refuses what holds itself in one line", () => {
  const plain = yaml({ tick_size: undefined });
  for (const value of ["&itself [*itself]", "&itself {x: {y: *itself}}"]) {
    withFile(`${plain}\ntick_size: ${value}`, (path) => {
      assert.throws(() => loadInstrument(path), {
        name: "UserError",
        message: `${path}: cannot be read: an anchor holds its own alias`,
      });
    });
  }
});

Deno.test("loadInstrument() refuses a file that is longer than any has to be", () => {
  const long = `${yaml({})}\n#${" ".repeat(2 ** 18)}`;
  withFile(long, (path) => {
    assert.throws(() => loadInstrument(path), {
      name: "UserError",
      message: `${path}: cannot be read: it has ${long.length} bytes, and may have 262144`,
    });
  });
});

Deno.test("loadInstrument() names a missing field with its file", () => {
  for (const field of Object.keys(DEFAULT)) {
    withFile(yaml({ [field]: undefined }), (path) => {
      assert.throws(() => loadInstrument(path), (error: Error) => {
        assert.equal(error.name, "UserError");
        return error.message.startsWith(`${path}: ${field} is missing; it must be `);
      });
    });
  }
});

Deno.test("loadInstrument() names a mistyped or out-of-range field with its file", () => {
  const wrong: { [field in keyof InstrumentConfig]: unknown[] } = {
    product_type: ["futures", 1, null],
    symbol: ["", "../etc", " MNQH6", "MNQH6 ", "M\u001b[2J", "M\n", 6, null],
    symbol_root: ["", "M/N", true],
    price_scale: ["1e-9", 1e-8, 0],
    tick_size: [0, -0.25, "0.25", null, 1e-10, 2.5e-9, 1e8, 0.2500000001, 0.33333333333],
    bucket_size_dollars: [0, "x"],
    rel_tick_size: [0, [0.25]],
    grid_max_ticks: [49, 50.5, "400", -400],
    contract_multiplier: [0, -2, "2"],
    qty_unit: ["", " ", 5],
    price_decimals: [-1, 2.5, 10, "2"],
  };
  for (const [field, values] of Object.entries(wrong)) {
    for (const value of values) {
      withFile(yaml({ [field]: value }), (path) => {
        assert.throws(() => loadInstrument(path), (error: Error) => {
          assert.equal(error.name, "UserError");
          return error.message.startsWith(`${path}: ${field} is `);
        }, `${field}: ${JSON.stringify(value)}`);
      });
    }
  }
});

Deno.test("loadInstrument() refuses what is no number in YAML's own ways", () => {
  for (const value of [".nan", ".inf", "~"]) {
    withFile(yaml({ tick_size: undefined }) + `\ntick_size: ${value}`, (path) => {
      assert.throws(
        () => loadInstrument(path),
        /: tick_size is null, but must be a number above 0/,
      );
    });
  }
});

Deno.test("loadInstrument() refuses a file that is absent, no YAML, or no fields, by name", () => {
  assert.throws(() => loadInstrument("no/such.yaml"), {
    name: "UserError",
    message: /^no\/such.yaml: cannot be read: /,
  });
  for (const text of ["a: [", "- 1", "5", "", "symbol: A\nsymbol: B"]) {
    withFile(text, (path) => {
      assert.throws(() => loadInstrument(path), (error: Error) => {
        assert.equal(error.name, "UserError");
        return error.message.startsWith(`${path}: `) && !error.message.includes("\n");
      });
    });
  }
});

Deno.test("loadInstrument() takes every step that is a whole number of raw price units", () => {
  for (
    const [tick_size, expected] of [[0.0000005, 500], [0.000001, 1000], [1e-9, 1], [
      0.1 + 0.2,
      300_000_000,
    ]] as const
  ) {
    withFile(yaml({ tick_size }), (path) => assert.equal(tickInt(loadInstrument(path)), expected));
  }
});

Deno.test("loadInstrument() shows prices with all the decimals that a tick needs", () => {
  const decimalsWith = (fields: { [field in keyof InstrumentConfig]?: unknown }) =>
    withFile(yaml(fields), (path) => loadInstrument(path).price_decimals);
  // As from a copy of the default file: 112.015625 would be shown as 112.02.
  assert.equal(decimalsWith({ tick_size: 0.015625 }), 6);
  for (const { tick } of loadProducts().values()) {
    const exact = `${tick}`.includes("e") ? tick.toFixed(9).replace(/0+$/, "") : `${tick}`;
    const decimals = exact.split(".")[1]?.length ?? 0;
    assert.equal(decimalsWith({ tick_size: tick, price_decimals: 0 }), decimals, exact);
    assert.equal(decimalsWith({ tick_size: tick, price_decimals: 9 }), 9);
  }
  // Of an equity prices lie between buckets, and buckets may lie between ticks.
  const equity = { product_type: "equity_mbo", tick_size: 0.0001, bucket_size_dollars: 0.05 };
  assert.equal(decimalsWith(equity), 4);
  assert.equal(decimalsWith({ ...equity, tick_size: 0.01, bucket_size_dollars: 0.125 }), 3);
  assert.equal(decimalsWith({ tick_size: 0.25, bucket_size_dollars: 0.001 }), 2);
});

Deno.test("loadInstrument() takes symbols with space, colon and exclamation mark", () => {
  for (
    const symbol of ["SR3:BF H6-M6-U6", "BRN  FMH0026!", "MNQH6-MNQM6", "EW1G6 C5000", "BRK.B"]
  ) {
    withFile(yaml({ symbol }), (path) => assert.equal(loadInstrument(path).symbol, symbol));
  }
});

Deno.test("fileSafe() gives each symbol a name of its own that leads nowhere else", () => {
  assert.equal(fileSafe("MNQH6-MNQM6"), "MNQH6-MNQM6");
  assert.equal(fileSafe("SR3:BF H6-M6-U6"), "SR3%3ABF%20H6-M6-U6");
  assert.equal(fileSafe("BRN  FMH0026!"), "BRN%20%20FMH0026!");
});

Deno.test("tickInt() is the tick of futures and the bucket of equities in units of 1e-9", () => {
  const sizes = { tick_size: 0.00005, bucket_size_dollars: 0.01 };
  assert.equal(tickInt({ ...DEFAULT, ...sizes }), 50_000);
  assert.equal(tickInt({ ...DEFAULT, ...sizes, product_type: "equity_mbo" }), 10_000_000);
});

Deno.test("configVersion() hashes the sorted fields", () => {
  const pairs = "bucket_size_dollars=0.25|contract_multiplier=2|grid_max_ticks=400|" +
    "price_decimals=2|price_scale=1e-9|product_type=future_mbo|qty_unit=contracts|" +
    "rel_tick_size=0.25|symbol=MNQH6|symbol_root=MNQ|tick_size=0.25";
  const expected = createHash("sha256").update(pairs).digest("hex").slice(0, 12);
  assert.equal(configVersion(DEFAULT), expected);
  const reversed = Object.fromEntries(Object.entries(DEFAULT).reverse());
  assert.equal(configVersion(reversed as unknown as InstrumentConfig), expected);
  assert.notEqual(configVersion({ ...DEFAULT, tick_size: 0.5 }), expected);
});

Deno.test("assertLocked() refuses another instrument with requested and locked side by side", () => {
  assertLocked(DEFAULT, { product_type: "future_mbo", symbol: "MNQH6" });
  for (
    const requested of [
      { product_type: "future_mbo", symbol: "ESH6" },
      { product_type: "equity_mbo", symbol: "MNQH6" },
    ]
  ) {
    assert.throws(() => assertLocked(DEFAULT, requested), {
      name: "UserError",
      message: new RegExp(
        `requested ${requested.product_type} ${requested.symbol}.* locked to future_mbo MNQH6`,
      ),
    });
  }
});
