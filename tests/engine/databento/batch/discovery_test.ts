import assert from "node:assert/strict";
import { discover } from "../../../../engine/databento/batch/discovery.ts";
import { foundPath } from "../../../../engine/databento/batch/found_day.ts";
import { readDefinitions } from "../../../../engine/databento/batch/definitions.ts";
import { jobsOf, type OptionsSchema } from "../../../../engine/databento/batch/plan.ts";
import { ServiceError } from "../../../../engine/databento/service_error.ts";
import { UNDEF_TIMESTAMP } from "dbn-ts";
import { hasShared, sharedFile } from "../../../shared_data.ts";
import { FakeService } from "../fake_service.ts";
import { definition } from "../fake_world.ts";
import { BatchTest } from "./context.ts";

const DATE = "2026-02-06";

async function newTest(): Promise<BatchTest> {
  return new BatchTest(await FakeService.start());
}

for (const version of [1, 2, 3]) {
  Deno.test(`discover() finds front month and options in definitions of version ${version}`, async () => {
    await using test = await newTest();
    test.service.world.version = version;
    assert.deepEqual(await discover("MNQ", DATE, true, test), {
      frontMonth: "MNQH6",
      options: {
        parent: "MQ1.OPT",
        expiration: DATE,
        symbols: ["MQ1G6 C21500", "MQ1G6 P21500"],
      },
    });
    const [front, resolved, options] = test.service.seen;
    assert.deepEqual([front!.form["symbols"], front!.form["stype_in"], front!.form["limit"]], [
      ...["MNQ.v.0", "continuous", "1"],
    ]);
    assert.deepEqual([resolved!.form["symbols"], resolved!.form["stype_in"]], [
      ...["MQ1.OPT", "parent"],
    ]);
    assert.deepEqual([options!.form["start"], options!.form["end"]], [DATE, "2026-02-07"]);
  });
}

Deno.test("discover() asks nothing twice, and more only when more is wanted", async () => {
  await using test = await newTest();
  await discover("MNQ", DATE, false, test);
  assert.equal(test.service.seen.length, 1);
  const found = await discover("MNQ", DATE, true, test);
  assert.equal(test.service.seen.length, 3);
  assert.deepEqual(await discover("MNQ", DATE, true, test), found);
  assert.equal(test.service.seen.length, 3);
});

Deno.test("discover() finds out anew what it cannot read", async () => {
  await using test = await newTest();
  await discover("MNQ", DATE, true, test);
  for (const text of ["{", "{}", `{"front_month": "MNQH6", "options": {"parent": 1}}`]) {
    const before = test.service.seen.length;
    await Deno.writeTextFile(foundPath(test.lake, "MNQ", DATE), text);
    assert.equal((await discover("MNQ", DATE, true, test)).options!.symbols.length, 2);
    assert.equal(test.service.seen.length, before + 3);
  }
});

Deno.test("discover() takes the first parent that resolves, and what expires next under it", async () => {
  await using test = await newTest();
  const { world } = test.service;
  delete world.parents["MQ1.OPT"];
  world.failing = ["MQ1.OPT", "D2A.OPT"];
  world.extras["D2B.OPT"] = ["UD:1V: GN 1"];
  world.parents["D2C.OPT"] = [
    definition("D2CG6 C1", "MNQH6", "2026-02-18"),
    definition("D2CG6 C2", "MNQH6", "2026-02-11"),
    definition("D2CG6 C2", "MNQH6", "2026-02-11"),
    definition("D2CG6 P3", "MNQH6", "2026-02-11", { instrumentClass: "P" }),
    definition("D2CG6 C4", "MNQH6", "2026-02-05"),
    definition("D2CG6 C5", "MNQH6", "2026-02-11", { expiration: UNDEF_TIMESTAMP }),
  ];
  assert.deepEqual((await discover("MNQ", DATE, true, test)).options, {
    parent: "D2C.OPT",
    expiration: "2026-02-11",
    symbols: ["D2CG6 C2", "D2CG6 P3"],
  });
  assert.deepEqual(
    test.events.filter(({ verb }) => verb === "skip").map(({ detail }) => detail.split(":")[0]),
    ["MQ1.OPT", "D2A.OPT"],
  );
});

Deno.test("discover() takes calls and puts alone, and nothing without a class", async () => {
  await using test = await newTest();
  const { parents } = test.service.world;
  for (const instrumentClass of ["", "F"]) {
    const rawSymbol = `MQ1G6 ${instrumentClass}9`;
    parents["MQ1.OPT"]!.push(definition(rawSymbol, "MNQH6", DATE, { instrumentClass }));
  }
  const { symbols } = (await discover("MNQ", DATE, true, test)).options!;
  assert.deepEqual(symbols, ["MQ1G6 C21500", "MQ1G6 P21500"]);
});

