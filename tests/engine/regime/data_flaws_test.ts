/** What is missing from the data of an analysis stands with its figures; a capture tells it. */
import assert from "node:assert/strict";
import { adds, dbn, errorRecord, flow, snapshot } from "../../made_session.ts";
import { taskHere } from "../../in_process.ts";
import type { Ended } from "../../launcher.ts";

const SECOND = 1_000_000_000n;
const MINUTE = 60n * SECOND;
/** 09:00 New York. */
const NINE = 14n * 60n * MINUTE;
const TIMES = ["--start-time", "09:00", "--eval-start", "09:05", "--eval-end", "09:15"];
const DT = "2026-02-06";

/** How `analyze` over records ends. */
async function analysed(records: readonly Uint8Array[]): Promise<Ended> {
  const path = await Deno.makeTempFile({ suffix: ".dbn" });
  try {
    await Deno.writeFile(path, dbn(records));
    return await taskHere([
      ...["analyze", "--input", path, "--dt", DT, "--json-output", "-", ...TIMES],
    ]);
  } finally {
    await Deno.remove(path);
  }
}

/** Its warnings. */
async function warningsOf(records: readonly Uint8Array[]): Promise<string[]> {
  const { code, out, err } = await analysed(records);
  assert.deepEqual([code, err], [0, ""]);
  return JSON.parse(out).warnings;
}

/** An add a second for so many minutes. */
const minutes = (count: number, from: bigint) => adds(60 * count, { at: from });

Deno.test("gaps of the feed that reach into the evaluation are told of, the longest of them", async () => {
  const gapsAt = (...after: readonly (readonly [minute: number, seconds: number])[]) => {
    const records = [...snapshot({ at: 0n })];
    let from = NINE;
    for (const [minute, seconds] of after) {
      const to = NINE + BigInt(minute) * MINUTE;
      records.push(...minutes(Number((to - from) / MINUTE), from));
      records.push(...snapshot({ at: to + BigInt(seconds) * SECOND }));
      from = to + MINUTE;
    }
    return [...records, ...minutes(20 - Number((from - NINE) / MINUTE), from)];
  };
  assert.deepEqual(await warningsOf(gapsAt()), []);
  // Before and after the evaluation.
  assert.deepEqual(await warningsOf(gapsAt([2, 10], [17, 10])), []);
  const missing = "what happened in it is missing, windows and holds reach over it";
  assert.deepEqual(await warningsOf(gapsAt([7, 20])), [
    `the feed of ${DT} had a gap from 09:06:59 to 09:07:20: ${missing}`,
  ]);
  assert.deepEqual(await warningsOf(gapsAt([5, 10], [8, 30], [10, 20], [17, 40])), [
    `the feed of ${DT} had a gap from 09:07:59 to 09:08:30, the longest of 3: ${missing}`,
  ]);
});

Deno.test("a capture says that the feed had a gap since its start time", async () => {
  const path = await Deno.makeTempFile({ suffix: ".dbn" });
  try {
    const [from, to] = [NINE + 5n * MINUTE, NINE + 5n * MINUTE + 20n * SECOND];
    const flow = [...minutes(5, NINE), ...snapshot({ at: to }), ...minutes(5, from + MINUTE)];
    await Deno.writeFile(path, dbn([...snapshot({ at: 0n }), ...flow]));
    const capture = async (start: string) => {
      const args = ["capture", "--input", path, "--dt", DT, "--start-time", start, "--output", "-"];
      const { code, err } = await taskHere(args);
      assert.equal(code, 0, err);
      return err;
    };
    const gap = "a gap from 09:04:59 to 09:05:20: what happened in it is missing";
    assert.equal(await capture("09:01"), `warning: the feed had ${gap}\n`);
    assert.equal(await capture("09:06"), "");
  } finally {
    await Deno.remove(path);
  }
});

Deno.test("snapshots of the evaluation whose book was in doubt are told of", async () => {
  const lost = errorRecord("records were skipped", 255);
  const doubted = (from: number, to: number) => [
    ...snapshot({ at: 0n }),
    ...minutes(from, NINE),
    lost,
    ...minutes(to - from, NINE + BigInt(from) * MINUTE),
    ...snapshot({ at: NINE + BigInt(to) * MINUTE - SECOND }),
    ...minutes(20 - to, NINE + BigInt(to) * MINUTE),
  ];
  const book = `the book of ${DT} was in doubt at`;
  const said = "the feed said that it lost records";
  const warnings = async (from: number, to: number) =>
    (await warningsOf(doubted(from, to))).filter((warning) => warning.startsWith(book));
  assert.deepEqual(await warnings(2, 4), []);
  assert.deepEqual(await warnings(16, 18), []);
  assert.deepEqual(await warnings(6, 7), [
    `${book} 60 of the snapshots, from 09:06 to 09:06:59: ${said}`,
  ]);
  assert.deepEqual(await warnings(2, 18), [
    `${book} 600 of the snapshots, from 09:05 to 09:14:59: ${said}`,
  ]);
});

Deno.test("snapshots of the evaluation whose book was crossed are told of", async () => {
  const bid = { side: "B", orderId: 99n, price: 25_000_500_000_000n, size: 1 };
  const crossed = (from: number, to: number) => [
    ...snapshot({ at: 0n }),
    ...minutes(from, NINE),
    flow({ ...bid, action: "A", at: NINE + BigInt(from) * MINUTE - 1n }),
    ...minutes(to - from, NINE + BigInt(from) * MINUTE),
    flow({ ...bid, action: "C", at: NINE + BigInt(to) * MINUTE - 1n }),
    ...minutes(20 - to, NINE + BigInt(to) * MINUTE),
  ];
  assert.deepEqual(await warningsOf(crossed(2, 4)), []);
  assert.deepEqual(await warningsOf(crossed(6, 7)), [
    `the book of ${DT} was crossed at 60 of the snapshots, from 09:05:59 to 09:06:59: ` +
    "their mid is no price, and fills at the touch gain what nobody could",
  ]);
});

Deno.test("an analysis of too few snapshots says how many grids had no whole book", async () => {
  const few = "an analysis takes at least 200 and 50";
  const clear = flow({ action: "R", at: 0n });
  assert.equal(
    (await analysed([clear, ...minutes(20, NINE)])).err,
    `error: 0 snapshots, of which 0 from 09:05 to 09:15: ${few}, and at 900 grids more the book ` +
      "lacked a side or was being rebuilt; choose a longer time of the day, or one with a whole book\n",
  );
  assert.equal(
    (await analysed([...snapshot({ at: 0n }), ...minutes(1, NINE + 14n * MINUTE)])).err,
    `error: 60 snapshots, of which 60 from 09:05 to 09:15: ${few}; choose a longer or busier time ` +
      "of the day\n",
  );
});

Deno.test("a file that begins inside the session is told of", async () => {
  const [price, at] = [25_000_250_000_000n, NINE - SECOND];
  const ask = flow({ action: "A", side: "A", at, orderId: 1n, price, size: 1 });
  assert.deepEqual(await warningsOf([ask, ...minutes(20, NINE)]), [
    `the data of ${DT} begins inside the session: older orders are missing`,
  ]);
});
