/** Which contract a day is of: `--symbol ROOT.front` and `--contracts`. */
import assert from "node:assert/strict";
import { dirname } from "node:path";
import { foundPath } from "../../engine/databento/batch/found_day.ts";
import { simulatedPath } from "../../engine/source/simulator/simulated_file.ts";
import { inProcess } from "../in_process.ts";
import { adds, dbn, join, MIDNIGHT_NS, recordsAt, snapshot } from "../made_session.ts";
import { writeSimulatedOnce } from "../simulated_once.ts";

const DAY = 86_400_000_000_000n;
const NOON = DAY / 2n;

/** Contracts of a file, by their instrument_ids: how many records each has in the day besides its book. */
type Counts = Readonly<Record<string, number>>;

function midnightOf(dt: string): bigint {
  return BigInt(Date.parse(`${dt}T00:00:00Z`)) * 1_000_000n - MIDNIGHT_NS;
}

/** A file of a day; each contract's flow lies side by side. */
function dayFile(dt: string, counts: Counts): Uint8Array {
  const midnight = midnightOf(dt);
  const ids = Object.keys(counts).map((symbol, i) => [symbol, i + 1] as const);
  return dbn(
    ids.flatMap(([symbol, instrumentId]) => [
      ...snapshot({ at: midnight, instrumentId }),
      ...adds(counts[symbol]!, { at: midnight + NOON, instrumentId }),
    ]),
    {
      start: MIDNIGHT_NS + midnight,
      end: MIDNIGHT_NS + midnight + DAY,
      symbols: ids.map(([symbol]) => symbol),
      mappings: ids.map(([rawSymbol, id]) => ({
        rawSymbol,
        intervals: [{ startDate: 20260101, endDate: 20270101, symbol: `${id}` }],
      })),
    },
  );
}

/** A lake of days; removed when the `using` block ends. */
async function lakeOf(days: Readonly<Record<string, Counts | readonly Counts[]>>) {
  const lake = await Deno.makeTempDir({ prefix: "spymaster_contracts_" });
  const dir =
    `${lake}/raw/source=databento/product_type=future_mbo/symbol=MNQ/table=market_by_order_dbn`;
  await Deno.mkdir(dir, { recursive: true });
  for (const [dt, files] of Object.entries(days)) {
    for (const [i, counts] of [files].flat().entries()) {
      const name = `glbx-mdp3-${dt.replaceAll("-", "")}.mbo.${i}.dbn`;
      await Deno.writeFile(`${dir}/${name}`, dayFile(dt, counts as Counts));
    }
  }
  return {
    lake,
    dir,
    [Symbol.asyncDispose]: () => Deno.remove(lake, { recursive: true }),
  };
}

/** Adds a simulated day that is busy for three minutes. */
function simulate(lake: string, dt: string, symbol: string): Promise<void> {
  const busy = { seed: 1, from: "09:30", to: "09:33", eventsPerSecond: 40 };
  return writeSimulatedOnce({ symbol, dt, ...busy }, simulatedPath({ lake, symbol, dt }));
}

/** What a capture says of the contracts of days. */
async function captured(lake: string, ...args: string[]) {
  const to = ["--output", `${lake}/grids`, "--force", "--stats"];
  const ended = await inProcess("capture", "--lake", lake, ...to, ...args);
  const lines = ended.err.split("\n");
  return {
    code: ended.code,
    contracts: lines.filter((line) => line.includes(": contract ")),
    stats: lines.filter((line) => line.startsWith("{")).map((line) => JSON.parse(line)),
    error: lines.find((line) => line.startsWith("error: ")) ?? "",
  };
}

