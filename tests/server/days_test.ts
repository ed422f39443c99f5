import assert from "node:assert/strict";
import { encodeMetadata } from "dbn-ts";
import { SIMULATED_DATASET } from "../../engine/source/data_source.ts";
import { Days } from "../../server/session/days.ts";
import { defaultSettings } from "../../server/settings.ts";
import { serveSmall } from "./served_session.ts";

const DAY_NS = 86_400_000_000_000n;

interface Made {
  source?: "databento" | "simulator";
  name: string;
  /** First day that it covers, and how many. */
  from: string;
  days?: number;
  symbol?: string;
}

/** The days that a lake of such files has of MNQH6, as text. */
async function daysOf(files: readonly Made[], extra?: (dir: string) => Promise<void>) {
  const lake = await Deno.makeTempDir();
  try {
    for (const { source = "databento", name, from, days = 1, symbol = "MNQH6" } of files) {
      const dir = `${lake}/raw/source=${source}/product_type=future_mbo/symbol=MNQ` +
        "/table=market_by_order_dbn";
      await Deno.mkdir(dir, { recursive: true });
      const start = Temporal.Instant.from(`${from}T00:00:00Z`).epochNanoseconds;
      await Deno.writeFile(
        `${dir}/${name}`,
        encodeMetadata({
          dataset: source === "simulator" ? SIMULATED_DATASET : "GLBX.MDP3",
          schema: 0,
          start,
          end: start + BigInt(days) * DAY_NS,
          symbols: [symbol],
          mappings: [{
            rawSymbol: symbol,
            intervals: [{ startDate: 20260101, endDate: 20270101, symbol: "7" }],
          }],
        }),
      );
      await extra?.(dir);
    }
    const { days } = await new Days({ ...defaultSettings(), lake }).list();
    return days.map(({ dt, data_source, live }) => `${dt} ${data_source}${live ? " live" : ""}`);
  } finally {
    await Deno.remove(lake, { recursive: true });
  }
}

Deno.test("days are those of the lake, in order, each with where it comes from", async () => {
  await using served = await serveSmall();
  const response = await fetch(
    `http://127.0.0.1:${served.server.port}/v1/vacuum-pressure/days`,
  );
  const { size } = await Deno.stat(served.path);
  assert.deepEqual(await response.json(), {
    product_type: "future_mbo",
    symbol: "MNQH6",
    days: [{ dt: "2026-02-06", data_source: "databento", size, live: false }],
  });
});

Deno.test("a real day wins over a simulated one; a week's file is each of its days", async () => {
  assert.deepEqual(
    await daysOf([
      { source: "simulator", name: "sim-20260206.dbn", from: "2026-02-06" },
      { source: "simulator", name: "sim-20260203.dbn", from: "2026-02-03" },
      { name: "glbx-20260206.dbn", from: "2026-02-06" },
      { name: "week.dbn", from: "2026-01-05", days: 3 },
      { name: "glbx-20260112-20260114.dbn", from: "2026-01-12", days: 2 },
      { name: "glbx-20260209.MNQH6.live.dbn", from: "2026-02-09" },
    ]),
    [
      "2026-01-05 databento",
      "2026-01-06 databento",
      "2026-01-07 databento",
      "2026-01-12 databento",
      "2026-01-13 databento",
      "2026-02-03 simulator",
      "2026-02-06 databento",
      "2026-02-09 databento live",
    ],
  );
});

Deno.test("a file is each of its days, however many, and whatever date its name has", async () => {
  const days = await daysOf([
    { name: "long.dbn", from: "2026-03-01", days: 45 },
    { name: "GLBX-20260210-ABCD.dbn", from: "2026-02-06" },
  ]);
  assert.equal(days.length, 46);
  assert.deepEqual([days[0], days[1], days.at(-1)], [
    "2026-02-06 databento",
    "2026-03-01 databento",
    "2026-04-14 databento",
  ]);
});

Deno.test("files that are damaged, of another symbol, or none, are no days; an empty lake has none", async () => {
  assert.deepEqual(
    await daysOf([
      { name: "glbx-20260206.dbn", from: "2026-02-06", symbol: "MNQM6" },
      { name: "glbx-20260207.dbn", from: "2026-02-07" },
    ], async (dir) => {
      await Deno.writeTextFile(`${dir}/glbx-20260208.dbn`, "no DBN");
      await Deno.writeTextFile(`${dir}/glbx-99999999.dbn`, "no date");
      await Deno.symlink("nowhere", `${dir}/undated.dbn`).catch(() => {});
      await new Deno.Command("mkfifo", { args: [`${dir}/pipe.dbn`] }).output();
    }),
    ["2026-02-07 databento"],
  );
  assert.deepEqual(await daysOf([]), []);
});