Deno.test("discover() says when no parent resolves, none is on the future, or nothing is defined", async () => {
  await using test = await newTest();
  const { world } = test.service;
  world.parents["MQ1.OPT"] = [definition("MQ1G6 C21600", "MNQM6", DATE)];
  const options = () => discover("MNQ", DATE, true, test);
  await assert.rejects(
    options(),
    /none of the 1 definitions of MQ1\.OPT is an option on MNQH6 that/,
  );
  world.parents = {};
  await assert.rejects(
    options(),
    /^UserError: MNQ on 2026-02-06: no options, none of MQ1\.OPT, D2A/,
  );
  await assert.rejects(discover("ZZ", DATE, false, test), /ZZ on .* no definition of ZZ\.v\.0/);
  assert.equal((await discover("MNQ", DATE, false, test)).frontMonth, "MNQH6");
});

Deno.test("discover() takes no other parent because the service fails", async () => {
  await using test = await newTest();
  test.service.fault = ({ name }) => name === "symbology.resolve" ? { status: 500 } : undefined;
  await assert.rejects(discover("MNQ", DATE, true, test), ServiceError);
  test.service.fault = ({ name }) => name === "symbology.resolve" ? { status: 403 } : undefined;
  await assert.rejects(discover("MNQ", DATE, true, test), /403/);
});

async function planned(test: BatchTest, futures: boolean, optionsSchemas: OptionsSchema[]) {
  return await Array.fromAsync(jobsOf("MNQ", DATE, { futures, optionsSchemas }, test));
}

Deno.test("jobsOf() makes a job for each thing wanted, of exactly one day", async () => {
  await using test = await newTest();
  const jobs = await planned(test, true, ["definition", "mbo", "statistics"]);
  assert.deepEqual(jobs.map(({ key }) => key), [
    "GLBX.MDP3|mbo|MNQ|2026-02-06|future_mbo",
    "GLBX.MDP3|mbo|MNQ|2026-02-06|future_option_mbo",
    "GLBX.MDP3|statistics|MNQ|2026-02-06|future_option_mbo",
  ]);
  assert.deepEqual(jobs[0]!.request, {
    dataset: "GLBX.MDP3",
    symbols: ["MNQH6"],
    schema: "mbo",
    stype_in: "raw_symbol",
    stype_out: "instrument_id",
    start: DATE,
    end: "2026-02-07",
    encoding: "dbn",
    compression: "zstd",
    split_duration: "day",
    delivery: "download",
  });
  assert.deepEqual(jobs[2]!.request.symbols, ["MQ1G6 C21500", "MQ1G6 P21500"]);
});

Deno.test("jobsOf() makes none for definitions, which are found out all the same", async () => {
  await using test = await newTest();
  assert.deepEqual(await planned(test, false, ["definition"]), []);
  assert.ok(Deno.statSync(foundPath(test.lake, "MNQ", DATE)).isFile);
});

Deno.test("jobsOf() asks for the parent above 2,000 symbols", async () => {
  await using test = await newTest();
  const some = (count: number) =>
    Array.from({ length: count }, (_, i) => definition(`MQ1G6 C${i}`, "MNQH6", DATE));
  test.service.world.parents["MQ1.OPT"] = some(2000);
  const [few] = await planned(test, false, ["mbo"]);
  assert.deepEqual([few!.request.stype_in, few!.request.symbols.length], ["raw_symbol", 2000]);
  await Deno.remove(foundPath(test.lake, "MNQ", DATE));
  test.service.world.parents["MQ1.OPT"] = some(2001);
  const [many] = await planned(test, false, ["mbo"]);
  assert.deepEqual([many!.request.stype_in, many!.request.symbols], ["parent", ["MQ1.OPT"]]);
});

for (const version of [1, 2, 3]) {
  const name = `test_data.definition.v${version}.dbn.zst`;
  Deno.test({
    name: `readDefinitions() reads the official definitions of version ${version}`,
    ignore: !hasShared,
    async fn() {
      using file = await Deno.open(sharedFile("data", name));
      const definitions = await readDefinitions(file.readable, name);
      assert.deepEqual(definitions.map(({ rawSymbol }) => rawSymbol), ["MSFT", "MSFT"]);
    },
  });
}
