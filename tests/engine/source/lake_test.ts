import assert from "node:assert/strict";
import { encodeMetadata } from "dbn-ts";
import { NoRawFile, UserError } from "../../../engine/errors.ts";
import { SIMULATED_DATASET } from "../../../engine/source/data_source.ts";
import { findRawFile } from "../../../engine/source/lake.ts";
import type { LakeRequest } from "../../../engine/source/lake_folder.ts";

const DAY_NS = 86_400_000_000_000n;
const MIDNIGHT_NS = Temporal.Instant.from("2026-02-06T00:00:00Z").epochNanoseconds;

interface Made {
  source?: "databento" | "simulator";
  folder?: string;
  name: string;
  dataset?: string;
  schema?: number;
  start?: bigint;
  days?: bigint;
  /** Symbols that it maps; default none, for then it counts as any. */
  symbols?: readonly string[];
}

/** Metadata of a day without records: all that the lake looks at. */
function header(made: Made): Uint8Array {
  const { dataset = "GLBX.MDP3", schema = 0, start = MIDNIGHT_NS, days = 1n, symbols = [] } = made;
  const whole = { startDate: 20260101, endDate: 20270101 };
  return encodeMetadata({
    dataset,
    schema,
    start,
    end: start + days * DAY_NS,
    symbols: ["MNQH6"],
    mappings: symbols.map((rawSymbol, i) => ({
      rawSymbol,
      intervals: [{ ...whole, symbol: `${i + 1}` }],
    })),
  });
}

/** Looks for MNQH6 on 2026-02-06 in a lake that holds the given files. */
async function find(files: readonly Made[], request: Partial<LakeRequest> = {}) {
  const lake = await Deno.makeTempDir();
  try {
    for (const file of files) {
      const { source = "databento", folder = "MNQ", name } = file;
      const dir = `${lake}/raw/source=${source}/product_type=future_mbo/symbol=${folder}` +
        "/table=market_by_order_dbn";
      await Deno.mkdir(dir, { recursive: true });
      await Deno.writeFile(`${dir}/${name}`, header(file));
    }
    const found = await findRawFile({
      lake,
      productType: "future_mbo",
      symbol: "MNQH6",
      dt: "2026-02-06",
      ...request,
    });
    return { ...found, path: found.path.slice(lake.length + 1) };
  } finally {
    await Deno.remove(lake, { recursive: true });
  }
}

const REAL = { name: "glbx-mdp3-20260206.mbo.dbn" };
const DAY_BEFORE = { name: "glbx-mdp3-20260205.mbo.dbn", start: MIDNIGHT_NS - DAY_NS };
const SIMULATED = {
  source: "simulator",
  dataset: SIMULATED_DATASET,
  name: "simulated_MNQH6_20260206.mbo.dbn",
} as const;

Deno.test("findRawFile() takes a Databento file before a simulated one", async () => {
  const found = await find([SIMULATED, REAL]);
  assert.equal(found.source, "databento");
  assert.match(found.path, /source=databento.*symbol=MNQ\/.*\/glbx-mdp3-20260206\.mbo\.dbn$/);
});

Deno.test("findRawFile() takes a simulated file where the folder of real ones lacks the day", async () => {
  const found = await find([SIMULATED, DAY_BEFORE]);
  assert.equal(found.source, "simulator");
});

Deno.test("findRawFile() goes by what a file says of itself, wherever it lies", async () => {
  assert.equal((await find([{ ...SIMULATED, source: "databento" }])).source, "simulator");
});

Deno.test("findRawFile() does not fall back on simulated data when a real file is unfit", async () => {
  const otherDay = { ...REAL, start: MIDNIGHT_NS - DAY_NS };
  await assert.rejects(find([SIMULATED, otherDay]), (error) => {
    assert.ok(error instanceof UserError && !(error instanceof NoRawFile));
    assert.match(error.message, /covers another day than 2026-02-06/);
    return true;
  });
  await assert.rejects(find([SIMULATED, { ...REAL, schema: 1 }]), /its schema is/);
});