Deno.test("a contract that several files hold is not passed over for a quieter one", async () => {
  await using made = await lakeOf({
    "2026-03-12": [{ MNQH6: 3, MNQM6: 2 }, { MNQM6: 9 }],
    // It is quieter in either: the other is taken.
    "2026-03-13": [{ MNQH6: 30, MNQM6: 2 }, { MNQM6: 9 }],
  });
  for (const rule of [["--symbol", "MNQ.front"], ["--contracts", "MNQH6,MNQM6"]]) {
    const busy = await captured(made.lake, "--dt", "2026-03-12", ...rule);
    assert.equal(busy.code, 1);
    assert.match(busy.error, /Several files hold 2026-03-12 in .*; leave one of them there/);
    assert.deepEqual(busy.contracts, []);
    const quiet = await captured(made.lake, "--dt", "2026-03-13", ...rule);
    assert.equal(quiet.code, 0);
    assert.match(quiet.contracts[0]!, /^2026-03-13: contract MNQH6, /);
  }
});

Deno.test("ROOT.front is the contract with the most records of each day, and a roll is said", async () => {
  await using made = await lakeOf({
    "2026-03-12": { MNQH6: 9, MNQM6: 3, "MNQH6-MNQM6": 30 },
    // The first of the file is not the one with the most.
    "2026-03-13": { MNQH6: 4, MNQM6: 8, MNQU6: 5 },
    // A file a contract; a product whose name begins the same way counts for nothing.
    "2026-03-16": [{ MNQH6: 2 }, { MNQM6: 6 }, { MNQXH6: 50 }],
  });
  const dates = ["--dt", "2026-03-12..2026-03-16"];
  const { code, contracts, stats } = await captured(made.lake, ...dates, "--symbol", "MNQ.front");
  assert.equal(code, 0);
  assert.deepEqual(contracts, [
    "2026-03-12: contract MNQH6, by its records",
    "2026-03-13: contract MNQM6, by its records, rolled from MNQH6",
    "2026-03-16: contract MNQM6, by its records",
  ]);
  assert.deepEqual(
    stats.map(({ symbol, contract_by, rolled_from, records_kept }) =>
      [symbol, contract_by, rolled_from, records_kept].join(" ")
    ),
    ["MNQH6 records  16", "MNQM6 records MNQH6 15", "MNQM6 records  13"],
  );
  const grids = `${made.lake}/grids`;
  assert.deepEqual(
    [...Deno.readDirSync(grids)].flatMap(({ name }) =>
      [...Deno.readDirSync(`${grids}/${name}`)].map((inner) => `${name} ${inner.name}`)
    ).sort(),
    [
      "dt=2026-03-12 symbol=MNQH6",
      "dt=2026-03-13 symbol=MNQM6",
      "dt=2026-03-16 symbol=MNQM6",
    ],
  );
});

Deno.test("records of another day in the same file do not make a contract the front one", async () => {
  await using made = await lakeOf({});
  const week = (symbols: Counts, other: Counts) => {
    const [today, later] = [dayFile("2026-02-06", symbols), dayFile("2026-02-07", other)];
    const bytes = join(today, later.subarray(recordsAt(later)));
    new DataView(bytes.buffer).setBigUint64(34, MIDNIGHT_NS + 2n * DAY, true);
    return bytes;
  };
  await Deno.writeFile(
    `${made.dir}/week.dbn`,
    week({ MNQH6: 9, MNQM6: 3 }, { MNQH6: 1, MNQM6: 90 }),
  );
  const { contracts } = await captured(made.lake, "--symbol", "MNQ.front");
  assert.deepEqual(contracts, ["2026-02-06: contract MNQH6, by its records"]);
});

Deno.test("ROOT.front is what the download resolved, where it did", async () => {
  await using made = await lakeOf({ "2026-02-06": { MNQH6: 9, MNQM6: 3 } });
  const path = foundPath(made.lake, "MNQ", "2026-02-06");
  await Deno.mkdir(dirname(path), { recursive: true });
  const resolve = (front: unknown) =>
    Deno.writeTextFile(path, JSON.stringify({ front_month: front, options: null }));
  const front = async () => (await captured(made.lake, "--symbol", "MNQ.front")).contracts;
  await resolve("MNQM6");
  assert.deepEqual(await front(), ["2026-02-06: contract MNQM6, by the resolved definitions"]);
  // What is no contract of the product is nothing to go by.
  for (const other of ["ESH6", 6]) {
    await resolve(other);
    assert.deepEqual(await front(), ["2026-02-06: contract MNQH6, by its records"]);
  }
});