Deno.test("findRawFile() takes the longest prefix of a future's symbol that has a folder", async () => {
  assert.match((await find([REAL, { ...REAL, folder: "MNQH6" }])).path, /symbol=MNQH6\//);
  assert.match((await find([{ ...REAL, folder: "M" }, REAL])).path, /symbol=MNQ\//);
});

Deno.test("findRawFile() prefers the plain file to its compressed twin", async () => {
  assert.match((await find([REAL, { name: `${REAL.name}.zst` }])).path, /\.dbn$/);
});

Deno.test("findRawFile() takes of one file a symbol the one with the symbol", async () => {
  const files = [
    { name: "glbx-mdp3-20260206.mbo.MNQH6.dbn", symbols: ["MNQH6"] },
    { name: "glbx-mdp3-20260206.mbo.MNQM6.dbn", symbols: ["MNQM6"] },
  ];
  assert.match((await find(files)).path, /MNQH6\.dbn$/);
  await assert.rejects(find(files.slice(1)), /symbol MNQH6 is not in its mapping .* MNQM6/);
});

Deno.test("findRawFile() finds each day of a week's file by its range", async () => {
  const week = { name: "glbx-mdp3-20260202-20260207.mbo.dbn", start: MIDNIGHT_NS - 4n * DAY_NS };
  const files = [{ ...week, days: 6n }];
  for (const dt of ["2026-02-02", "2026-02-04", "2026-02-06", "2026-02-07"]) {
    assert.match((await find(files, { dt })).path, /glbx-mdp3-20260202/, dt);
  }
  for (const dt of ["2026-02-01", "2026-02-08"]) {
    await assert.rejects(find(files, { dt }), NoRawFile, dt);
  }
  // A file that is named after the day is that day's.
  assert.match(
    (await find([...files, {
      ...REAL,
      start: MIDNIGHT_NS - 2n * DAY_NS,
      name: "glbx-mdp3-20260204.mbo.dbn",
    }], { dt: "2026-02-04" })).path,
    /20260204/,
  );
});

Deno.test("findRawFile() takes what was delivered before what was recorded", async () => {
  const live = { name: "glbx-mdp3-20260206.mbo.MNQH6.live.dbn", schema: 0xffff };
  assert.match((await find([live])).path, /live\.dbn$/);
  assert.match((await find([live, REAL])).path, /20260206\.mbo\.dbn$/);
  const other = { ...live, name: "glbx-mdp3-20260206.mbo.MNQM6.live.dbn" };
  assert.match((await find([live, other])).path, /MNQH6\.live\.dbn$/);
  await assert.rejects(find([other]), /its name says that it is of another symbol than MNQH6/);
});

Deno.test("findRawFile() passes what is no file, and files of other schemas", async () => {
  const lake = await Deno.makeTempDir();
  const dir = `${lake}/raw/source=databento/product_type=future_mbo/symbol=MNQ` +
    "/table=market_by_order_dbn";
  await Deno.mkdir(`${dir}/20260206.dbn`, { recursive: true });
  await Deno.writeFile(`${dir}/${REAL.name}`, header(REAL));
  await Deno.writeFile(`${dir}/20260206.definition.dbn`, header({ ...REAL, schema: 9 }));
  const { code } = await new Deno.Command("mkfifo", { args: [`${dir}/pipe-20260206.dbn`] })
    .output();
  assert.equal(code, 0);
  await Deno.symlink(`${dir}/loop-20260206.dbn`, `${dir}/loop-20260206.dbn`);
  const skipped: string[] = [];
  const found = await findRawFile({
    lake,
    productType: "future_mbo",
    symbol: "MNQH6",
    dt: "2026-02-06",
    onSkip: (problem) => skipped.push(problem.slice(dir.length + 1)),
  });
  assert.equal(found.path, `${dir}/${REAL.name}`);
  assert.match(
    skipped.sort().join("\n"),
    new RegExp([
      "^20260206.dbn is no file, and is passed over",
      "loop-20260206.dbn: cannot be looked at: Too many levels.*",
      "pipe-20260206.dbn is no file, and is passed over$",
    ].join("\n")),
  );
  await Deno.remove(lake, { recursive: true });
});

Deno.test("findRawFile() names the folder of the product, or the symbol where none is seen in it", async () => {
  for (
    const [symbol, folder] of [
      ...[["MNQH6", "MNQ"], ["6EZ25", "6E"], ["SR3H6", "SR3"], ["SR3", "SR3"]],
      ...[["ESH6-ESM6", "ES"], ["SR3:BF H6-M6-U6", "SR3:BF H6-M6-U6"], ["MNQ.c.0", "MNQ.c.0"]],
    ] as const
  ) {
    await assert.rejects(find([], { symbol }), (error) => {
      assert.ok(error instanceof NoRawFile);
      assert.ok(error.message.includes(`/symbol=${folder}/`), error.message);
      assert.equal(error.symbol, symbol);
      return true;
    });
  }
});

Deno.test("findRawFile() says in a line that a file went while it was looked for", async () => {
  const lake = await Deno.makeTempDir();
  const dir = `${lake}/raw/source=databento/product_type=future_mbo/symbol=MNQ` +
    "/table=market_by_order_dbn";
  await Deno.mkdir(`${dir}/later-20260206.dbn`, { recursive: true });
  await Deno.writeFile(`${dir}/${REAL.name}`, header(REAL));
  const day = { lake, productType: "future_mbo", symbol: "MNQH6", dt: "2026-02-06" };
  const onSkip = (problem: string) => {
    if (problem.includes("later")) Deno.removeSync(`${dir}/${REAL.name}`);
  };
  await assert.rejects(findRawFile({ ...day, onSkip }), (error) => {
    assert.ok(error instanceof UserError);
    assert.match(error.message, /mbo\.dbn: cannot be looked at: No such file or directory/);
    return true;
  });
  await Deno.remove(lake, { recursive: true });
});

Deno.test("findRawFile() lists files that could each be the day", async () => {
  await assert.rejects(
    find([REAL, { name: "again-20260206.dbn" }]),
    /Several files hold 2026-02-06 in .*: again-20260206\.dbn, glbx-mdp3-20260206\.mbo\.dbn;/,
  );
});

Deno.test("findRawFile() says what is missing and what to do", async () => {
  await assert.rejects(find([]), (error) => {
    assert.ok(error instanceof NoRawFile);
    assert.match(error.message, /^Raw DBN directory not found: .*source=databento.*symbol=MNQ\//);
    assert.match(error.message, /or name another `lake`$/);
    assert.equal(error.dt, "2026-02-06");
    return true;
  });
  await assert.rejects(find([DAY_BEFORE]), (error) => {
    assert.ok(error instanceof NoRawFile);
    assert.match(error.message, /^No \.dbn or \.dbn\.zst file for 2026-02-06 in /);
    assert.match(error.message, /files there: glbx-mdp3-20260205\.mbo\.dbn/);
    return true;
  });
});

Deno.test("findRawFile() says in a line that a lake is a loop of links", async () => {
  const dir = await Deno.makeTempDir();
  await Deno.symlink(`${dir}/lake`, `${dir}/lake`);
  const day = { lake: `${dir}/lake`, productType: "future_mbo", symbol: "MNQH6", dt: "2026-02-06" };
  await assert.rejects(findRawFile(day), (error) => {
    assert.ok(error instanceof UserError);
    assert.match(error.message, /lake\/raw\/.*: cannot be looked at: Too many levels.*; check the/);
    return true;
  });
  await Deno.remove(dir, { recursive: true });
});

Deno.test("findRawFile() reads a header once for all that ask, and few at a time", async () => {
  const lake = await Deno.makeTempDir();
  const dir = `${lake}/raw/source=databento/product_type=future_mbo/symbol=MNQ` +
    "/table=market_by_order_dbn";
  const { open } = Deno;
  let opened = 0;
  let atOnce = 0;
  let most = 0;
  try {
    await Deno.mkdir(dir, { recursive: true });
    for (let i = 0; i < 20; i++) await Deno.writeFile(`${dir}/some-${i}.dbn`, header({ name: "" }));
    Deno.open = async (...args) => {
      opened++;
      most = Math.max(most, ++atOnce);
      const file = await open(...args);
      const close = file.close.bind(file);
      file.close = () => {
        atOnce--;
        close();
      };
      return file;
    };
    const dates = Array.from({ length: 28 }, (_, i) => `2025-02-${`${i + 1}`.padStart(2, "0")}`);
    const request = { lake, productType: "future_mbo", symbol: "MNQH6" };
    await Promise.all(
      dates.map((dt) => assert.rejects(findRawFile({ ...request, dt }), { name: "NoRawFile" })),
    );
    assert.deepEqual([opened, most <= 4], [20, true], `${opened} opened, ${most} at a time`);
  } finally {
    Deno.open = open;
    await Deno.remove(lake, { recursive: true });
  }
});