Deno.test("--contracts takes the busiest of those named, also one that is not the front", async () => {
  await using made = await lakeOf({
    "2026-03-12": { MNQH6: 9, MNQM6: 3, MNQU6: 1 },
    "2026-03-13": { MNQM6: 4, MNQU6: 7 },
  });
  const dates = ["--dt", "2026-03-12,2026-03-13"];
  const { contracts } = await captured(made.lake, ...dates, "--contracts", "MNQM6,MNQH6");
  assert.deepEqual(contracts, [
    "2026-03-12: contract MNQH6, of those given",
    "2026-03-13: contract MNQM6, of those given, rolled from MNQH6",
  ]);
  const one = await captured(made.lake, ...dates, "--contracts", "MNQU6");
  assert.deepEqual(one.stats.map(({ symbol }) => symbol), ["MNQU6", "MNQU6"]);
});

Deno.test("a file past the lake has a front contract too", async () => {
  await using made = await lakeOf({ "2026-02-06": { MNQH6: 3, MNQM6: 9 } });
  const [file] = [...Deno.readDirSync(made.dir)];
  const input = ["--input", `${made.dir}/${file!.name}`, "--symbol", "MNQ.front"];
  const { contracts } = await captured(made.lake, ...input);
  assert.deepEqual(contracts, ["2026-02-06: contract MNQM6, by its records"]);
});

Deno.test("analyze and warm take the front contract, and figures name it", async () => {
  await using made = await lakeOf({});
  const { lake } = made;
  for (const dt of ["2026-02-05", "2026-02-06"]) await simulate(lake, dt, "MNQH6");
  // Without a folder of real days.
  await Deno.remove(`${lake}/raw/source=databento`, { recursive: true });
  const json = `${lake}/figures.json`;
  const hour = ["--start-time", "09:30", "--eval-start", "09:31", "--eval-minutes", "2"]
    .concat("--baselines", "none");
  const args = ["--lake", lake, ...hour, "--symbol", "MNQ.front", "--json-output", json, "--force"];
  const several = await inProcess("analyze", ...args, "--dt", "2026-02-05,2026-02-06");
  assert.equal(several.code, 0, several.err);
  assert.match(several.err, /2026-02-05: contract MNQH6, by its records/);
  const figures = JSON.parse(await Deno.readTextFile(json));
  assert.deepEqual(figures.contracts, [
    { dt: "2026-02-05", symbol: "MNQH6", by: "records", rolled_from: null },
    { dt: "2026-02-06", symbol: "MNQH6", by: "records", rolled_from: null },
  ]);
  assert.equal(figures.days[0].instrument.symbol, "MNQH6");
  assert.equal(figures.meta.parameters.symbol, "MNQ.front");
  const globex = await inProcess("analyze", ...args, "--session", "globex");
  assert.equal(globex.code, 0, globex.err);
  assert.match(globex.out, /^captured from 09:30, .* New York, globex session$/m);
  const { window, meta } = JSON.parse(await Deno.readTextFile(json));
  assert.deepEqual([window.session, meta.parameters.session], ["globex", "globex"]);
  assert.deepEqual(
    [meta.file_before.name, meta.file.name],
    ["20260205", "20260206"].map((day) => `simulated_MNQH6_${day}.mbo.dbn`),
  );
  const warm = await inProcess("warm", "--lake", lake, "--symbol", "MNQ.front");
  assert.deepEqual([warm.code, warm.err], [0, "2026-02-06: contract MNQH6, by its records\n"]);
});

Deno.test("a folder of days over a roll is gone on with, and added up where no raw file is", async () => {
  await using made = await lakeOf({});
  const { lake } = made;
  const days = [["2026-02-05", "MNQH6"], ["2026-02-06", "MNQM6"]] as const;
  for (const [dt, symbol] of days) await simulate(lake, dt, symbol);
  await Deno.remove(`${lake}/raw/source=databento`, { recursive: true });
  const hour = ["--start-time", "09:30", "--eval-start", "09:31", "--eval-minutes", "2"]
    .concat("--baselines", "none");
  const run = async (...more: string[]) => {
    const to = ["--days-output", `${lake}/days`, "--dt", days.map(([dt]) => dt).join()];
    const args = ["--lake", lake, ...hour, "--symbol", "MNQ.front", ...to, ...more];
    const ended = await inProcess("analyze", ...args);
    assert.equal(ended.code, 0, ended.err);
    const { contracts, ...summary } = JSON.parse(
      await Deno.readTextFile(`${lake}/days/summary.json`),
    );
    return { ...ended, contracts, summary };
  };
  const first = await run();
  assert.match(first.out, /^Rolled from MNQH6 to MNQM6 on 2026-02-06$/m);
  assert.deepEqual(
    first.contracts.map(({ symbol }: { symbol: string }) => symbol),
    days.map(([, symbol]) => symbol),
  );
  for (const [dt, symbol] of days) {
    const text = await Deno.readTextFile(`${lake}/days/dt=${dt}/symbol=${symbol}/figures.json`);
    assert.equal(JSON.parse(text).instrument.symbol, symbol);
  }
  const again = await run();
  assert.equal(again.err.match(/done already/g)?.length, 2, again.err);
  assert.deepEqual(again.summary, first.summary);
  assert.doesNotMatch(again.err, /other contracts/);
  await Deno.remove(`${lake}/raw`, { recursive: true });
  // As a run leaves it that took another contract of the day.
  await Deno.mkdir(`${lake}/days/dt=2026-02-06/symbol=MNQH6`);
  const told = /days holds other contracts of the same days, .* twice: 2026-02-06 \(MNQH6\)$/m;
  assert.match((await run("--pool")).err, told);
  assert.deepEqual((await run("--pool")).summary, first.summary);
});

Deno.test("what is no contract of the locked product is refused in a line", async () => {
  await using made = await lakeOf({
    "2026-02-06": { ESH6: 3, ESM6: 2 },
    "2026-02-09": { MNQH6: 3 },
  });
  const refusals: [args: string[], code: number, message: RegExp][] = [
    [
      ["--symbol", "ES.front"],
      2,
      /^error: --symbol ES\.front: this installation is locked to MNQ; ask for MNQ\.front/,
    ],
    [["--contracts", "MNQH6,ESH6"], 2, /^error: --contracts: ESH6 is no contract of MNQ/],
    [["--contracts", "MNQ"], 2, /^error: --contracts: MNQ is no contract of MNQ/],
    [["--contracts", "MNQH6", "--symbol", "MNQ.front"], 2, /both say which contract; give one$/],
    [["--contracts", "MNQH6", "--product-type", "equity_mbo"], 1, /locked to future_mbo MNQH6/],
    [["--symbol", "MNQM6"], 1, /locked to future_mbo MNQH6/],
    [["--symbol", "MNQ.front"], 1, /no contract of MNQ is mapped for 2026-02-06, but ESH6, ESM6;/],
    [
      ["--symbol", "MNQ.front", "--dt", "2026-02-10"],
      1,
      /No \.dbn or \.dbn\.zst file for 2026-02-10/,
    ],
    [
      ["--contracts", "MNQM6,MNQU6", "--dt", "2026-02-09"],
      1,
      /symbol MNQM6 is not in its mapping for 2026-02-09, which has MNQH6/,
    ],
    [
      ["--session", "globex", "--input", "x.dbn"],
      2,
      /of two files of the lake; leave --input x\.dbn out/,
    ],
  ];
  for (const [args, code, message] of refusals) {
    const ended = await captured(made.lake, ...args);
    assert.match(ended.error, message);
    assert.equal(ended.code, code, args.join(" "));
  }
});
